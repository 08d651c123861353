//! The engine's book of connections: those in use, and how they are saved.

use std::sync::{MutexGuard, PoisonError};

use uuid::Uuid;

use super::Engine;
use crate::config::{AccessKeys, Saved};
use crate::domain::{Auth, Connection, Edit, Problem, ProblemKind};

/// The connections that the engine knows, and their access keys.
pub(super) struct Book {
    /// Those in use, in the order of the config file.
    pub connections: Vec<Connection>,
    /// Those of them that flags made or changed; they are not saved.
    pub for_this_call: Vec<Connection>,
    /// Whether a flag refuses writes of all.
    pub read_only: bool,
    /// Access keys by nickname.
    pub access_keys: AccessKeys,
}

impl Book {
    /// Whether the edit is about what is saved at all.
    fn check(&self, edit: &Edit) -> Result<(), Problem> {
        let nickname = match edit {
            Edit::Add { .. } => return Ok(()),
            Edit::Change { before, .. } => &before.nickname,
            Edit::Remove { nickname } => nickname,
        };
        if self.for_this_call.iter().all(|connection| connection.nickname != *nickname) {
            return Ok(());
        }
        let what = format!("Cannot edit {nickname} now");
        Err(Problem::new(ProblemKind::Usage, what, "It was made or changed by flags, for this call only.")
            .advise("Start apigw without --api-id, --profile and --region, and edit it then."))
    }

    /// Takes in what was saved. What holds for this call only stays, unless it was just added to the file.
    fn update(&mut self, saved: Saved, edit: &Edit) {
        if let Edit::Add { connections, .. } = edit {
            self.for_this_call.retain(|kept| connections.iter().all(|added| added.nickname != kept.nickname));
        }
        let mut access_keys = saved.access_keys;
        let mut connections = saved.connections;
        for connection in &mut connections {
            connection.read_only |= self.read_only;
        }
        for kept in &self.for_this_call {
            match connections.iter_mut().find(|connection| connection.nickname == kept.nickname) {
                Some(connection) => connection.clone_from(kept),
                None => connections.push(kept.clone()),
            }
            if let Some(key) = self.access_keys.remove(&kept.nickname) {
                access_keys.insert(kept.nickname.clone(), key);
            }
        }
        self.connections = connections;
        self.access_keys = access_keys;
    }
}

impl Engine {
    /// The connections as they are now: those saved, with what flags change for this call.
    pub fn connections(&self) -> Vec<Connection> {
        self.book().connections.clone()
    }

    /// Saves an edit, or changes nothing; then the connections in use are those saved, others' edits included.
    pub async fn save(&self, edit: Edit) -> Result<Vec<Connection>, Problem> {
        let engine = self.clone();
        let saved = tokio::task::spawn_blocking(move || engine.save_now(&edit)).await;
        saved.unwrap_or_else(|error| {
            Err(Problem::new(ProblemKind::Bug, "apigw failed inside", error.to_string())
                .advise("Look at the config file: the edit may have been saved."))
        })
    }

    fn save_now(&self, edit: &Edit) -> Result<Vec<Connection>, Problem> {
        // Held until the book is up to date, so that the last of two edits at once is also the last to be taken in.
        let store = self.0.store.lock().unwrap_or_else(PoisonError::into_inner);
        self.book().check(edit)?;
        let saved = store.apply(edit)?;
        let mut book = self.book();
        book.update(saved, edit);
        let connections = book.connections.clone();
        drop(book);
        // A key of the same id may have another secret now.
        let mut sessions = self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|key, _| !matches!(key.auth, Auth::AccessKey { .. }));
        Ok(connections)
    }

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new external ID for a role's trust policy, no other connection's: `apigw-` and 32 hexadecimal digits, 122 bits of them
/// from the system's randomness. It is not a secret.
pub fn generate_external_id() -> String {
    format!("apigw-{}", Uuid::new_v4().simple())
}

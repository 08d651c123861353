//! An edit on the text of the config file.

use std::mem::discriminant;
use std::path::Path;

use super::document::{Document, Entangled};
use crate::config::source::Source;
use crate::config::{Config, connections, paths};
use crate::domain::{Auth, Connection, Edit, Problem, ProblemKind, RoleAuth, Thresholds};

/// The config file after an edit.
#[derive(Debug)]
pub(super) struct Edited {
    pub text: String,
    /// The connections that the file had, those of somebody else's edits included.
    pub before: Vec<Connection>,
    /// The connections that it has now.
    pub after: Vec<Connection>,
}

/// Applies an edit to the text of the config file; `path` is for messages and for relative paths in it.
pub(super) fn edited(path: &Path, text: &str, edit: &Edit) -> Result<Edited, Problem> {
    let config = Config::parse(path, text)?;
    let mut file = File {
        path,
        document: Document::new(text),
        expected: config.connections.iter().map(|one| (one.nickname.clone(), settings(one, path))).collect(),
    };
    match edit {
        Edit::Add { connections, .. } => {
            for connection in connections {
                file.add(connection)?;
            }
        }
        Edit::Change { before, after, .. } => file.change(before, after)?,
        Edit::Remove { nickname } => file.remove(nickname)?,
    }
    let text = file.document.text().to_owned();
    let after = Config::parse(path, &text).map_err(|fault| Problem { what: cannot_save(edit), ..fault })?;
    let mut found: Vec<_> =
        after.connections.iter().map(|one| (one.nickname.clone(), settings(one, path))).collect();
    found.sort();
    file.expected.sort();
    if after.settings != config.settings || found != file.expected {
        let why = format!("{} is written in a way that apigw cannot change.", path.display());
        return Err(Problem::new(ProblemKind::Local, cannot_save(edit), why)
            .advise("Write each connection as a table [connections.NICKNAME] with its keys below."));
    }
    Ok(Edited { text, before: config.connections, after: after.connections })
}

/// What a failed edit is called.
fn cannot_save(edit: &Edit) -> String {
    match edit {
        Edit::Add { connections, .. } => {
            let nicknames: Vec<&str> = connections.iter().map(|one| one.nickname.as_str()).collect();
            format!("Cannot save {}", nicknames.join(", "))
        }
        Edit::Change { before, .. } => format!("Cannot save {}", before.nickname),
        Edit::Remove { nickname } => format!("Cannot remove {nickname}"),
    }
}

struct File<'a> {
    path: &'a Path,
    document: Document,
    /// What each connection is to say when the file is read again, by nickname.
    expected: Vec<(String, Vec<Setting>)>,
}

impl File<'_> {
    fn add(&mut self, connection: &Connection) -> Result<(), Problem> {
        let nickname = &connection.nickname;
        self.check_free(nickname)?;
        let settings = settings(connection, self.path);
        for (around, table) in
            [("", vec!["connections", nickname]), (THRESHOLDS, vec!["connections", nickname, THRESHOLDS])]
        {
            let entries: Vec<_> = settings
                .iter()
                .filter(|setting| setting.table == around)
                .filter_map(|setting| Some((setting.key, setting.value.clone()?.into())))
                .collect();
            if around.is_empty() || !entries.is_empty() {
                let written = self.document.append(&table, &entries);
                written.map_err(|place| self.entangled(place))?;
            }
        }
        self.expected.push((nickname.clone(), settings));
        Ok(())
    }

    fn change(&mut self, before: &Connection, after: &Connection) -> Result<(), Problem> {
        let nickname = before.nickname.as_str();
        let index = self.find(nickname)?;
        if after.nickname != nickname {
            self.check_free(&after.nickname)?;
        }
        let config = Config::parse(self.path, self.document.text())?;
        let on_disk = config.connections.iter().find(|one| one.nickname == nickname);
        let conflict = |key: &str| {
            let why = format!("Somebody else changed `{key}` in {} meanwhile.", self.path.display());
            Problem::new(ProblemKind::Conflict, format!("Cannot save {nickname}"), why)
                .advise("Nothing was saved. Look at what it is now, and make the change again.")
        };
        if let Some(now) = on_disk.map(|one| &one.auth).filter(|now| disputed(&before.auth, &after.auth, now))
        {
            return Err(conflict(source_key(now)));
        }
        let mut expected = Vec::new();
        let mut changes = Vec::new();
        let wanted = settings(before, self.path).into_iter().zip(settings(after, self.path));
        for (now, (before, after)) in self.expected[index].1.iter().zip(wanted) {
            if before.value == after.value || now.value == after.value {
                expected.push(now.clone());
            } else if now.value == before.value {
                expected.push(after.clone());
                changes.push(after);
            } else {
                return Err(conflict(now.key));
            }
        }
        for change in changes {
            let mut table = vec!["connections", nickname];
            table.extend(Some(change.table).filter(|table| !table.is_empty()));
            let written = self.document.set(&table, change.key, change.value.as_deref());
            written.map_err(|place| self.entangled(place))?;
        }
        if after.nickname != nickname {
            self.document.rename(&["connections", nickname], &after.nickname);
        }
        self.expected[index] = (after.nickname.clone(), expected);
        Ok(())
    }

    fn remove(&mut self, nickname: &str) -> Result<(), Problem> {
        let index = self.find(nickname)?;
        let removed = self.document.remove(&["connections", nickname]);
        removed.map_err(|place| self.entangled(place))?;
        self.expected.remove(index);
        Ok(())
    }

    fn find(&self, nickname: &str) -> Result<usize, Problem> {
        self.expected.iter().position(|(name, _)| name == nickname).ok_or_else(|| {
            let what = format!("There is no connection {nickname} any more");
            let why = format!("Somebody else removed or renamed it in {}.", self.path.display());
            Problem::new(ProblemKind::NotFound, what, why)
        })
    }

    fn check_free(&self, nickname: &str) -> Result<(), Problem> {
        if self.expected.iter().all(|(name, _)| name != nickname) {
            return Ok(());
        }
        let why = format!("{} has a connection of that nickname.", self.path.display());
        Err(Problem::new(ProblemKind::Usage, format!("The nickname {nickname} is taken"), why)
            .advise("Choose another nickname. Nothing was saved."))
    }

    fn entangled(&self, Entangled(place): Entangled) -> Problem {
        Source { path: self.path, text: self.document.text() }
            .problem(place, "this is written inside braces, where apigw cannot change it")
            .advise("Write each connection as a table [connections.NICKNAME] with its keys below.")
    }
}

const THRESHOLDS: &str = "thresholds";

/// One key of a connection as the file has it. A list of them has every key, in the order of the example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Setting {
    /// The table in the connection's own, empty for that itself.
    table: &'static str,
    key: &'static str,
    /// As TOML; none where the default holds.
    value: Option<String>,
}

/// Everything that the file says about a connection, the nickname apart.
fn settings(connection: &Connection, config: &Path) -> Vec<Setting> {
    let value = |key| match key {
        "api_type" => Some(quoted(connection.api_type.as_str())),
        "api_id" => Some(quoted(&connection.api_id)),
        "region" => Some(quoted(&connection.region)),
        "account" => connection.account.as_deref().map(quoted),
        "protected" => connection.protected.then(|| true.to_string()),
        "read_only" => connection.read_only.then(|| true.to_string()),
        "schema" => connection
            .schema
            .as_ref()
            .map(|schema| quoted(&paths::shortened(schema, config).to_string_lossy())),
        "refresh_seconds" => connection.refresh.map(|refresh| refresh.as_secs().to_string()),
        _ => of_auth(&connection.auth, key),
    };
    let own = connections::KEYS.into_iter().filter(|key| *key != THRESHOLDS);
    let own = own.map(|key| Setting { table: "", key, value: value(key) });
    let limits = connections::THRESHOLD_KEYS.into_iter().map(|key| {
        let value = limit(&connection.thresholds, key);
        let default = limit(&Thresholds::default(), key);
        Setting { table: THRESHOLDS, key, value: Some(value).filter(|value| *value != default) }
    });
    own.chain(limits).collect()
}

fn of_auth(auth: &Auth, key: &str) -> Option<String> {
    match (auth, key) {
        (Auth::Environment, "environment") => Some(true.to_string()),
        (Auth::Profile(name), "profile") => Some(quoted(name)),
        (Auth::AccessKey { id }, "access_key_id") => Some(quoted(id)),
        (Auth::Role(role), _) => of_role(role, key),
        _ => None,
    }
}

fn of_role(role: &RoleAuth, key: &str) -> Option<String> {
    match key {
        "role_arn" => Some(quoted(&role.arn)),
        "external_id" => role.external_id.as_deref().map(quoted),
        "source_profile" => role.source_profile.as_deref().map(quoted),
        "mfa_serial" => role.mfa_serial.as_deref().map(quoted),
        "role_session_name" => role.session_name.as_deref().map(quoted),
        "role_duration_seconds" => role.duration_seconds.map(|seconds| seconds.to_string()),
        _ => None,
    }
}

fn limit(thresholds: &Thresholds, key: &str) -> String {
    let limit = match key {
        "degraded_5xx" => thresholds.degraded_5xx,
        "failing_5xx" => thresholds.failing_5xx,
        "degraded_4xx" => thresholds.degraded_4xx,
        "failing_4xx" => thresholds.failing_4xx,
        "degraded_latency_ms" => thresholds.degraded_latency_ms,
        "failing_latency_ms" => thresholds.failing_latency_ms,
        _ => return thresholds.min_errors.to_string(),
    };
    limit.map_or_else(|| false.to_string(), |limit| limit.to_string())
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Whether somebody else chose another source of credentials while this one was being changed. Two changes of one role
/// may still go together; that is seen key by key.
fn disputed(before: &Auth, after: &Auth, now: &Auth) -> bool {
    let is_one_kind = discriminant(before) == discriminant(now) && discriminant(after) == discriminant(now);
    before != after && !is_one_kind && now != before && now != after
}

/// The key that says where the credentials come from.
fn source_key(auth: &Auth) -> &'static str {
    match auth {
        Auth::Environment => "environment",
        Auth::Profile(_) => "profile",
        Auth::Role(_) => "role_arn",
        Auth::AccessKey { .. } => "access_key_id",
    }
}

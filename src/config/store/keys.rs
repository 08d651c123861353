//! What an edit means for the secrets of access keys.

use std::path::Path;

use secrecy::zeroize::Zeroizing;
use serde::Serialize;

use super::document::{Document, Entangled};
use super::edit::Edited;
use crate::config::Secrets;
use crate::config::secrets::{Kept, refused};
use crate::domain::{AccessKey, Auth, Connection, Edit, Problem, ProblemKind, Secret};

/// What becomes of `credentials.toml`. Whoever reads the files between two of the writes finds every secret that its
/// connections need.
#[derive(Default)]
pub(super) struct Texts {
    /// To be written before the config file: with what is new.
    pub first: Option<Secret>,
    /// To be written after it: without what nobody needs any more.
    pub last: Option<Secret>,
}

/// Whether the edit cannot be made without the secrets.
pub(super) fn are_needed(edit: &Edit, edited: &Edited) -> bool {
    match edit {
        Edit::Add { connections, .. } => connections.iter().any(|one| key_id(&one.auth).is_some()),
        Edit::Change { before, after, access_key } => {
            let was = key_of(&edited.before, &before.nickname);
            let is = key_of(&edited.after, &after.nickname);
            was != is || is.is_some() && (access_key.is_some() || before.nickname != after.nickname)
        }
        Edit::Remove { nickname } => key_of(&edited.before, nickname).is_some(),
    }
}

/// Applies an edit to the text of `credentials.toml`.
pub(super) fn edited(path: &Path, text: &str, edit: &Edit, config: &Edited) -> Result<Texts, Problem> {
    let kept = Secrets::parse(path, &Secret::new(text.to_owned()))?;
    let mut wanted = kept.clone();
    let mut renamed = None;
    match edit {
        Edit::Add { connections, access_key } => {
            for connection in connections {
                if let Some(id) = key_id(&connection.auth) {
                    let secret = found(connection, id, access_key.as_ref(), &config.before, &kept)?;
                    wanted.0.insert(connection.nickname.clone(), secret);
                }
            }
        }
        Edit::Change { before, after, access_key } => {
            let was = key_of(&config.before, &before.nickname);
            let is = key_of(&config.after, &after.nickname);
            let is_renamed = before.nickname != after.nickname;
            if was.is_some() && (is.is_none() || is_renamed) {
                let secret = wanted.0.remove(&before.nickname);
                if let Some(secret) = secret.filter(|_| is.is_some()) {
                    wanted.0.insert(after.nickname.clone(), secret);
                    renamed = Some((before.nickname.as_str(), after.nickname.as_str()));
                }
            }
            if let Some(id) = is {
                let is_given = access_key.as_ref().is_some_and(|key| key.id == id);
                if is_given || was != is {
                    let secret = found(after, id, access_key.as_ref(), &config.before, &kept)?;
                    wanted.0.insert(after.nickname.clone(), secret);
                }
            }
        }
        Edit::Remove { nickname } => {
            wanted.0.remove(nickname);
        }
    }
    leave_nobody_without(&mut wanted, &kept, config);
    let mut both = kept.clone();
    both.0.extend(wanted.0.clone());
    let first = (both != kept).then(|| rewritten(path, text, None, &kept, &both)).transpose()?;
    let last = (wanted != both).then(|| rewritten(path, text, renamed, &kept, &wanted)).transpose()?;
    Ok(Texts { first, last })
}

/// The secret of a key: the one given, or the one kept for another connection with the same key.
fn found(
    connection: &Connection,
    id: &str,
    given: Option<&AccessKey>,
    connections: &[Connection],
    kept: &Secrets,
) -> Result<Kept, Problem> {
    let given = given.filter(|key| key.id == id).map(|key| (key.secret.clone(), key.session_token.clone()));
    given.or_else(|| secret_of(id, connections, kept)).ok_or_else(|| {
        let what = format!("Cannot save {} without its secret", connection.nickname);
        Problem::new(ProblemKind::Usage, what, format!("No secret is kept for the access key {id}."))
            .advise("Give the secret access key too.")
    })
}

/// Connections with the same key may live on one secret. When the one that has it goes, the next one gets it.
fn leave_nobody_without(wanted: &mut Secrets, kept: &Secrets, config: &Edited) {
    for connection in &config.after {
        let Some(id) = key_id(&connection.auth) else { continue };
        if secret_of(id, &config.after, wanted).is_none()
            && let Some(secret) = secret_of(id, &config.before, kept)
        {
            wanted.0.insert(connection.nickname.clone(), secret);
        }
    }
}

fn secret_of(id: &str, connections: &[Connection], secrets: &Secrets) -> Option<Kept> {
    let same = connections.iter().filter(|connection| key_id(&connection.auth) == Some(id));
    same.into_iter().find_map(|connection| secrets.get(&connection.nickname))
}

fn key_of<'a>(connections: &'a [Connection], nickname: &str) -> Option<&'a str> {
    key_id(&connections.iter().find(|connection| connection.nickname == nickname)?.auth)
}

fn key_id(auth: &Auth) -> Option<&str> {
    match auth {
        Auth::AccessKey { id } => Some(id),
        _ => None,
    }
}

/// The text with these secrets in place of those, its comments kept.
fn rewritten(
    path: &Path,
    text: &str,
    renamed: Option<(&str, &str)>,
    from: &Secrets,
    to: &Secrets,
) -> Result<Secret, Problem> {
    let mut document = Document::new(text);
    let mut from = from.clone();
    let mut rewrite = || {
        if let Some((before, after)) = renamed {
            document.remove(&[after])?;
            document.rename(&[before], after);
            if let Some(secret) = from.0.remove(before) {
                from.0.insert(after.to_owned(), secret);
            }
        }
        for nickname in from.0.keys().filter(|nickname| !to.0.contains_key(*nickname)) {
            document.remove(&[nickname])?;
        }
        for (nickname, kept) in to.0.iter().filter(|(nickname, kept)| from.0.get(*nickname) != Some(kept)) {
            put(&mut document, nickname, kept)?;
        }
        Ok(())
    };
    rewrite().map_err(|Entangled(place): Entangled| {
        let line = text.get(..place.start).unwrap_or(text).matches('\n').count() + 1;
        refused(path, format!("line {line}: this is written inside braces, where apigw cannot change it"))
    })?;
    let rewritten = Secret::new(document.text().to_owned());
    if Secrets::parse(path, &rewritten)? != *to {
        return Err(refused(path, "It is written in a way that apigw cannot change.".to_owned()));
    }
    Ok(rewritten)
}

fn put(document: &mut Document, nickname: &str, (secret, token): &Kept) -> Result<(), Entangled> {
    let secret = quoted(secret);
    let token = token.as_ref().map(quoted);
    if document.has(&[nickname]) {
        document.set(&[nickname], "secret_access_key", Some(&secret))?;
        return document.set(&[nickname], "session_token", token.as_ref().map(|token| token.as_str()));
    }
    let mut entries = vec![("secret_access_key", secret)];
    entries.extend(token.map(|token| ("session_token", token)));
    document.append(&[nickname], &entries)
}

/// A secret as TOML has it, in memory that is wiped.
fn quoted(secret: &Secret) -> Zeroizing<String> {
    // Room for what may be escaped, so that nothing is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(6 * secret.expose().len() + 6));
    // A text is always written; were it not, the result would be no TOML and be refused.
    let _ = secret.expose().serialize(toml::ser::ValueSerializer::new(&mut text));
    text
}

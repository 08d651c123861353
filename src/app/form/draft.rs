//! From what was typed to what is saved, field by field held to the rules.

use std::path::PathBuf;
use std::time::Duration;

use super::{AuthKind, Field, Form, Purpose, SecretState};
use crate::app::Model;
use crate::domain::{
    AccessKey, ApiType, Auth, Connection, Edit, Login, RoleAuth, SessionKey, Thresholds, Trial, nickname_for,
    rules,
};

impl Form {
    /// What is wrong with a field, as a sentence for the person who filled it in.
    pub(super) fn check(&self, model: &Model, field: Field) -> Result<(), String> {
        let text = self.text(field);
        if field == Field::Nickname {
            return self.check_nickname(model, text);
        }
        if is_one_word(field) && text.contains(char::is_whitespace) {
            return Err(format!("There is a blank in it: {} has none", field.label().to_lowercase()));
        }
        let rule = self.rule(field, text);
        rule.map_err(|expected| format!("Write {expected}"))
    }

    fn check_nickname(&self, model: &Model, nickname: &str) -> Result<(), String> {
        if self.marked.len() > 1 {
            return Ok(());
        }
        rules::nickname(nickname).map_err(|reason| capitalised(&reason))?;
        let own = matches!(&self.purpose, Purpose::Change(before) if before.nickname == nickname);
        if !own && model.connection(nickname).is_some() {
            return Err("Another connection has that nickname".to_owned());
        }
        Ok(())
    }

    fn rule(&self, field: Field, text: &str) -> Result<(), &'static str> {
        let optional = |rule: fn(&str) -> Result<(), &'static str>| {
            if text.is_empty() { Ok(()) } else { rule(text) }
        };
        match field {
            Field::RoleArn => rules::role_arn(text),
            Field::ExternalId => optional(rules::external_id),
            Field::MfaSerial => optional(rules::mfa_serial),
            Field::Profile if text.is_empty() => Err("the name of a profile in your AWS files"),
            Field::KeyId => rules::access_key_id(text),
            Field::KeySecret | Field::SessionToken => self.check_secret(field),
            Field::Region => rules::region(text),
            Field::Api if !self.marked.is_empty() => Ok(()),
            Field::Api if text.is_empty() => Err("the API's id, or choose one from the list"),
            Field::Api => rules::api_id(text),
            Field::SessionName => optional(rules::role_session_name),
            Field::Duration => self.duration().map(|_| ()),
            Field::Schema if !(text.is_empty() || text.starts_with('/') || text.starts_with("~/")) => {
                Err("an absolute path, or one that starts with ~/")
            }
            Field::Refresh => self.refresh().map(|_| ()),
            Field::Threshold(limit) => limit.read(text, &mut self.thresholds.clone()),
            _ => Ok(()),
        }
    }

    fn check_secret(&self, field: Field) -> Result<(), &'static str> {
        let typed = self.secrets.get(&field).and_then(|secret| secret.secret());
        match (field, typed, self.secret_state(Field::KeySecret)) {
            (_, Some(secret), SecretState::Kept) if field == Field::SessionToken => {
                rules::secret(secret.expose())?;
                Err("the secret too: a session token goes with its own")
            }
            (_, Some(secret), _) => rules::secret(secret.expose()),
            (Field::KeySecret, None, SecretState::Missing) => Err("the secret access key"),
            _ => Ok(()),
        }
    }

    fn duration(&self) -> Result<Option<u32>, &'static str> {
        let text = self.text(Field::Duration);
        if text.is_empty() {
            return Ok(None);
        }
        let seconds = text.parse().ok().filter(|seconds| rules::ROLE_DURATION_SECONDS.contains(seconds));
        seconds.map(Some).ok_or("a number of seconds from 900 to 43200")
    }

    fn refresh(&self) -> Result<Option<Duration>, &'static str> {
        let text = self.text(Field::Refresh);
        if text.is_empty() {
            return Ok(None);
        }
        let seconds = text.parse().ok().filter(|seconds| *seconds == 0 || (5..=86_400).contains(seconds));
        seconds.map(|seconds| Some(Duration::from_secs(seconds))).ok_or("5 to 86400 seconds, or 0 for never")
    }

    /// Where the credentials come from, as far as it was typed.
    pub(super) fn auth(&self) -> Auth {
        let owned = |field| self.text(field).to_owned();
        let optional = |field| Some(owned(field)).filter(|text| !text.is_empty());
        match self.auth {
            AuthKind::Role => Auth::Role(RoleAuth {
                arn: owned(Field::RoleArn),
                external_id: optional(Field::ExternalId),
                source_profile: optional(Field::SourceProfile),
                mfa_serial: optional(Field::MfaSerial),
                session_name: optional(Field::SessionName),
                duration_seconds: self.duration().unwrap_or_default(),
            }),
            AuthKind::AccessKey => Auth::AccessKey { id: owned(Field::KeyId) },
            AuthKind::Profile => Auth::Profile(owned(Field::Profile)),
            AuthKind::Environment => Auth::Environment,
        }
    }

    /// What signing in takes: these fields must be right before AWS can be asked anything.
    pub(super) fn login_fields(&self) -> Vec<Field> {
        let mut fields = self.auth.fields().to_vec();
        if self.auth == AuthKind::Role {
            fields.extend([Field::SessionName, Field::Duration]);
        }
        fields.push(Field::Region);
        fields
    }

    pub(super) fn login(&self) -> Login {
        let session = SessionKey { auth: self.auth(), region: self.text(Field::Region).to_owned() };
        Login { session, access_key: self.access_key() }
    }

    /// The access key, if a secret was typed for it.
    fn access_key(&self) -> Option<AccessKey> {
        if self.auth != AuthKind::AccessKey {
            return None;
        }
        let secret = |field| self.secrets.get(&field).and_then(|secret| secret.secret()).cloned();
        Some(AccessKey {
            id: self.text(Field::KeyId).to_owned(),
            secret: secret(Field::KeySecret)?,
            session_token: secret(Field::SessionToken),
        })
    }

    /// What to find out about the connection as it is typed.
    pub(super) fn trial(&self) -> Trial {
        let account = match &self.purpose {
            Purpose::Change(before) => before.account.clone(),
            Purpose::Add => None,
        };
        Trial {
            login: self.login(),
            api_type: self.api_type,
            api_id: self.api_ids().into_iter().next(),
            account,
            read_only: self.read_only,
            capabilities: self.capabilities.clone(),
        }
    }

    /// The APIs that are chosen: those that are marked, or the one that is typed.
    pub(super) fn api_ids(&self) -> Vec<String> {
        let typed = self.text(Field::Api);
        match (self.marked.is_empty(), typed.is_empty()) {
            (false, _) => self.marked.clone(),
            (true, false) => vec![typed.to_owned()],
            (true, true) => Vec::new(),
        }
    }

    /// Nicknames that other connections have.
    pub(super) fn taken(&self) -> Vec<String> {
        self.saved.iter().map(|known| known.nickname.clone()).collect()
    }

    /// Nicknames and ids of the connections that would be saved. One is called as was typed, several by their APIs' names.
    pub fn planned(&self) -> Vec<(String, String)> {
        let ids = self.api_ids();
        if let [id] = &ids[..] {
            return vec![(self.text(Field::Nickname).to_owned(), id.clone())];
        }
        let mut taken = self.taken();
        let named = ids.into_iter().map(|id| {
            let nickname = nickname_for(self.api_name(&id), &id, &taken);
            taken.push(nickname.clone());
            (nickname, id)
        });
        named.collect()
    }

    /// The name of a listed API; empty for one that is not listed.
    pub fn api_name(&self, id: &str) -> &str {
        let apis = self.apis.value.as_deref().unwrap_or_default();
        apis.iter().find(|api| api.id == id).map_or("", |api| &api.name)
    }

    /// What to save, when every field is right.
    pub(super) fn to_edit(&self, account: Option<&str>) -> Edit {
        let connections = self.planned().into_iter().map(|(nickname, id)| Connection {
            account: account.map(str::to_owned),
            protected: self.protected,
            read_only: self.read_only,
            thresholds: self.typed_thresholds(),
            schema: self.schema(),
            refresh: self.refresh().unwrap_or_default(),
            ..Connection::new(nickname, self.api_type, id, self.text(Field::Region), self.auth())
        });
        let mut connections: Vec<Connection> = connections.collect();
        let access_key = self.access_key();
        match (&self.purpose, connections.pop()) {
            (Purpose::Change(before), Some(after)) => {
                Edit::Change { before: before.clone(), after: Box::new(after), access_key }
            }
            (_, last) => {
                connections.extend(last);
                Edit::Add { connections, access_key }
            }
        }
    }

    fn schema(&self) -> Option<PathBuf> {
        let text = self.text(Field::Schema);
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    fn typed_thresholds(&self) -> Thresholds {
        let mut thresholds = self.thresholds;
        for limit in super::Limit::ALL {
            // What cannot be read was told when the field was checked.
            let _ = limit.read(self.text(Field::Threshold(limit)), &mut thresholds);
        }
        thresholds
    }

    /// What the connection was made for so far, as long as it still signs in the same way.
    pub(super) fn kept_account(&self) -> Option<&str> {
        let Purpose::Change(before) = &self.purpose else {
            return None;
        };
        let same = before.session_key() == self.login().session && self.access_key().is_none();
        before.account.as_deref().filter(|_| same)
    }
}

/// Fields whose text never has a blank in it, so that one is told of as such.
fn is_one_word(field: Field) -> bool {
    matches!(
        field,
        Field::RoleArn
            | Field::ExternalId
            | Field::MfaSerial
            | Field::KeyId
            | Field::Region
            | Field::Api
            | Field::SessionName
    )
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The other kind of API.
pub(super) fn other(api_type: ApiType) -> ApiType {
    match api_type {
        ApiType::Http => ApiType::Rest,
        ApiType::Rest => ApiType::Http,
    }
}

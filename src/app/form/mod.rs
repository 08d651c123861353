//! The form of a connection: adding, changing and copying one, and finding several at once.

mod draft;
mod fields;
mod keys;
mod lists;
mod rows;
mod save;

use std::collections::BTreeMap;

use super::text_field::{SecretField, TextField};
use super::{Effect, List, Model, Question, Remote};
use crate::domain::{Api, ApiType, Auth, AwsProfile, Capability, Connection, Identity, Login, Thresholds};

pub use fields::{AuthKind, Field, Kind, Limit};
pub(super) use keys::{act, erase, paste, point_at, type_character};
pub use lists::Offer;
pub use rows::{FormRow, LABEL_COLUMNS as FORM_LABEL_COLUMNS};
pub(super) use rows::{reveal, rows};
pub(super) use save::{ask_unverified, save_unverified, settle};

/// State of the form.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "ticks of the form, and what was done to it")]
pub struct Form {
    /// What comes of it.
    pub purpose: Purpose,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// Where credentials come from.
    pub auth: AuthKind,
    /// Writes ask for the nickname.
    pub protected: bool,
    /// Writes are refused.
    pub read_only: bool,
    /// What the policies allow and the test looks at.
    pub capabilities: Vec<Capability>,
    /// Whether the settings that few connections need are shown.
    pub more: bool,
    /// The field that takes the typing.
    pub focus: Field,
    /// What is wrong, by field.
    pub errors: BTreeMap<Field, String>,
    /// What can be chosen for the focused field.
    pub list: List,
    /// Profiles of the AWS files.
    pub profiles: Remote<Vec<AwsProfile>>,
    /// APIs that the credentials can see.
    pub apis: Remote<Vec<Api>>,
    /// Ids of the APIs that are marked, when several are added at once.
    pub marked: Vec<String>,
    /// The first row in view.
    pub offset: usize,
    texts: BTreeMap<Field, TextField>,
    secrets: BTreeMap<Field, SecretField>,
    /// The connections that there are already.
    saved: Vec<Connection>,
    /// The key whose secret is kept already.
    kept_key: Option<String>,
    thresholds: Thresholds,
    /// What the APIs were asked with.
    apis_of: Option<(Login, ApiType)>,
    /// Whose credentials these are, and what was asked with.
    identity: Option<(Login, Identity)>,
    /// Whether the focused field was changed since it got the focus: then its text filters its list.
    typed: bool,
    /// Whether the cursor of its list was moved since: then its row is meant, and not what stands in the field.
    moved: bool,
    touched: bool,
    leaving: bool,
    saving: bool,
}

/// What comes of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// New connections.
    Add,
    /// This connection changes.
    Change(Box<Connection>),
}

/// Opens the form for a new connection.
pub(super) fn add(model: &mut Model) -> Vec<Effect> {
    let form = Form::new(Purpose::Add);
    open(model, form)
}

/// Opens the form on a connection, to change it.
pub(super) fn edit(model: &mut Model, connection: &Connection) -> Vec<Effect> {
    let mut form = Form::new(Purpose::Change(Box::new(connection.clone())));
    form.fill(connection);
    form.set_text(Field::Nickname, &connection.nickname);
    open(model, form)
}

/// Opens the form for a new connection that is like another one.
pub(super) fn duplicate(model: &mut Model, connection: &Connection) -> Vec<Effect> {
    let mut form = Form::new(Purpose::Add);
    form.fill(connection);
    open(model, form)
}

fn open(model: &mut Model, mut form: Form) -> Vec<Effect> {
    form.saved.clone_from(&model.connections);
    let needs_id = form.text(Field::ExternalId).is_empty() && form.purpose == Purpose::Add;
    model.form = Some(form);
    model.mark_dirty();
    if needs_id { model.questions.ask(Question::ExternalId, model.now) } else { Vec::new() }
}

/// Closes the form; nobody waits for its reads any more.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.form = None;
    model.questions.abandon(|open| {
        matches!(
            open.question,
            Question::ExternalId | Question::Profiles | Question::Apis(..) | Question::LoginIdentity(_)
        )
    })
}

impl Form {
    fn new(purpose: Purpose) -> Self {
        let thresholds = Thresholds::default();
        let mut form = Self {
            purpose,
            api_type: ApiType::Http,
            auth: AuthKind::Role,
            protected: false,
            read_only: false,
            capabilities: vec![Capability::View, Capability::Metrics],
            more: false,
            focus: Field::Nickname,
            errors: BTreeMap::new(),
            list: List::default(),
            profiles: Remote::default(),
            apis: Remote::default(),
            marked: Vec::new(),
            offset: 0,
            texts: BTreeMap::new(),
            secrets: BTreeMap::new(),
            saved: Vec::new(),
            kept_key: None,
            thresholds,
            apis_of: None,
            identity: None,
            typed: false,
            moved: false,
            touched: false,
            leaving: false,
            saving: false,
        };
        form.write_thresholds();
        form
    }

    /// Takes over what a connection is made of, but for its nickname.
    fn fill(&mut self, connection: &Connection) {
        self.api_type = connection.api_type;
        self.auth = AuthKind::of(&connection.auth);
        self.protected = connection.protected;
        self.read_only = connection.read_only;
        self.thresholds = connection.thresholds;
        self.write_thresholds();
        self.set_text(Field::Region, &connection.region);
        self.set_text(Field::Api, &connection.api_id);
        match &connection.auth {
            Auth::Role(role) => {
                self.set_text(Field::RoleArn, &role.arn);
                let mut set = |field, text: &Option<String>| {
                    self.set_text(field, text.as_deref().unwrap_or_default());
                };
                set(Field::ExternalId, &role.external_id);
                set(Field::SourceProfile, &role.source_profile);
                set(Field::MfaSerial, &role.mfa_serial);
                set(Field::SessionName, &role.session_name);
                set(Field::Duration, &role.duration_seconds.map(|seconds| seconds.to_string()));
            }
            Auth::AccessKey { id } => {
                self.set_text(Field::KeyId, id);
                self.kept_key = Some(id.clone());
            }
            Auth::Profile(name) => self.set_text(Field::Profile, name),
            Auth::Environment => {}
        }
        if let Some(schema) = &connection.schema {
            self.set_text(Field::Schema, &schema.display().to_string());
        }
        if let Some(refresh) = connection.refresh {
            self.set_text(Field::Refresh, &refresh.as_secs().to_string());
        }
        let plain = Connection::new("", self.api_type, "", "", Auth::Environment);
        let few = [Field::SessionName, Field::Duration, Field::Schema, Field::Refresh];
        self.more = connection.thresholds != plain.thresholds
            || few.into_iter().any(|field| !self.text(field).is_empty());
    }

    fn write_thresholds(&mut self) {
        for limit in Limit::ALL {
            self.set_text(Field::Threshold(limit), &limit.written(&self.thresholds));
        }
    }

    /// What is typed into a field; nothing for fields that are not typed into.
    pub fn text(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", TextField::text)
    }

    /// What of it stands before the cursor.
    pub fn text_before_cursor(&self, field: Field) -> &str {
        self.texts.get(&field).map_or("", TextField::before_cursor)
    }

    fn set_text(&mut self, field: Field, text: &str) {
        self.texts.insert(field, TextField::new(text));
    }

    /// What is known of a secret without looking at it.
    pub fn secret_state(&self, field: Field) -> SecretState {
        let typed = self.secrets.get(&field).is_some_and(|secret| secret.secret().is_some());
        match (typed, self.keeps_secret()) {
            (true, _) => SecretState::Typed,
            (false, true) if field == Field::KeySecret => SecretState::Kept,
            _ => SecretState::Missing,
        }
    }

    /// Whether the secret that is kept for this key id still serves: nothing else was typed.
    fn keeps_secret(&self) -> bool {
        self.kept_key.as_deref() == Some(self.text(Field::KeyId))
    }

    /// The value of a tick.
    pub fn is_ticked(&self, field: Field) -> bool {
        match field {
            Field::Protected => self.protected,
            Field::ReadOnly => self.read_only,
            Field::Can(capability) => self.capabilities.contains(&capability),
            Field::More => self.more,
            _ => false,
        }
    }

    /// The words of a choice, and which of them is chosen.
    pub fn choice(&self, field: Field) -> (Vec<&'static str>, usize) {
        let of = |labels: Vec<&'static str>, chosen: Option<usize>| (labels, chosen.unwrap_or(0));
        if field == Field::ApiType {
            let types = [ApiType::Http, ApiType::Rest];
            let chosen = types.iter().position(|api_type| *api_type == self.api_type);
            return of(types.map(ApiType::label).to_vec(), chosen);
        }
        let chosen = AuthKind::ALL.iter().position(|kind| *kind == self.auth);
        of(AuthKind::ALL.map(AuthKind::label).to_vec(), chosen)
    }

    /// The fields that there are now, from top to bottom.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = vec![Field::Nickname, Field::ApiType, Field::Auth];
        fields.extend(self.auth.fields());
        fields.extend([Field::Region, Field::Api, Field::Protected, Field::ReadOnly]);
        fields.extend(Capability::ALL.map(Field::Can));
        fields.push(Field::More);
        if self.more {
            if self.auth == AuthKind::Role {
                fields.extend([Field::SessionName, Field::Duration]);
            }
            fields.extend([Field::Schema, Field::Refresh]);
            fields.extend(Limit::ALL.map(Field::Threshold));
        }
        fields.push(Field::Save);
        fields
    }
}

/// What is known of a secret without looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretState {
    /// Nothing was typed, and nothing is kept.
    Missing,
    /// The one in `credentials.toml` stays.
    Kept,
    /// A new one was typed.
    Typed,
}

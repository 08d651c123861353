//! The form of a deploy: which schema, from which revision, to which stage, and how.

mod fields;
mod keys;
mod picker;
mod rows;

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::text_box::TextBox;
use super::text_field::TextField;
use super::{Effect, Model, Pane, Task};
use crate::domain::{ApiType, Connection, Intent, PushOptions, SchemaChoice};

pub use fields::{DeployField, DeployKind};
pub(super) use keys::{act, erase, paste, point_at, type_character};
pub use picker::Picker;
pub(super) use picker::{act as act_in_picker, settle as settle_picker};
pub use rows::DeployRow;
pub(super) use rows::{reveal, rows};

/// State of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct DeployForm {
    /// The connection.
    pub nickname: String,
    /// HTTP or REST.
    pub api_type: ApiType,
    /// The revision of the file; `None` is the file on disk.
    pub revision: Option<String>,
    /// The stage; `None` exports only.
    pub stage: Option<String>,
    /// The stage whose export stands for the gateway's own configuration (REST without a stage).
    pub from: Option<String>,
    /// What the merge and the push may do.
    pub options: PushOptions,
    /// What to write on the deployment.
    pub description: TextBox,
    /// The field that takes the typing.
    pub focus: DeployField,
    /// What is wrong, by field.
    pub errors: BTreeMap<DeployField, String>,
    /// The first row in view.
    pub offset: usize,
    file: TextField,
    new_stage: TextField,
    touched: bool,
    leaving: bool,
}

/// Opens the form on the stage under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(screen) = &model.deployments else {
        return Vec::new();
    };
    let stage = screen.selected_stage().filter(|_| screen.pane == Pane::Stages);
    let form = DeployForm::new(&screen.connection, stage.map(|stage| stage.name.clone()));
    model.task = Some(Task::Deploy(form));
    model.mark_dirty();
    Vec::new()
}

impl DeployForm {
    fn new(connection: &Connection, stage: Option<String>) -> Self {
        let file = connection.schema.as_ref().map(|file| file.display().to_string());
        Self {
            nickname: connection.nickname.clone(),
            api_type: connection.api_type,
            revision: None,
            stage,
            from: None,
            options: PushOptions::default(),
            description: TextBox::default(),
            focus: DeployField::File,
            errors: BTreeMap::new(),
            offset: 0,
            file: TextField::new(file.unwrap_or_default()),
            new_stage: TextField::default(),
            touched: false,
            leaving: false,
        }
    }

    /// What is typed into a field of one line.
    pub fn text(&self, field: DeployField) -> &str {
        self.field(field).map_or("", TextField::text)
    }

    /// What of it stands before the cursor.
    pub fn text_before_cursor(&self, field: DeployField) -> &str {
        self.field(field).map_or("", TextField::before_cursor)
    }

    fn field(&self, field: DeployField) -> Option<&TextField> {
        match field {
            DeployField::File => Some(&self.file),
            DeployField::NewStage => Some(&self.new_stage),
            _ => None,
        }
    }

    fn field_mut(&mut self, field: DeployField) -> Option<&mut TextField> {
        match field {
            DeployField::File => Some(&mut self.file),
            DeployField::NewStage => Some(&mut self.new_stage),
            _ => None,
        }
    }

    /// The schema's file; `None` deploys what the gateway has.
    pub fn file(&self) -> Option<PathBuf> {
        let file = self.file.text().trim();
        (!file.is_empty()).then(|| PathBuf::from(file))
    }

    /// The stage that is meant.
    fn target(&self) -> Option<String> {
        if self.options.create_stage {
            return Some(self.new_stage.text().trim().to_owned());
        }
        self.stage.clone()
    }

    /// What is asked for.
    fn intent(&self) -> Intent {
        let description = self.description.text().trim().to_owned();
        let revision = self.revision.clone();
        let stage = self.target();
        Intent::Deploy {
            schema: self.file().map(|file| SchemaChoice { file, revision }),
            description: (!description.is_empty()).then_some(description),
            extensions_from: self.from.clone().filter(|_| self.needs_start()),
            stage,
            options: self.options,
        }
    }
}

//! What the form asks.

use super::DeployForm;
use crate::app::{DeploymentsScreen, Model};
use crate::domain::{ApiType, Stage};

/// One thing that the form asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeployField {
    /// The schema's file.
    File,
    /// The revision of it.
    Revision,
    /// The stage, or none.
    Stage,
    /// The name of a stage that does not exist yet.
    NewStage,
    /// The stage whose export the merge starts from.
    From,
    /// What to write on the deployment.
    Description,
    /// Take name and description of the API from the schema.
    Rename,
    /// Keep live routes that the schema lacks.
    KeepRoutes,
    /// Push although AWS warns.
    AllowWarnings,
    /// Make the stage.
    CreateStage,
    /// Show the plan.
    Plan,
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeployKind {
    /// One line of text.
    Text,
    /// Several lines of text.
    Lines,
    /// One of several, shown below it.
    Choice,
    /// On or off.
    Tick,
    /// Something to press.
    Button,
}

impl DeployField {
    /// How it is filled in.
    pub fn kind(self) -> DeployKind {
        match self {
            Self::File | Self::NewStage => DeployKind::Text,
            Self::Description => DeployKind::Lines,
            Self::Stage | Self::From => DeployKind::Choice,
            Self::Rename | Self::KeepRoutes | Self::AllowWarnings | Self::CreateStage => DeployKind::Tick,
            Self::Revision | Self::Plan => DeployKind::Button,
        }
    }

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "schema file",
            Self::Revision => "revision",
            Self::Stage => "stage",
            Self::NewStage => "stage's name",
            Self::From => "starts from",
            Self::Description => "description",
            Self::Rename => "rename",
            Self::KeepRoutes => "keep routes",
            Self::AllowWarnings => "warnings",
            Self::CreateStage => "new stage",
            Self::Plan => "Plan",
        }
    }

    /// What to know about it while it has the focus.
    pub fn hint(self) -> &'static str {
        match self {
            Self::File => "Relative to where apigw was started; empty deploys what the gateway has",
            Self::Revision => "enter finds a branch, tag or commit of the file",
            Self::Stage => "up and down choose; without a stage the schema is exported only",
            Self::NewStage => "The name of the stage to make",
            Self::From => "The stage whose configuration fills in what the schema leaves out",
            Self::Description => "Written on the deployment; empty says revision, commit and who",
            Self::Plan => "enter reads the gateway and shows what it would do; nothing is written",
            Self::Rename | Self::KeepRoutes | Self::AllowWarnings | Self::CreateStage => "space switches",
        }
    }

    /// What a switch does.
    pub fn about(self) -> &'static str {
        match self {
            Self::Rename => "take the API's name and description from the schema",
            Self::KeepRoutes => "keep live routes that the schema lacks",
            Self::AllowWarnings => "push although AWS warns",
            Self::CreateStage => "make a stage that does not exist yet",
            _ => "",
        }
    }
}

impl DeployForm {
    /// The fields that there are now, from top to bottom.
    pub fn fields(&self) -> Vec<DeployField> {
        use DeployField as F;
        let mut fields = vec![F::File];
        if self.file().is_some() {
            fields.push(F::Revision);
        }
        fields.push(if self.options.create_stage { F::NewStage } else { F::Stage });
        if self.api_type == ApiType::Rest {
            fields.push(F::CreateStage);
            if self.needs_start() {
                fields.push(F::From);
            }
        }
        fields.push(F::Description);
        if self.file().is_some() {
            fields.extend([F::Rename, F::KeepRoutes, F::AllowWarnings]);
        }
        fields.push(F::Plan);
        fields
    }

    /// Whether no stage that exists tells what the schema leaves out: a REST API exports nothing but its stages.
    pub(super) fn needs_start(&self) -> bool {
        let nowhere = self.stage.is_none() || self.options.create_stage;
        self.api_type == ApiType::Rest && nowhere && self.file().is_some()
    }

    /// Whether a switch is on.
    pub fn is_ticked(&self, field: DeployField) -> bool {
        match field {
            DeployField::Rename => self.options.rename,
            DeployField::KeepRoutes => self.options.keep_routes,
            DeployField::AllowWarnings => self.options.allow_warnings,
            DeployField::CreateStage => self.options.create_stage,
            _ => false,
        }
    }

    pub(super) fn switch(&mut self, field: DeployField) {
        let options = &mut self.options;
        match field {
            DeployField::Rename => options.rename = !options.rename,
            DeployField::KeepRoutes => options.keep_routes = !options.keep_routes,
            DeployField::AllowWarnings => options.allow_warnings = !options.allow_warnings,
            DeployField::CreateStage => options.create_stage = !options.create_stage,
            _ => {}
        }
    }

    /// What was chosen in a field with choices.
    pub fn chosen(&self, field: DeployField) -> Option<&str> {
        match field {
            DeployField::Stage => self.stage.as_deref(),
            DeployField::From => self.from.as_deref(),
            _ => None,
        }
    }

    /// What is wrong with a field.
    pub(super) fn check(&self, field: DeployField) -> Result<(), &'static str> {
        let nothing = self.file().is_none() && self.target().is_none();
        match field {
            DeployField::File if nothing => {
                Err("Name a file, or choose a stage that gets what the gateway has")
            }
            DeployField::NewStage
                if self.options.create_stage && self.target().is_some_and(|s| s.is_empty()) =>
            {
                Err("Write the name of the stage")
            }
            _ => Ok(()),
        }
    }
}

/// Something to choose, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StageChoice {
    /// The stage; `None` is none.
    pub stage: Option<String>,
    /// What is known of it.
    pub about: &'static str,
}

/// What can be chosen in a field: none, and the stages.
pub(super) fn choices(model: &Model, field: DeployField) -> Vec<StageChoice> {
    let stages = model.deployments.as_ref().map(DeploymentsScreen::stage_rows).unwrap_or_default();
    let none = match field {
        DeployField::Stage => "export only: no stage gets the schema",
        _ => "not chosen yet",
    };
    let about = |stage: &Stage| match stage {
        _ if field != DeployField::Stage => "",
        stage if stage.auto_deploy => "deploys by itself, with every push",
        stage if stage.canary.is_some() => "a canary runs on it",
        _ => "",
    };
    let exported = |stage: &&Stage| field == DeployField::Stage || stage.deployment_id.is_some();
    let named = stages
        .iter()
        .filter(exported)
        .map(|stage| StageChoice { stage: Some(stage.name.clone()), about: about(stage) });
    std::iter::once(StageChoice { stage: None, about: none }).chain(named).collect()
}

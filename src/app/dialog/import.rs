//! Which schema is to be imported, and into which file.

use super::{Dialog, show};
use crate::app::panel::{Line, Panel, Tone};
use crate::app::text_field::TextField;
use crate::app::{DeploymentsScreen, Effect, Model, Overlay, import};
use crate::domain::{ApiType, Connection, ImportRequest};
use crate::input::Motion;

/// Asks for the stage and the file of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct AskImport {
    nickname: String,
    api_type: ApiType,
    /// What can be imported: `None` is the newest configuration, which only an HTTP API exports.
    sources: Vec<Option<String>>,
    chosen: usize,
    pub(super) file: TextField,
    pub(super) problem: Option<String>,
}

/// Asks, with that stage chosen.
pub(in crate::app) fn ask_import(model: &mut Model, connection: &Connection, stage: Option<&str>) {
    let default = connection.schema.as_ref().map(|file| file.display().to_string());
    let file = default.unwrap_or_else(|| format!("{}.yaml", connection.nickname.replace(['/', ' '], "-")));
    let mut ask = AskImport {
        nickname: connection.nickname.clone(),
        api_type: connection.api_type,
        sources: Vec::new(),
        chosen: 0,
        file: TextField::new(file),
        problem: None,
    };
    let stages = model.deployments.as_ref().map(DeploymentsScreen::stage_rows).unwrap_or_default();
    ask.offer(stages.iter().map(|stage| stage.name.clone()).collect());
    ask.chosen = ask.sources.iter().position(|source| source.as_deref() == stage).unwrap_or(0);
    show(model, Dialog::Import(ask));
}

/// The stages are known now.
pub(in crate::app) fn stages_are_read(model: &mut Model) {
    let stages = model.deployments.as_ref().map(DeploymentsScreen::stage_rows).unwrap_or_default();
    let names = stages.iter().map(|stage| stage.name.clone()).collect();
    if let Some(Overlay::Dialog(Dialog::Import(ask))) = &mut model.overlay {
        ask.offer(names);
    }
}

impl AskImport {
    fn offer(&mut self, stages: Vec<String>) {
        let kept = self.sources.get(self.chosen).cloned();
        let newest = (self.api_type == ApiType::Http).then_some(None);
        self.sources = newest.into_iter().chain(stages.into_iter().map(Some)).collect();
        self.chosen = self.sources.iter().position(|source| Some(source) == kept.as_ref()).unwrap_or(0);
    }

    pub(super) fn go(&mut self, motion: Motion) {
        self.chosen = super::moved(self.chosen, self.sources.len().saturating_sub(1), motion);
    }

    pub(super) fn panel(&self) -> Panel {
        let source = match self.sources.get(self.chosen) {
            None => "the stages are not read yet".to_owned(),
            Some(None) => "the newest configuration, deployed or not".to_owned(),
            Some(Some(stage)) => stage.clone(),
        };
        let place = format!("{} of {}", self.chosen + 1, self.sources.len());
        let mut lines = vec![
            Line::new(Tone::Plain, &format!("stage    {source}")),
            Line::new(Tone::Muted, &format!("         up and down choose, {place}")),
            Line::new(Tone::Plain, ""),
            Line::new(Tone::Plain, "File; .json or .yaml decides the format:"),
            Line::new(Tone::Input, &format!("{}_", self.file.text())),
            Line::new(Tone::Plain, ""),
            Line::new(Tone::Muted, "enter shows what it would change; nothing is written yet"),
        ];
        lines.extend(self.problem.iter().map(|problem| Line::new(Tone::Danger, &format!("! {problem}"))));
        Panel::new("Import a schema", lines)
    }
}

/// Reads the schema and compares it with the file.
pub(super) fn answer(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Import(ask))) = &mut model.overlay else {
        return Vec::new();
    };
    let file = ask.file.text().trim();
    let Some(stage) = ask.sources.get(ask.chosen).cloned() else {
        ask.problem = Some("The stages are not read yet".to_owned());
        return Vec::new();
    };
    if file.is_empty() {
        ask.problem = Some("Name the file".to_owned());
        return Vec::new();
    }
    let request = ImportRequest { stage, file: Some(file.into()), format: None };
    let nickname = ask.nickname.clone();
    model.overlay = None;
    import::open(model, nickname, request)
}

/// Asks whether a file is to be replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Replace {
    file: String,
    pub(super) typed: TextField,
    pub(super) problem: Option<String>,
}

/// Asks.
pub(in crate::app) fn replace(model: &mut Model, file: String) {
    show(model, Dialog::Replace(Replace { file, typed: TextField::default(), problem: None }));
}

impl Replace {
    pub(super) fn panel(&self) -> Panel {
        let mut lines = vec![
            Line::new(Tone::Plain, &format!("{} differs from what the gateway has.", self.file)),
            Line::new(Tone::Muted, "What it says now is kept in the history."),
            Line::new(Tone::Plain, ""),
            Line::new(Tone::Plain, "Replace it? Type yes; enter alone means no:"),
            Line::new(Tone::Input, &format!("{}_", self.typed.text())),
        ];
        lines.extend(self.problem.iter().map(|problem| Line::new(Tone::Danger, &format!("! {problem}"))));
        Panel::new("Replace the file?", lines)
    }
}

/// Replaces it, or leaves it.
pub(super) fn answer_replace(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Replace(replace))) = &mut model.overlay else {
        return Vec::new();
    };
    let typed = replace.typed.text().trim().to_ascii_lowercase();
    match typed.as_str() {
        "" => {
            model.overlay = None;
            model.notice = Some("The file stays as it is".to_owned());
            Vec::new()
        }
        "y" | "yes" => {
            model.overlay = None;
            import::save(model)
        }
        _ => {
            replace.problem = Some("That is not `yes`; esc leaves it".to_owned());
            Vec::new()
        }
    }
}

//! What was done from here: the list, and what its keys do.

use super::{DeploymentsScreen, Pane, Tab};
use crate::app::list::matching;
use crate::app::panel::{Line, Panel, Tone};
use crate::app::{Effect, Model, Note, Question, Slot, asked};
use crate::domain::{Act, HistoryEntry, Kept, Problem, WriteResult};
use crate::input::Action;
use crate::text;

impl DeploymentsScreen {
    /// What was done from here, newest first; empty before it is read.
    pub fn export_rows(&self) -> &[HistoryEntry] {
        self.exports.value.as_deref().unwrap_or_default()
    }

    /// The entry under the cursor.
    pub fn selected_export(&self) -> Option<&HistoryEntry> {
        self.export_rows().get(self.export_list.selected()?)
    }

    /// The entry that made a deployment.
    pub fn entry_of(&self, deployment_id: &str) -> Option<&HistoryEntry> {
        let failed = |entry: &HistoryEntry| {
            entry.ended.as_ref().is_some_and(|ended| ended.result == WriteResult::Failed)
        };
        let made = |entry: &&HistoryEntry| {
            entry.act == Act::Deploy
                && entry.deployment_id.as_deref() == Some(deployment_id)
                && !failed(entry)
        };
        self.export_rows().iter().find(made)
    }

    /// Filters the entries anew.
    pub(in crate::app) fn arrange_exports(&mut self) {
        let texts = self.export_rows().iter().map(|entry| {
            let of = |text: &Option<String>| text.clone().unwrap_or_default();
            let result = entry.ended.as_ref().map_or("under way", |ended| ended.result.as_str());
            format!(
                "{} {} {} {} {} {} {} {} {result}",
                act_word(entry.act),
                entry.by(),
                of(&entry.target.stage),
                of(&entry.file),
                of(&entry.revision),
                of(&entry.commit),
                of(&entry.deployment_id),
                of(&entry.description)
            )
        });
        let rows = matching(self.export_list.filter(), texts);
        let exports = self.exports.value.as_deref().unwrap_or_default();
        self.export_list.set_rows(rows, |index| &exports[index].id);
    }

    /// What came of acts that apigw was killed in the middle of, or whose end nobody knew.
    pub(super) fn recovered_notes(&self) -> Vec<Note> {
        let told = self.recovered.value.iter().flatten().map(|entry| {
            let result = entry.ended.as_ref().map(|ended| ended.result);
            let (tone, word) = match result {
                Some(WriteResult::Unknown) | None => (Tone::Danger, "nobody knows how it ended"),
                Some(WriteResult::Failed) => (Tone::Danger, "it did not happen, or not whole"),
                Some(_) => (Tone::Warning, "it happened"),
            };
            let stage = entry.target.stage.as_ref().map(|stage| format!(" to {stage}")).unwrap_or_default();
            let text = format!("A {}{stage} whose end was open was looked up: {word}", act_word(entry.act));
            Note { tone, text, more: "2 tells more" }
        });
        let failed = self.recovered.problem.as_ref().map(|problem| Note {
            tone: Tone::Danger,
            text: format!("How an earlier write ended could not be looked up: {}", problem.headline()),
            more: "! tells more",
        });
        told.chain(failed).collect()
    }
}

/// An act in words.
pub fn act_word(act: Act) -> &'static str {
    match act {
        Act::Import => "import",
        Act::Export => "export",
        Act::Deploy => "deploy",
        Act::RollBack => "roll back",
        Act::Promote => "promote",
        Act::EndCanary => "end canary",
    }
}

/// Where the schema came from, in a few words.
pub fn source(entry: &HistoryEntry) -> String {
    let commit = entry.commit.as_deref().map(|commit| commit.get(..7).unwrap_or(commit));
    let revision = match (entry.revision.as_deref(), commit) {
        (Some(revision), _) => format!("@{revision}"),
        (None, Some(commit)) => format!("@{commit}"),
        (None, None) => String::new(),
    };
    match (&entry.file, &entry.from_stage) {
        (Some(file), _) => format!("{}{revision}", file.rsplit('/').next().unwrap_or(file)),
        (None, Some(stage)) => format!("from {stage}"),
        (None, None) => String::new(),
    }
}

/// What the keys of the list do.
pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    let Some(entry) = screen.selected_export().filter(|_| shows(screen)).cloned() else {
        return Vec::new();
    };
    match action {
        Action::Mark if screen.marked.as_ref() == Some(&entry.id) => screen.marked = None,
        Action::Mark => {
            screen.marked = Some(entry.id);
            model.notice = Some("Marked; D compares it with the entry under the cursor".to_owned());
        }
        Action::Compare => match screen.marked.clone() {
            None => model.notice = Some("Mark an entry with space first, then D on another one".to_owned()),
            Some(marked) if marked == entry.id => {
                model.notice = Some("That is the marked entry; put the cursor on another one".to_owned());
            }
            Some(marked) => {
                // Ids sort by time.
                let (older, newer) = if marked < entry.id { (marked, entry.id) } else { (entry.id, marked) };
                let question = Question::CompareEntries(older, newer);
                return asked::open(model, "From the older entry to the newer", question);
            }
        },
        Action::ShowSchema => match kept(&entry) {
            Some((which, title)) => {
                return asked::open(model, title, Question::KeptSchema(entry.id, which));
            }
            None => model.notice = Some("The history keeps no schema of this entry".to_owned()),
        },
        _ => {}
    }
    Vec::new()
}

/// Whether the keys go to the list of exports.
fn shows(screen: &DeploymentsScreen) -> bool {
    screen.pane == Pane::Lower && screen.tab == Tab::Exports
}

/// Whether a key of the list makes sense right now.
pub(super) fn available(screen: &DeploymentsScreen, action: Action) -> bool {
    let Some(entry) = screen.selected_export().filter(|_| shows(screen)) else {
        return false;
    };
    match action {
        Action::Compare => screen.marked.as_ref().is_some_and(|marked| *marked != entry.id),
        Action::ShowSchema => kept(entry).is_some(),
        Action::PushBack => entry.pushed.is_some(),
        _ => true,
    }
}

/// The schema that tells most about an entry, and what to call it.
fn kept(entry: &HistoryEntry) -> Option<(Kept, &'static str)> {
    let kept = [
        (Kept::Pushed, &entry.pushed, "The schema that was pushed"),
        (Kept::Source, &entry.source, "The schema as its author wrote it"),
        (Kept::Replaced, &entry.replaced, "The schema that was replaced"),
    ];
    kept.into_iter().find_map(|(which, hash, title)| hash.as_ref().map(|_| (which, title)))
}

/// All that is known of an entry.
pub(super) fn entry_panel(model: &Model, entry: &HistoryEntry) -> Panel {
    let title = format!("{} of {}", act_word(entry.act), text::local_minute(entry.at, &model.zone));
    let mut lines = entry_lines(model, entry);
    let schemas = [("source", &entry.source), ("pushed", &entry.pushed), ("replaced", &entry.replaced)];
    let kept: Vec<&str> = schemas.iter().filter(|(_, hash)| hash.is_some()).map(|(name, _)| *name).collect();
    let kept = if kept.is_empty() { "none".to_owned() } else { kept.join(", ") };
    lines.push(fact(Tone::Plain, "schemas kept", &kept));
    let copy = Some(("the entry's id", entry.id.clone()));
    Panel { copy, ..Panel::new(title, lines) }
}

fn fact(tone: Tone, label: &str, value: &str) -> Line {
    Line::new(tone, &format!("{label:<14}{}", text::sanitise(value)))
}

/// What is known of an entry, for its own panel and for that of the deployment it made.
pub(in crate::app) fn entry_lines(model: &Model, entry: &HistoryEntry) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |label: &str, value: Option<&str>| {
        lines.extend(value.map(|value| fact(Tone::Plain, label, value)));
    };
    let when = format!("{} ({})", text::local_minute(entry.at, &model.zone), text::age(entry.at, model.now));
    let target = &entry.target;
    let place = format!("{} in {}, {}", target.api_name, target.account, target.region);
    add("begun", Some(&when));
    add("who", Some(&entry.who));
    add("connection", Some(&entry.nickname));
    add("API", Some(&place));
    add("stage", Some(target.stage.as_deref().unwrap_or("none")));
    add("from stage", entry.from_stage.as_deref());
    add("file", entry.file.as_deref());
    let working_tree = (entry.file.is_some() && entry.act != Act::Import).then_some("working tree");
    add("revision", entry.revision.as_deref().or(working_tree));
    add("commit", entry.commit.as_deref());
    add("description", entry.description.as_deref());
    add("live before", entry.deployment_before.as_deref());
    add("deployment", entry.deployment_id.as_deref());
    lines.extend(result_lines(model, entry));
    lines
}

fn result_lines(model: &Model, entry: &HistoryEntry) -> Vec<Line> {
    let Some(ended) = &entry.ended else {
        return vec![fact(Tone::Warning, "result", "under way, or cut short")];
    };
    let tone = match ended.result {
        WriteResult::Failed | WriteResult::Unknown => Tone::Danger,
        _ => Tone::Plain,
    };
    let when = text::local_minute(ended.at, &model.zone);
    let mut lines = vec![fact(tone, "result", &format!("{}, {when}", ended.result.as_str()))];
    if !ended.note.is_empty() {
        let labels = std::iter::once("note").chain(std::iter::repeat(""));
        let notes = text::sanitise_lines(&ended.note);
        lines.extend(labels.zip(&notes).map(|(label, line)| fact(Tone::Plain, label, line)));
    }
    lines
}

/// Asks what was done from here.
pub(super) fn ask(model: &mut Model, nickname: &str) -> Vec<Effect> {
    model.questions.ask(Question::History(nickname.to_owned()), model.now)
}

/// Takes the entries in. Whose end is open, and which is not this program's, is looked up, once.
pub(super) fn settle(model: &mut Model, reply: Result<Vec<HistoryEntry>, Problem>) -> Vec<Effect> {
    let (now, writing) = (model.now, model.questions.find(&Slot::CarryOut).is_some());
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    screen.exports.settle(reply, now);
    screen.arrange_exports();
    let is_open =
        |entry: &HistoryEntry| entry.ended.as_ref().is_none_or(|ended| ended.result == WriteResult::Unknown);
    let cut_short = screen.export_rows().iter().any(is_open);
    let looked_up = screen.recovered.value.is_some() || screen.recovered.problem.is_some();
    let nickname = screen.connection.nickname.clone();
    if !cut_short || looked_up || writing {
        return Vec::new();
    }
    model.questions.ask(Question::Recover(nickname), now)
}

/// Takes in what was looked up, and reads the list again where it changed.
pub(super) fn settle_recovered(model: &mut Model, reply: Result<Vec<HistoryEntry>, Problem>) -> Vec<Effect> {
    let now = model.now;
    let Some(screen) = &mut model.deployments else {
        return Vec::new();
    };
    let found = reply.as_ref().is_ok_and(|entries| !entries.is_empty());
    screen.recovered.settle(reply, now);
    let nickname = screen.connection.nickname.clone();
    if found { ask(model, &nickname) } else { Vec::new() }
}

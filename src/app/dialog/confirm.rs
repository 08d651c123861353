//! The question before every write: where it goes, what it risks, and "no" until somebody says yes.

use super::{Dialog, show};
use crate::app::panel::{Line, Panel, Tone};
use crate::app::text_field::TextField;
use crate::app::{Effect, Model, Overlay, plan, write};
use crate::domain::{Connection, Consent, Lack, Plan, Risk};
use crate::input::Motion;

/// The mark of the risk under the cursor.
const HERE: &str = ">";

/// Asks whether to carry a plan out.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirm {
    connection: Connection,
    plan: Box<Plan>,
    /// What must be agreed to by itself, and whether it was.
    risks: Vec<(Risk, bool)>,
    /// The risk under the cursor; behind them is the answer.
    cursor: usize,
    pub(super) typed: TextField,
    pub(super) problem: Option<String>,
}

/// Asks.
pub(in crate::app) fn confirm(model: &mut Model, connection: Connection, plan: Plan) {
    let risks = plan.risks().into_iter().map(|risk| (risk, false)).collect();
    let confirm = Confirm {
        connection,
        plan: Box::new(plan),
        risks,
        cursor: 0,
        typed: TextField::default(),
        problem: None,
    };
    show(model, Dialog::Confirm(confirm));
}

impl Confirm {
    /// A blank agrees to the risk under the cursor; anything else belongs to the answer.
    pub(super) fn insert(&mut self, text: &str) {
        self.problem = None;
        if let Some((_, agreed)) = self.risks.get_mut(self.cursor) {
            if text == " " {
                *agreed = !*agreed;
                return;
            }
            self.cursor = self.risks.len();
        }
        self.typed.insert(text);
    }

    pub(super) fn go(&mut self, motion: Motion) {
        self.cursor = match motion {
            Motion::Down => self.cursor.saturating_add(1).min(self.risks.len()),
            Motion::Up => self.cursor.saturating_sub(1),
            Motion::Top | Motion::HalfPageUp => 0,
            Motion::Bottom | Motion::HalfPageDown => self.risks.len(),
        };
    }

    /// Whether a line of the panel is the one to keep in view.
    pub(super) fn is_here(&self, (tone, text): &(Tone, String)) -> bool {
        let on_risk = self.cursor < self.risks.len();
        if on_risk { text.starts_with(HERE) } else { *tone == Tone::Input }
    }

    fn consent(&self) -> Consent {
        let typed = self.typed.text().trim();
        let agreed = self.risks.iter().filter(|(_, agreed)| *agreed).map(|(risk, _)| *risk).collect();
        if self.connection.protected {
            let nickname = (!typed.is_empty()).then(|| typed.to_owned());
            return Consent { yes: nickname.is_some(), nickname, risks: agreed };
        }
        let yes = typed.eq_ignore_ascii_case("y") || typed.eq_ignore_ascii_case("yes");
        Consent { yes, nickname: None, risks: agreed }
    }

    pub(super) fn panel(&self) -> Panel {
        let blank = || Line::new(Tone::Plain, "");
        let mut lines = Vec::new();
        if self.risks.is_empty() {
            lines.extend([Line::new(Tone::Heading, &plan::summary(&self.plan)), blank()]);
        }
        lines.extend(plan::target_lines(&self.plan.target));
        if !self.plan.goes_live.is_empty() {
            let text = format!("  live on    {}", self.plan.goes_live.join(", "));
            lines.push(Line::new(Tone::Plain, &text));
        }
        lines.push(blank());
        if !self.risks.is_empty() {
            lines.push(Line::new(Tone::Heading, plan::SECTION_RISKS));
        }
        for (index, (risk, agreed)) in self.risks.iter().enumerate() {
            let here = if index == self.cursor { HERE } else { " " };
            let tick = if *agreed { "x" } else { " " };
            let text = format!("{here} [{tick}] {}", plan::about_risk(&self.plan, *risk));
            lines.push(Line::new(Tone::Danger, &text));
        }
        if !self.risks.is_empty() {
            lines.extend([Line::new(Tone::Muted, "up and down choose, space agrees"), blank()]);
        }
        let asked = if self.connection.protected {
            "The connection is protected. Type its nickname to do it:"
        } else {
            "Do it? Type yes; enter alone means no:"
        };
        lines.push(Line::new(Tone::Plain, asked));
        let caret = if self.cursor == self.risks.len() { "_" } else { "" };
        lines.push(Line::new(Tone::Input, &format!("{}{caret}", self.typed.text())));
        lines.extend(self.problem.iter().map(|problem| Line::new(Tone::Danger, &format!("! {problem}"))));
        Panel::new(format!("{}?", crate::text::sanitise(&plan::sentence(&self.plan))), lines)
    }

    /// What keeps it from being done.
    fn lack(&self, consent: &Consent) -> Option<String> {
        let lacks = self.plan.lacks(&self.connection, consent);
        let risks = lacks.iter().filter(|lack| matches!(lack, Lack::Risk(_))).count();
        match lacks.first()? {
            Lack::Risk(_) if risks == 1 => {
                Some("One risk is not agreed to: up reaches it, space agrees".to_owned())
            }
            Lack::Risk(_) => Some(format!("{risks} risks are not agreed to: up reaches them, space agrees")),
            Lack::Nickname => Some(format!("That is not `{}`; esc leaves it", self.connection.nickname)),
            Lack::Yes => Some("That is not `yes`; esc leaves it".to_owned()),
        }
    }
}

/// Takes the answer: nothing means no.
pub(super) fn answer(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Dialog(Dialog::Confirm(confirm))) = &mut model.overlay else {
        return Vec::new();
    };
    if confirm.typed.text().trim().is_empty() && confirm.cursor < confirm.risks.len() {
        confirm.go(Motion::Down);
        return Vec::new();
    }
    if confirm.typed.text().trim().is_empty() {
        model.overlay = None;
        model.notice = Some("Nothing was written".to_owned());
        return Vec::new();
    }
    let consent = confirm.consent();
    if let Some(lack) = confirm.lack(&consent) {
        confirm.problem = Some(lack);
        return Vec::new();
    }
    let (nickname, plan) = (confirm.connection.nickname.clone(), confirm.plan.clone());
    model.overlay = None;
    write::start(model, nickname, plan, consent)
}

//! Panels: text over the screen, to be read and scrolled.

use super::Model;
use crate::domain::{Deployment, DeploymentStatus, HistoryEntry, Problem};
use crate::input::{Scope, in_scope};
use crate::text;

/// How a line is meant; the theme decides what that looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// Less important.
    Muted,
    /// A heading.
    Heading,
    /// An address: drawn as a terminal hyperlink.
    Link,
    /// What is being typed.
    Input,
    /// In order, or put in.
    Ok,
    /// Taken away.
    Removed,
    /// Worth a look.
    Warning,
    /// In trouble.
    Danger,
}

/// A line of a panel, before wrapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// How it is meant.
    pub tone: Tone,
    /// What it says; sanitised.
    pub text: String,
}

impl Line {
    /// A line; what comes from outside is sanitised here.
    pub fn new(tone: Tone, text: &str) -> Self {
        Self { tone, text: text::sanitise(text).into_owned() }
    }

    /// The line cut into pieces of that many columns, words whole where they fit. What is cut stands below what it belongs
    /// to: behind the indent, and behind the mark of a point.
    pub fn wrapped(&self, columns: usize) -> Vec<String> {
        if self.text.len() <= columns {
            return vec![self.text.clone()];
        }
        let indent = hanging(&self.text);
        if indent == 0 || indent * 2 > columns {
            return wrap(&self.text, columns);
        }
        let (head, rest) = self.text.split_at(indent);
        let blank = " ".repeat(indent);
        let starts = std::iter::once(head).chain(std::iter::repeat(blank.as_str()));
        starts.zip(wrap(rest, columns - indent)).map(|(start, piece)| format!("{start}{piece}")).collect()
    }
}

impl Line {
    fn height(&self, columns: usize) -> usize {
        if self.text.len() <= columns { 1 } else { self.wrapped(columns).len() }
    }
}

/// The columns of a line's indent, and of the mark behind it.
fn hanging(text: &str) -> usize {
    let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let indent = spaces(text);
    let rest = &text[indent..];
    let is_mark = rest.starts_with(['-', '+', '*', '~', '!', '?', '>']) && rest[1..].starts_with(' ');
    if is_mark { indent + 1 + spaces(&rest[1..]) } else { indent }
}

/// Wraps at words, and inside a word only where it is longer than the line. Nothing is lost: addresses stay whole.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns.max(1)).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let options = options.word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// A panel over the screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What `y` copies, and what to call it.
    pub copy: Option<(&'static str, String)>,
    /// The first line in view, after wrapping.
    pub scroll: usize,
}

impl Panel {
    pub(super) fn new(title: impl Into<String>, lines: Vec<Line>) -> Self {
        Self { title: title.into(), lines, copy: None, scroll: 0 }
    }

    /// How many lines it has after wrapping.
    pub fn height(&self, columns: usize) -> usize {
        self.lines.iter().map(|line| line.height(columns)).sum()
    }

    /// The pieces in view, with the lines that they are of: a long text is wrapped only where it is looked at.
    pub fn shown(&self, columns: usize, room: usize) -> Vec<(&Line, String)> {
        let (mut above, mut shown) = (self.scroll, Vec::new());
        for line in &self.lines {
            let height = line.height(columns);
            if above >= height {
                above -= height;
                continue;
            }
            shown.extend(line.wrapped(columns).into_iter().skip(above).map(|piece| (line, piece)));
            above = 0;
            if shown.len() >= room {
                break;
            }
        }
        shown.truncate(room);
        shown
    }

    /// Every line after wrapping.
    pub fn wrapped(&self, columns: usize) -> Vec<(Tone, String)> {
        let pieces = self.lines.iter().flat_map(|line| {
            let pieces = line.wrapped(columns);
            pieces.into_iter().map(|piece| (line.tone, piece))
        });
        pieces.collect()
    }
}

/// Every key, by scope, from the table of bindings; those of the screen below come first.
pub(super) fn help_panel(here: Scope) -> Panel {
    let mut lines = Vec::new();
    let elsewhere = Scope::ALL.into_iter().filter(|scope| *scope != here);
    for scope in std::iter::once(here).chain(elsewhere) {
        lines.push(Line::new(Tone::Heading, scope.title()));
        for binding in in_scope(scope) {
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            lines.push(Line::new(Tone::Plain, &format!("  {:<18}{}", keys.join(" "), binding.doc)));
        }
        lines.push(Line::new(Tone::Plain, ""));
    }
    Panel::new("Keys", lines)
}

/// An address of the AWS console, whole.
pub(super) fn console_panel(url: String) -> Panel {
    let lines = vec![
        Line::new(Tone::Link, &url),
        Line::new(Tone::Plain, ""),
        Line::new(
            Tone::Muted,
            "y sends it to your terminal's clipboard; many terminals open it on ctrl-click.",
        ),
    ];
    Panel { copy: Some(("the console's address", url)), ..Panel::new("AWS console", lines) }
}

/// What a metric means, a paragraph an entry.
pub(super) fn about_panel(title: &str, paragraphs: &[String]) -> Panel {
    let spaced = paragraphs.iter().flat_map(|paragraph| ["", paragraph]).skip(1);
    Panel::new(title, spaced.map(|line| Line::new(Tone::Plain, line)).collect())
}

/// A problem with everything there is to know about it.
pub fn problem_panel(problem: &Problem) -> Panel {
    let mut lines = vec![Line::new(Tone::Danger, &problem.what)];
    for why in text::sanitise_lines(&problem.why) {
        lines.push(Line::new(Tone::Plain, &why));
    }
    if !problem.advice.is_empty() {
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Heading, "What to do"));
        lines.extend(problem.advice.iter().map(|step| Line::new(Tone::Plain, &format!("- {step}"))));
    }
    let statement = problem.denied.as_ref().and_then(crate::domain::Denied::statement);
    if let Some(statement) = &statement {
        lines.push(Line::new(Tone::Plain, ""));
        lines.push(Line::new(Tone::Heading, "The policy statement to add"));
        lines.push(Line::new(Tone::Plain, statement));
    }
    let copy = statement.map(|statement| ("the policy statement", statement));
    Panel { copy, ..Panel::new("Problem", lines) }
}

/// Several problems in one panel, the first of them the one to copy from.
pub(super) fn problems_panel(problems: &[&Problem]) -> Option<Panel> {
    let mut panels = problems.iter().map(|problem| problem_panel(problem));
    let mut panel = panels.next()?;
    for other in panels {
        panel.lines.push(Line::new(Tone::Plain, ""));
        panel.lines.extend(other.lines);
        panel.copy = panel.copy.or(other.copy);
    }
    Some(panel)
}

/// All that is known of a deployment.
pub(super) fn deployment_panel(
    model: &Model,
    deployment: &Deployment,
    stages: &str,
    entry: Option<&HistoryEntry>,
) -> Panel {
    let mut lines = Vec::new();
    let mut fact = |tone, label: &str, value: &str| {
        lines.push(Line::new(tone, &format!("{label:<13}{}", text::sanitise(value))));
    };
    if let Some(created) = deployment.created {
        let when =
            format!("{} ({})", text::local_minute(created, &model.zone), text::age(created, model.now));
        fact(Tone::Plain, "created", &when);
    }
    fact(Tone::Plain, "live on", if stages.is_empty() { "no stage" } else { stages });
    if let Some(status) = &deployment.status {
        let failed = *status == DeploymentStatus::Failed;
        fact(if failed { Tone::Danger } else { Tone::Plain }, "status", status.as_str());
    }
    if let Some(message) = &deployment.status_message {
        fact(Tone::Plain, "message", message);
    }
    fact(Tone::Plain, "made by", if deployment.auto_deployed { "auto-deploy" } else { "a deploy" });
    fact(Tone::Plain, "description", deployment.description.as_deref().unwrap_or("none"));
    if let Some(entry) = entry {
        lines.extend([Line::new(Tone::Plain, ""), Line::new(Tone::Heading, "MADE FROM HERE")]);
        lines.extend(super::deployments::entry_lines(model, entry));
    }
    let copy = Some(("the deployment id", deployment.id.clone()));
    Panel { copy, ..Panel::new(format!("Deployment {}", text::sanitise(&deployment.id)), lines) }
}

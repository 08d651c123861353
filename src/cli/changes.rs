//! What differs between two schemas, as `apigw diff`, `apigw history diff` and every plan tell it.

use serde_json::{Value, json};

use super::output::{Format, wrap, wrap_below};
use super::table::Tone;
use crate::domain::{ChangeKind, Finding, GatewayChange, SchemaDiff, Severity};
use crate::text;

/// A line about one thing that differs, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How much it matters.
    pub severity: Severity,
    mark: &'static str,
    at: String,
    message: String,
    below: Vec<String>,
}

impl From<&Finding> for Entry {
    fn from(finding: &Finding) -> Self {
        Self {
            severity: finding.severity,
            mark: "",
            at: finding.at.clone(),
            message: format!("{} ({})", finding.message, finding.rule),
            below: Vec::new(),
        }
    }
}

impl From<&GatewayChange> for Entry {
    fn from(change: &GatewayChange) -> Self {
        let GatewayChange { change, route, what, before, after, severity } = change;
        let value =
            |word: &str, value: &Option<String>| value.as_ref().map(|value| format!("{word} {value}"));
        let mark = match change {
            ChangeKind::Added => "+ ",
            ChangeKind::Removed => "- ",
            ChangeKind::Changed => "~ ",
        };
        Self {
            severity: *severity,
            mark,
            at: route.clone().unwrap_or_else(|| "the API".to_owned()),
            message: format!("{what} {}", change.as_str()),
            below: [value("before:", before), value("after: ", after)].into_iter().flatten().collect(),
        }
    }
}

impl Entry {
    /// The lines of the entry: severity, mark, place, what it is; values before and after below.
    fn lines(&self, format: &Format) -> Vec<String> {
        let word = match self.severity {
            Severity::Exposure => "EXPOSURE",
            Severity::Breaking => "BREAKING",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::NotAnalysed => "not analysed",
        };
        let text = text::sanitise(&format!("{}{}  {}", self.mark, self.at, self.message)).into_owned();
        let mut lines = wrap_below(&format!("  {word:12}  {text}"), format.width, INDENT);
        if let Some(first) = lines.first_mut() {
            *first = first.replacen(word, &tone(self.severity).paint(word, format.ink), 1);
        }
        // A value is shown whole and in one piece, to be compared and copied.
        lines.extend(self.below.iter().map(|value| format!("{:INDENT$}  {}", "", text::sanitise(value))));
        lines
    }
}

/// Columns left of what an entry says.
const INDENT: usize = 16;

/// The tone of a severity.
fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Exposure | Severity::Breaking => Tone::Danger,
        Severity::Warning => Tone::Warning,
        Severity::Info | Severity::NotAnalysed => Tone::Normal,
    }
}

/// The entries in lines, the most pressing first.
pub fn lines(mut entries: Vec<Entry>, format: &Format) -> Vec<String> {
    entries.sort_by_key(|entry| entry.severity);
    entries.iter().flat_map(|entry| entry.lines(format)).collect()
}

/// How many entries there are of each severity, the most pressing first: `1 exposure, 2 breaking, 3 harmless`.
pub fn counts(entries: &[Entry]) -> String {
    let parts = Severity::ALL.into_iter().filter_map(|severity| {
        let count = entries.iter().filter(|entry| entry.severity == severity).count();
        let told = match severity {
            Severity::Exposure => text::plural(count, "exposure"),
            Severity::Breaking => format!("{count} breaking"),
            Severity::Warning => text::plural(count, "warning"),
            Severity::Info => format!("{count} harmless"),
            Severity::NotAnalysed => format!("{count} not analysed"),
        };
        (count > 0).then_some(told)
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A finding of the contract diff as JSON.
pub fn finding_json(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity.as_str(),
        "rule": finding.rule,
        "at": finding.at,
        "message": finding.message,
    })
}

/// A change of the gateway as JSON.
pub fn change_json(change: &GatewayChange) -> Value {
    json!({
        "change": change.change.as_str(),
        "route": change.route,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "severity": change.severity.as_str(),
    })
}

/// Two schemas compared, as JSON.
pub fn diff_json(diff: &SchemaDiff) -> Value {
    json!({
        "breaking": diff.fails_a_check(),
        "changes": diff.contract.iter().map(finding_json).collect::<Vec<_>>(),
        "gateway": diff.gateway.iter().map(change_json).collect::<Vec<_>>(),
        "basis": diff.basis,
    })
}

/// Two schemas compared, for a person.
pub fn diff_page(diff: &SchemaDiff, format: &Format) -> String {
    let contract: Vec<Entry> = diff.contract.iter().map(Entry::from).collect();
    let gateway: Vec<Entry> = diff.gateway.iter().map(Entry::from).collect();
    let mut lines = Vec::new();
    for (title, entries) in [("For callers", contract), ("On the gateway", gateway)] {
        if !entries.is_empty() {
            lines.push(format!("{title}: {}", counts(&entries)));
            lines.extend(self::lines(entries, format));
        }
    }
    if lines.is_empty() {
        lines.push("No difference that matters".to_owned());
    }
    lines.extend(wrap(&text::sanitise(&diff.basis), format.width));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{format, schema_diff};

    #[test]
    fn what_exposes_and_breaks_comes_first_with_the_values_before_and_after() {
        let page = diff_page(&schema_diff(), &format(80));
        assert!(page.lines().all(|line| text::width(line) <= 80), "{page}");
        insta::assert_snapshot!(page);
    }

    #[test]
    fn the_json_says_in_one_word_whether_the_check_says_no() {
        insta::assert_snapshot!(json_text(&diff_json(&schema_diff())));
        let harmless = SchemaDiff { basis: "a with b".into(), ..SchemaDiff::default() };
        assert_eq!(diff_json(&harmless)["breaking"], false);
        assert_eq!(diff_page(&harmless, &format(80)), "No difference that matters\na with b\n");
    }
}

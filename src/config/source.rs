//! A TOML file as it was written, so that every error can show the line it is about.

use std::fmt::Write as _;
use std::ops::{Range, RangeInclusive};
use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::{Problem, ProblemKind};
use crate::text;

/// Words in a line that may stand beside a secret; the value of such a line is never shown.
const SECRETIVE: [&str; 4] = ["secret", "token", "password", "access_key"];

/// A file's path and text.
pub(super) struct Source<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// Parses the text, or says in which line it stops being TOML.
    pub fn parse(&self) -> Result<Spanned<DeTable<'a>>, Problem> {
        DeTable::parse(self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            match error.message() {
                "duplicate key" => self.duplicate(span),
                message => self
                    .problem(span, format!("this is not valid TOML: {message}"))
                    .advise("Mend the line; texts stand in \"quotes\", tables in [brackets]."),
            }
        })
    }

    /// A usage problem about that part of the text, with the line shown.
    pub fn problem(&self, span: Range<usize>, message: impl AsRef<str>) -> Problem {
        let what = format!("Cannot use {}", self.path.display());
        let why =
            format!("line {}: {}\n{}", self.line_number(span.start), message.as_ref(), self.excerpt(span));
        Problem::new(ProblemKind::Usage, what, why)
    }

    /// The line's number, counted from one.
    fn line_number(&self, offset: usize) -> usize {
        self.before(offset).matches('\n').count() + 1
    }

    fn before(&self, offset: usize) -> &'a str {
        self.text.get(..offset).unwrap_or(self.text)
    }

    fn line(&self, offset: usize) -> (usize, &'a str) {
        let start = self.before(offset).rfind('\n').map_or(0, |newline| newline + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        (start, rest.lines().next().unwrap_or_default())
    }

    /// The line with carets below the part that is meant; a line that may hold a secret ends at its `=`.
    fn excerpt(&self, span: Range<usize>) -> String {
        let (start, line) = self.line(span.start);
        let number = self.line_number(span.start);
        let lowercase = line.to_lowercase();
        let shown = match line.split_once('=') {
            Some((key, _)) if SECRETIVE.iter().any(|word| lowercase.contains(word)) => format!("{key}= …"),
            _ => line.to_owned(),
        };
        let columns = |end: usize| text::width(&text::sanitise(shown.get(..end).unwrap_or(&shown)));
        let from = columns(span.start.saturating_sub(start));
        let to = columns(span.end.saturating_sub(start).min(line.len())).max(from + 1);
        let mut excerpt = String::new();
        let gutter = number.to_string().len();
        let _ = writeln!(excerpt, "  {number} | {}", text::sanitise(&shown));
        let _ = write!(excerpt, "  {:gutter$} | {:from$}{}", "", "", "^".repeat(to - from));
        excerpt
    }

    fn duplicate(&self, span: Range<usize>) -> Problem {
        let (start, line) = self.line(span.start);
        let written = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
        let header = written(line);
        let Some(name) = header.strip_prefix('[').and_then(|name| name.strip_suffix(']')) else {
            let key = self.text.get(span.clone()).unwrap_or_default();
            return self
                .problem(span, format!("the key `{key}` is given twice in one table"))
                .advise("Delete one of the two lines.");
        };
        let first = self.before(start).lines().position(|line| written(line) == header);
        let there = first.map_or_else(String::new, |index| format!("; it is already in line {}", index + 1));
        self.problem(span, format!("the table [{name}] is given twice{there}"))
            .advise("Give one of the two connections another nickname, or join the tables.")
    }
}

/// A key, where it stands, and its value.
pub(super) type Entry<'a> = (&'a str, Range<usize>, &'a Spanned<DeValue<'a>>);

/// One table of the file, whose keys are all known.
pub(super) struct Section<'a> {
    source: &'a Source<'a>,
    name: String,
    header: Range<usize>,
    entries: &'a DeTable<'a>,
}

impl<'a> Section<'a> {
    /// Opens the table of that name; `header` is where its name stands.
    pub fn open(
        source: &'a Source<'a>,
        name: String,
        header: Range<usize>,
        value: &'a Spanned<DeValue<'a>>,
        known: &[&str],
    ) -> Result<Self, Problem> {
        let DeValue::Table(entries) = value.get_ref() else {
            return Err(source
                .problem(value.span(), format!("`{name}` must be a table"))
                .advise(format!("Write [{name}] on a line of its own and the keys below it.")));
        };
        Self::new(source, name, header, entries, known)
    }

    /// The table around all the others.
    pub fn root(source: &'a Source<'a>, entries: &'a DeTable<'a>, known: &[&str]) -> Result<Self, Problem> {
        Self::new(source, String::new(), 0..0, entries, known)
    }

    fn new(
        source: &'a Source<'a>,
        name: String,
        header: Range<usize>,
        entries: &'a DeTable<'a>,
        known: &[&str],
    ) -> Result<Self, Problem> {
        let section = Self { source, name, header, entries };
        match section.in_order().into_iter().find(|(key, _)| !known.contains(key)) {
            Some((key, span)) => Err(section.unknown(key, span, known)),
            None => Ok(section),
        }
    }

    /// Its keys and where they stand, as the file has them.
    pub fn in_order(&self) -> Vec<(&'a str, Range<usize>)> {
        let mut keys: Vec<_> = self.entries.keys().map(|key| (key.get_ref().as_ref(), key.span())).collect();
        keys.sort_by_key(|(_, span)| span.start);
        keys
    }

    /// Whether the key is there, with whatever value.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// A problem with the table as a whole.
    pub fn fault(&self, message: impl AsRef<str>) -> Problem {
        self.source.problem(self.header.clone(), message)
    }

    /// A problem with the value of a key.
    pub fn fault_at(&self, key: &str, message: impl AsRef<str>) -> Problem {
        let span = self.entries.get(key).map_or(self.header.clone(), Spanned::span);
        self.source.problem(span, message)
    }

    /// The table of that name inside this one, which may hold anything.
    pub fn table(&self, key: &str) -> Result<Vec<Entry<'a>>, Problem> {
        let Some(value) = self.entries.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Table(entries) = value.get_ref() else {
            return Err(self.mistyped(key, "a table", &format!("[{key}.NICKNAME]")));
        };
        let mut rows: Vec<_> =
            entries.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
        rows.sort_by_key(|(_, span, _)| span.start);
        Ok(rows)
    }

    /// The section of that name inside this one.
    pub fn section(&self, key: &str, known: &[&str]) -> Result<Option<Section<'a>>, Problem> {
        let Some((header, value)) = self.entries.get_key_value(key) else {
            return Ok(None);
        };
        let name = match self.name.as_str() {
            "" => key.to_owned(),
            outer => format!("{outer}.{key}"),
        };
        Self::open(self.source, name, header.span(), value, known).map(Some)
    }

    /// A text that is not empty.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, Problem> {
        match self.entries.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::String(text)) if text.trim().is_empty() => Err(self
                .fault_at(key, format!("`{key}` is empty"))
                .advise("Write its value between the quotes, or delete the line.")),
            Some(DeValue::String(text)) => Ok(Some(text.as_ref())),
            Some(_) => Err(self.mistyped(key, "a text", &format!("{key} = \"...\""))),
        }
    }

    /// A text that must be there.
    pub fn required(&self, key: &str, example: &str) -> Result<&'a str, Problem> {
        self.text(key)?.ok_or_else(|| {
            self.fault(format!("`{key}` is missing in [{}]", self.name))
                .advise(format!("Add a line such as: {key} = \"{example}\""))
        })
    }

    /// A text that must be there or not, and that `check` must find right; its error says what would be.
    pub fn checked(
        &self,
        key: &str,
        check: impl Fn(&str) -> Result<(), &'static str>,
    ) -> Result<Option<&'a str>, Problem> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        match check(text) {
            Ok(()) => Ok(Some(text)),
            Err(expected) => Err(self
                .fault_at(key, format!("`{key}` has a value that cannot be right"))
                .advise(format!("Write {expected}."))),
        }
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Problem> {
        match self.entries.get(key).map(Spanned::get_ref) {
            None => Ok(None),
            Some(DeValue::Boolean(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.mistyped(key, "true or false", &format!("{key} = true"))),
        }
    }

    /// A number in the range, whole or not.
    pub fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, Problem> {
        let number = match self.entries.get(key).map(Spanned::get_ref) {
            None => return Ok(None),
            Some(DeValue::Integer(digits)) => {
                i64::from_str_radix(digits.as_str(), digits.radix()).ok().map(|whole| whole as f64)
            }
            Some(DeValue::Float(digits)) => digits.as_str().parse().ok(),
            Some(_) => {
                let (least, most) = range.into_inner();
                return Err(self
                    .fault_at(key, format!("`{key}` must be a number"))
                    .advise(format!("Write a number between {least} and {most}, without quotes.")));
            }
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                Err(self
                    .fault_at(key, format!("`{key}` must lie between {} and {}", range.start(), range.end())))
            }
        }
    }

    /// A whole number in the range.
    pub fn whole(&self, key: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Problem> {
        let bounds = f64::from(*range.start())..=f64::from(*range.end());
        match self.number(key, bounds)? {
            Some(number) if number.fract() != 0.0 => {
                Err(self.mistyped(key, "a whole number", &format!("{key} = {number:.0}")))
            }
            number => Ok(number.map(|number| number as u32)),
        }
    }

    /// A number of seconds in the range.
    pub fn seconds(&self, key: &str, range: RangeInclusive<u32>) -> Result<Option<Duration>, Problem> {
        let seconds = self.whole(key, range)?;
        Ok(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))
    }

    /// A limit in the range, or no limit where the file says `false`.
    pub fn limit(
        &self,
        key: &str,
        range: RangeInclusive<f64>,
        default: Option<f64>,
    ) -> Result<Option<f64>, Problem> {
        match self.entries.get(key).map(Spanned::get_ref) {
            None => Ok(default),
            Some(DeValue::Boolean(false)) => Ok(None),
            Some(DeValue::Boolean(true)) => Err(self.mistyped(
                key,
                "a number, or false to switch the check off",
                &format!("{key} = false"),
            )),
            Some(_) => self.number(key, range),
        }
    }

    /// A key whose value has the wrong type.
    pub fn mistyped(&self, key: &str, expected: &str, example: &str) -> Problem {
        self.fault_at(key, format!("`{key}` must be {expected}"))
            .advise(format!("Write it like this: {example}"))
    }

    fn unknown(&self, key: &str, span: Range<usize>, known: &[&str]) -> Problem {
        let place = match self.name.as_str() {
            "" => "at the top of the file".to_owned(),
            name => format!("in [{name}]"),
        };
        let problem =
            self.source.problem(span, format!("the key `{}` is not known {place}", text::sanitise(key)));
        if ["secret_access_key", "session_token"].contains(&key) {
            return problem
                .advise("Secrets belong to credentials.toml beside this file; delete the line here.");
        }
        match text::nearest(key, known.iter().copied()).first() {
            Some(meant) => problem.advise(format!("Write `{meant}`, or delete the line.")),
            None => problem.advise(format!("Known keys are: {}.", known.join(", "))),
        }
    }
}

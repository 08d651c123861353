//! The text of a TOML file, changed in place: what an edit does not name stays as it is, byte for byte.
//!
//! The text is cut and joined at the places that the parser tells. A tree that is written out again would lose line ends of
//! Windows, a byte order mark, and the comments of what is taken out of it.

use std::ops::Range;

use secrecy::zeroize::Zeroizing;
use toml_parser::parser::{Event, EventKind, parse_document};

/// A TOML file that is being edited. Wiped from memory when dropped, since it may hold secrets.
pub(super) struct Document {
    text: Zeroizing<String>,
    statements: Vec<Statement>,
}

/// A place that cannot be edited without touching what is around it.
#[derive(Debug)]
pub(super) struct Entangled(pub Range<usize>);

/// A header, or a key with its value.
#[derive(Clone, Debug)]
struct Statement {
    kind: Kind,
    /// Its whole path, the header's before that of its key.
    path: Vec<String>,
    /// Where the last parts of the path are written: all of a header's, none of those that a key takes from its header.
    keys: Vec<Range<usize>>,
    /// From the bracket or the first key to the end of the bracket or the value.
    span: Range<usize>,
    /// The value; empty for a header.
    value: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Header,
    /// A key on a line of its own.
    Line,
    /// A key in the inline table that is the value of the statement of that index.
    Inline(usize),
}

impl Document {
    /// Takes in a text that is known to be valid TOML without arrays of tables.
    pub fn new(text: &str) -> Self {
        let text = Zeroizing::new(text.to_owned());
        Self { statements: Reader::read(&text), text }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether anything says something about the table or in it.
    pub fn has(&self, table: &[&str]) -> bool {
        self.statements.iter().any(|statement| statement.is_in(table))
    }

    /// Writes a new table with a header at the end.
    pub fn append(&mut self, table: &[&str], entries: &[(&str, Zeroizing<String>)]) -> Result<(), Entangled> {
        let around =
            |statement: &&Statement| statement.kind != Kind::Header && table.starts_with(&statement.names());
        if let Some(statement) = self.statements.iter().find(around) {
            return Err(Entangled(statement.span.clone()));
        }
        let newline = self.newline();
        let mut block = Zeroizing::new(String::new());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            block.push_str(newline);
        }
        if self.text.lines().next_back().is_some_and(|line| !line.trim().is_empty()) {
            block.push_str(newline);
        }
        block.push_str(&header(table));
        block.push_str(newline);
        // All at once, so that no part of a secret is left behind by growing.
        block.reserve_exact(entries.iter().map(|(key, value)| key.len() + value.len() + 5).sum());
        for (key, value) in entries {
            for part in [key, " = ", value, newline] {
                block.push_str(part);
            }
        }
        let end = self.text.len();
        self.splice(end..end, &block);
        Ok(())
    }

    /// Gives a key of a table that is there another value, written as TOML, or takes the key out.
    pub fn set(&mut self, table: &[&str], key: &str, value: Option<&str>) -> Result<(), Entangled> {
        let path = [table, &[key]].concat();
        let is_it = |statement: &Statement| statement.kind != Kind::Header && statement.names() == path;
        match (self.statements.iter().position(is_it), value) {
            (Some(index), Some(value)) => self.splice(self.statements[index].value.clone(), value),
            (Some(index), None) => self.cut(index)?,
            (None, Some(value)) => self.insert(table, key, value),
            (None, None) => {}
        }
        Ok(())
    }

    /// Gives the table another name, wherever it is written.
    pub fn rename(&mut self, table: &[&str], name: &str) {
        let places: Vec<Range<usize>> = self
            .statements
            .iter()
            .filter(|statement| statement.is_in(table))
            .filter_map(|statement| statement.key_at(table.len() - 1))
            .collect();
        for place in places.into_iter().rev() {
            self.splice(place, &key(name));
        }
    }

    /// Takes out the table with all below it, and the comment lines directly above it. Other comments stay.
    pub fn remove(&mut self, table: &[&str]) -> Result<(), Entangled> {
        let entry = |(_, statement): &(usize, &Statement)| match statement.kind {
            Kind::Inline(around) => statement.is_in(table) && !self.statements[around].is_in(table),
            _ => false,
        };
        if let Some((index, _)) = self.statements.iter().enumerate().find(entry) {
            self.cut(index)?;
            return self.remove(table);
        }
        let runs: Vec<Range<usize>> = self
            .statements
            .chunk_by(|one, next| one.is_in(table) == next.is_in(table))
            .filter(|run| run[0].is_in(table))
            .map(|run| self.block(run))
            .collect();
        for run in runs.into_iter().rev() {
            self.splice(run, "");
        }
        Ok(())
    }

    /// The lines of these statements, the comment lines directly above, and one of the gaps around them.
    fn block(&self, run: &[Statement]) -> Range<usize> {
        let mut start = self.line_start(run[0].span.start);
        while let Some(above) = self.line_above(start).filter(|line| self.line_at(*line).starts_with('#')) {
            start = above;
        }
        let mut end = self.line_end(end_of(run));
        let is_blank = |line: usize| self.line_at(line).is_empty();
        if self.line_above(start).is_none_or(is_blank) {
            while end < self.text.len() && is_blank(end) {
                end = self.line_end(end);
            }
        }
        while end == self.text.len()
            && let Some(above) = self.line_above(start).filter(|line| is_blank(*line))
        {
            start = above;
        }
        start..end
    }

    /// Takes out one key with its value.
    fn cut(&mut self, index: usize) -> Result<(), Entangled> {
        let statement = &self.statements[index];
        let Kind::Inline(_) = statement.kind else {
            let lines = self.line_start(statement.span.start)..self.line_end(statement.span.end);
            self.splice(lines, "");
            return Ok(());
        };
        let beside = |other: &&Statement| other.kind == statement.kind;
        let before = self.statements[..index].iter().rfind(beside);
        let behind = self.statements[index + 1..].iter().find(beside);
        let range = match (before, behind) {
            (_, Some(behind)) => statement.span.start..behind.span.start,
            (Some(before), None) => before.span.end..statement.span.end,
            (None, None) => statement.span.clone(),
        };
        // Between the lines of an inline table there may be comments.
        if self.text[range.clone()].contains('\n') {
            return Err(Entangled(statement.span.clone()));
        }
        self.splice(range, "");
        Ok(())
    }

    /// Writes a new key in the manner in which its table is written: below its header, in its braces, or behind its name.
    fn insert(&mut self, table: &[&str], key: &str, value: &str) {
        let entry = Zeroizing::new(format!("{key} = {value}"));
        if let Some(section) = self.section(table) {
            let line = section.iter().rfind(|statement| !matches!(statement.kind, Kind::Inline(_)));
            let indent = self.indent(line.map_or(0, |line| line.span.start)).to_owned();
            self.insert_line(end_of(section), &[&indent, &entry]);
        } else if let Some(index) = self.statements.iter().position(|statement| statement.names() == table) {
            let inside = |statement: &&Statement| statement.kind == Kind::Inline(index);
            if let Some(last) = self.statements.iter().rfind(inside) {
                self.splice(last.span.end..last.span.end, &Zeroizing::new(format!(", {}", *entry)));
            } else {
                let start = self.statements[index].value.start + 1;
                self.splice(start..start, &Zeroizing::new(format!(" {} ", *entry)));
            }
        } else if let Some((last, from)) = self.dotted(table) {
            let dotted = self.text[last.span.start..from].to_owned();
            if let Kind::Inline(_) = last.kind {
                self.splice(last.span.end..last.span.end, &Zeroizing::new(format!(", {dotted}{}", *entry)));
            } else {
                let indent = self.indent(last.span.start).to_owned();
                self.insert_line(last.span.end, &[&indent, &dotted, &entry]);
            }
        } else if let [around @ .., name] = table {
            match self.section(around) {
                Some(section) => {
                    let newline = self.newline();
                    self.insert_line(end_of(section), &[newline, &header(table), newline, &entry]);
                }
                None => self.insert(around, &format!("{}.{key}", self::key(name)), value),
            }
        }
    }

    /// The header of the table and the keys below it.
    fn section(&self, table: &[&str]) -> Option<&[Statement]> {
        let is_header = |statement: &Statement| statement.kind == Kind::Header;
        let start = self
            .statements
            .iter()
            .position(|statement| is_header(statement) && statement.names() == table)?;
        let behind = &self.statements[start + 1..];
        let keys = behind.iter().position(is_header).unwrap_or(behind.len());
        self.statements.get(start..=start + keys)
    }

    /// The last key that is written with the table's name before it, and where its own name begins.
    fn dotted(&self, table: &[&str]) -> Option<(Statement, usize)> {
        self.statements.iter().rev().find_map(|statement| {
            let named = statement.kind != Kind::Header && statement.is_in(table);
            statement.key_at(table.len() - 1).filter(|_| named)?;
            Some((statement.clone(), statement.key_at(table.len())?.start))
        })
    }

    /// Writes a line below the one of that place.
    fn insert_line(&mut self, place: usize, parts: &[&str]) {
        let newline = self.newline();
        let line = self.line_end(place);
        let end = self.text[..line].trim_end_matches(['\r', '\n']).len().max(place);
        let line = Zeroizing::new([&[newline], parts].concat().concat());
        self.splice(end..end, &line);
    }

    /// Every change of the text is one of these.
    fn splice(&mut self, range: Range<usize>, text: &str) {
        let (before, behind) = (&self.text[..range.start], &self.text[range.end..]);
        self.text = Zeroizing::new([before, text, behind].concat());
        self.statements = Reader::read(&self.text);
    }

    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn line_start(&self, place: usize) -> usize {
        self.text[..place].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Where the next line starts.
    fn line_end(&self, place: usize) -> usize {
        self.text[place..].find('\n').map_or(self.text.len(), |newline| place + newline + 1)
    }

    /// Where the line above the one that starts there starts; none above the first.
    fn line_above(&self, start: usize) -> Option<usize> {
        (start > 0).then(|| self.line_start(start - 1))
    }

    /// The line that starts there, without the blanks around it.
    fn line_at(&self, start: usize) -> &str {
        self.text[start..self.line_end(start)].trim()
    }

    /// The blanks before that place in its line.
    fn indent(&self, place: usize) -> &str {
        let line = &self.text[self.line_start(place)..place];
        &line[..line.len() - line.trim_start().len()]
    }
}

fn end_of(statements: &[Statement]) -> usize {
    statements.iter().map(|statement| statement.span.end).max().unwrap_or_default()
}

impl Statement {
    fn names(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    fn is_in(&self, table: &[&str]) -> bool {
        self.names().starts_with(table)
    }

    /// Where that part of its path is written, if it is written here.
    fn key_at(&self, part: usize) -> Option<Range<usize>> {
        let inherited = self.path.len() - self.keys.len();
        self.keys.get(part.checked_sub(inherited)?).cloned()
    }
}

/// A key as it is written: bare where TOML lets it, else in quotes.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    toml::Value::from(name).to_string()
}

fn header(table: &[&str]) -> String {
    let keys: Vec<String> = table.iter().map(|name| key(name)).collect();
    format!("[{}]", keys.join("."))
}

/// Gathers the statements while the parser goes through the text.
#[derive(Default)]
struct Reader {
    statements: Vec<Statement>,
    header: Vec<String>,
    /// Where the statement under way starts, and its keys so far.
    start: Option<usize>,
    keys: Vec<(String, Range<usize>)>,
    /// The statements whose values are open, the innermost last.
    open: Vec<usize>,
    /// How many arrays are open; what is inside is a value and no statement.
    arrays: usize,
}

impl Reader {
    fn read(text: &str) -> Vec<Statement> {
        let source = toml_parser::Source::new(text);
        let tokens = source.lex().into_vec();
        let mut reader = Self::default();
        let mut receive = |event: Event| reader.receive(source, event);
        parse_document(&tokens, &mut receive, &mut ());
        reader.statements
    }

    fn receive(&mut self, source: toml_parser::Source, event: Event) {
        let span = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::ArrayOpen => {
                self.value_starts(span.start);
                self.arrays += 1;
            }
            EventKind::ArrayClose => {
                self.arrays -= 1;
                self.value_ends(span.end);
            }
            _ if self.arrays > 0 => {}
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.start = Some(span.start),
            EventKind::StdTableClose | EventKind::ArrayTableClose => {
                self.header.clear();
                self.begin(Kind::Header, Vec::new(), span.end..span.end);
                self.header = self.statements.last().map(|last| last.path.clone()).unwrap_or_default();
            }
            EventKind::SimpleKey => {
                let mut name = String::new();
                if let Some(raw) = source.get(event) {
                    raw.decode_key(&mut name, &mut ());
                }
                self.start.get_or_insert(span.start);
                self.keys.push((name, span));
            }
            EventKind::KeyValSep => {
                let (kind, around) = match self.open.last() {
                    Some(&index) => (Kind::Inline(index), self.statements[index].path.clone()),
                    None => (Kind::Line, self.header.clone()),
                };
                self.begin(kind, around, span.end..span.end);
                self.open.push(self.statements.len() - 1);
            }
            EventKind::InlineTableOpen => self.value_starts(span.start),
            EventKind::InlineTableClose => self.value_ends(span.end),
            EventKind::Scalar => {
                self.value_starts(span.start);
                self.value_ends(span.end);
            }
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, mut path: Vec<String>, value: Range<usize>) {
        let (names, keys): (Vec<String>, Vec<_>) = std::mem::take(&mut self.keys).into_iter().unzip();
        path.extend(names);
        let span = self.start.take().unwrap_or(value.start)..value.end;
        self.statements.push(Statement { kind, path, keys, span, value });
    }

    fn value_starts(&mut self, at: usize) {
        if self.arrays == 0
            && let Some(&index) = self.open.last()
        {
            self.statements[index].value.start = at;
        }
    }

    fn value_ends(&mut self, at: usize) {
        if self.arrays == 0
            && let Some(index) = self.open.pop()
        {
            self.statements[index].value.end = at;
            self.statements[index].span.end = at;
        }
    }
}

//! Pairs of schemas, each compared once however many operations refer to it.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::domain::Finding;
use crate::openapi::pointer;

use super::{Diff, Direction};

/// What stands in a message for the place, which differs from operation to operation. No schema's text has it.
const PLACE: char = '\u{fffc}';

/// The addresses of two schemas, which stand still while a diff is made, and the way their values travel.
type Key = (usize, usize, Direction);

/// Two schemas that take each other's place, and what their comparison found.
struct Pair<'a> {
    before: &'a Value,
    after: &'a Value,
    findings: Vec<Finding>,
    /// The pairs of their parts, `owner`, `[]`.
    below: Vec<(String, usize)>,
    is_compared: bool,
    /// Whether nothing was found in it, nor in anything below.
    is_clean: bool,
    /// The last whole that it was told of: circles end here, and a shared schema is told of once.
    told: usize,
}

/// All pairs so far.
#[derive(Default)]
pub(super) struct Pairs<'a> {
    all: Vec<Pair<'a>>,
    by_key: HashMap<Key, usize>,
    /// Parts of the pair that is being compared.
    below: Vec<(String, usize)>,
    wholes: usize,
}

impl<'a> Diff<'a> {
    /// Compares the schemas of the present whole, either of which may be missing, and everything below them.
    pub(super) fn schemas(&mut self, before: Option<&'a Value>, after: Option<&'a Value>) {
        let (Some(before), Some(after)) = (before, after) else {
            let first = self.findings.len();
            self.schema_appeared(before, after, &here());
            let found = self.findings.split_off(first);
            return self.tell(&found, "");
        };
        let root = self.pair(before, after);
        self.compare_all(root);
        self.tell_all(root);
    }

    /// Notes a part of the present schemas, which is compared later: a list has no depth that could run out.
    pub(super) fn below(&mut self, part: &str, before: Option<&'a Value>, after: Option<&'a Value>) {
        match (before, after) {
            (Some(before), Some(after)) => {
                let pair = self.pair(before, after);
                self.pairs.below.push((part.to_owned(), pair));
            }
            _ => self.schema_appeared(before, after, &property(part)),
        }
    }

    fn pair(&mut self, before: &'a Value, after: &'a Value) -> usize {
        let key = (address(self.before, before), address(self.after, after), self.direction);
        let all = &mut self.pairs.all;
        *self.pairs.by_key.entry(key).or_insert_with(|| {
            all.push(Pair {
                before,
                after,
                findings: Vec::new(),
                below: Vec::new(),
                is_compared: false,
                is_clean: true,
                told: 0,
            });
            all.len() - 1
        })
    }

    /// Compares a pair and everything below it, unless that has been done.
    fn compare_all(&mut self, root: usize) {
        let mut open = vec![root];
        let mut compared = Vec::new();
        while let Some(index) = open.pop() {
            let pair = &mut self.pairs.all[index];
            if std::mem::replace(&mut pair.is_compared, true) {
                continue;
            }
            let (before, after) = (pair.before, pair.after);
            let outside = std::mem::take(&mut self.findings);
            self.schema(before, after);
            let below = std::mem::take(&mut self.pairs.below);
            open.extend(below.iter().map(|(_, below)| *below));
            let pair = &mut self.pairs.all[index];
            pair.findings = std::mem::replace(&mut self.findings, outside);
            pair.below = below;
            compared.push(index);
        }
        self.mark(&compared);
    }

    /// Marks the pairs in or below which something was found.
    fn mark(&mut self, compared: &[usize]) {
        let all = &mut self.pairs.all;
        let mut above: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut open = Vec::new();
        for &index in compared {
            if !all[index].findings.is_empty()
                || all[index].below.iter().any(|(_, below)| !all[*below].is_clean)
            {
                open.push(index);
            }
            for (_, below) in &all[index].below {
                above.entry(*below).or_default().push(index);
            }
        }
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut all[index].is_clean, false) {
                open.extend(above.get(&index).into_iter().flatten());
            }
        }
    }

    /// Tells what was found in a pair and below it, the shortest way to each.
    fn tell_all(&mut self, root: usize) {
        self.pairs.wholes += 1;
        let whole = self.pairs.wholes;
        // Steps down: the step above, the pair it leaves from, and which of its parts it takes.
        let mut steps: Vec<(Option<usize>, usize, usize)> = Vec::new();
        let mut open = VecDeque::from([(root, None)]);
        while let Some((index, step)) = open.pop_front() {
            let pair = &mut self.pairs.all[index];
            if pair.is_clean || std::mem::replace(&mut pair.told, whole) == whole {
                continue;
            }
            for (part, (_, below)) in pair.below.iter().enumerate() {
                steps.push((step, index, part));
                open.push_back((*below, Some(steps.len() - 1)));
            }
            if !pair.findings.is_empty() {
                let findings = std::mem::take(&mut pair.findings);
                let path = self.path(&steps, step);
                self.tell(&findings, &path);
                self.pairs.all[index].findings = findings;
            }
        }
    }

    /// The way down, as in `items[].owner`.
    fn path(&self, steps: &[(Option<usize>, usize, usize)], last: Option<usize>) -> String {
        let mut parts = Vec::new();
        let mut step = last;
        while let Some((above, pair, part)) = step.and_then(|step| steps.get(step)) {
            parts.push(self.pairs.all[*pair].below[*part].0.as_str());
            step = *above;
        }
        parts.iter().rev().fold(String::new(), |path, part| join(&path, part))
    }

    fn tell(&mut self, findings: &[Finding], path: &str) {
        for finding in findings {
            let parts: Vec<&str> = finding.message.split(PLACE).collect();
            let message = match parts[..] {
                [head, name, tail] if is_no_property(name) => {
                    format!("{head}`{}` of {}{tail}", join(path, name), self.whole)
                }
                [head, name, tail] => {
                    format!("{head}the property `{}` of {}{tail}", join(path, name), self.whole)
                }
                _ if path.is_empty() => parts.join(&self.whole),
                _ => parts.join(&format!("`{path}` of {}", self.whole)),
            };
            self.found(finding.severity, finding.rule, message);
        }
    }
}

/// What is being looked at, in a message: `` `owner.name` of the 200 response ``.
pub(super) fn here() -> String {
    PLACE.to_string()
}

/// A property of it, in a message.
pub(super) fn property(name: &str) -> String {
    format!("{PLACE}{name}{PLACE}")
}

/// Whether a part stands for every item, every other property or an alternative.
fn is_no_property(part: &str) -> bool {
    part == "*" || part.starts_with('[')
}

fn join(path: &str, part: &str) -> String {
    if path.is_empty() || part.starts_with('[') { format!("{path}{part}") } else { format!("{path}.{part}") }
}

/// A schema by its address. A reference is what it leads to, unless it says something itself.
fn address(root: &Value, schema: &Value) -> usize {
    let is_bare = schema.as_object().is_some_and(|map| map.len() == 1);
    std::ptr::from_ref(if is_bare { pointer::resolve(root, schema) } else { schema }) as usize
}

//! How a finding names what it is about.

use serde_json::Value;

use super::Diff;

impl Diff<'_> {
    /// What is being looked at: `the request body`, `` `owner.name` of the 200 response ``.
    pub(super) fn here(&self) -> String {
        match self.path.is_empty() {
            true => self.whole.clone(),
            false => format!("`{}` of {}", self.dotted(None), self.whole),
        }
    }

    /// A property of it.
    pub(super) fn property(&self, name: &str) -> String {
        format!("the property `{}` of {}", self.dotted(Some(name)), self.whole)
    }

    fn dotted(&self, last: Option<&str>) -> String {
        let mut dotted = String::new();
        for part in self.path.iter().map(String::as_str).chain(last) {
            if !dotted.is_empty() && !part.starts_with('[') {
                dotted.push('.');
            }
            dotted.push_str(part);
        }
        dotted
    }
}

/// Values in a row: `"a", "b"`.
pub(super) fn listed<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    let values: Vec<String> = values.into_iter().map(Value::to_string).collect();
    values.join(", ")
}

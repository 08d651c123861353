//! How a finding names what it is about.

use serde_json::Value;

use super::Diff;

impl Diff<'_> {
    /// What is being looked at: `the request body`, `` `owner.name` of the 200 response ``.
    pub(super) fn here(&self) -> String {
        match self.at {
            None => self.whole.clone(),
            Some(_) => format!("`{}` of {}", self.dotted(None), self.whole),
        }
    }

    /// A property of it.
    pub(super) fn property(&self, name: &str) -> String {
        format!("the property `{}` of {}", self.dotted(Some(name)), self.whole)
    }

    fn dotted(&self, last: Option<&str>) -> String {
        let mut dotted = String::new();
        let mut parts: Vec<&str> = last.into_iter().collect();
        let mut step = self.at;
        while let Some((above, part)) = step.and_then(|step| self.steps.get(step)) {
            parts.push(part);
            step = *above;
        }
        for part in parts.into_iter().rev() {
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

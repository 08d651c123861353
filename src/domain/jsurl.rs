//! JSURL, the notation in which the CloudWatch console keeps a graph in its address.

use std::fmt::Write as _;

use serde_json::Value;

/// A JSON value as JSURL. Values begin with `~`, strings with `'`, and both lists and objects stand in brackets. Of text only
/// letters, digits, `_`, `-` and `.` stay as they are; `$` is `!`, and any other UTF-16 unit its hexadecimal number, two
/// digits behind `*` or four behind `**`.
pub(super) fn jsurl(value: &Value) -> String {
    let mut written = String::new();
    write(value, &mut written);
    written
}

fn write(value: &Value, to: &mut String) {
    to.push('~');
    match value {
        Value::String(text) => {
            to.push('\'');
            encode(text, to);
        }
        Value::Array(items) => {
            to.push('(');
            for item in items {
                write(item, to);
            }
            if items.is_empty() {
                to.push('~');
            }
            to.push(')');
        }
        Value::Object(members) => {
            to.push('(');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    to.push('~');
                }
                encode(key, to);
                write(value, to);
            }
            to.push(')');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => to.push_str(&value.to_string()),
    }
}

fn encode(text: &str, to: &mut String) {
    for unit in text.encode_utf16() {
        // Writing to a string cannot fail.
        let _ = match u8::try_from(unit) {
            Ok(b'$') => to.write_char('!'),
            Ok(byte) if byte.is_ascii_alphanumeric() || b"_-.".contains(&byte) => {
                to.write_char(char::from(byte))
            }
            Ok(byte) => write!(to, "*{byte:02x}"),
            Err(_) => write!(to, "**{unit:04x}"),
        };
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, json};

    /// Reads JSURL back, as the reference implementation does.
    pub(in crate::domain) fn decoded(text: &str) -> Value {
        let mut reader = Reader(text.as_bytes());
        let value = reader.value();
        assert_eq!(reader.0, b"", "what follows the value of {text}");
        value
    }

    struct Reader<'a>(&'a [u8]);

    impl Reader<'_> {
        fn take(&mut self, expected: u8) -> bool {
            let found = self.0.first() == Some(&expected);
            self.0 = &self.0[usize::from(found)..];
            found
        }

        fn word(&mut self) -> String {
            let end = self.0.iter().position(|byte| b"~)".contains(byte)).unwrap_or(self.0.len());
            let (word, rest) = self.0.split_at(end);
            self.0 = rest;
            String::from_utf8(word.to_vec()).unwrap()
        }

        fn value(&mut self) -> Value {
            assert!(self.take(b'~'));
            if self.take(b'\'') {
                return Value::from(text_of(&self.word()));
            }
            if !self.take(b'(') {
                return serde_json::from_str(&self.word()).unwrap();
            }
            if self.0.first() == Some(&b'~') { self.list() } else { self.object() }
        }

        fn list(&mut self) -> Value {
            let mut items = Vec::new();
            if self.0.starts_with(b"~)") {
                self.0 = &self.0[2..];
                return Value::Array(items);
            }
            while !self.take(b')') {
                items.push(self.value());
            }
            Value::Array(items)
        }

        fn object(&mut self) -> Value {
            let mut members = Map::new();
            while !self.take(b')') {
                let key = text_of(&self.word());
                members.insert(key, self.value());
                self.take(b'~');
            }
            Value::Object(members)
        }
    }

    fn text_of(word: &str) -> String {
        let mut units = Vec::new();
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let (unit, length) = match first {
                '!' => (u16::from(b'$'), 1),
                '*' if rest.starts_with("**") => (u16::from_str_radix(&rest[2..6], 16).unwrap(), 6),
                '*' => (u16::from_str_radix(&rest[1..3], 16).unwrap(), 3),
                plain => (plain as u16, 1),
            };
            units.push(unit);
            rest = &rest[length..];
        }
        String::from_utf16(&units).unwrap()
    }

    #[test]
    fn a_graph_is_written_as_the_console_writes_it() {
        let graph = json!({
            "metrics": [["AWS/ApiGateway", "Count", "ApiName", "x", "Stage", "$default"]],
            "period": 300,
            "start": "-PT5M",
            "odd": ["", [], true, null, "it's ~(é) 規!"],
        });
        assert_eq!(
            jsurl(&graph),
            "~(metrics~(~(~'AWS*2fApiGateway~'Count~'ApiName~'x~'Stage~'!default))~period~300~start~'-PT5M\
             ~odd~(~'~(~)~true~null~'it*27s*20*7e*28*e9*29*20**898f*21))"
        );
        assert_eq!(decoded(&jsurl(&graph)), graph);
    }

    proptest! {
        #[test]
        fn any_text_reads_back(name in any::<String>(), stage in "[~!$*()' a-zé規😀]*") {
            let value = json!({ "graph": [[name, stage, { "stat": "p95" }], [], [name]], "n": 60 });
            prop_assert_eq!(decoded(&jsurl(&value)), value);
        }

        #[test]
        fn nothing_written_ends_an_address(text in any::<String>()) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "~'()*!_-.".contains(c);
            prop_assert!(jsurl(&json!([text])).chars().all(plain));
        }
    }
}

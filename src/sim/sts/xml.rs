//! Elements of an XML answer.

/// An element with a text or with children.
pub struct Element {
    name: String,
    content: Content,
}

enum Content {
    Text(String),
    Children(Vec<Element>),
}

impl Element {
    pub fn leaf(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.to_owned(), content: Content::Text(text.into()) }
    }

    pub fn parent(name: impl Into<String>, children: Vec<Self>) -> Self {
        Self { name: name.into(), content: Content::Children(children) }
    }

    /// The element as the root of a document of this namespace.
    pub fn document(&self, namespace: &str) -> String {
        let mut written = format!("<{} xmlns=\"{namespace}\">", self.name);
        self.write_content(&mut written);
        written + &format!("</{}>", self.name)
    }

    fn write_content(&self, into: &mut String) {
        match &self.content {
            Content::Text(text) => escape(text, into),
            Content::Children(children) => {
                for child in children {
                    into.extend(["<", &child.name, ">"]);
                    child.write_content(into);
                    into.extend(["</", &child.name, ">"]);
                }
            }
        }
    }
}

/// Characters that XML 1.0 cannot carry are left out.
fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        match character {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '\t' | '\n' => into.push(character),
            character if character.is_control() => {}
            character => into.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let element = Element::parent("A", vec![Element::leaf("B", "x < y & z\u{1b}")]);
        assert_eq!(element.document("urn:n"), "<A xmlns=\"urn:n\"><B>x &lt; y &amp; z</B></A>");
    }
}

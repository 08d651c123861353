//! A string that must never be seen.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret: wiped from memory when dropped, and printed as `[secret]` wherever somebody prints it.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text in.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_in_its_debug_output() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "[secret]");
    }
}

//! Nicknames for APIs that are found, not typed.

use super::rules;
use crate::text;

/// Characters of a name that are kept; what makes it unique still fits behind them.
const KEPT_CHARACTERS: usize = 56;

/// A nickname made of an API's name, or of its id where the name leaves nothing: one word that the rules allow, and that no
/// one in `taken` has.
pub fn nickname_for(name: &str, id: &str, taken: &[String]) -> String {
    let base = [name, id].into_iter().map(plain).find(|base| !base.is_empty());
    let base = base.unwrap_or_else(|| "api".to_owned());
    let free = |nickname: &String| rules::nickname(nickname).is_ok() && !taken.contains(nickname);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base)
}

/// Words joined by dashes, without what cannot be shown or would read as an option.
fn plain(name: &str) -> String {
    let shown: String = name.chars().filter(|c| c.is_whitespace() || !text::is_unsafe(*c)).collect();
    let joined = shown.split_whitespace().collect::<Vec<_>>().join("-");
    joined.trim_start_matches('-').chars().take(KEPT_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_nickname_is_the_name_as_one_free_word() {
        let taken = ["orders".to_owned(), "orders-2".to_owned()];
        let of = |name| nickname_for(name, "a1b2c3d4e5", &taken);
        assert_eq!(of("billing"), "billing");
        assert_eq!(of("orders"), "orders-3");
        assert_eq!(of(" My  orders API\n"), "My-orders-API");
        assert_eq!(of("deploy"), "deploy-2", "a command has that name");
        assert_eq!(of("--help"), "help-2");
        assert_eq!(of("\u{202e}"), "a1b2c3d4e5");
    }

    proptest! {
        #[test]
        fn whatever_an_api_is_called_its_nickname_is_allowed(name in any::<String>(), id in any::<String>()) {
            let first = nickname_for(&name, &id, &[]);
            let second = nickname_for(&name, &id, std::slice::from_ref(&first));
            prop_assert_eq!(rules::nickname(&first), Ok(()));
            prop_assert_eq!(rules::nickname(&second), Ok(()));
            prop_assert_ne!(first, second);
        }
    }
}

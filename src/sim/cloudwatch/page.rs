//! Page tokens: opaque, and bound to the request that they continue.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Page {
    /// The present time of the first page, in Unix seconds: later pages continue the same answer, although new minutes
    /// have been published meanwhile.
    pub(super) as_of: i64,
    /// How many items the earlier pages held.
    pub(super) offset: usize,
}

/// What of a request must stay the same from page to page.
pub(super) fn fingerprint(request: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    hasher.finish()
}

impl Page {
    /// The token of this page of the request with this fingerprint.
    pub(super) fn token(self, fingerprint: u64) -> String {
        let seal = self.seal(fingerprint);
        // Folding the seal in keeps callers from reading, and so from relying on, what a token says.
        format!(
            "{seal:016x}{:016x}{:016x}",
            self.as_of as u64 ^ seal,
            self.offset as u64 ^ seal.rotate_left(32)
        )
    }

    /// Reads a token; `None` if it is not one, or belongs to another request.
    pub(super) fn read(token: &str, fingerprint: u64) -> Option<Self> {
        let part = |range| u64::from_str_radix(token.get(range)?, 16).ok();
        let seal = part(0..16)?;
        let page = Self {
            as_of: (part(16..32)? ^ seal) as i64,
            offset: usize::try_from(part(32..48)? ^ seal.rotate_left(32)).ok()?,
        };
        (token == page.token(fingerprint)).then_some(page)
    }

    fn seal(self, request: u64) -> u64 {
        fingerprint(&(self, request, "page"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_by_its_own_request_only() {
        let page = Page { as_of: 1_800_000_000, offset: 100_800 };
        let token = page.token(5);
        assert_eq!(Page::read(&token, 5), Some(page));
        assert_eq!(Page::read(&token, 6), None);
    }

    #[test]
    fn a_changed_token_is_refused() {
        let token = Page { as_of: 1_800_000_000, offset: 500 }.token(5);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(Page::read(std::str::from_utf8(&changed).unwrap(), 5), None, "position {at}");
        }
        for nonsense in ["", "page 2", "é", &token[1..], &format!("{token}0")] {
            assert_eq!(Page::read(nonsense, 5), None, "{nonsense}");
        }
    }
}

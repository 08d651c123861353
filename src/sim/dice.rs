//! Repeatable chance: the same seed gives the same ids, names and numbers.

/// Scatters the bits of `value` (the finaliser of splitmix64).
pub fn scatter(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A hash of `text` that stays the same from run to run (FNV-1a, scattered).
pub fn hash(text: &str) -> u64 {
    let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    scatter(folded)
}

/// A source of repeatable draws.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(scatter(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    /// Dice of their own for `subject`, so that a new subject does not change the draws of the others.
    pub fn of(seed: u64, subject: &str) -> Self {
        Self::new(seed ^ hash(subject))
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scatter(self.0)
    }

    /// A number from 0 up to, and without, `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw().checked_rem(end).unwrap_or(0)
    }

    /// `length` characters out of `alphabet`, which is ASCII.
    pub fn word(&mut self, length: usize, alphabet: &str) -> String {
        let letters = alphabet.as_bytes();
        (0..length)
            .filter_map(|_| letters.get(self.below(letters.len() as u64) as usize))
            .map(|letter| char::from(*letter))
            .collect()
    }

    /// An identifier as API Gateway makes them: lower-case letters and digits, beginning with a letter.
    pub fn id(&mut self, length: usize) -> String {
        let first = self.word(1, "abcdefghijklmnopqrstuvwxyz");
        first + &self.word(length.saturating_sub(1), "abcdefghijklmnopqrstuvwxyz0123456789")
    }

    pub fn hex(&mut self, length: usize) -> String {
        self.word(length, "0123456789abcdef")
    }

    /// One of `choices`; the empty text if there are none.
    pub fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices.get(self.below(choices.len() as u64) as usize).copied().unwrap_or_default()
    }
}

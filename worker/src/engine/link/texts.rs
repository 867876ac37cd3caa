//! Different texts in one piece of memory, each known by a code.

use std::fmt;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::numbers::{narrow, short, wide};

/// Different texts. The first is empty: no value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { all: String::new(), ends: vec![0] }
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.ends.len())
    }
}

impl Texts {
    /// Number of texts, the empty one included.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code; empty for a code that none has.
    #[must_use]
    pub fn text(&self, code: u32) -> &str {
        let code = wide(code);
        let start = code.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(code).and_then(|end| self.all.get(start..*end)).unwrap_or_default()
    }

    /// The texts in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..narrow(self.count())).map(|code| self.text(code))
    }

    /// All texts one after another, and where each ends.
    pub(crate) fn into_parts(self) -> (String, Vec<usize>) {
        (self.all, self.ends)
    }

    fn push(&mut self, text: &str) -> u32 {
        self.all.push_str(text);
        self.ends.push(self.all.len());
        narrow(self.ends.len() - 1)
    }
}

/// Gives texts their codes: the same text always the same one.
#[derive(Default)]
pub struct Coding {
    texts: Texts,
    /// A part of the hash, and the code.
    known: HashTable<(u32, u32)>,
}

impl fmt::Debug for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts.fmt(f)
    }
}

impl Coding {
    /// The code of a text, a new one where the text is new; 0 of an empty one.
    pub fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let Self { texts, known } = self;
        let hash = short(xxh3_64(text.as_bytes()));
        let is_same = |slot: &(u32, u32)| slot.0 == hash && texts.text(slot.1) == text;
        if let Some(slot) = known.find(spread(hash), is_same) {
            return slot.1;
        }
        let code = texts.push(text);
        known.insert_unique(spread(hash), (hash, code), |slot| spread(slot.0));
        code
    }

    /// The texts so far.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// All texts.
    #[must_use]
    pub fn finish(self) -> Texts {
        self.texts
    }
}

/// A hash for a table that looks at the highest bits and at the lowest.
const fn spread(hash: u32) -> u64 {
    (hash as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_code() {
        let mut coding = Coding::default();
        let words = ["", "a", "ä", "a", "", "ab"];
        assert_eq!(words.map(|word| coding.code(word)), [0, 1, 2, 1, 0, 3]);
        let many: Vec<u32> = (0..10_000).map(|number| coding.code(&number.to_string())).collect();
        assert!((0..10_000).all(|number| coding.code(&number.to_string()) == many[number]));
        let texts = coding.finish();
        assert_eq!((texts.count(), texts.text(2), texts.text(3), texts.text(4)), (10_004, "ä", "ab", "0"));
        assert!(texts.iter().eq((0..10_004).map(|code| texts.text(code))));
    }
}

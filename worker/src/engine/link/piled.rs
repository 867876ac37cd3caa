//! The texts of a column that comes in parts: several dictionaries, one after another, as if they were one.

use std::collections::BTreeSet;
use std::hint::black_box;

use super::load::LOADED;
use super::numbers::narrow;
use super::texts::Texts;

/// Dictionaries of parts. The codes of one follow those of the one before; the same text may have a code in each.
#[derive(Debug, Clone, Default)]
pub struct Piled {
    parts: Vec<Texts>,
    /// The first code of each part.
    firsts: Vec<u32>,
    count: usize,
}

impl From<Texts> for Piled {
    fn from(texts: Texts) -> Self {
        let mut piled = Self::default();
        piled.add(texts);
        piled
    }
}

impl Piled {
    /// Adds the dictionary of the next part; what its codes are counted from.
    pub fn add(&mut self, texts: Texts) -> u32 {
        let first = narrow(self.count);
        self.firsts.push(first);
        self.count += texts.count();
        self.parts.push(texts);
        first
    }

    /// Number of codes.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The text of a code; empty for a code that none has.
    #[must_use]
    pub fn text(&self, code: u32) -> &str {
        self.place(code).map_or("", |(part, code)| part.text(code))
    }

    /// The texts in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(Texts::iter)
    }

    /// Different texts, the empty one included, as far as they are no more than a few.
    pub(crate) fn different(&self, most: usize) -> usize {
        let mut different = BTreeSet::from([""]);
        let mut texts = self.iter();
        while different.len() <= most
            && let Some(text) = texts.next()
        {
            different.insert(text);
        }
        different.len()
    }

    /// Each text once.
    pub(crate) fn each_once(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = self.iter().collect();
        if self.parts.len() > 1 {
            texts.sort_unstable();
            texts.dedup();
        }
        texts
    }

    /// Loads the texts of codes, of which there are few.
    pub(crate) fn load(&self, codes: &[u32]) {
        let mut texts = [""; LOADED];
        texts.iter_mut().zip(codes).for_each(|(text, code)| *text = self.text(*code));
        black_box(texts.iter().fold(0, |all, text| all ^ text.as_bytes().first().copied().unwrap_or(0)));
    }

    fn place(&self, code: u32) -> Option<(&Texts, u32)> {
        let part = match self.parts.len() {
            1 => 0,
            _ => self.firsts.partition_point(|first| *first <= code).checked_sub(1)?,
        };
        Some((self.parts.get(part)?, code - self.firsts[part]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbers::wide;
    use super::super::texts::Coding;
    use super::*;

    #[test]
    fn texts_of_parts_are_as_those_of_one() {
        let parts: [&[&str]; 4] = [&["a", "ä"], &[], &["ä", "b", "c"], &["a"]];
        let (mut piled, mut expected) = (Piled::default(), Vec::new());
        for part in parts {
            let mut coding = Coding::default();
            coding.codes(part, |_| ());
            let first = piled.add(coding.finish());
            assert_eq!(wide(first), expected.len());
            expected.push("");
            expected.extend(part);
        }
        assert!(piled.iter().eq(expected.iter().copied()));
        assert!((0..).zip(&expected).all(|(code, text)| piled.text(code) == *text));
        assert_eq!((piled.count(), piled.text(99)), (expected.len(), ""));
        assert_eq!([0, 2, 4, 9].map(|most| piled.different(most)), [1, 3, 5, 5]);
        assert_eq!(piled.each_once(), ["", "a", "b", "c", "ä"]);
        assert!(Piled::default().each_once().is_empty());
    }
}

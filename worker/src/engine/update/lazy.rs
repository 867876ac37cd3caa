//! Keys of a dictionary's texts, each made when it is first asked for: an order needs some of them, and
//! a register of codes alone next to none.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use poimuri_shared::snapshot::dictionary::Dictionary;

use super::hash::Hashing;

/// Makes the key of a text: words of 64 bits, the first of them not 0.
pub(super) type Make<const WORDS: usize> = fn(&str, Hashing) -> [u64; WORDS];

/// Keys by code; code 0, and a text without a key, have zeros.
pub(super) struct Lazy<const WORDS: usize> {
    dictionary: Dictionary,
    hashing: Hashing,
    make: Make<WORDS>,
    /// The first word is written last and read first: once it is there the others are.
    made: Vec<[AtomicU64; WORDS]>,
}

impl<const WORDS: usize> fmt::Debug for Lazy<WORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lazy({})", self.made.len())
    }
}

impl<const WORDS: usize> Lazy<WORDS> {
    pub(super) fn new(dictionary: &Dictionary, hashing: Hashing, make: Make<WORDS>) -> Self {
        let none = || std::array::from_fn(|_| AtomicU64::new(0));
        let made = (0..=dictionary.len()).map(|_| none()).collect();
        Self { dictionary: dictionary.clone(), hashing, make, made }
    }

    /// The key of a code.
    #[inline]
    pub(super) fn at(&self, code: u32) -> [u64; WORDS] {
        let Some(cells) = self.made.get(code as usize) else { return [0; WORDS] };
        let first = cells.first().map_or(0, |cell| cell.load(Ordering::Acquire));
        if first == 0 {
            return self.made_now(code, cells);
        }
        std::array::from_fn(|word| if word == 0 { first } else { cells[word].load(Ordering::Relaxed) })
    }

    #[cold]
    fn made_now(&self, code: u32, cells: &[AtomicU64; WORDS]) -> [u64; WORDS] {
        let Some(text) = self.dictionary.text(code) else { return [0; WORDS] };
        let key = (self.make)(text, self.hashing);
        for (cell, word) in cells.iter().zip(key).rev() {
            cell.store(word, Ordering::Release);
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;

    use super::*;

    #[test]
    fn keys_are_the_same_whenever_they_are_made() {
        let dictionary = Dictionary::new(StringArray::from(vec!["a", "b", ""]), None);
        let hashing = Hashing::new(&[7; 32]);
        let lazy = Lazy::new(&dictionary, hashing, |text, hashing| [hashing.text(text), 5]);
        for _ in 0..2 {
            assert_eq!(lazy.at(0), [0, 0]);
            assert_eq!(lazy.at(2), [hashing.text("b"), 5]);
            assert_eq!(lazy.at(1), [hashing.text("a"), 5]);
            assert_eq!(lazy.at(3), [0, 5]);
            assert_eq!(lazy.at(4), [0, 0]);
        }
    }
}

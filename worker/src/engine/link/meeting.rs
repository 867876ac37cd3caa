//! Which keys bring records together at all: most keys stand once, and their rows need no sorting.

use std::sync::atomic::{AtomicU64, Ordering};

/// Bits for each row: with so many, few keys share theirs by chance.
const BITS_PER_ROW: usize = 8;

/// Two marks for each key: of one list, that it was seen and seen again; of two, that it was seen in each.
#[derive(Debug)]
pub(crate) struct Meeting {
    first: Vec<AtomicU64>,
    second: Vec<AtomicU64>,
}

impl Meeting {
    /// For the keys of so many rows.
    pub(crate) fn new(rows: usize) -> Self {
        let words = (rows * BITS_PER_ROW / 64).next_power_of_two();
        let marks = || (0..words).map(|_| AtomicU64::new(0)).collect();
        Self { first: marks(), second: marks() }
    }

    fn place(&self, key: u64) -> (usize, u64) {
        let word = usize::try_from(key >> 6 & (self.first.len() as u64 - 1)).unwrap_or(0);
        (word, 1 << (key & 63))
    }

    /// Sees a key; of two lists in the second, or not. The marks are the same in whatever order keys are seen.
    pub(crate) fn see(&self, key: u64, is_second: Option<bool>) {
        let (word, bit) = self.place(key);
        let mark = |marks: &[AtomicU64]| marks[word].fetch_or(bit, Ordering::Relaxed) & bit != 0;
        match is_second {
            Some(true) => _ = mark(&self.second),
            Some(false) => _ = mark(&self.first),
            None if mark(&self.first) => _ = mark(&self.second),
            None => {}
        }
    }

    /// Whether a key may bring records together; if not, it does not.
    pub(crate) fn may(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        let both = self.first[word].load(Ordering::Relaxed) & self.second[word].load(Ordering::Relaxed);
        both & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::numbers::mix;
    use super::*;

    #[test]
    fn keys_that_meet_are_known_and_most_others_are_not() {
        let rows = 10_000_u64;
        let (one, two) = (Meeting::new(20_000), Meeting::new(20_000));
        for row in 0..rows {
            one.see(mix(row), None);
            two.see(mix(row), Some(false));
            two.see(mix(row + rows / 2), Some(true));
            if row % 3 == 0 {
                one.see(mix(row), None);
            }
        }
        assert!((0..rows).step_by(3).all(|row| one.may(mix(row))));
        assert!((rows / 2..rows).all(|row| two.may(mix(row))));
        let chance = (0..rows).filter(|row| row % 3 != 0 && one.may(mix(*row))).count();
        assert!(chance < 1_500, "{chance} of 6,667 keys that stand once");
        let chance = (0..rows / 2).filter(|row| two.may(mix(*row))).count();
        assert!(chance < 1_000, "{chance} of 5,000 keys of the first list alone");
    }
}

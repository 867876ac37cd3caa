//! How many values come again, counted in bounded memory.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Values kept at most as hashes of 64 bits: 64 MiB. It is exact while there are no more than seven eighths of them,
/// seven million, different values.
const KEPT_MAX: usize = 1 << 23;

/// Rows that repeat an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Repeated {
    /// How many, the first of each aside.
    pub count: u64,
    /// Whether the count is of a sample and multiplied: above seven million different values.
    pub is_estimate: bool,
}

/// Gathers values as hashes.
///
/// What is kept is sorted and made unique when it is full. Where that does not help, every second hash is let go of for
/// good, by its last bits, and so on: of what is still kept every repeat is known, so that it is a fair sample of all.
pub(super) struct Distinct {
    kept: Vec<u64>,
    kept_max: usize,
    /// Length at which repeats are thrown out next.
    compact_at: usize,
    /// Hashes that end in fewer zero bits are let go of.
    level: u32,
    /// Values that came, by the number of zero bits their hashes end in.
    came: [u64; 65],
}

impl fmt::Debug for Distinct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Distinct({})", self.kept.len())
    }
}

impl Default for Distinct {
    fn default() -> Self {
        Self::within(KEPT_MAX)
    }
}

impl Distinct {
    fn within(kept_max: usize) -> Self {
        Self { kept: Vec::new(), kept_max, compact_at: kept_max / 8, level: 0, came: [0; 65] }
    }

    /// Adds a value by its hash.
    pub(super) fn add(&mut self, hash: u64) {
        let zeros = hash.trailing_zeros();
        self.came[zeros as usize] += 1;
        if zeros >= self.level {
            self.kept.push(hash);
            if self.kept.len() >= self.compact_at {
                self.compact();
            }
        }
    }

    fn compact(&mut self) {
        self.unite();
        while self.kept.len() > self.kept_max / 8 * 7 {
            self.level += 1;
            let level = self.level;
            self.kept.retain(|hash| hash.trailing_zeros() >= level);
        }
        self.compact_at = (self.kept.len() * 2).clamp(self.kept_max / 8, self.kept_max);
    }

    fn unite(&mut self) {
        self.kept.sort_unstable();
        self.kept.dedup();
    }

    /// How many values came again.
    pub(super) fn finish(mut self) -> Repeated {
        self.unite();
        let came: u64 = self.came.iter().skip(self.level as usize).sum();
        let different = u64::try_from(self.kept.len()).unwrap_or(u64::MAX);
        Repeated { count: came.saturating_sub(different) << self.level, is_estimate: self.level > 0 }
    }
}

#[cfg(test)]
mod tests {
    use xxhash_rust::xxh3::xxh3_64;

    use super::*;

    fn repeated(values: impl Iterator<Item = u64>, kept_max: usize) -> (Repeated, usize) {
        let mut distinct = Distinct::within(kept_max);
        let mut most = 0;
        for value in values {
            distinct.add(xxh3_64(&value.to_le_bytes()));
            most = most.max(distinct.kept.len());
        }
        (distinct.finish(), most)
    }

    #[test]
    fn repeats_are_counted_exactly_while_they_fit() {
        let values = (0..800).chain(0..50).chain(0..50);
        let (found, most) = repeated(values, 1_024);
        assert_eq!(found, Repeated { count: 100, is_estimate: false });
        assert!(most <= 1_024);
        assert_eq!(repeated((0..100_000).map(|_| 7), 1_024).0.count, 99_999);
    }

    #[test]
    fn many_values_are_estimated_in_the_same_memory_and_in_any_order() {
        // A quarter of 80,000 values comes twice.
        let (forth, most) = repeated((0..80_000).chain(0..20_000), 4_096);
        assert!(most <= 4_096, "{most}");
        assert!(forth.is_estimate && (18_000..22_000).contains(&forth.count), "{forth:?}");
        let (back, _) = repeated((0..20_000).chain(0..80_000).rev(), 4_096);
        assert!((18_000..22_000).contains(&back.count), "{back:?}");
        assert_eq!(repeated(0..80_000, 4_096).0.count, 0);
    }
}

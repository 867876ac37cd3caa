//! A set of rows or positions: one bit each in memory, the shorter of bits and a list when encoded.

use serde::{Deserialize, Serialize};

use super::bytes;

/// A set of numbers below a fixed bound: rows of a shard, or positions of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct RowSet {
    len: u64,
    /// Bit `i % 64` of word `i / 64`; bits from `len` on are clear.
    words: Vec<u64>,
}

/// A set that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowSetError {
    /// A row at or above the bound.
    #[error("row {row} of a set of {len} rows")]
    Beyond {
        /// The row.
        row: u64,
        /// The bound.
        len: u64,
    },
    /// The bound does not fit into memory, or the encoding has another size.
    #[error("set of {0} rows has a wrong size")]
    Size(u64),
}

fn word_count(len: u64) -> Result<usize, RowSetError> {
    usize::try_from(len.div_ceil(64)).ok().ok_or(RowSetError::Size(len))
}

impl RowSet {
    /// The set of some rows below `len`, in any order.
    ///
    /// # Errors
    /// [`RowSetError`]: a row is too large.
    pub fn of(len: u64, rows: impl IntoIterator<Item = u64>) -> Result<Self, RowSetError> {
        let mut words = vec![0_u64; word_count(len)?];
        for row in rows {
            let word = usize::try_from(row / 64).ok().and_then(|index| words.get_mut(index));
            match word {
                Some(word) if row < len => *word |= 1 << (row % 64),
                _ => return Err(RowSetError::Beyond { row, len }),
            }
        }
        Ok(Self { len, words })
    }

    /// Takes the bits as they are.
    ///
    /// # Errors
    /// [`RowSetError`]: not as many words as `len` needs, or a bit beyond it.
    pub fn from_words(len: u64, words: Vec<u64>) -> Result<Self, RowSetError> {
        if words.len() != word_count(len)? {
            return Err(RowSetError::Size(len));
        }
        let tail = len % 64;
        match words.last() {
            Some(last) if tail > 0 && last >> tail != 0 => Err(RowSetError::Beyond { row: len, len }),
            _ => Ok(Self { len, words }),
        }
    }

    /// The bound.
    #[must_use]
    pub const fn bound(&self) -> u64 {
        self.len
    }

    /// The bits: `i % 64` of word `i / 64`.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Number of rows in the set.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The rows in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (0_u64..).step_by(64).zip(&self.words).flat_map(|(base, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = u64::from(left.trailing_zeros());
                (left != 0).then(|| {
                    left &= left - 1;
                    base + bit
                })
            })
        })
    }

    /// The 64 bits from a row on; zeros from the bound on.
    #[must_use]
    pub fn word_at(&self, row: u64) -> u64 {
        let index = usize::try_from(row / 64).unwrap_or(usize::MAX);
        let shift = row % 64;
        let low = self.words.get(index).copied().unwrap_or(0) >> shift;
        if shift == 0 {
            return low;
        }
        low | self.words.get(index.saturating_add(1)).copied().unwrap_or(0) << (64 - shift)
    }
}

/// The encoded form: little-endian words, or `u32` rows where that is shorter.
#[derive(Serialize, Deserialize)]
struct Wire {
    len: u64,
    is_list: bool,
    #[serde(with = "bytes")]
    data: Vec<u8>,
}

impl From<RowSet> for Wire {
    fn from(set: RowSet) -> Self {
        let is_list = set.len <= u64::from(u32::MAX) && set.count().saturating_mul(32) < set.len;
        let data = if is_list {
            set.iter().filter_map(|row| u32::try_from(row).ok()).flat_map(u32::to_le_bytes).collect()
        } else {
            set.words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        Self { len: set.len, is_list, data }
    }
}

impl TryFrom<Wire> for RowSet {
    type Error = RowSetError;

    fn try_from(wire: Wire) -> Result<Self, RowSetError> {
        let Wire { len, is_list, data } = wire;
        if is_list {
            let (rows, []) = data.as_chunks::<4>() else { return Err(RowSetError::Size(len)) };
            return Self::of(len, rows.iter().map(|row| u64::from(u32::from_le_bytes(*row))));
        }
        let (words, []) = data.as_chunks::<8>() else { return Err(RowSetError::Size(len)) };
        Self::from_words(len, words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::codec::{decode, encode};

    #[test]
    fn rows_beyond_the_bound_are_refused() {
        assert_eq!(RowSet::of(65, [65]), Err(RowSetError::Beyond { row: 65, len: 65 }));
        assert_eq!(RowSet::of(0, [0]), Err(RowSetError::Beyond { row: 0, len: 0 }));
        assert_eq!(RowSet::from_words(65, vec![0]), Err(RowSetError::Size(65)));
        assert!(RowSet::from_words(65, vec![0, 2]).is_err());
        assert_eq!(RowSet::from_words(65, vec![0, 1]), RowSet::of(65, [64]));
        let wire = Wire { len: 8, is_list: false, data: vec![0; 7] };
        assert!(RowSet::try_from(wire).is_err());
    }

    proptest! {
        #[test]
        fn a_set_is_what_went_in(
            len in 1_u64..3000,
            rows in proptest::collection::vec(any::<prop::sample::Index>(), 0..200),
            from in 0_u64..3100,
        ) {
            let bound = usize::try_from(len).unwrap();
            let rows: BTreeSet<u64> = rows.iter().map(|row| row.index(bound) as u64).collect();
            let set = RowSet::of(len, rows.iter().copied()).unwrap();
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), rows.clone());
            prop_assert_eq!(set.count(), rows.len() as u64);
            let expected = (0..64).filter(|bit| rows.contains(&(from + bit))).fold(0, |word, bit| word | 1 << bit);
            prop_assert_eq!(set.word_at(from), expected);
            prop_assert_eq!(decode::<RowSet>(&encode(&set).unwrap()).unwrap(), set);
        }
    }
}

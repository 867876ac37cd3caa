//! Persons that rows may stand for, by key.

use serde::{Deserialize, Serialize};

/// Persons kept of a row and key: more are as many as several.
const KEPT: usize = 8;

/// What a row was compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Key {
    /// Full name and date of birth.
    BirthDate,
    /// Full name and street address.
    Address,
}

/// A person a row may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Candidate {
    /// Index of the row in its part.
    pub(crate) row: u32,
    pub(crate) key: Key,
    /// Position in the global order.
    pub(crate) position: u32,
    /// Whether this person, or one left out behind it, may not be disclosed.
    pub(crate) is_barred: bool,
    /// Whether a name that agrees is a former one.
    pub(crate) is_former: bool,
}

/// The candidates of a part, by row, key and position; of each row and key the first few.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidates(Vec<Candidate>);

impl Candidates {
    /// Sorts candidates; equal ones count once.
    pub(crate) fn of(mut all: Vec<Candidate>) -> Self {
        // Pieces of it are in order already.
        all.sort();
        all.dedup_by_key(|candidate| (candidate.row, candidate.key, candidate.position));
        let mut kept: Vec<Candidate> = Vec::with_capacity(all.len());
        let mut count = 0;
        for candidate in all {
            match kept.last_mut() {
                Some(last) if (last.row, last.key) == (candidate.row, candidate.key) => {
                    count += 1;
                    if count > KEPT {
                        last.is_barred |= candidate.is_barred;
                        continue;
                    }
                }
                _ => count = 1,
            }
            kept.push(candidate);
        }
        Self(kept)
    }

    /// Those of several ranges of shards together, whatever their order.
    #[must_use]
    pub fn merge(pieces: impl IntoIterator<Item = Self>) -> Self {
        let mut pieces: Vec<Self> = pieces.into_iter().filter(|piece| !piece.0.is_empty()).collect();
        match pieces.len() {
            0 | 1 => pieces.pop().unwrap_or_default(),
            _ => Self::of(pieces.into_iter().flat_map(|piece| piece.0).collect()),
        }
    }

    /// The candidates of rows that are asked for in ascending order, from a row on.
    pub(crate) fn walk(&self, first: u32) -> Walk<'_> {
        let (_, from) = self.0.split_at(self.0.partition_point(|candidate| candidate.row < first));
        Walk(from)
    }
}

/// A walk along candidates, row by row.
#[derive(Debug)]
pub(crate) struct Walk<'a>(&'a [Candidate]);

impl<'a> Walk<'a> {
    /// The candidates of a row by date of birth and by address; no row before it can be asked for afterwards.
    pub(crate) fn of_row(&mut self, row: u32) -> [&'a [Candidate]; 2] {
        let mut take = |is: &dyn Fn(&Candidate) -> bool| {
            let count = self.0.iter().take_while(|candidate| is(candidate)).count();
            let (taken, rest) = self.0.split_at(count);
            self.0 = rest;
            taken
        };
        take(&|candidate| candidate.row < row);
        [Key::BirthDate, Key::Address].map(|key| take(&|found| found.row == row && found.key == key))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate() -> impl Strategy<Value = Candidate> {
        (0_u32..3, any::<bool>(), 0_u32..40).prop_map(|(row, by_birth, position)| Candidate {
            row,
            key: if by_birth { Key::BirthDate } else { Key::Address },
            position,
            is_barred: position % 13 == 0,
            is_former: false,
        })
    }

    proptest! {
        #[test]
        fn how_candidates_are_cut_changes_nothing(
            all in proptest::collection::vec(candidate(), 0..120),
            cut in 1_usize..7,
        ) {
            let whole = Candidates::of(all.clone());
            // A person is of one shard: every position goes to one piece.
            let pieces = (0..cut).map(|piece| {
                let of_piece = |c: &&Candidate| usize::try_from(c.position).unwrap() % cut == piece;
                Candidates::of(all.iter().filter(of_piece).copied().collect())
            });
            let merged = Candidates::merge(pieces);
            let (mut whole, mut merged) = (whole.walk(0), merged.walk(0));
            for row in 0..3 {
                let of_keys = whole.of_row(row).into_iter().zip(merged.of_row(row));
                for (key, (one, other)) in [Key::BirthDate, Key::Address].into_iter().zip(of_keys) {
                    let positions = |of: &[Candidate]| of.iter().map(|c| c.position).collect::<Vec<_>>();
                    prop_assert_eq!(positions(one), positions(other));
                    let barred = |of: &[Candidate]| of.iter().any(|candidate| candidate.is_barred);
                    let real = all.iter().any(|c| (c.row, c.key) == (row, key) && c.is_barred);
                    prop_assert_eq!((barred(one), barred(other)), (real, real));
                }
            }
        }
    }
}

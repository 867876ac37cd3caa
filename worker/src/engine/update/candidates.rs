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
        all.sort_unstable();
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

    /// The candidates of rows and those of later rows, as one.
    pub(crate) fn joined(all: &[Self]) -> Self {
        let all: Vec<&[Candidate]> = all.iter().map(|candidates| candidates.0.as_slice()).collect();
        Self(all.concat())
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
    use std::collections::BTreeSet;

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
        fn the_first_few_of_a_row_and_key_are_kept_and_who_is_barred_is_not_lost(
            all in proptest::collection::vec(candidate(), 0..120),
        ) {
            let candidates = Candidates::of(all.clone());
            let mut walk = candidates.walk(0);
            for row in 0..3 {
                for (key, of_key) in [Key::BirthDate, Key::Address].into_iter().zip(walk.of_row(row)) {
                    let here = all.iter().filter(|c| (c.row, c.key) == (row, key));
                    let expected: BTreeSet<u32> = here.clone().map(|c| c.position).collect();
                    let positions: Vec<u32> = of_key.iter().map(|c| c.position).collect();
                    prop_assert_eq!(positions, expected.into_iter().take(KEPT).collect::<Vec<u32>>());
                    let barred = here.clone().any(|c| c.is_barred);
                    prop_assert_eq!(of_key.iter().any(|c| c.is_barred), barred);
                }
            }
        }
    }
}

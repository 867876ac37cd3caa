//! Records that are as they were in an earlier order: their pairs are not compared again.

use poimuri_shared::receipt::{ExtendedAccount, ExtendedRecords};
use serde::{Deserialize, Serialize};

use super::named::Named;
use crate::engine::link::{Compared, Partners};

/// What is taken over of an earlier order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Kept pairs of unchanged records, with the weights they had.
    pub pairs: Vec<(u32, u32, f64)>,
    /// The weight from which on pairs were linked.
    pub threshold_weight: f64,
    /// How many partners a record had; nothing if the lists are others.
    pub partners: Option<Partners>,
    /// Counts.
    pub account: ExtendedAccount,
}

/// Which records are as they were.
#[derive(Debug)]
pub struct Unchanged {
    /// For each row whether it is new or not as it was.
    pub fresh: Vec<bool>,
    /// How the records differ from the earlier ones.
    pub records: ExtendedRecords,
    /// For each row of the earlier order the one that is the same and as it was.
    rows: Vec<Option<u32>>,
}

impl Unchanged {
    /// Finds the records of an earlier order among those of a later one. Digests, all under one secret, are of what is
    /// compared, each order's by rows as it compares them.
    #[must_use]
    pub fn new((own, digests): (&Named, &[u64]), (earlier, theirs): (&Named, &[u64])) -> Self {
        let by_row = |named: &Named, digests: &[u64]| {
            let mut by_row = vec![0; digests.len()];
            named.identified.origin.iter().zip(digests).for_each(|(row, of)| by_row[*row as usize] = *of);
            by_row
        };
        let (digests, theirs) = (by_row(own, digests), by_row(earlier, theirs));
        let mut unchanged = Self {
            fresh: vec![true; digests.len()],
            records: ExtendedRecords::default(),
            rows: vec![None; theirs.len()],
        };
        let counts = &mut unchanged.records;
        for (row, again) in (0..).zip(own.again(earlier)) {
            let Some(again) = again.map(|again| again as usize) else {
                counts.new += 1;
                continue;
            };
            if theirs[again] == digests[row as usize] {
                unchanged.rows[again] = Some(row);
                unchanged.fresh[row as usize] = false;
                counts.unchanged += 1;
            } else {
                counts.changed += 1;
            }
        }
        counts.gone = (theirs.len() as u64).saturating_sub(counts.unchanged + counts.changed);
        unchanged
    }

    /// Kept pairs of the earlier order, those of unchanged records, by rows of the later one.
    pub fn pairs<'u>(
        &'u self,
        earlier: &'u Named,
        kept: &'u Compared,
    ) -> impl Iterator<Item = (u32, u32, f64)> + 'u {
        let row = |place: u32| self.rows[earlier.identified.origin[place as usize] as usize];
        kept.kept().filter_map(move |(a, b, weight)| Some((row(a)?, row(b)?, weight)))
    }

    /// Pairs by rows of the earlier order, as [`Self::pairs`].
    pub fn again(&self, pairs: &[(u32, u32, f64)]) -> impl Iterator<Item = (u32, u32, f64)> {
        let row = |row: u32| self.rows[row as usize];
        pairs.iter().filter_map(move |(a, b, weight)| Some((row(*a)?, row(*b)?, *weight)))
    }
}

//! Which of several rows stays: the rule, then the random rule, then the smaller identity code.

use std::hint::select_unpredictable;

use poimuri_shared::order::extraction::Keep;
use poimuri_shared::snapshot::tables::Persons;

use super::lot::lot;

const MAN: u8 = 1;
const WOMAN: u8 = 2;

/// The survivor rule under an order's seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Survivor {
    keep: Keep,
    seed: u64,
}

impl Survivor {
    pub(crate) fn new(keep: Keep, order_seed: &[u8; 32]) -> Self {
        let seed = order_seed.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        Self { keep, seed }
    }

    /// The row that stays; none of none.
    #[inline]
    pub(crate) fn of(self, persons: &Persons, members: &[u32]) -> Option<u32> {
        if self.keep == Keep::Random {
            return self.luckiest(persons, members.iter().copied());
        }
        let rank = |row: u32| self.rank(persons, row as usize);
        let best = members.iter().map(|row| rank(*row)).min()?;
        self.luckiest(persons, members.iter().copied().filter(|row| rank(*row) == best))
    }

    /// The row with the smallest lot. Lots are random, so no branch may depend on them.
    #[inline]
    fn luckiest(self, persons: &Persons, mut rows: impl Iterator<Item = u32>) -> Option<u32> {
        let first = rows.next()?;
        let mut best = (self.lot(persons, first as usize), first);
        for row in rows {
            let held = (self.lot(persons, row as usize), row);
            best = select_unpredictable(held.0 < best.0, held, best);
        }
        Some(best.1)
    }

    /// Smaller is better; equal ranks are decided by lot.
    fn rank(self, persons: &Persons, row: usize) -> i64 {
        let birth = || i64::from(persons.birth_date[row]);
        match self.keep {
            Keep::Random => 0,
            Keep::Oldest => birth(),
            Keep::Youngest => -birth(),
            Keep::WomanFirst => i64::from(persons.sex[row] != WOMAN),
            Keep::ManFirst => i64::from(persons.sex[row] != MAN),
        }
    }

    /// The random rule: the hash of the code's eleven characters, then the code.
    #[inline]
    fn lot(self, persons: &Persons, row: usize) -> (u64, u64) {
        let packed = persons.id[row];
        (lot(packed, self.seed), packed)
    }
}

//! Which of several rows stays: the rule, then the random rule, then the smaller identity code.

use std::hint::select_unpredictable;

use poimuri_shared::order::extraction::Keep;
use poimuri_shared::snapshot::tables::Persons;

use super::groups::{Groups, Member};
use super::lot::lot;
use crate::engine::bits;

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

    /// Leaves one row of each group in a mask; how many it took out.
    pub(super) fn leave(self, persons: &Persons, groups: &Groups, mask: &mut [u64]) -> u64 {
        let kept = if self.keep == Keep::Random {
            self.kept(persons, groups.members(), |_| 0)
        } else {
            self.kept(persons, groups.members(), |row| self.rank(persons, row as usize))
        };
        for member in groups.members() {
            bits::remove(mask, member.row() as usize);
        }
        kept.iter().for_each(|row| bits::insert(mask, *row));
        groups.members().len().abs_diff(kept.len()) as u64
    }

    /// The row of each group that stays: of the smallest rank, of these the one with the smallest lot. Lots are random,
    /// so no branch may depend on them.
    #[inline]
    fn kept(self, persons: &Persons, members: &[Member], rank: impl Fn(u32) -> i64) -> Vec<u32> {
        let mut kept = vec![0; members.len()];
        let mut groups = 0_usize;
        let mut best = ((0, (0, 0)), 0);
        for member in members {
            let row = member.row();
            let held = ((rank(row), self.lot(persons, row as usize)), row);
            best = select_unpredictable(member.is_first() | (held.0 < best.0), held, best);
            groups += usize::from(member.is_first());
            kept[groups.saturating_sub(1)] = best.1;
        }
        kept.truncate(groups);
        kept
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

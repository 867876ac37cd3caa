//! Which of several rows stays: the rule, then the random rule, then the smaller identity code.

use poimuri_shared::order::extraction::Keep;
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::tables::Persons;
use xxhash_rust::xxh3::xxh3_64_with_seed;

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
    pub(crate) fn of(self, persons: &Persons, members: &[usize]) -> Option<usize> {
        let rank = |row: usize| self.rank(persons, row);
        let (mut best, rest) = members.split_first().map(|(first, rest)| (*first, rest))?;
        let mut best_rank = rank(best);
        let mut best_lot: Option<(u64, u64)> = None;
        for row in rest {
            let row_rank = rank(*row);
            if row_rank > best_rank {
                continue;
            }
            let lot = (row_rank == best_rank).then(|| {
                let held = best_lot.unwrap_or_else(|| self.lot(persons, best));
                best_lot = Some(held);
                (self.lot(persons, *row), held)
            });
            match lot {
                Some((lot, held)) if lot >= held => continue,
                Some((lot, _)) => best_lot = Some(lot),
                None => best_lot = None,
            }
            (best, best_rank) = (*row, row_rank);
        }
        Some(best)
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
    fn lot(self, persons: &Persons, row: usize) -> (u64, u64) {
        let packed = persons.id[row];
        let text = Hetu::from_packed(packed).map_or([0; 11], Hetu::to_text);
        (xxh3_64_with_seed(&text, self.seed), packed)
    }
}

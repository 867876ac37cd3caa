//! What unmatched rows come to, row by row, put together from all shards in any order.

use serde::{Deserialize, Serialize};

/// Persons of a postal code who may share the surname of one who is told apart by it.
const NAMESAKES_MAX: u32 = 10;

/// An unmatched row and the persons who may nearly be meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alike {
    pub(super) part: u32,
    /// Index of the row in its part.
    pub(super) row: u32,
    /// Persons with its name and postal code.
    pub(super) named: u32,
    /// Persons with its surname and postal code.
    pub(super) namesakes: u32,
    /// Identity code of one of the former, the lowest; 0 for none.
    pub(super) named_id: u64,
    /// Identity code of a person who is nearly the row's by M6, the lowest; 0 for none.
    pub(super) near_id: u64,
}

/// Rows of a batch, or of a register, by part and row, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approximations(Vec<Alike>);

fn lowest(one: u64, other: u64) -> u64 {
    if one == 0 || other == 0 { one.max(other) } else { one.min(other) }
}

impl Approximations {
    pub(super) fn of(mut all: Vec<Alike>) -> Self {
        all.sort_unstable();
        all.dedup_by(|next, row| {
            let is_same = (next.part, next.row) == (row.part, row.row);
            if is_same {
                let Alike { part: _, row: _, named, namesakes, named_id, near_id } = *next;
                row.named = row.named.saturating_add(named);
                row.namesakes = row.namesakes.saturating_add(namesakes);
                row.named_id = lowest(row.named_id, named_id);
                row.near_id = lowest(row.near_id, near_id);
            }
            is_same
        });
        Self(all)
    }

    /// Those of several shards and batches together, whatever their order. Each person is in one of them.
    #[must_use]
    pub fn merge(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self::of(pieces.into_iter().flat_map(|piece| piece.0).collect())
    }

    /// The persons rows may mean by M5, one for each such row, as packed identity codes.
    #[must_use]
    pub fn by_postal_code(&self) -> Vec<u64> {
        let is_told_apart = |row: &&Alike| row.named == 1 && row.namesakes <= NAMESAKES_MAX;
        self.0.iter().filter(is_told_apart).map(|row| row.named_id).collect()
    }

    /// The same by M6.
    #[must_use]
    pub fn by_likeness(&self) -> Vec<u64> {
        self.0.iter().map(|row| row.near_id).filter(|id| *id != 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alike() -> impl Strategy<Value = Alike> {
        (0_u32..2, 0_u32..4, 1_u64..30, 0_usize..3).prop_map(|(part, row, id, kind)| match kind {
            0 => Alike { part, row, named: 1, named_id: id, ..Alike::default() },
            1 => Alike { part, row, namesakes: 1, ..Alike::default() },
            _ => Alike { part, row, near_id: id, ..Alike::default() },
        })
    }

    proptest! {
        #[test]
        fn how_persons_are_cut_changes_nothing(
            all in proptest::collection::vec((alike(), 0_usize..5), 0..80),
        ) {
            let piece = |wanted: usize| {
                let of_piece = all.iter().filter(|(_, piece)| *piece == wanted).map(|(alike, _)| *alike);
                Approximations::of(of_piece.collect())
            };
            let whole = Approximations::of(all.iter().map(|(alike, _)| *alike).collect());
            prop_assert_eq!(&Approximations::merge((0..5).map(piece)), &whole);
            prop_assert_eq!(&Approximations::merge((0..5).rev().map(piece)), &whole);
            let one = |part: u32, row: u32| all.iter().map(|(alike, _)| *alike)
                .filter(move |alike| (alike.part, alike.row) == (part, row));
            let rows = (0..2).flat_map(|part| (0..4).map(move |row| (part, row)));
            let near: Vec<u64> = rows.clone()
                .filter_map(|(part, row)| one(part, row).map(|it| it.near_id).filter(|id| *id != 0).min())
                .collect();
            prop_assert_eq!(whole.by_likeness(), near);
            let told_apart: Vec<u64> = rows
                .filter(|(part, row)| one(*part, *row).map(|it| it.named).sum::<u32>() == 1)
                .filter(|(part, row)| one(*part, *row).map(|it| it.namesakes).sum::<u32>() <= NAMESAKES_MAX)
                .map(|(part, row)| one(part, row).map(|it| it.named_id).max().unwrap_or(0))
                .collect();
            prop_assert_eq!(whole.by_postal_code(), told_apart);
        }
    }
}

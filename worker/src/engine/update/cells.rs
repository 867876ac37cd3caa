//! What is told of the persons found: the cells of each, and which of them are given.

use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::Column;
use rayon::prelude::*;

use super::ask::{Asked, ask};
use super::facts::Facts;
use super::lines::Outcome;
use super::recent::Recent;
use super::render::gives;
use super::resolve::Resolving;
use crate::engine::render::Lines;
use crate::engine::{EngineError, Tables};

/// Which columns are given under which facts, as bits in the order of the columns.
pub(super) struct Giving {
    mode: UpdateMode,
    columns: Vec<Column>,
    known: Recent<Facts, u64>,
}

const _: () = assert!(Column::ALL.len() <= u64::BITS as usize, "a bit for each column");

impl Giving {
    fn new(mode: UpdateMode, columns: impl Iterator<Item = Column>) -> Self {
        Self { mode, columns: columns.collect(), known: Recent::new() }
    }

    /// The columns that are given.
    fn of(&mut self, facts: Facts) -> u64 {
        let is_given = |(_, column): &(u32, &Column)| gives(self.mode, facts, **column);
        *self.known.get_or_make(facts, || {
            (0_u32..).zip(&self.columns).filter(is_given).fold(0, |all, (index, _)| all | 1 << index)
        })
    }
}

impl Resolving<'_> {
    /// The cells of all persons of whom any is told, shard by shard.
    pub(super) fn cells(&self, outcomes: &mut [Outcome]) -> Result<Vec<Vec<u8>>, EngineError> {
        let (mode, renderer) = (self.updating.mode, &self.updating.renderer);
        let mut giving = Giving::new(mode, renderer.columns());
        let mut told = Vec::new();
        for (row, outcome) in (0_u32..).zip(&*outcomes) {
            if let Ok(one) = outcome {
                let given = giving.of(one.facts);
                if given != 0 {
                    told.push((row, one.position, given));
                }
            }
        }
        let positions = (0_u32..).zip(told.iter().map(|(_, position, _)| *position));
        let asked = ask(positions, &self.bounds);
        let of_shard = |(tables, asked): (&Tables<'_>, &Vec<Asked>)| {
            let given: Vec<u64> = asked.iter().map(|ask| told[ask.row as usize].2).collect();
            renderer.chosen(tables, &self.at(tables, asked)?, &given)
        };
        let lines: Result<Vec<Lines>, EngineError> =
            self.shards.par_iter().zip(&asked).map(of_shard).collect();
        let mut cells = Vec::new();
        for (asked, lines) in asked.iter().zip(lines?) {
            let mut at = 0;
            for (ask, length) in asked.iter().zip(lines.lengths) {
                if let Ok(one) = &mut outcomes[told[ask.row as usize].0 as usize] {
                    one.cells = (at, length);
                }
                at += length;
            }
            cells.push(lines.csv);
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_remembered_rightly() {
        for mode in [UpdateMode::Changes, UpdateMode::Current] {
            let mut giving = Giving::new(mode, Column::ALL.iter().copied());
            for status in 10..=14 {
                for flags in 0..1_u16 << 12 {
                    let facts = Facts { status, flags };
                    let given = giving.of(facts);
                    for (index, column) in Column::ALL.iter().enumerate() {
                        assert_eq!(given >> index & 1 == 1, gives(mode, facts, *column));
                    }
                    assert_eq!(giving.of(facts), given);
                }
            }
        }
    }
}

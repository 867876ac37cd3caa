//! What is told of the persons found: which cells are given, and those that are rendered in the shards.

use std::hint::black_box;

use poimuri_shared::order::UpdateMode;
use poimuri_shared::order::delivered::Column;
use rayon::prelude::*;

use super::ask::{Asked, ask};
use super::decide::FoundBy;
use super::facts::Facts;
use super::recent::Recent;
use super::render::gives;
use super::resolve::{Decided, Resolving};
use crate::engine::render::Lines;
use crate::engine::{EngineError, Tables};

/// Which columns are given under which facts and key, as bits in the order of the columns.
pub(super) struct Giving {
    mode: UpdateMode,
    columns: Vec<Column>,
    known: Recent<u32, u64>,
}

const _: () = assert!(Column::ALL.len() <= u64::BITS as usize, "a bit for each column");

impl Giving {
    pub(super) fn new(mode: UpdateMode, columns: impl Iterator<Item = Column>) -> Self {
        Self { mode, columns: columns.collect(), known: Recent::new() }
    }

    /// The columns that are given.
    pub(super) fn of(&mut self, told: (Facts, FoundBy)) -> u64 {
        let (facts, by) = told;
        // Nothing has changed, and nothing is told: as of most rows.
        if self.mode == UpdateMode::Changes && facts.status == 10 {
            return 0;
        }
        let is_given = |(_, column): &(u32, &Column)| gives(self.mode, told, **column);
        *self.known.get_or_make(facts.with(by), || {
            (0_u32..).zip(&self.columns).filter(is_given).fold(0, |all, (index, _)| all | 1 << index)
        })
    }
}

/// Cells of rows, rendered in the shards of their persons.
#[derive(Debug)]
pub(super) struct Cells {
    /// Rows, ascending.
    rows: Vec<Rendered>,
    /// Cells of each shard.
    of_shards: Vec<Vec<u8>>,
}

/// A row whose cells were rendered: where they are.
#[derive(Debug, Clone, Copy)]
struct Rendered {
    row: u32,
    shard: u32,
    at: u32,
    length: u32,
}

/// A walk along cells, row by row.
pub(super) struct Walk<'a> {
    rows: &'a [Rendered],
    of_shards: &'a [Vec<u8>],
}

impl Cells {
    /// The cells of rows that are asked for in ascending order, from a row on.
    pub(super) fn walk(&self, first: u32) -> Walk<'_> {
        let (_, rows) = self.rows.split_at(self.rows.partition_point(|rendered| rendered.row < first));
        Walk { rows, of_shards: &self.of_shards }
    }
}

impl<'a> Walk<'a> {
    /// The cells of a row, if they were rendered; no row before it can be asked for afterwards.
    pub(super) fn of_row(&mut self, row: u32) -> Option<&'a [u8]> {
        let (rendered, rest) = self.rows.split_first().filter(|(rendered, _)| rendered.row == row)?;
        self.rows = rest;
        Some(self.cells(rendered))
    }

    /// Loads the cells of rows up to one, which lie in the order of persons, so that the waits for memory are side by side. It
    /// changes no result.
    pub(super) fn load(&self, end: u32) {
        let ends = |rendered: &Rendered| {
            let cells = self.cells(rendered);
            cells.first().unwrap_or(&0) ^ cells.last().unwrap_or(&0)
        };
        let rows = self.rows.iter().take_while(|rendered| rendered.row < end);
        black_box(rows.fold(0, |all, rendered| all ^ ends(rendered)));
    }

    fn cells(&self, rendered: &Rendered) -> &'a [u8] {
        let (at, length) = (rendered.at as usize, rendered.length as usize);
        let cells = self.of_shards.get(rendered.shard as usize);
        cells.and_then(|cells| cells.get(at..at + length)).unwrap_or_default()
    }
}

impl Resolving<'_> {
    /// The cells of all rows of which any is given, but for those of which their person in brief tells them.
    pub(super) fn cells(&self, decided: &Decided) -> Result<Cells, EngineError> {
        let (mode, renderer) = (self.updating.mode, &self.updating.renderer);
        // Who was settled in brief has an address there, or is dead and nothing of it is given.
        let in_brief = self.matched.briefs.map_or(0, |_| renderer.of_residence());
        let mut giving = Giving::new(mode, renderer.columns());
        let (mut told, mut open) = (Vec::new(), decided.open.iter().peekable());
        for (row, outcome) in (0_u32..).zip(&decided.outcomes) {
            let is_open = open.next_if(|open| **open == row).is_some();
            if let Ok(one) = outcome {
                let given = giving.of((one.facts(), one.by()));
                if is_open && given != 0 || given & !in_brief != 0 {
                    told.push((row, one.position(), given));
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
        let none = |(row, ..): &(u32, u32, u64)| Rendered { row: *row, shard: 0, at: 0, length: 0 };
        let mut rows: Vec<Rendered> = told.iter().map(none).collect();
        let mut of_shards = Vec::new();
        for ((shard, asked), lines) in (0..).zip(&asked).zip(lines?) {
            let mut at = 0;
            for (ask, length) in asked.iter().zip(lines.lengths) {
                let rendered = &mut rows[ask.row as usize];
                *rendered = Rendered { shard, at, length, ..*rendered };
                at += length;
            }
            of_shards.push(lines.csv);
        }
        Ok(Cells { rows, of_shards })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_remembered_rightly() {
        for mode in [UpdateMode::Changes, UpdateMode::Current] {
            let mut giving = Giving::new(mode, Column::ALL.iter().copied());
            let keys = [FoundBy::Code, FoundBy::PreviousCode, FoundBy::BirthDate, FoundBy::Address];
            for (status, by) in (10..=14).flat_map(|status| keys.map(|by| (status, by))) {
                for flags in 0..1_u16 << 12 {
                    let told = (Facts { status, flags }, by);
                    let given = giving.of(told);
                    for (index, column) in Column::ALL.iter().enumerate() {
                        assert_eq!(given >> index & 1 == 1, gives(mode, told, *column));
                    }
                    assert_eq!(giving.of(told), given);
                }
            }
        }
    }
}

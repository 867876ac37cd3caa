//! The rows of a part, decided and rendered.
//!
//! ```text
//! codes ──► persons with them ──► verdicts ──► found persons ──► facts ──► cells ──► lines
//! ```
//!
//! Persons are looked at in the order of their positions and rows worked on in their own order, so that memory is gone
//! through from end to end on either side.

use poimuri_shared::customer_register::{Columns, Mapping};
use rayon::prelude::*;

use super::agree::Person;
use super::ask::{Asked, ask, bounds, shard_of};
use super::candidates::Candidates;
use super::decide::{CodeHit, Verdict, decide};
use super::facts::{Facts, facts};
use super::lines::{Outcome, Resolved, Told, Writing};
use super::matching::Part;
use super::near::Unmatched;
use super::own::OwnRows;
use super::render::gives;
use super::seen::Seen;
use super::{RowKeys, Updating};
use crate::engine::render::Lines;
use crate::engine::{EngineError, Tables};

/// Rows that one thread works on at once.
pub(super) const CHUNK_ROWS: usize = 16_384;

/// A part, and what was found out about its rows.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    /// The rows as keys.
    pub part: &'a Part,
    /// The position of the person with each row's code.
    pub positions: &'a [Option<u32>],
    /// Persons by names.
    pub candidates: &'a Candidates,
}

/// A part at work.
#[derive(Debug)]
pub struct Resolving<'a> {
    updating: &'a Updating,
    matched: Matched<'a>,
    shards: &'a [Tables<'a>],
    bounds: Vec<u32>,
    rows: &'a [RowKeys],
    /// Whether any row has a name.
    is_named: bool,
}

/// Whom each row stands for, and what these persons are like.
#[derive(Debug)]
pub struct Decided {
    verdicts: Vec<Verdict>,
    seen: Vec<Option<Seen>>,
}

impl<'a> Resolving<'a> {
    /// Begins with a part. `shards` are those of the whole snapshot, in their order.
    ///
    /// # Errors
    /// The positions are not of the part's rows.
    pub fn new(
        updating: &'a Updating,
        matched: Matched<'a>,
        shards: &'a [Tables<'a>],
    ) -> Result<Self, EngineError> {
        let rows = matched.part.rows.as_slice();
        let bounds = bounds(shards)?;
        if matched.positions.len() != rows.len() {
            return Err(EngineError::ForeignRegister);
        }
        let is_named = rows.iter().any(|row| row.names.is_some());
        Ok(Self { updating, matched, shards, bounds, rows, is_named })
    }

    /// Decides on the rows.
    ///
    /// # Errors
    /// A table is missing, or a position is of no shard.
    pub fn decide(&self) -> Result<Decided, EngineError> {
        let mut seen = vec![None; self.rows.len()];
        self.see(self.matched.positions.iter().copied(), &mut seen)?;
        let verdicts = self.verdicts(&seen)?;
        let by_names = verdicts.iter().map(|verdict| {
            let Verdict::Found { position, names: Some(_), by: _ } = verdict else {
                return None;
            };
            Some(*position)
        });
        self.see(by_names, &mut seen)?;
        Ok(Decided { verdicts, seen })
    }

    /// The rows nobody was found for, of those that can be compared once more.
    #[must_use]
    pub fn unmatched(&self, decided: &Decided, mapping: &Mapping, columns: &Columns) -> Unmatched {
        let is_unmatched = |verdict: &Verdict, row: &RowKeys| {
            let (birth, address) = self.updating.comparable(row);
            *verdict == Verdict::NotFound && row.is_named() && (birth || address)
        };
        let mut unmatched = Unmatched::default();
        for ((index, verdict), row) in (0_u32..).zip(&decided.verdicts).zip(self.rows) {
            if is_unmatched(verdict, row) {
                unmatched.push(row, mapping, (index, &columns.row(index as usize)));
            }
        }
        unmatched
    }

    /// Renders the rows. `own` are the customer's own cells of each row, `first_row` is the number of the first one
    /// in the register, from 1.
    ///
    /// # Errors
    /// A table is missing.
    pub fn render(
        &self,
        decided: Decided,
        own: OwnRows<'_>,
        first_row: u64,
    ) -> Result<Resolved, EngineError> {
        let mut outcomes = self.outcomes(&decided, own)?;
        drop(decided);
        let cells = self.cells(&mut outcomes)?;
        let columns = self.updating.renderer.column_count();
        let writing = Writing { own, first_row, columns, bounds: &self.bounds, cells: &cells };
        Ok(writing.lines(&outcomes))
    }

    /// Looks at the persons at the positions of rows, in the order of positions.
    fn see(
        &self,
        positions: impl Iterator<Item = Option<u32>>,
        seen: &mut [Option<Seen>],
    ) -> Result<(), EngineError> {
        let asked = ask((0_u32..).zip(positions).filter_map(|(row, at)| Some((row, at?))), &self.bounds);
        let all = |(tables, asked): (&Tables<'_>, &Vec<Asked>)| {
            Seen::all(tables, &self.at(tables, asked)?, self.is_named)
        };
        let by_shard: Result<Vec<Vec<Seen>>, EngineError> =
            self.shards.par_iter().zip(&asked).map(all).collect();
        for (ask, one) in asked.iter().flatten().zip(by_shard?.into_iter().flatten()) {
            seen[ask.row as usize] = Some(one);
        }
        Ok(())
    }

    fn at(&self, tables: &Tables<'_>, asked: &[Asked]) -> Result<Vec<u32>, EngineError> {
        let at = |ask: &Asked| {
            let row = self.updating.person(tables, ask.position)?.row;
            u32::try_from(row).ok().ok_or(EngineError::Mismatch(tables.shard))
        };
        asked.iter().map(at).collect()
    }

    /// Whom each row stands for. `seen` are the persons with the rows' codes.
    fn verdicts(&self, seen: &[Option<Seen>]) -> Result<Vec<Verdict>, EngineError> {
        let of_chunk = |(index, (rows, seen)): (usize, (&[RowKeys], &[Option<Seen>]))| {
            let first = u32::try_from(index * CHUNK_ROWS).unwrap_or(u32::MAX);
            let mut walk = self.matched.candidates.walk(first);
            let decided = (first..).zip(rows).zip(seen).map(|((index, row), seen)| {
                let hit = seen.as_ref().map(|seen| self.hit(row, seen)).transpose()?;
                let [by_birth, by_address] = walk.of_row(index);
                Ok(decide(row, self.updating.keys_of(row), hit, by_birth, by_address))
            });
            decided.collect::<Result<Vec<Verdict>, EngineError>>()
        };
        let chunks = self.rows.par_chunks(CHUNK_ROWS).zip(seen.par_chunks(CHUNK_ROWS)).enumerate();
        let chunks: Result<Vec<Vec<Verdict>>, EngineError> = chunks.map(of_chunk).collect();
        Ok(chunks?.concat())
    }

    /// What the person with a row's code is like.
    fn hit(&self, row: &RowKeys, seen: &Seen) -> Result<CodeHit, EngineError> {
        Ok(CodeHit {
            position: seen.position,
            is_previous: seen.id != row.code,
            is_barred: self.updating.is_barred(seen.security_until, seen.flags),
            names: self.person(seen)?.plausible(row),
        })
    }

    fn person(&self, seen: &Seen) -> Result<Person<'_>, EngineError> {
        let tables =
            self.shards.get(shard_of(seen.position, &self.bounds)).ok_or(EngineError::ForeignRegister)?;
        Ok(Person { names: seen.names, ..self.updating.person(tables, seen.position)? })
    }

    /// What becomes of each row.
    fn outcomes(&self, decided: &Decided, own: OwnRows<'_>) -> Result<Vec<Outcome>, EngineError> {
        let outcome = |(index, verdict): (usize, &Verdict)| {
            let (Verdict::Found { by, position, names }, Some(seen)) = (*verdict, &decided.seen[index])
            else {
                return Ok(Err(*verdict));
            };
            let line = own.address(u32::try_from(index).unwrap_or(u32::MAX));
            let facts = facts(&self.person(seen)?, seen, (&self.rows[index], line), (by, names));
            Ok(Ok(Told { by, facts, position, id: seen.id, cells: (0, 0) }))
        };
        decided.verdicts.par_iter().enumerate().map(outcome).collect()
    }

    /// The cells of all persons of whom any is told, shard by shard.
    fn cells(&self, outcomes: &mut [Outcome]) -> Result<Vec<Vec<u8>>, EngineError> {
        let (mode, renderer) = (self.updating.mode, &self.updating.renderer);
        let is_told = |told: &&Told| renderer.columns().any(|column| gives(mode, told.facts, column));
        let told = outcomes.iter().map(|outcome| outcome.as_ref().ok().filter(is_told));
        let asked =
            ask((0_u32..).zip(told).filter_map(|(row, told)| Some((row, told?.position))), &self.bounds);
        let of_shard = |(tables, asked): (&Tables<'_>, &Vec<Asked>)| {
            let facts =
                asked.iter().map(|ask| outcomes[ask.row as usize].as_ref().ok().map(|told| told.facts));
            let facts: Vec<Option<Facts>> = facts.collect();
            let is_given =
                |index: usize, column| facts[index].is_some_and(|facts| gives(mode, facts, column));
            renderer.chosen(tables, &self.at(tables, asked)?, is_given)
        };
        let lines: Result<Vec<Lines>, EngineError> =
            self.shards.par_iter().zip(&asked).map(of_shard).collect();
        let mut cells = Vec::new();
        for (asked, lines) in asked.iter().zip(lines?) {
            let mut at = 0;
            for (ask, length) in asked.iter().zip(lines.lengths) {
                if let Ok(told) = &mut outcomes[ask.row as usize] {
                    told.cells = (at, length);
                }
                at += length;
            }
            cells.push(lines.csv);
        }
        Ok(cells)
    }
}

//! The rows of a part, decided and rendered.
//!
//! ```text
//! codes, names ──► whom each row stands for ──► in brief ──► outcomes ──► cells ──► lines
//!                                                  └► open rows ──► persons looked at ──┘
//! ```
//!
//! Rows are worked on in their own order; persons are looked at in the order of their positions, so that memory is gone
//! through from end to end on either side.

mod settle;
#[cfg(test)]
mod tests;

use poimuri_shared::customer_register::{Columns, Mapping};
use rayon::prelude::*;

use super::agree::Person;
use super::ask::{Asked, ask, bounds, shard_of};
use super::candidates::Candidates;
use super::decide::{CodeHit, Verdict, decide};
use super::facts::facts;
use super::in_brief::Everybody;
use super::lines::{Outcome, Resolved, Told, Writing};
use super::matching::Part;
use super::near::Unmatched;
use super::own::OwnRows;
use super::rows::Rows;
use super::seen::Seen;
use super::{RowKeys, Updating};
use crate::engine::{EngineError, Tables};

/// Rows that one thread works on at once.
pub(super) const CHUNK_ROWS: usize = 16_384;

/// A part, and what was found out about its rows.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    /// The rows as keys.
    pub part: &'a Part,
    /// The customer's own cells of each row.
    pub own: OwnRows<'a>,
    /// The position of the person with each row's code.
    pub positions: &'a [Option<u32>],
    /// Persons by names.
    pub candidates: &'a Candidates,
    /// Everybody in brief, if there are rows enough to be worth it. It changes no outcome.
    pub briefs: Option<&'a Everybody>,
}

/// A part at work.
#[derive(Debug)]
pub struct Resolving<'a> {
    pub(super) updating: &'a Updating,
    pub(super) matched: Matched<'a>,
    pub(super) shards: &'a [Tables<'a>],
    pub(super) bounds: Vec<u32>,
    rows: &'a Rows,
}

/// What becomes of each row.
#[derive(Debug)]
pub struct Decided {
    pub(super) outcomes: Vec<Outcome>,
    /// The rows whose persons were looked at, ascending.
    pub(super) open: Vec<u32>,
}

/// A row whose person has to be looked at.
#[derive(Debug, Clone, Copy)]
struct Open {
    row: u32,
    /// The person with its code, or found by its names.
    position: u32,
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
        let rows = &matched.part.rows;
        let bounds = bounds(shards)?;
        if matched.positions.len() != rows.len() {
            return Err(EngineError::ForeignRegister);
        }
        Ok(Self { updating, matched, shards, bounds, rows })
    }

    /// Decides on the rows.
    ///
    /// # Errors
    /// A table is missing, or a position is of no shard.
    pub fn decide(&self) -> Result<Decided, EngineError> {
        let mut outcomes = vec![Err(Verdict::NotFound); self.rows.len()];
        let chunks = (0_u32..).step_by(CHUNK_ROWS).zip(outcomes.chunks_mut(CHUNK_ROWS));
        let chunks: Vec<(u32, &mut [Outcome])> = chunks.collect();
        let open = chunks.into_par_iter().map(|(first, outcomes)| self.decide_in_brief(first, outcomes));
        let open = open.collect::<Vec<Vec<Open>>>().concat();
        let seen = self.see(&open)?;
        let found = open.par_chunks(CHUNK_ROWS).zip(seen.par_chunks(CHUNK_ROWS));
        let found: Result<Vec<Vec<Outcome>>, EngineError> =
            found.map(|(open, seen)| self.look(open, seen, &outcomes)).collect();
        for (open, outcome) in open.iter().zip(found?.into_iter().flatten()) {
            outcomes[open.row as usize] = outcome;
        }
        Ok(Decided { outcomes, open: open.into_iter().map(|open| open.row).collect() })
    }

    /// The rows nobody was found for, of those that can be compared once more.
    #[must_use]
    pub fn unmatched(&self, decided: &Decided, mapping: &Mapping, columns: &Columns) -> Unmatched {
        let is_comparable = |row: &RowKeys<'_>| {
            let (birth, address) = self.updating.comparable(row);
            row.is_named() && (birth || address)
        };
        let mut unmatched = Unmatched::default();
        for (index, outcome) in (0_u32..).zip(&decided.outcomes) {
            if !matches!(outcome, Err(Verdict::NotFound)) {
                continue;
            }
            let at = index as usize;
            let row = self.rows.row(at);
            if is_comparable(&row) {
                unmatched.push(&row, mapping, (index, &columns.row(at)));
            }
        }
        unmatched
    }

    /// Renders the rows. `first_row` is the number of the first one in the register, from 1.
    ///
    /// # Errors
    /// A table is missing.
    pub fn render(&self, decided: &Decided, first_row: u64) -> Result<Resolved, EngineError> {
        let cells = &self.cells(decided)?;
        let (Matched { own, briefs, .. }, Updating { mode, renderer, .. }) = (self.matched, self.updating);
        let writing = Writing { own, first_row, mode: *mode, renderer, cells, briefs };
        let hashing = self.updating.register.hashing;
        let rows = (0..self.rows.len()).into_par_iter().with_min_len(CHUNK_ROWS);
        let asked = rows.map(|row| self.rows.row(row).asked(hashing)).collect();
        Ok(Resolved { asked, ..writing.lines(&decided.outcomes) })
    }

    /// Looks at the persons of rows, in the order of positions.
    fn see(&self, open: &[Open]) -> Result<Vec<Option<Seen>>, EngineError> {
        let asked = ask((0_u32..).zip(open.iter().map(|open| open.position)), &self.bounds);
        let all = |(tables, asked): (&Tables<'_>, &Vec<Asked>)| {
            Seen::all(tables, &self.at(tables, asked)?, self.rows.is_named())
        };
        let by_shard: Result<Vec<Vec<Seen>>, EngineError> =
            self.shards.par_iter().zip(&asked).map(all).collect();
        let mut seen = vec![None; open.len()];
        for (ask, one) in asked.iter().flatten().zip(by_shard?.into_iter().flatten()) {
            seen[ask.row as usize] = Some(one);
        }
        Ok(seen)
    }

    pub(super) fn at(&self, tables: &Tables<'_>, asked: &[Asked]) -> Result<Vec<u32>, EngineError> {
        let at = |ask: &Asked| {
            let row = self.updating.person(tables, ask.position)?.row;
            u32::try_from(row).ok().ok_or(EngineError::Mismatch(tables.shard))
        };
        asked.iter().map(at).collect()
    }

    /// What becomes of open rows, ascending, whose persons were looked at.
    fn look(
        &self,
        open: &[Open],
        seen: &[Option<Seen>],
        outcomes: &[Outcome],
    ) -> Result<Vec<Outcome>, EngineError> {
        let mut walk = self.matched.candidates.walk(open.first().map_or(0, |open| open.row));
        let look = |(open, seen): (&Open, &Option<Seen>)| {
            let Some(seen) = seen else { return Err(EngineError::ForeignRegister) };
            let row = &self.rows.row(open.row as usize);
            let verdict = match outcomes[open.row as usize] {
                Err(verdict @ Verdict::Found { names: Some(_), .. }) => verdict,
                _ => {
                    let [by_birth, by_address] = walk.of_row(open.row);
                    let hit = Some(self.hit(row, seen)?);
                    decide(row, self.updating.keys_of(row), hit, by_birth, by_address)
                }
            };
            let Verdict::Found { position, by, names } = verdict else { return Ok(Err(verdict)) };
            let line = self.matched.own.address(open.row);
            let facts = facts(&self.person(seen)?, seen, (row, line), (by, names));
            Ok(Ok(Told::new(by, facts, position, seen.id)))
        };
        open.iter().zip(seen).map(look).collect()
    }

    /// What the person with a row's code is like.
    fn hit(&self, row: &RowKeys<'_>, seen: &Seen) -> Result<CodeHit, EngineError> {
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
}

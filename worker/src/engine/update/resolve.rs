//! The rows of a part, decided and rendered.
//!
//! ```text
//! codes, names ──► whom each row stands for ──► in brief ──► outcomes ──► cells ──► lines
//!                                                  └► open rows ──► persons looked at ──┘
//! ```
//!
//! Rows are worked on in their own order; persons are looked at in the order of their positions, so that memory is gone
//! through from end to end on either side.

use poimuri_shared::customer_register::{Columns, Mapping};
use rayon::prelude::*;

use super::agree::Person;
use super::ask::{Asked, ask, bounds, shard_of};
use super::briefs::{Brief, Briefs};
use super::candidates::Candidates;
use super::decide::{CodeHit, FoundBy, Verdict, decide};
use super::facts::facts;
use super::lines::{Outcome, Resolved, Told, Writing};
use super::matching::Part;
use super::near::Unmatched;
use super::own::OwnRows;
use super::seen::Seen;
use super::{RowKeys, Updating};
use crate::engine::{EngineError, Tables};

/// Rows that one thread works on at once.
pub(super) const CHUNK_ROWS: usize = 16_384;
/// Rows whose persons are read in brief at once: many cache misses are then on their way at once.
const BRIEF_ROWS: usize = 128;

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
    pub briefs: Option<&'a Briefs>,
}

/// A part at work.
#[derive(Debug)]
pub struct Resolving<'a> {
    pub(super) updating: &'a Updating,
    matched: Matched<'a>,
    pub(super) shards: &'a [Tables<'a>],
    pub(super) bounds: Vec<u32>,
    rows: &'a [RowKeys],
    /// Whether any row has a name.
    is_named: bool,
}

/// What becomes of each row.
#[derive(Debug)]
pub struct Decided(Vec<Outcome>);

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
        Ok(Decided(outcomes))
    }

    /// The rows nobody was found for, of those that can be compared once more.
    #[must_use]
    pub fn unmatched(&self, decided: &Decided, mapping: &Mapping, columns: &Columns) -> Unmatched {
        let is_unmatched = |outcome: &Outcome, row: &RowKeys| {
            let comparable = || {
                let (birth, address) = self.updating.comparable(row);
                birth || address
            };
            matches!(outcome, Err(Verdict::NotFound)) && row.is_named() && comparable()
        };
        let mut unmatched = Unmatched::default();
        for ((index, outcome), row) in (0_u32..).zip(&decided.0).zip(self.rows) {
            if is_unmatched(outcome, row) {
                unmatched.push(row, mapping, (index, &columns.row(index as usize)));
            }
        }
        unmatched
    }

    /// Renders the rows. `first_row` is the number of the first one in the register, from 1.
    ///
    /// # Errors
    /// A table is missing.
    pub fn render(&self, decided: Decided, first_row: u64) -> Result<Resolved, EngineError> {
        let Decided(mut outcomes) = decided;
        let cells = self.cells(&mut outcomes)?;
        let columns = self.updating.renderer.column_count();
        let own = self.matched.own;
        let writing = Writing { own, first_row, columns, bounds: &self.bounds, cells: &cells };
        Ok(writing.lines(&outcomes))
    }

    /// Decides on the rows of a chunk as far as briefs tell; hands back the others, with a verdict of whom they may stand for.
    fn decide_in_brief(&self, first: u32, outcomes: &mut [Outcome]) -> Vec<Open> {
        let (mut open, mut briefs) = (Vec::new(), [Brief::default(); BRIEF_ROWS]);
        let mut walk = self.matched.candidates.walk(first);
        for (first, outcomes) in (first..).step_by(BRIEF_ROWS).zip(outcomes.chunks_mut(BRIEF_ROWS)) {
            for (index, outcome) in (first..).zip(&mut *outcomes) {
                *outcome = Err(match self.matched.positions[index as usize] {
                    Some(position) => Verdict::Found { position, by: FoundBy::Code, names: None },
                    None => {
                        let row = &self.rows[index as usize];
                        let [by_birth, by_address] = walk.of_row(index);
                        decide(row, self.updating.keys_of(row), None, by_birth, by_address)
                    }
                });
            }
            if let Some(all) = self.matched.briefs {
                for (brief, outcome) in briefs.iter_mut().zip(&*outcomes) {
                    *brief = found(outcome).map(|position| all.at(position)).unwrap_or_default();
                }
            }
            for ((index, outcome), brief) in (first..).zip(outcomes).zip(&briefs) {
                let Some(position) = found(outcome) else { continue };
                let in_brief = self.matched.briefs.and_then(|_| self.in_brief(index, outcome, *brief));
                match in_brief {
                    Some(decided) => *outcome = decided,
                    None => open.push(Open { row: index, position }),
                }
            }
        }
        open
    }

    /// What becomes of a row with a verdict of whom it may stand for, if the brief tells.
    fn in_brief(&self, index: u32, outcome: &Outcome, brief: Brief) -> Option<Outcome> {
        let Err(Verdict::Found { position, by, names }) = *outcome else { return None };
        let row = &self.rows[index as usize];
        if names.is_none() {
            if self.updating.is_barred_in_brief(brief)? {
                return Some(Err(Verdict::NotFound));
            }
            // What the row says besides its code is compared with the person, as is whoever had the code before.
            if row.names.is_some() || row.birth_is_given() || brief.id() != row.code {
                return None;
            }
        }
        let line = self.matched.own.address(index);
        let facts = self.updating.facts_in_brief(brief, (row, line), names)?;
        Some(Ok(Told { by, facts, position, id: brief.id(), cells: (0, 0) }))
    }

    /// Looks at the persons of rows, in the order of positions.
    fn see(&self, open: &[Open]) -> Result<Vec<Option<Seen>>, EngineError> {
        let asked = ask((0_u32..).zip(open.iter().map(|open| open.position)), &self.bounds);
        let all = |(tables, asked): (&Tables<'_>, &Vec<Asked>)| {
            Seen::all(tables, &self.at(tables, asked)?, self.is_named)
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
            let row = &self.rows[open.row as usize];
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
            Ok(Ok(Told { by, facts, position, id: seen.id, cells: (0, 0) }))
        };
        open.iter().zip(seen).map(look).collect()
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
}

/// Whom a row may stand for, before anybody was looked at.
const fn found(outcome: &Outcome) -> Option<u32> {
    match outcome {
        Err(Verdict::Found { position, .. }) => Some(*position),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

//! The rows of a part, decided and rendered: what is asked of each shard, and its answers put together.

use poimuri_shared::snapshot::tables::NO_ROW;
use serde::{Deserialize, Serialize};

use super::agree::Person;
use super::candidates::Candidates;
use super::decide::{CodeHit, FoundBy, Verdict, decide};
use super::facts::{Facts, facts};
use super::matching::Part;
use super::near::Unmatched;
use super::own::OwnRows;
use super::places::Home;
use super::render::{self, gives};
use super::{Allowed, Updating};
use crate::engine::render::Lines;
use crate::engine::{EngineError, Tables};

/// Bytes of a line without items, by guess.
const LINE_BYTES: usize = 40;

/// Persons of one shard asked for, by row of the part: the row's index and the person's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Index of the row in its part.
    pub row: u32,
    /// Position of the person with the row's code, or of the one it was decided for.
    pub position: u32,
}

/// What a shard answers of a person with a row's code.
#[derive(Debug, Clone, Copy)]
pub struct Resolution {
    row: u32,
    hit: CodeHit,
}

/// The rows of a part, as they are delivered unless a person comes again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// CSV, CRLF, no header.
    pub csv: Vec<u8>,
    /// Bytes of each row.
    pub lengths: Vec<u32>,
    /// The person found for each row; [`NO_ROW`] for none.
    pub positions: Vec<u32>,
    /// The person's identity code; 0 for none.
    pub ids: Vec<u64>,
    /// Rows nobody was found for, to be compared once more for the report.
    pub unmatched: Unmatched,
}

/// The positions of rows by shard: `bounds` are the first positions of the shards, and one more entry.
#[must_use]
pub fn ask(positions: impl Iterator<Item = (u32, u32)>, bounds: &[u32]) -> Vec<Vec<Asked>> {
    let mut by_shard = vec![Vec::new(); bounds.len().saturating_sub(1)];
    for (row, position) in positions {
        let shard = bounds.partition_point(|first| *first <= position).saturating_sub(1);
        if let Some(asked) = by_shard.get_mut(shard) {
            asked.push(Asked { row, position });
        }
    }
    by_shard
}

/// What the persons with the codes of rows are like.
///
/// # Errors
/// A table is missing.
pub fn resolve_shard(
    updating: &Updating,
    part: &Part,
    tables: &Tables<'_>,
    asked: &[Asked],
) -> Result<Vec<Resolution>, EngineError> {
    let mut found = Vec::with_capacity(asked.len());
    for ask in asked {
        let (person, row) = (updating.person(tables, ask.position)?, part.row(ask.row)?);
        let hit = CodeHit {
            position: ask.position,
            is_previous: tables.persons.id[person.row] != row.code,
            is_barred: updating.is_barred(tables.persons, person.row),
            names: person.plausible(row),
        };
        found.push(Resolution { row: ask.row, hit });
    }
    Ok(found)
}

/// What is told of found persons, one after another.
#[derive(Debug, Default)]
struct Answers {
    told: Vec<Told>,
    cells: Lines,
}

/// A found person.
#[derive(Debug, Clone, Copy)]
struct Told {
    row: u32,
    id: u64,
    facts: Facts,
    by: FoundBy,
    /// Where its cells begin and end; nowhere if none is told.
    cells: (usize, usize),
}

impl Updating {
    /// Whom each row stands for. `hits` are the answers of every shard.
    pub(super) fn verdicts(&self, part: &Part, candidates: &Candidates, hits: &[Resolution]) -> Vec<Verdict> {
        let mut hit_of: Vec<Option<CodeHit>> = vec![None; part.len()];
        for resolution in hits {
            if let Some(hit) = hit_of.get_mut(resolution.row as usize) {
                *hit = Some(resolution.hit);
            }
        }
        let mut walk = candidates.walk();
        let decided = (0_u32..).zip(&part.rows).zip(hit_of).map(|((index, row), hit)| {
            let allowed: Allowed = self.keys_of(row);
            let [by_birth, by_address] = walk.of_row(index);
            decide(row, allowed, hit, by_birth, by_address)
        });
        decided.collect()
    }

    /// What is told of found persons of a shard.
    fn tell(
        &self,
        (part, own): (&Part, &OwnRows),
        tables: &Tables<'_>,
        asked: &[(Asked, FoundBy)],
        answers: &mut Answers,
    ) -> Result<(), EngineError> {
        let persons: Result<Vec<Person<'_>>, EngineError> =
            asked.iter().map(|(ask, _)| self.person(tables, ask.position)).collect();
        let persons = persons?;
        // By themselves: many cache misses are then on their way at once.
        let homes: Result<Vec<Option<Home>>, EngineError> = persons.iter().map(Person::home).collect();
        let (mut rows, mut told_at) = (Vec::new(), Vec::new());
        for (((ask, by), person), home) in asked.iter().zip(&persons).zip(homes?) {
            let facts = facts(person, home.as_ref(), (part.row(ask.row)?, own.address(ask.row)), *by);
            if self.renderer.columns().any(|column| gives(self.mode, facts, column)) {
                rows.push(u32::try_from(person.row).unwrap_or(u32::MAX));
                told_at.push(answers.told.len());
            }
            let id = tables.persons.id[person.row];
            answers.told.push(Told { row: ask.row, id, facts, by: *by, cells: (0, 0) });
        }
        let facts_of = |index: usize| answers.told.get(told_at[index]).map(|told| told.facts);
        let is_given = |index, column| facts_of(index).is_some_and(|facts| gives(self.mode, facts, column));
        let lines = self.renderer.chosen(tables, &rows, is_given)?;
        let mut at = answers.cells.csv.len();
        for (told, length) in told_at.iter().zip(&lines.lengths) {
            let end = at + *length as usize;
            answers.told[*told].cells = (at, end);
            at = end;
        }
        answers.cells.csv.extend_from_slice(&lines.csv);
        Ok(())
    }
}

impl Part {
    fn row(&self, index: u32) -> Result<&super::RowKeys, EngineError> {
        self.rows.get(index as usize).ok_or(EngineError::ForeignRegister)
    }
}

/// Decides on the rows of a part and writes them.
///
/// `hits` are the answers to the codes, `own` the customer's own cells of each row, `first_row` the number of the
/// first row in the register. `with_tables` opens a shard's tables and calls back; it is called once for each shard that
/// has found persons, in any order.
///
/// # Errors
/// What `with_tables` fails with.
pub fn write<E: From<EngineError>>(
    updating: &Updating,
    part: &Part,
    (candidates, hits): (&Candidates, &[Resolution]),
    bounds: &[u32],
    (own, first_row): (&OwnRows, u64),
    mut with_tables: impl FnMut(u32, &mut dyn FnMut(&Tables<'_>) -> Result<(), EngineError>) -> Result<(), E>,
) -> Result<Resolved, E> {
    let verdicts = updating.verdicts(part, candidates, hits);
    let found = (0_u32..).zip(&verdicts).filter_map(|(row, verdict)| {
        let Verdict::Found { position, by: _ } = verdict else { return None };
        Some((row, *position))
    });
    let mut answers = Answers::default();
    for (shard, asked) in (0_u32..).zip(ask(found, bounds)).filter(|(_, asked)| !asked.is_empty()) {
        let by = |ask: Asked| match verdicts.get(ask.row as usize) {
            Some(Verdict::Found { by, .. }) => Some((ask, *by)),
            _ => None,
        };
        let asked: Vec<(Asked, FoundBy)> = asked.into_iter().filter_map(by).collect();
        with_tables(shard, &mut |tables| updating.tell((part, own), tables, &asked, &mut answers))?;
    }
    Ok(lines(updating, &verdicts, &answers, (own, first_row)))
}

/// The rows of a part in their order.
fn lines(
    updating: &Updating,
    verdicts: &[Verdict],
    answers: &Answers,
    (own, first_row): (&OwnRows, u64),
) -> Resolved {
    let mut told: Vec<Option<&Told>> = vec![None; verdicts.len()];
    for one in &answers.told {
        if let Some(slot) = told.get_mut(one.row as usize) {
            *slot = Some(one);
        }
    }
    let mut resolved = Resolved {
        csv: Vec::with_capacity(verdicts.len() * LINE_BYTES + answers.cells.csv.len()),
        ..Resolved::default()
    };
    for ((index, verdict), told) in (0_u32..).zip(verdicts).zip(told) {
        let begin = resolved.csv.len();
        let line = render::Line {
            row: first_row + u64::from(index),
            key: own.key(index),
            passed: own.passed(index),
            columns: updating.renderer.column_count(),
        };
        let (position, id) = match (verdict, told) {
            (Verdict::Found { position, .. }, Some(told)) => {
                let cells = answers.cells.csv.get(told.cells.0..told.cells.1).unwrap_or_default();
                line.found(told.facts, told.by, cells, &mut resolved.csv);
                (*position, told.id)
            }
            (verdict, _) => {
                line.unfound(*verdict, &mut resolved.csv);
                (NO_ROW, 0)
            }
        };
        resolved.lengths.push(u32::try_from(resolved.csv.len() - begin).unwrap_or(u32::MAX));
        resolved.positions.push(position);
        resolved.ids.push(id);
    }
    resolved
}

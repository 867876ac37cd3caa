//! The rows of a part, decided and rendered: what is asked of each shard, and its answers put together.

use poimuri_shared::snapshot::tables::NO_ROW;
use serde::{Deserialize, Serialize};

use super::agree::Person;
use super::candidates::{Candidates, Key};
use super::decide::{CodeHit, FoundBy, Verdict, decide};
use super::facts::{Facts, facts};
use super::matching::Part;
use super::render::{self, Own};
use super::{Allowed, Updating};
use crate::engine::{EngineError, Tables};

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

/// A found person, rendered.
#[derive(Debug)]
struct Told {
    row: u32,
    id: u64,
    facts: Facts,
    cells: Vec<u8>,
}

impl Updating {
    pub(super) fn person<'a>(
        &'a self,
        tables: &'a Tables<'a>,
        position: u32,
    ) -> Result<Person<'a>, EngineError> {
        let row = u64::from(position).checked_sub(tables.first_position);
        let row = row.and_then(|row| usize::try_from(row).ok()).filter(|row| *row < tables.rows());
        let row = row.ok_or(EngineError::Mismatch(tables.shard))?;
        Ok(Person { register: &self.register, tables, row })
    }

    /// Whom each row stands for. `hits` are the answers of every shard.
    pub(super) fn verdicts(&self, part: &Part, candidates: &Candidates, hits: &[Resolution]) -> Vec<Verdict> {
        let mut hit_of: Vec<Option<CodeHit>> = vec![None; part.len()];
        for resolution in hits {
            if let Some(hit) = hit_of.get_mut(resolution.row as usize) {
                *hit = Some(resolution.hit);
            }
        }
        let decided = (0_u32..).zip(&part.rows).zip(hit_of).map(|((index, row), hit)| {
            let allowed: Allowed = self.keys_of(row);
            let of = |key| candidates.of_row(index, key);
            decide(row, allowed, hit, of(Key::BirthDate), of(Key::Address))
        });
        decided.collect()
    }

    /// What is told of found persons of a shard.
    fn tell(
        &self,
        part: &Part,
        tables: &Tables<'_>,
        asked: &[(Asked, FoundBy)],
    ) -> Result<Vec<Told>, EngineError> {
        let mut told = Vec::with_capacity(asked.len());
        let mut rows = Vec::with_capacity(asked.len());
        for (ask, by) in asked {
            let person = self.person(tables, ask.position)?;
            let facts = facts(&person, part.row(ask.row)?, *by)?;
            rows.push(u32::try_from(person.row).unwrap_or(u32::MAX));
            told.push(Told { row: ask.row, id: tables.persons.id[person.row], facts, cells: Vec::new() });
        }
        let gives = |index: usize, column| {
            told.get(index).is_some_and(|told: &Told| render::gives(self.mode, told.facts, column))
        };
        let lines = self.renderer.chosen(tables, &rows, gives)?;
        for (told, cells) in told.iter_mut().zip(lines) {
            told.cells = cells;
        }
        Ok(told)
    }

    /// The columns of the items.
    pub(super) fn columns(&self) -> usize {
        self.renderer.column_count()
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
    (own, first_row): (&[Own], u64),
    mut with_tables: impl FnMut(u32, &mut dyn FnMut(&Tables<'_>) -> Result<(), EngineError>) -> Result<(), E>,
) -> Result<Resolved, E> {
    let verdicts = updating.verdicts(part, candidates, hits);
    let found = (0_u32..).zip(&verdicts).filter_map(|(row, verdict)| match verdict {
        Verdict::Found { position, by: _ } => Some((row, *position)),
        Verdict::NotFound
        | Verdict::Several
        | Verdict::Disagree
        | Verdict::Invalid(_)
        | Verdict::NotPermitted => None,
    });
    let mut told: Vec<Option<Told>> = (0..part.len()).map(|_| None).collect();
    for (shard, asked) in (0_u32..).zip(ask(found, bounds)).filter(|(_, asked)| !asked.is_empty()) {
        let by = |ask: Asked| match verdicts.get(ask.row as usize) {
            Some(Verdict::Found { by, .. }) => Some((ask, *by)),
            _ => None,
        };
        let asked: Vec<(Asked, FoundBy)> = asked.into_iter().filter_map(by).collect();
        with_tables(shard, &mut |tables| {
            for one in updating.tell(part, tables, &asked)? {
                let place = one.row as usize;
                if let Some(slot) = told.get_mut(place) {
                    *slot = Some(one);
                }
            }
            Ok(())
        })?;
    }
    let mut resolved = Resolved::default();
    for (((index, verdict), told), own) in (0_u64..).zip(&verdicts).zip(&told).zip(own) {
        let begin = resolved.csv.len();
        let row = first_row + index;
        let (position, id) = match (verdict, told) {
            (Verdict::Found { position, by }, Some(told)) => {
                let line = render::Line { row, own, columns: updating.columns() };
                line.found(told.facts, *by, &told.cells, &mut resolved.csv);
                (*position, told.id)
            }
            (verdict, _) => {
                let line = render::Line { row, own, columns: updating.columns() };
                line.unfound(*verdict, &mut resolved.csv);
                (NO_ROW, 0)
            }
        };
        resolved.lengths.push(u32::try_from(resolved.csv.len() - begin).unwrap_or(u32::MAX));
        resolved.positions.push(position);
        resolved.ids.push(id);
    }
    Ok(resolved)
}

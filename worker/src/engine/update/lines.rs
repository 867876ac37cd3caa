//! The lines of a part's rows, in their order.

use poimuri_shared::partial::bytes;
use poimuri_shared::snapshot::tables::NO_ROW;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ask::shard_of;
use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::near::Unmatched;
use super::own::OwnRows;
use super::render;
use super::resolve::CHUNK_ROWS;

/// Bytes of a line without items, by guess.
const LINE_BYTES: usize = 40;

/// The rows of a part, as they are delivered unless a person comes again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// CSV, CRLF, no header.
    #[serde(with = "bytes")]
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

/// A found person, and what is told of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) by: FoundBy,
    pub(super) facts: Facts,
    pub(super) position: u32,
    pub(super) id: u64,
    /// Where its cells are among those of its shard, and how long they are; 0 if none is told.
    pub(super) cells: (u32, u32),
}

/// What becomes of a row: somebody is told of, or why nobody is.
pub(super) type Outcome = Result<Told, Verdict>;

/// What lines are made of.
pub(super) struct Writing<'a> {
    pub(super) own: OwnRows<'a>,
    /// Number of the first row in the register, from 1.
    pub(super) first_row: u64,
    /// Number of columns of the items.
    pub(super) columns: usize,
    /// First positions of the shards, and where the last ends.
    pub(super) bounds: &'a [u32],
    /// Cells of each shard.
    pub(super) cells: &'a [Vec<u8>],
}

impl Writing<'_> {
    /// The rows in their order.
    pub(super) fn lines(&self, outcomes: &[Outcome]) -> Resolved {
        let of_chunk = |(index, outcomes): (usize, &[Outcome])| {
            let first = u32::try_from(index * CHUNK_ROWS).unwrap_or(u32::MAX);
            let mut resolved = Resolved::with_capacity(outcomes.len());
            for (index, outcome) in (first..).zip(outcomes) {
                self.line(index, outcome, &mut resolved);
            }
            resolved
        };
        let chunks: Vec<Resolved> = outcomes.par_chunks(CHUNK_ROWS).enumerate().map(of_chunk).collect();
        Resolved::joined(&chunks)
    }

    fn line(&self, index: u32, outcome: &Outcome, resolved: &mut Resolved) {
        let begin = resolved.csv.len();
        let line = render::Line {
            row: self.first_row + u64::from(index),
            key: self.own.key(index),
            passed: self.own.passed(index),
            columns: self.columns,
        };
        let (position, id) = match outcome {
            Ok(told) => {
                let (at, length) = (told.cells.0 as usize, told.cells.1 as usize);
                let cells = self
                    .cells
                    .get(shard_of(told.position, self.bounds))
                    .and_then(|cells| cells.get(at..at + length))
                    .unwrap_or_default();
                line.found(told.facts, told.by, cells, &mut resolved.csv);
                (told.position, told.id)
            }
            Err(verdict) => {
                line.unfound(*verdict, &mut resolved.csv);
                (NO_ROW, 0)
            }
        };
        resolved.lengths.push(u32::try_from(resolved.csv.len() - begin).unwrap_or(u32::MAX));
        resolved.positions.push(position);
        resolved.ids.push(id);
    }
}

impl Resolved {
    fn with_capacity(rows: usize) -> Self {
        Self {
            csv: Vec::with_capacity(rows * LINE_BYTES),
            lengths: Vec::with_capacity(rows),
            positions: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            unmatched: Unmatched::default(),
        }
    }

    fn joined(chunks: &[Self]) -> Self {
        fn joined<T: Copy>(chunks: &[Resolved], of: impl Fn(&Resolved) -> &[T]) -> Vec<T> {
            chunks.iter().map(of).collect::<Vec<_>>().concat()
        }
        Self {
            csv: joined(chunks, |chunk| &chunk.csv),
            lengths: joined(chunks, |chunk| &chunk.lengths),
            positions: joined(chunks, |chunk| &chunk.positions),
            ids: joined(chunks, |chunk| &chunk.ids),
            unmatched: Unmatched::default(),
        }
    }
}

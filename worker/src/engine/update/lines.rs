//! The lines of a part's rows, in their order.

use std::hint::black_box;

use poimuri_shared::partial::bytes;
use poimuri_shared::snapshot::tables::NO_ROW;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::ask::shard_of;
use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::middles::Middles;
use super::near::Unmatched;
use super::own::OwnRows;
use super::render;

/// Rows that one thread writes at once: their lines stay in its cache.
const WRITTEN_ROWS: usize = 4_096;
/// Rows that are written before their lines are put together.
const GROUP_ROWS: usize = 16 * WRITTEN_ROWS;
/// Rows whose cells are loaded at once.
const LOADED: usize = 64;
/// Bytes of a line without items at most, by guess; what is left over is never touched.
const LINE_BYTES: usize = 64;

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

/// Lines of some rows, and how long each is.
struct Written {
    csv: Vec<u8>,
    lengths: Vec<u32>,
}

impl Written {
    fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { csv: Vec::with_capacity(bytes), lengths: Vec::with_capacity(rows) }
    }
}

impl Writing<'_> {
    /// The rows in their order.
    pub(super) fn lines(&self, outcomes: &[Outcome]) -> Resolved {
        let bytes = outcomes.len() * self.line_bytes() + self.cells.iter().map(Vec::len).sum::<usize>();
        let mut all = Written::with_capacity(outcomes.len(), bytes);
        let firsts = (0_u32..).step_by(GROUP_ROWS);
        for (first, outcomes) in firsts.zip(outcomes.chunks(GROUP_ROWS)) {
            let of_chunk = |(index, outcomes): (usize, &[Outcome])| {
                self.written(first + u32::try_from(index * WRITTEN_ROWS).unwrap_or(u32::MAX), outcomes)
            };
            let chunks: Vec<Written> = outcomes.par_chunks(WRITTEN_ROWS).enumerate().map(of_chunk).collect();
            for Written { csv, lengths } in chunks {
                all.csv.extend_from_slice(&csv);
                all.lengths.extend_from_slice(&lengths);
            }
        }
        let told = |outcome: &Outcome| outcome.map_or((NO_ROW, 0), |told| (told.position, told.id));
        let (positions, ids) = outcomes.iter().map(told).unzip();
        Resolved { csv: all.csv, lengths: all.lengths, positions, ids, unmatched: Unmatched::default() }
    }

    const fn line_bytes(&self) -> usize {
        LINE_BYTES + self.columns
    }

    fn written(&self, first: u32, outcomes: &[Outcome]) -> Written {
        let mut written = Written::with_capacity(outcomes.len(), outcomes.len() * self.line_bytes());
        let mut middles = Middles::new(self.columns);
        for (first, outcomes) in (first..).step_by(LOADED).zip(outcomes.chunks(LOADED)) {
            self.load(outcomes);
            for (index, outcome) in (first..).zip(outcomes) {
                let begin = written.csv.len();
                self.line(index, outcome, &mut middles, &mut written.csv);
                written.lengths.push(u32::try_from(written.csv.len() - begin).unwrap_or(u32::MAX));
            }
        }
        written
    }

    /// Loads the cells of rows, which lie in the order of persons, so that the waits for memory are side by side. It changes
    /// no result.
    fn load(&self, outcomes: &[Outcome]) {
        let ends = |outcome: &Outcome| {
            let cells = outcome.as_ref().map_or(&[][..], |told| self.cells(told));
            cells.first().unwrap_or(&0) ^ cells.last().unwrap_or(&0)
        };
        black_box(outcomes.iter().fold(0, |all, outcome| all ^ ends(outcome)));
    }

    /// The cells of a person; none if nothing is told.
    fn cells(&self, told: &Told) -> &[u8] {
        let (at, length) = (told.cells.0 as usize, told.cells.1 as usize);
        if length == 0 {
            return &[];
        }
        let cells = self.cells.get(shard_of(told.position, self.bounds));
        cells.and_then(|cells| cells.get(at..at + length)).unwrap_or_default()
    }

    fn line(&self, index: u32, outcome: &Outcome, middles: &mut Middles, csv: &mut Vec<u8>) {
        let line = render::Line {
            row: self.first_row + u64::from(index),
            key: self.own.key(index),
            passed: self.own.passed(index),
            columns: self.columns,
        };
        match outcome {
            Ok(told) if told.cells.1 > 0 => line.found(told.facts, told.by, self.cells(told), csv),
            Ok(told) => line.around(middles.of(Ok((told.by, told.facts))), csv),
            Err(verdict) => line.around(middles.of(Err(*verdict)), csv),
        }
    }
}

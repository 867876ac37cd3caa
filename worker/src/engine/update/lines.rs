//! The lines of a part's rows, in their order.

use poimuri_shared::order::UpdateMode;
use poimuri_shared::partial::bytes;
use poimuri_shared::snapshot::tables::NO_ROW;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cells::{Cells, Giving};
use super::decide::{FoundBy, Verdict};
use super::facts::Facts;
use super::in_brief::{Brief, Everybody};
use super::middles::Middles;
use super::near::Unmatched;
use super::own::OwnRows;
use super::render;
use crate::engine::render::Renderer;

/// Rows that one thread writes at once: their lines stay in its cache.
const WRITTEN_ROWS: usize = 4_096;
/// Rows that are loaded at once.
const LOADED: usize = 256;
/// Bytes of a line without items at most, by guess; what is left over is never touched.
const LINE_BYTES: usize = 64;

/// The rows of a part, as they are delivered unless a person comes again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Lines of the rows in their order, of some rows each.
    pub lines: Vec<Written>,
    /// The person found for each row; [`NO_ROW`] for none.
    pub positions: Vec<u32>,
    /// The person's identity code; 0 for none.
    pub ids: Vec<u64>,
    /// What each row asks, as a hash.
    pub asked: Vec<u64>,
    /// Rows nobody was found for, to be compared once more for the report.
    pub unmatched: Unmatched,
}

/// Lines of some rows, and how long each is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// CSV, CRLF, no header.
    #[serde(with = "bytes")]
    pub csv: Vec<u8>,
    /// Bytes of each row.
    lengths: Vec<u32>,
}

impl Resolved {
    /// Whether there is a line for each row, and nothing else.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let bytes = |lines: &Written| lines.lengths.iter().map(|length| *length as usize).sum::<usize>();
        self.lines.iter().all(|lines| bytes(lines) == lines.csv.len())
            && self.lines.iter().map(|lines| lines.lengths.len()).sum::<usize>() == self.positions.len()
    }

    /// The line of each row.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().flat_map(|Written { csv, lengths }| {
            let mut rest = csv.as_slice();
            lengths.iter().map(move |length| {
                let (row, after) = rest.split_at(rest.len().min(*length as usize));
                rest = after;
                row
            })
        })
    }

    /// Bytes of all lines.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lines.iter().map(|lines| lines.csv.len()).sum()
    }
}

/// A found person, and what is told of it; the facts in two parts, so that an outcome takes 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    id: u64,
    position: u32,
    flags: u16,
    status: u8,
    by: FoundBy,
}

/// What becomes of a row: somebody is told of, or why nobody is.
pub(super) type Outcome = Result<Told, Verdict>;

const _: () = assert!(size_of::<Outcome>() == 16, "there are as many outcomes as rows");

impl Told {
    pub(super) const fn new(by: FoundBy, facts: Facts, position: u32, id: u64) -> Self {
        let Facts { status, flags } = facts;
        Self { id, position, flags, status, by }
    }

    pub(super) const fn position(&self) -> u32 {
        self.position
    }

    pub(super) const fn by(&self) -> FoundBy {
        self.by
    }

    pub(super) const fn facts(&self) -> Facts {
        Facts { status: self.status, flags: self.flags }
    }
}

/// What lines are made of.
pub(super) struct Writing<'a> {
    pub(super) own: OwnRows<'a>,
    /// Number of the first row in the register, from 1.
    pub(super) first_row: u64,
    pub(super) mode: UpdateMode,
    pub(super) renderer: &'a Renderer,
    /// Cells of the rows whose persons were looked at for them.
    pub(super) cells: &'a Cells,
    /// What tells the cells of the others.
    pub(super) briefs: Option<&'a Everybody>,
}

/// What tells the items of some rows.
#[derive(Default)]
struct Loaded {
    /// The columns given of each, as bits.
    given: Vec<u64>,
    /// The persons of those of whom any is given.
    positions: Vec<u32>,
    /// These in brief.
    briefs: Vec<Brief>,
}

/// What tells the items of a row.
enum Items<'a> {
    /// Cells, with commas between.
    Rendered(&'a [u8]),
    /// The person in brief, and the columns that are given.
    Brief(&'a Brief, u64),
}

impl Written {
    fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { csv: Vec::with_capacity(bytes), lengths: Vec::with_capacity(rows) }
    }
}

impl Writing<'_> {
    /// The rows in their order.
    pub(super) fn lines(&self, outcomes: &[Outcome]) -> Resolved {
        let of_chunk = |(index, outcomes): (usize, &[Outcome])| {
            self.written(u32::try_from(index * WRITTEN_ROWS).unwrap_or(u32::MAX), outcomes)
        };
        let lines = outcomes.par_chunks(WRITTEN_ROWS).enumerate().map(of_chunk).collect();
        let told = |outcome: &Outcome| outcome.map_or((NO_ROW, 0), |told| (told.position, told.id));
        let (positions, ids) = outcomes.iter().map(told).unzip();
        Resolved { lines, positions, ids, ..Resolved::default() }
    }

    const fn line_bytes(&self) -> usize {
        LINE_BYTES + self.renderer.column_count()
    }

    fn written(&self, first: u32, outcomes: &[Outcome]) -> Written {
        let mut written = Written::with_capacity(outcomes.len(), outcomes.len() * self.line_bytes());
        let mut middles = Middles::new(self.renderer.column_count());
        let mut giving = Giving::new(self.mode, self.renderer.columns());
        let (mut walk, mut loaded) = (self.cells.walk(first), Loaded::default());
        for (first, outcomes) in (first..).step_by(LOADED).zip(outcomes.chunks(LOADED)) {
            walk.load(first + u32::try_from(outcomes.len()).unwrap_or(0));
            self.load(outcomes, &mut giving, &mut loaded);
            let mut briefs = loaded.briefs.iter();
            for ((index, outcome), given) in (first..).zip(outcomes).zip(&loaded.given) {
                let begin = written.csv.len();
                let cells = walk.of_row(index);
                let brief = if *given == 0 { None } else { briefs.next() };
                let cells = cells.map(Items::Rendered).or_else(|| Some(Items::Brief(brief?, *given)));
                self.line(index, outcome, cells, &mut middles, &mut written.csv);
                written.lengths.push(u32::try_from(written.csv.len() - begin).unwrap_or(u32::MAX));
            }
        }
        written
    }

    /// Loads what tells the items of rows. Step by step: many cache misses are then on their way at once.
    fn load(&self, outcomes: &[Outcome], giving: &mut Giving, loaded: &mut Loaded) {
        let Loaded { given, positions, briefs } = loaded;
        let all_given = outcomes
            .iter()
            .map(|outcome| outcome.as_ref().map_or(0, |told| giving.of((told.facts(), told.by))));
        given.clear();
        given.extend(all_given);
        let told = outcomes.iter().zip(&*given).filter(|(_, given)| **given != 0);
        positions.clear();
        positions.extend(told.filter_map(|(outcome, _)| Some(outcome.as_ref().ok()?.position)));
        briefs.clear();
        if let Some(all) = self.briefs {
            briefs.extend(positions.iter().map(|position| all.at(*position)));
        }
    }

    fn line(
        &self,
        index: u32,
        outcome: &Outcome,
        items: Option<Items<'_>>,
        middles: &mut Middles,
        csv: &mut Vec<u8>,
    ) {
        let line = render::Line {
            row: self.first_row + u64::from(index),
            key: self.own.key(index),
            passed: self.own.passed(index),
            columns: self.renderer.column_count(),
        };
        match (outcome, items) {
            (Err(verdict), _) => line.around(middles.of_nobody(*verdict), csv),
            (Ok(told), None) => line.around(middles.of_found(told.facts(), told.by), csv),
            (Ok(told), Some(Items::Rendered(cells))) => line.found(told.facts(), told.by, cells, csv),
            (Ok(told), Some(Items::Brief(brief, given))) => {
                let cells = |out: &mut Vec<u8>| self.renderer.residence(&brief.residence(), given, out);
                line.telling(told.facts(), told.by, cells, csv);
            }
        }
    }
}

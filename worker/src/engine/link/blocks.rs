//! Blocks of rows that share the keys of a rule, and the pairs in them.

use std::ops::Range;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::keys::Keys;
use super::load::LOADED;
use super::meeting::{across, within};
use super::numbers::{narrow, real, wide};
use super::prepared::Prepared;
use super::share::{KeyRange, Scope};
use super::windows::{BLOCK_ROWS_MAX, SIDE_ROWS_MAX, split, windows};

/// Pairs of one piece of work, and rows of one: what is done at once.
const WORK_PAIRS: u64 = 50_000;
const WORK_ROWS: usize = 16_384;

/// The rows of a rule in blocks.
#[derive(Debug)]
pub(crate) struct Blocks {
    parts: Vec<Part>,
    /// Rows below this are of the first list, if two are linked.
    first_rows: Option<u32>,
    /// Pairs of the scope left out because their block was cut.
    pub(crate) cut_pairs: u64,
    /// Rows of the largest block before it was cut.
    pub(crate) largest: u64,
}

/// Blocks that lie side by side.
#[derive(Debug, Default)]
struct Part {
    rows: Vec<u32>,
    ends: Vec<u32>,
    cut_pairs: u64,
    largest: u64,
}

impl Blocks {
    /// Groups rows `0..count` by the keys of a rule. With `first_rows`, only pairs across the two lists count.
    pub(crate) fn new(keys: &Keys, rule: u32, count: usize, first_rows: Option<usize>) -> Self {
        Self::of_range(keys, rule, (count, first_rows), KeyRange::ALL, &Scope::default())
    }

    /// The blocks of a range of keys; pairs of a scope are counted as left out.
    pub(crate) fn of_range(
        keys: &Keys,
        rule: u32,
        (count, first_rows): (usize, Option<usize>),
        range: KeyRange,
        scope: &Scope,
    ) -> Self {
        let key = |row: usize| keys.joined(row, rule).filter(|key| range.has(*key));
        let mut keyed = match first_rows {
            Some(first) => across(key, first, count, range),
            None => within(key, count, range),
        };
        // Rows are put in order block by block: keys alone are sorted faster.
        keyed.par_sort_unstable_by_key(|(key, _)| *key);
        let first_rows = first_rows.map(narrow);
        let part = |keyed| Part::new(keys, keyed, first_rows, scope);
        let parts: Vec<Part> = parted(&keyed).into_par_iter().map(part).collect();
        let cut_pairs = parts.iter().map(|part| part.cut_pairs).sum();
        let largest = parts.iter().map(|part| part.largest).max().unwrap_or(0);
        Self { parts, first_rows, cut_pairs, largest }
    }

    /// Pairs in all blocks.
    pub(crate) fn pairs(&self) -> u64 {
        let of_part = |part: &Part| -> u64 {
            (0..part.ends.len()).map(|index| block_pairs(part.block(index), self.first_rows)).sum()
        };
        self.parts.par_iter().map(of_part).sum()
    }

    /// The pairs that a rule would bring together, however large its blocks.
    pub(crate) fn uncut_pairs(keys: &Keys, rule: u32, count: usize, first_rows: Option<usize>) -> u64 {
        let first = first_rows.unwrap_or(count);
        let mut met: HashMap<u64, u64> = HashMap::with_capacity(first);
        let joined = |rows: Range<usize>| rows.filter_map(|row| keys.joined(row, rule));
        let mut within = 0;
        for key in joined(0..first) {
            let before = met.entry(key).or_insert(0);
            within += *before;
            *before += 1;
        }
        let across = joined(first..count).filter_map(|key| met.get(&key)).sum();
        if first_rows.is_some() { across } else { within }
    }

    /// Runs over all pairs in parallel, [`LOADED`] at a time at most; what the pieces of work make comes back in their order.
    pub(crate) fn over<T: Send>(
        &self,
        begin: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, &[(u32, u32)]) + Sync,
    ) -> Vec<T> {
        let pieces = |part| Part::pieces(part, self.first_rows).into_iter().map(move |piece| (part, piece));
        let pieces: Vec<(&Part, Range<usize>)> = self.parts.par_iter().flat_map_iter(pieces).collect();
        let run = |(part, piece): (&Part, Range<usize>)| {
            let (mut made, mut due) = (begin(), Vec::with_capacity(LOADED));
            for index in piece {
                pairs_of(part.block(index), self.first_rows, |a, b| {
                    due.push((a, b));
                    if due.len() == LOADED {
                        take(&mut made, &due);
                        due.clear();
                    }
                });
            }
            take(&mut made, &due);
            made
        };
        pieces.into_par_iter().map(run).collect()
    }
}

impl Prepared {
    pub(crate) const fn is_link(&self) -> bool {
        self.first_rows < self.rows
    }

    /// Where the second of two linked lists begins.
    pub(crate) fn split(&self) -> Option<usize> {
        self.is_link().then_some(self.first_rows)
    }
}

/// Sorted keys in parts of about equal length, no block in two of them.
fn parted(mut keyed: &[(u64, u32)]) -> Vec<&[(u64, u32)]> {
    let mut parts = Vec::with_capacity(keyed.len() / WORK_ROWS + 1);
    while let Some((last, _)) = keyed.get(WORK_ROWS) {
        let (part, rest) = keyed.split_at(keyed.partition_point(|(key, _)| key <= last));
        parts.push(part);
        keyed = rest;
    }
    parts.push(keyed);
    parts
}

impl Part {
    fn new(keys: &Keys, keyed: &[(u64, u32)], first_rows: Option<u32>, scope: &Scope) -> Self {
        let mut part = Self { rows: Vec::with_capacity(keyed.len()), ..Self::default() };
        let is_due =
            |block: &&[(u64, u32)]| block.len() > 1 && scope.has_fresh(block.iter().map(|(_, row)| *row));
        for block in keyed.chunk_by(|(a, _), (b, _)| a == b).filter(is_due) {
            part.largest = part.largest.max(block.len() as u64);
            let start = part.rows.len();
            part.rows.extend(block.iter().map(|(_, row)| *row));
            part.rows[start..].sort_unstable();
            if block.len() > BLOCK_ROWS_MAX {
                let rows = part.rows.split_off(start);
                part.push_windows(keys, rows, first_rows, scope);
            } else {
                part.ends.push(narrow(part.rows.len()));
            }
        }
        part
    }

    /// Adds a long block, window by window.
    fn push_windows(&mut self, keys: &Keys, rows: Vec<u32>, first_rows: Option<u32>, scope: &Scope) {
        self.cut_pairs += scope.pairs(&rows, first_rows);
        for window in windows(keys, rows, first_rows) {
            self.cut_pairs -= scope.pairs(&window, first_rows);
            if !scope.has_fresh(window.iter().copied()) {
                continue;
            }
            let (first, second) = window.split_at(split(&window, first_rows).unwrap_or(window.len()));
            // Without loss: work is shared out by blocks, so none is long.
            for first in first.chunks(BLOCK_ROWS_MAX) {
                if first_rows.is_none() {
                    self.push(first, &[]);
                }
                second.chunks(SIDE_ROWS_MAX).for_each(|second| self.push(first, second));
            }
        }
    }

    fn push(&mut self, first: &[u32], second: &[u32]) {
        self.rows.extend_from_slice(first);
        self.rows.extend_from_slice(second);
        self.ends.push(narrow(self.rows.len()));
    }

    fn block(&self, index: usize) -> &[u32] {
        let start = index.checked_sub(1).map_or(0, |before| wide(self.ends[before]));
        &self.rows[start..wide(self.ends[index])]
    }

    /// Ranges of blocks with about equal work.
    fn pieces(&self, first_rows: Option<u32>) -> Vec<Range<usize>> {
        let (mut pieces, mut start, mut work) = (Vec::new(), 0, 0);
        for index in 0..self.ends.len() {
            work += block_pairs(self.block(index), first_rows);
            if work >= WORK_PAIRS {
                pieces.push(start..index + 1);
                (start, work) = (index + 1, 0);
            }
        }
        pieces.push(start..self.ends.len());
        pieces
    }
}

/// Pairs in a block.
pub(crate) fn block_pairs(block: &[u32], first_rows: Option<u32>) -> u64 {
    split(block, first_rows)
        .map_or_else(|| pairs(block.len()), |left| (left as u64) * ((block.len() - left) as u64))
}

fn pairs_of(block: &[u32], first_rows: Option<u32>, mut take: impl FnMut(u32, u32)) {
    let split = split(block, first_rows);
    for (index, a) in block.iter().enumerate().take(split.unwrap_or(block.len())) {
        block[split.unwrap_or(index + 1)..].iter().for_each(|b| take(*a, *b));
    }
}

/// Unordered pairs of so many rows.
pub(crate) const fn pairs(rows: usize) -> u64 {
    let rows = rows as u64;
    rows * rows.saturating_sub(1) / 2
}

/// All pairs that may be linked: within one list, or across two.
pub(crate) const fn all_pairs(rows: usize, first_rows: usize) -> u64 {
    if first_rows < rows { first_rows as u64 * (rows - first_rows) as u64 } else { pairs(rows) }
}

/// Pairs for each row, for costs that do not depend on a list's length.
pub(crate) fn per_row(pairs: u64, rows: usize) -> f64 {
    real(pairs) / super::numbers::size(rows.max(1))
}

//! Blocks of rows that share the keys of a rule, and the pairs in them.

use std::ops::Range;

use rayon::prelude::*;

use super::keys::Keys;
use super::numbers::{narrow, real, wide};
use super::share::Share;

/// A block of more rows is cut into windows of this many.
pub(crate) const BLOCK_ROWS_MAX: usize = 2_000;
/// Pairs of one piece of work.
const WORK_PAIRS: u64 = 200_000;

/// The rows of a rule in blocks.
#[derive(Debug)]
pub(crate) struct Blocks {
    rows: Vec<u32>,
    ends: Vec<u32>,
    /// Rows below this are of the first list, if two are linked.
    first_rows: Option<u32>,
    /// Pairs left out because their block was cut.
    pub(crate) cut_pairs: u64,
}

impl Blocks {
    /// Groups rows `0..count` by the keys of a rule. With `first_rows`, only pairs across the two lists count.
    pub(crate) fn new(keys: &Keys, rule: u32, count: usize, first_rows: Option<usize>) -> Self {
        Self::of_share(keys, rule, count, first_rows, Share::WHOLE)
    }

    /// The blocks of a share.
    pub(crate) fn of_share(
        keys: &Keys,
        rule: u32,
        count: usize,
        first_rows: Option<usize>,
        share: Share,
    ) -> Self {
        let mut keyed: Vec<(u64, u32)> = (0..count)
            .into_par_iter()
            .filter_map(|row| keys.joined(row, rule).map(|key| (key, narrow(row))))
            .filter(|(key, _)| share.has(*key))
            .collect();
        keyed.par_sort_unstable();
        let first_rows = first_rows.map(narrow);
        let mut blocks =
            Self { rows: Vec::with_capacity(keyed.len()), ends: Vec::new(), first_rows, cut_pairs: 0 };
        for block in keyed.chunk_by(|(a, _), (b, _)| a == b).filter(|block| block.len() > 1) {
            blocks.push(keys, block);
        }
        blocks
    }

    fn push(&mut self, keys: &Keys, block: &[(u64, u32)]) {
        let mut rows: Vec<u32> = block.iter().map(|(_, row)| *row).collect();
        if rows.len() <= BLOCK_ROWS_MAX {
            self.rows.extend(rows);
            self.ends.push(narrow(self.rows.len()));
            return;
        }
        // Rows that share more keys come to lie in one window.
        rows.sort_by_cached_key(|row| (keys.row(wide(*row)).to_vec(), *row));
        self.cut_pairs += pairs(rows.len());
        for window in rows.chunks(BLOCK_ROWS_MAX) {
            let mut window = window.to_vec();
            window.sort_unstable();
            self.cut_pairs -= pairs(window.len());
            self.rows.extend(window);
            self.ends.push(narrow(self.rows.len()));
        }
    }

    fn block(&self, index: usize) -> &[u32] {
        let start = index.checked_sub(1).map_or(0, |before| wide(self.ends[before]));
        &self.rows[start..wide(self.ends[index])]
    }

    /// Pairs in a block.
    fn block_pairs(&self, block: &[u32]) -> u64 {
        match self.first_rows {
            None => pairs(block.len()),
            Some(first) => {
                let left = block.partition_point(|row| *row < first);
                (left as u64) * ((block.len() - left) as u64)
            }
        }
    }

    /// The pairs that a rule would bring together, however large its blocks.
    pub(crate) fn uncut_pairs(keys: &Keys, rule: u32, count: usize, first_rows: Option<usize>) -> u64 {
        let mut keyed: Vec<(u64, bool)> = (0..count)
            .filter_map(|row| {
                keys.joined(row, rule).map(|key| (key, first_rows.is_some_and(|first| row >= first)))
            })
            .collect();
        keyed.sort_unstable();
        let of_block = |block: &[(u64, bool)]| match first_rows {
            None => pairs(block.len()),
            Some(_) => {
                let left = block.partition_point(|(_, is_second)| !is_second);
                left as u64 * (block.len() - left) as u64
            }
        };
        keyed.chunk_by(|(a, _), (b, _)| a == b).map(of_block).sum()
    }

    /// Ranges of blocks with about equal work.
    fn pieces(&self) -> Vec<Range<usize>> {
        let (mut pieces, mut start, mut work) = (Vec::new(), 0, 0);
        for index in 0..self.ends.len() {
            work += self.block_pairs(self.block(index));
            if work >= WORK_PAIRS {
                pieces.push(start..index + 1);
                (start, work) = (index + 1, 0);
            }
        }
        pieces.push(start..self.ends.len());
        pieces
    }

    /// Runs over all pairs in parallel; what the pieces of work make comes back in their order.
    pub(crate) fn over<T: Send>(
        &self,
        begin: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, u32, u32) + Sync,
    ) -> Vec<T> {
        let run = |piece: Range<usize>| {
            let mut made = begin();
            for index in piece {
                self.pairs_of(self.block(index), |a, b| take(&mut made, a, b));
            }
            made
        };
        self.pieces().into_par_iter().map(run).collect()
    }

    fn pairs_of(&self, block: &[u32], mut take: impl FnMut(u32, u32)) {
        let split = self.first_rows.map(|first| block.partition_point(|row| *row < first));
        for (index, a) in block.iter().enumerate().take(split.unwrap_or(block.len())) {
            block[split.unwrap_or(index + 1)..].iter().for_each(|b| take(*a, *b));
        }
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

//! Blocks that are too large to be compared whole: they are cut into windows, so that the work grows with the rows alone.
//!
//! Rows that share more keys come to lie in one window. Of two lists every window has rows of both.

use std::ops::Range;

use rayon::prelude::*;

use super::keys::Keys;
use super::numbers::{narrow, wide};

/// A block of one list with more rows is cut into windows of this many.
pub(crate) const BLOCK_ROWS_MAX: usize = 2_000;
/// A block of two lists is cut if each has more rows in it: a window has so many of the list with fewer of them, at most.
pub(crate) const SIDE_ROWS_MAX: usize = BLOCK_ROWS_MAX / 2;
/// Keys are told apart by this many counters, to see in which there may be a large block.
const COUNTERS: usize = 1 << 16;
/// Rows that are counted one after another: so many that adding up the counters is little beside it.
const PIECE_ROWS: usize = 1 << 17;

/// Where the second of two lists begins among the rows of a block, in their order.
pub(crate) fn split(rows: &[u32], first_rows: Option<u32>) -> Option<usize> {
    first_rows.map(|first| rows.partition_point(|row| *row < first))
}

/// Whether the rows of a block, ascending, are too many for one window.
fn is_large(rows: &[u32], first_rows: Option<u32>) -> bool {
    match split(rows, first_rows) {
        None => rows.len() > BLOCK_ROWS_MAX,
        Some(split) => split.min(rows.len() - split) > SIDE_ROWS_MAX,
    }
}

/// The windows of a block: its rows, ascending, each in one window. A block that is not too large is one window.
pub(crate) fn windows(keys: &Keys, rows: Vec<u32>, first_rows: Option<u32>) -> Vec<Vec<u32>> {
    if !is_large(&rows, first_rows) {
        return vec![rows];
    }
    let sorted = |rows: &[u32]| {
        let mut rows = rows.to_vec();
        rows.par_sort_unstable_by(|a, b| keys.row(wide(*a)).cmp(keys.row(wide(*b))).then(a.cmp(b)));
        rows
    };
    let mut windows = match split(&rows, first_rows) {
        None => sorted(&rows).chunks(BLOCK_ROWS_MAX).map(<[u32]>::to_vec).collect(),
        Some(split) => across(keys, &sorted(&rows[..split]), &sorted(&rows[split..])),
    };
    windows.par_iter_mut().for_each(|window| window.sort_unstable());
    windows
}

/// The windows of two lists, each in the order of its keys. Those of the shorter are of equal length; rows of the longer
/// come to those of the shorter that they lie beside. Rows with equal keys are spread evenly.
fn across(keys: &Keys, one: &[u32], other: &[u32]) -> Vec<Vec<u32>> {
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let count = few.len().div_ceil(SIDE_ROWS_MAX);
    let start = |window: usize| few.len() * window / count;
    let mut windows: Vec<Vec<u32>> =
        (0..count).map(|window| few[start(window)..start(window + 1)].to_vec()).collect();
    let (mut before, mut window) = (0, 0);
    let row = |row: &u32| keys.row(wide(*row));
    for equal in many.chunk_by(|a, b| row(a) == row(b)) {
        before += few[before..].partition_point(|other| row(other) < row(&equal[0]));
        let same = few[before..].partition_point(|other| row(other) == row(&equal[0]));
        for (place, many) in equal.iter().enumerate() {
            let beside = before + same * place / equal.len();
            while window + 1 < count && start(window + 1) <= beside {
                window += 1;
            }
            windows[window].push(*many);
        }
    }
    windows
}

/// The counter of a key.
fn counter(key: u64) -> usize {
    usize::try_from(key % COUNTERS as u64).unwrap_or(0)
}

/// Rows `0..count` of the first list, of which there are `first`, and of the second, by the counters of their keys; so many rows
/// are a piece.
fn counted(
    key: impl Fn(usize) -> Option<u64> + Sync,
    (first, count): (usize, usize),
    piece: usize,
) -> [Vec<u32>; 2] {
    // Each piece has counters of its own: shared ones would go back and forth between processors.
    let of_piece = |start: usize| {
        let end = count.min(start + piece);
        let split = first.clamp(start, end);
        let of_rows = |rows: Range<usize>| {
            let mut counters = vec![0_u32; COUNTERS];
            rows.filter_map(&key).for_each(|key| counters[counter(key)] += 1);
            counters
        };
        [start..split, split..end].map(of_rows)
    };
    let add = |mut all: [Vec<u32>; 2], one: [Vec<u32>; 2]| {
        all.iter_mut().flatten().zip(one.iter().flatten()).for_each(|(all, one)| *all += one);
        all
    };
    let starts: Vec<usize> = (0..count).step_by(piece).collect();
    let none = || [vec![0; COUNTERS], vec![0; COUNTERS]];
    starts.into_par_iter().map(of_piece).reduce_with(add).unwrap_or_else(none)
}

/// The window of each row of the large blocks of a rule, from 1; 0 for other rows. Empty if no block is large.
#[derive(Debug)]
pub(crate) struct Windows(Vec<u32>);

impl Windows {
    /// Those of a rule, of rows `0..count`.
    pub(crate) fn of(keys: &Keys, rule: u32, count: usize, first_rows: Option<u32>) -> Self {
        let of_lists = (first_rows.map_or(count, wide), count);
        let [first, second] = counted(|row| keys.joined(row, rule), of_lists, PIECE_ROWS);
        let may = |key: u64| {
            let (first, second) = (wide(first[counter(key)]), wide(second[counter(key)]));
            if first_rows.is_some() { first.min(second) > SIDE_ROWS_MAX } else { first > BLOCK_ROWS_MAX }
        };
        let is_none = (0..COUNTERS as u64).all(|key| !may(key));
        if is_none {
            return Self(Vec::new());
        }
        let rows = (0..count).into_par_iter();
        let keyed =
            rows.filter_map(|row| Some((keys.joined(row, rule).filter(|key| may(*key))?, narrow(row))));
        let mut keyed: Vec<(u64, u32)> = keyed.collect();
        keyed.par_sort_unstable();
        let mut of_rows = Vec::new();
        for block in keyed.chunk_by(|a, b| a.0 == b.0) {
            let rows: Vec<u32> = block.iter().map(|(_, row)| *row).collect();
            if is_large(&rows, first_rows) {
                of_rows.resize(count, 0);
                for (window, rows) in (1..).zip(windows(keys, rows, first_rows)) {
                    rows.into_iter().for_each(|row| of_rows[wide(row)] = window);
                }
            }
        }
        Self(of_rows)
    }

    /// Whether two rows of one block are in one window.
    pub(crate) fn meet(&self, a: u32, b: u32) -> bool {
        self.0.is_empty() || self.0[wide(a)] == self.0[wide(b)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_alike_in_one_piece_and_in_many() {
        let key = |row: usize| (!row.is_multiple_of(5)).then_some(row as u64 % 7);
        let sum = |counters: &[u32]| wide(counters.iter().sum());
        for count in [0, 1, 20, 61] {
            for first in [0, 1, 7, 10, 14, 20, 61].into_iter().filter(|first| *first <= count) {
                let whole = counted(key, (first, count), 100);
                let rows = [0..first, first..count].map(|rows| rows.filter_map(key).count());
                assert_eq!([sum(&whole[0]), sum(&whole[1])], rows);
                for piece in [1, 7, 10] {
                    assert_eq!(counted(key, (first, count), piece), whole, "{first} of {count} by {piece}");
                }
            }
        }
    }
}

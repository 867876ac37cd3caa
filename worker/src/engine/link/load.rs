//! Loading: what some pieces of work look at first is read for all of them at once, so that the waits for memory lie side by
//! side and not one after another. It changes no result.

use std::hint::black_box;

/// Pieces of work that are loaded at once: texts, rows, pairs.
pub(crate) const LOADED: usize = 32;

/// Loads cells of rows of pairs; a row is in one line of the cache or in two.
pub(crate) fn load<'c>(pairs: &[(u32, u32)], row: impl Fn(u32) -> &'c [u32]) {
    let ends = |number: u32| {
        let cells = row(number);
        cells.first().unwrap_or(&0) ^ cells.last().unwrap_or(&0)
    };
    black_box(pairs.iter().fold(0, |all, (a, b)| all ^ ends(*a) ^ ends(*b)));
}

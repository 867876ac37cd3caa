//! Columns that hold a list of codes in each row.

use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use arrow_array::{Array as _, ListArray};

/// The codes of a row; none for a row that is not there. Nothing is copied.
///
/// # Panics
/// The list is one of another type; the reader of a snapshot has checked that.
#[must_use]
#[inline]
pub fn codes(lists: &ListArray, row: usize) -> &[u32] {
    if row >= lists.len() {
        return &[];
    }
    let offsets = lists.value_offsets();
    let at = |index: usize| usize::try_from(offsets[index]).unwrap_or(0);
    let (start, end) = (at(row), at(row + 1));
    // Most lists are empty: the values need not be found then.
    if start == end { &[] } else { &lists.values().as_primitive::<UInt32Type>().values()[start..end] }
}

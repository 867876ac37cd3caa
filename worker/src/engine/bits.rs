//! Rows as bits: the loops that turn plain columns into words of 64 rows.
//!
//! Row `i` is bit `i % 64` of word `i / 64`; bits beyond the last row are clear. Every loop narrows
//! a mask: rows that are out already are not looked at again, and words without rows are skipped.

use std::ops::Range;

/// Words with fewer rows than this are tested row by row.
const SPARSE: u32 = 8;

/// A mask with every row in it.
pub(crate) fn full(rows: usize) -> Vec<u64> {
    let mut mask = vec![u64::MAX; rows.div_ceil(64)];
    if let Some(last) = mask.last_mut() {
        *last >>= (64 - rows % 64) % 64;
    }
    mask
}

/// A mask without rows.
pub(crate) fn empty(rows: usize) -> Vec<u64> {
    vec![0; rows.div_ceil(64)]
}

/// Number of rows.
pub(crate) fn count(mask: &[u64]) -> u64 {
    mask.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Whether there is no row.
pub(crate) fn is_empty(mask: &[u64]) -> bool {
    mask.iter().all(|word| *word == 0)
}

/// Calls with each row, ascending.
#[inline]
pub(crate) fn for_each(mask: &[u64], mut visit: impl FnMut(usize)) {
    for (index, word) in mask.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            visit(index * 64 + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
}

/// Whether a row is in; rows beyond the end are not.
#[inline]
pub(crate) fn contains(mask: &[u64], row: u32) -> bool {
    mask.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 != 0)
}

/// Puts a row in; rows beyond the end are left out.
#[inline]
pub(crate) fn insert(mask: &mut [u64], row: u32) {
    if let Some(word) = mask.get_mut(row as usize / 64) {
        *word |= 1 << (row % 64);
    }
}

/// Takes a row out.
#[inline]
pub(crate) fn remove(mask: &mut [u64], row: usize) {
    if let Some(word) = mask.get_mut(row / 64) {
        *word &= !(1 << (row % 64));
    }
}

/// Puts a range of rows in; rows beyond the end are left out.
#[inline]
pub(crate) fn insert_range(mask: &mut [u64], rows: Range<usize>) {
    let (mut row, end) = (rows.start, rows.end.min(mask.len() * 64));
    while row < end {
        let until = end.min((row / 64 + 1) * 64);
        let ones = u64::MAX >> (64 - (until - row));
        mask[row / 64] |= ones << (row % 64);
        row = until;
    }
}

/// Keeps the rows whose value passes.
#[inline]
pub(crate) fn keep<T: Copy>(mask: &mut [u64], column: &[T], test: impl Fn(T) -> bool + Copy) {
    let (chunks, rest) = column.as_chunks::<64>();
    for (word, chunk) in mask.iter_mut().zip(chunks) {
        *word = passing(*word, chunk, test);
    }
    if let Some(word) = mask.get_mut(chunks.len()) {
        *word = passing_one_by_one(*word, rest, test);
    }
    // A mask of a longer table than the column would be a defect; no row may pass untested.
    for word in mask.iter_mut().skip(chunks.len() + 1) {
        *word = 0;
    }
}

/// The rows of a word whose value passes.
#[inline(always)]
pub(crate) fn passing<T: Copy>(word: u64, chunk: &[T; 64], test: impl Fn(T) -> bool + Copy) -> u64 {
    if word == 0 {
        0
    } else if word.count_ones() < SPARSE {
        passing_one_by_one(word, chunk, test)
    } else {
        word & of_chunk(chunk, test)
    }
}

#[inline(always)]
pub(crate) fn passing_one_by_one<T: Copy>(word: u64, chunk: &[T], test: impl Fn(T) -> bool) -> u64 {
    let (mut left, mut kept) = (word, 0);
    while left != 0 {
        let bit = left & left.wrapping_neg();
        if chunk.get(left.trailing_zeros() as usize).is_some_and(|value| test(*value)) {
            kept |= bit;
        }
        left ^= bit;
    }
    kept
}

/// One bit for each of 64 values.
#[inline(always)]
pub(crate) fn of_chunk<T: Copy>(chunk: &[T; 64], test: impl Fn(T) -> bool) -> u64 {
    let mut bytes = [0_u8; 64];
    for (byte, value) in bytes.iter_mut().zip(chunk) {
        *byte = if test(*value) { 0xff } else { 0 };
    }
    pack(&bytes)
}

/// The top bit of each byte.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn pack(bytes: &[u8; 64]) -> u64 {
    use std::arch::x86_64::{_mm_movemask_epi8, _mm_set_epi64x};
    let (halves, _) = bytes.as_chunks::<8>();
    let half = |index: usize| i64::from_le_bytes(halves[index]);
    let quarter = |index: usize| {
        #[expect(unsafe_code, reason = "SSE2 is part of every x86-64; nothing is read through pointers")]
        let mask = unsafe { _mm_movemask_epi8(_mm_set_epi64x(half(index * 2 + 1), half(index * 2))) };
        u64::from(mask.cast_unsigned()) << (index * 16)
    };
    quarter(0) | quarter(1) | quarter(2) | quarter(3)
}

/// The top bit of each byte.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn pack(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, eight| {
        let tops = u64::from_le_bytes(*eight) >> 7 & 0x0101_0101_0101_0101;
        word << 8 | tops.wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_passes_and_was_there(
            column in proptest::collection::vec(any::<i32>(), 0..400),
            holes in proptest::collection::vec(any::<u64>(), 7),
            limit in any::<i32>(),
        ) {
            let mut mask = full(column.len());
            for (word, hole) in mask.iter_mut().zip(&holes) {
                *word &= if hole % 3 == 0 { 1 << (hole >> 58) } else { *hole };
            }
            let before = mask.clone();
            keep(&mut mask, &column, |value| value <= limit);
            let mut rows = Vec::new();
            for_each(&mask, |row| rows.push(row));
            let expected: Vec<usize> = (0..column.len())
                .filter(|row| contains(&before, u32::try_from(*row).unwrap()) && column[*row] <= limit)
                .collect();
            prop_assert_eq!(count(&mask), expected.len() as u64);
            prop_assert_eq!(rows, expected);
        }

        #[test]
        fn a_range_is_its_rows(rows in 0_usize..300, from in 0_usize..350, len in 0_usize..200) {
            let mut mask = empty(rows);
            insert_range(&mut mask, from..from + len);
            let bits = mask.len() * 64;
            for row in 0..bits {
                let within = (from..from + len).contains(&row);
                prop_assert_eq!(contains(&mask, u32::try_from(row).unwrap()), within);
            }
        }
    }

    #[test]
    fn full_masks_end_with_the_last_row() {
        for rows in [0, 1, 63, 64, 65, 128] {
            assert_eq!(count(&full(rows)), rows as u64);
        }
    }
}

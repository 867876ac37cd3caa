//! Rows in the order of the digests of their identifiers: the same whatever the order they came in.

use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::ids::Ids;
use super::numbers::{narrow, short, wide};

/// Rows whose digests are made one after another.
const ROWS: usize = 1 << 16;
/// Digests are spread evenly: the rows of one of so many parts are few enough to be put in order near the processor.
const PARTS: usize = 256;

/// Some rows by the digests of their identifiers.
pub(crate) fn by_digest(ids: &Ids, rows: Range<usize>) -> Vec<u32> {
    let digested = |start: usize| {
        let mut parts: Vec<Vec<(u64, u32)>> = vec![Vec::new(); PARTS];
        for row in start..rows.end.min(start + ROWS) {
            let digest = xxh3_64(ids[row].as_bytes());
            parts[wide(short(digest) >> (u32::BITS - PARTS.ilog2()))].push((digest, narrow(row)));
        }
        parts
    };
    let starts: Vec<usize> = rows.clone().step_by(ROWS).collect();
    let pieces: Vec<Vec<Vec<(u64, u32)>>> = starts.into_par_iter().map(digested).collect();
    let ordered = |part: usize| {
        let mut part: Vec<(u64, u32)> = pieces.iter().flat_map(|piece| &piece[part]).copied().collect();
        part.sort_unstable_by(|(a, row_a), (b, row_b)| {
            a.cmp(b).then_with(|| ids[wide(*row_a)].cmp(&ids[wide(*row_b)]))
        });
        part.into_iter().map(|(_, row)| row).collect::<Vec<u32>>()
    };
    let parts: Vec<Vec<u32>> = (0..PARTS).into_par_iter().map(ordered).collect();
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_the_order_of_digests_whatever_their_own() {
        let rows = ROWS + 1_000;
        let ids: Ids = (0..rows).map(|row| format!("{:05}", row * 7_919 % rows)).collect();
        let of = |ids: &Ids, rows: Range<usize>| {
            by_digest(ids, rows).into_iter().map(|row| ids[wide(row)].to_owned()).collect::<Vec<_>>()
        };
        let mut sorted: Vec<String> = ids.iter().map(str::to_owned).collect();
        sorted.sort_by_key(|id| xxh3_64(id.as_bytes()));
        assert_eq!(of(&ids, 0..rows), sorted);
        let reversed: Ids = (0..rows).rev().map(|row| ids[row].to_owned()).collect();
        assert_eq!(of(&reversed, 0..rows), sorted);
        let few = by_digest(&ids, 5..9);
        assert_eq!(few.len(), 4);
        assert!(few.iter().all(|row| (5..9).contains(row)));
        assert!(by_digest(&ids, 3..3).is_empty());
    }
}

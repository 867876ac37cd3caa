//! What identity codes decide: the same valid code is the same person, the same digits with another sign are not.
//!
//! Codes that differ otherwise decide nothing: somebody's code may have changed, or have been typed wrong.

use poimuri_shared::order::deduplication::Across;
use poimuri_shared::register::hetu::Hetu;

use super::records::Records;
use crate::engine::link::Judged;

/// Place of the sign between the date of birth and the number.
const SIGN: usize = 6;

/// The pairs that identity codes decide, of those that the order compares.
#[must_use]
pub fn judged(records: &Records, across: Across) -> Judged {
    let mut coded: Vec<(u64, u32)> =
        records.traits.codes.iter().copied().zip(0..).filter(|(code, _)| *code != 0).collect();
    coded.sort_unstable();
    let mut judged = Judged::default();
    for same in coded.chunk_by(|a, b| a.0 == b.0) {
        let rows: Vec<u32> = same.iter().map(|(_, row)| *row).collect();
        judged.same.extend(bonds(records, &rows, across));
    }
    // One record stands for all that have its code.
    coded.dedup_by_key(|(code, _)| *code);
    let mut by_digits: Vec<([u8; 11], u32)> =
        coded.iter().filter_map(|(code, row)| Some((without_sign(*code)?, *row))).collect();
    by_digits.sort_unstable();
    for alike in by_digits.chunk_by(|a, b| a.0 == b.0) {
        for (index, (_, a)) in alike.iter().enumerate() {
            judged.different.extend(alike[index + 1..].iter().map(|(_, b)| (*a, *b)));
        }
    }
    judged
}

/// What the identity codes of two records decide: the same person, different people, or nothing.
#[must_use]
pub fn decided(records: &Records, a: u32, b: u32) -> Option<bool> {
    let code = |row: u32| records.traits.codes.get(row as usize).copied().filter(|code| *code != 0);
    let (a, b) = (code(a)?, code(b)?);
    if a == b { Some(true) } else { (without_sign(a)? == without_sign(b)?).then_some(false) }
}

fn without_sign(code: u64) -> Option<[u8; 11]> {
    let mut text = Hetu::from_packed(code)?.to_text();
    text[SIGN] = b'-';
    Some(text)
}

/// Pairs that hold rows of one code together, ascending; only such as the order compares.
fn bonds(records: &Records, rows: &[u32], across: Across) -> Vec<(u32, u32)> {
    let list = |row: u32| records.named.identified.place(row).0;
    let next = |pair: &[u32]| (pair[0], pair[1]);
    match across {
        Across::Both => rows.windows(2).map(next).collect(),
        Across::Within => rows.windows(2).filter(|pair| list(pair[0]) == list(pair[1])).map(next).collect(),
        Across::Between => {
            let Some(first) = rows.first().copied() else { return Vec::new() };
            let Some(other) = rows.iter().copied().find(|row| list(*row) != list(first)) else {
                return Vec::new();
            };
            let partner = |row: u32| if list(row) == list(first) { other } else { first };
            rows.iter()
                .filter(|row| **row != first)
                .map(|row| (partner(*row).min(*row), partner(*row).max(*row)))
                .collect()
        }
    }
}

//! Keys to rows: who is there, and who is there twice.

use hashbrown::HashTable;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::columns::Broken;
use super::intern::Texts;
use super::rules::Reason;
use crate::snapshot::tables::NO_ROW;

/// Keys looked up as one piece of parallel work.
const PIECE: usize = 65_536;

/// Keys and rows of the kept rows, ascending. Of rows with the same key the first stays; the others
/// break a rule.
pub(crate) fn sorted<K: Ord + Copy + Send>(
    keys: impl Iterator<Item = K>,
    kept: &[bool],
) -> (Vec<(K, u32)>, Broken) {
    let rows = keys.zip(0..).zip(kept).filter(|(_, kept)| **kept);
    let mut sorted: Vec<(K, u32)> = rows.map(|(row, _)| row).collect();
    sorted.par_sort_unstable();
    let pairs = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let broken = pairs.map(|pair| (pair[1].1, Reason::Duplicate)).collect();
    sorted.dedup_by_key(|(key, _)| *key);
    (sorted, broken)
}

/// The row of each key among the sorted ones, [`NO_ROW`] for unknown keys.
pub(crate) fn rows<K: Ord + Copy + Send + Sync>(sorted: &[(K, u32)], keys: &[K]) -> Vec<u32> {
    let mut rows = vec![NO_ROW; keys.len()];
    rows.par_chunks_mut(PIECE).zip(keys.par_chunks(PIECE)).for_each(|(rows, keys)| {
        // Rows of one building or person are often neighbours.
        let mut last = None;
        for (row, key) in rows.iter_mut().zip(keys) {
            *row = match last {
                Some((same, row)) if same == *key => row,
                _ => {
                    sorted.binary_search_by_key(key, |(key, _)| *key).map_or(NO_ROW, |index| sorted[index].1)
                }
            };
            last = Some((*key, *row));
        }
    });
    rows
}

/// Rows of dwellings by their identifier, the kept ones only.
#[derive(Debug)]
pub(crate) struct DwellingIds {
    codes: Vec<u32>,
    texts: Texts,
    table: HashTable<u32>,
}

impl DwellingIds {
    /// Of rows with the same identifier the first stays; the others break a rule.
    pub(crate) fn new(codes: Vec<u32>, texts: Texts, kept: &[bool]) -> (Self, Broken) {
        let mut ids = Self { codes, texts, table: HashTable::with_capacity(kept.len()) };
        let mut broken = Vec::new();
        for (row, _) in (0..).zip(kept).filter(|(_, kept)| **kept) {
            if ids.find(ids.text(row)).is_some() {
                broken.push((row, Reason::Duplicate));
            } else {
                ids.insert(row);
            }
        }
        (ids, broken)
    }

    fn insert(&mut self, row: u32) {
        let Self { codes, texts, table } = self;
        let hash = |row: &u32| xxh3_64(texts.get(codes[*row as usize] as usize - 1).as_bytes());
        table.insert_unique(hash(&row), row, hash);
    }

    /// The identifier of a row; empty where it is null.
    pub(crate) fn text(&self, row: u32) -> &str {
        let code = self.codes[row as usize] as usize;
        if code == 0 { "" } else { self.texts.get(code - 1) }
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.table.find(xxh3_64(text.as_bytes()), |row| self.text(*row) == text).copied()
    }
}

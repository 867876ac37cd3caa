//! What rows are known by: the customer's own keys, and identifiers made of them.

use poimuri_shared::ids::ListName;
use poimuri_shared::partial::packed;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Parts of an identifier are told apart by this.
const BETWEEN: char = '\u{1f}';

/// The identifier of a record: the same from run to run.
pub(super) fn id(list: &ListName, known_as: &str) -> String {
    format!("{list}{BETWEEN}{known_as}")
}

/// The digest of an identifier.
pub(super) fn digest(list: &ListName, known_as: &str) -> u64 {
    xxh3_64(id(list, known_as).as_bytes())
}

/// The keys of the rows of a part, in one piece of memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    all: String,
    #[serde(with = "packed")]
    ends: Vec<u32>,
}

impl Keys {
    pub(super) fn push(&mut self, key: &str) {
        self.all.push_str(key);
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    /// Row by row.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let key = self.all.get(start..*end as usize).unwrap_or_default();
            start = *end as usize;
            key
        })
    }
}

/// The keys of all rows, those of one part after those of the part before.
#[derive(Debug, Clone, Default)]
pub struct AllKeys {
    all: String,
    ends: Vec<usize>,
}

impl AllKeys {
    /// Takes the keys of the next part.
    pub fn add(&mut self, part: &Keys) {
        let first = self.all.len();
        self.all.push_str(&part.all);
        self.ends.extend(part.ends.iter().map(|end| first + *end as usize));
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// The key of a row; empty where it has none.
    #[must_use]
    pub fn key(&self, row: u32) -> &str {
        let row = row as usize;
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(row).and_then(|end| self.all.get(start..*end)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_row_in_whatever_part() {
        let parts: [&[&str]; 4] = [&["a", "", "ä"], &[], &["", "x1"], &["b"]];
        let mut all = AllKeys::default();
        for part in parts {
            let mut keys = Keys::default();
            part.iter().for_each(|key| keys.push(key));
            assert!(keys.iter().eq(part.iter().copied()));
            all.add(&keys);
        }
        let found: Vec<&str> = (0..all.rows()).map(|row| all.key(row)).collect();
        assert_eq!(found, parts.concat());
        assert_eq!(AllKeys::default().key(3), "");
    }
}

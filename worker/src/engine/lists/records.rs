//! The records of all lists: what they are known by, and what decides who of several stays.

use poimuri_shared::ids::ListName;
use poimuri_shared::order::deduplication::List;
use poimuri_shared::receipt::KnownBy;

use super::identify::Identified;
use super::keys::{AllKeys, Keys, id};
use super::names::called;
use super::traits::Traits;
use crate::engine::link;

/// Records that cannot be told apart or compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordsError {
    /// Rows without a key, in the column the order names.
    #[error("list {list}: {count} rows have no value in the column named as columns.key, {lines}")]
    NoKey {
        /// The list.
        list: ListName,
        /// Rows.
        count: usize,
        /// The first lines.
        lines: String,
    },
    /// Keys that an earlier row has too, in the column the order names.
    #[error(
        "list {list}: {count} rows have a key that an earlier row has too, {lines}; name a column whose values are all different as columns.key"
    )]
    KeyAgain {
        /// The list.
        list: ListName,
        /// Rows.
        count: usize,
        /// The first lines.
        lines: String,
    },
    /// A judgement that cannot be taken.
    #[error("deduplication.reviews: line {line}: {reason}")]
    Review {
        /// Its line.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// They cannot be compared.
    #[error("list: {0}")]
    Link(#[from] link::LinkError),
}

/// The records of all lists; what they are compared by is elsewhere.
#[derive(Debug)]
pub struct Records {
    /// Their order, and what those of each list are known by.
    pub identified: Identified,
    names: Vec<ListName>,
    keys: AllKeys,
    pub(super) traits: Traits,
}

impl Records {
    /// Nothing known of them yet.
    #[must_use]
    pub fn begin(identified: Identified, lists: &[List]) -> Self {
        let names = lists.iter().map(|list| list.name.clone()).collect();
        Self { identified, names, keys: AllKeys::default(), traits: Traits::default() }
    }

    /// Takes the next part; parts come list by list, in their order.
    pub fn add(&mut self, keys: &Keys, traits: Traits) {
        self.traits.add(traits, self.keys.rows() as usize);
        self.keys.add(keys);
    }

    /// Rows of a list.
    pub(super) fn rows_of(&self, list: usize) -> std::ops::Range<usize> {
        let starts = &self.identified.starts;
        let at = |list: usize| starts.get(list).copied().unwrap_or_else(|| self.keys.rows()) as usize;
        at(list)..at(list + 1)
    }

    /// The list of a row and its key, if rows of the list are known by keys.
    pub(super) fn key(&self, row: u32) -> Option<(&str, &str)> {
        let (list, _) = self.identified.place(row);
        let is_keyed = self.identified.known_by[list] == KnownBy::Key;
        is_keyed.then(|| (self.names[list].as_str(), self.keys.key(row)))
    }

    /// What a row is called in a result.
    pub(super) fn called(&self, row: u32) -> String {
        let (list, number) = self.identified.place(row);
        match self.identified.known_by[list] {
            KnownBy::Key => called(&self.names[list], self.keys.key(row)),
            KnownBy::Row => called(&self.names[list], &number.to_string()),
        }
    }

    /// The identifier of a row: the same from run to run.
    #[must_use]
    pub fn id(&self, row: u32) -> String {
        let (list, number) = self.identified.place(row);
        match self.identified.known_by[list] {
            KnownBy::Key => id(&self.names[list], self.keys.key(row)),
            KnownBy::Row => id(&self.names[list], &number.to_string()),
        }
    }
}

//! The records of all lists: what they are known by, and what decides who of several stays.

use poimuri_shared::ids::ListName;
use poimuri_shared::order::deduplication::List;

use super::identify::Identified;
use super::keys::Keys;
use super::named::Named;
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
    /// What they are known by.
    pub named: Named,
    pub(super) traits: Traits,
}

impl Records {
    /// Nothing known of them yet.
    #[must_use]
    pub fn begin(identified: Identified, lists: &[List]) -> Self {
        let lists = lists.iter().map(|list| list.name.clone()).collect();
        Self { named: Named::begin(identified, lists), traits: Traits::default() }
    }

    /// Takes the next part; parts come list by list, in their order.
    pub fn add(&mut self, keys: &Keys, traits: Traits) {
        self.traits.add(traits, self.named.rows() as usize);
        self.named.add(keys);
    }
}

//! What the engine reads of a snapshot: plain tables of one shard, and dictionaries.
//!
//! Which tables an order needs is known once it is compiled ([`Needs`]), so that a reader
//! opens no others.

use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::tables::{Addresses, Buildings, Dwellings, Owned, Persons, PreviousAddresses};

use super::EngineError;

/// The dictionaries of a snapshot.
pub trait Dictionaries {
    /// One of them.
    ///
    /// # Errors
    /// [`EngineError::Dictionary`]: it cannot be read.
    fn dictionary(&self, which: Dict) -> Result<&Dictionary, EngineError>;
}

/// Tables besides persons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// [`Dwellings`].
    pub dwellings: bool,
    /// [`Buildings`].
    pub buildings: bool,
    /// [`Addresses`].
    pub addresses: bool,
    /// [`Owned`].
    pub owned: bool,
    /// [`PreviousAddresses`].
    pub previous: bool,
}

impl Needs {
    /// What either needs.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self {
            dwellings: self.dwellings || other.dwellings,
            buildings: self.buildings || other.buildings,
            addresses: self.addresses || other.addresses,
            owned: self.owned || other.owned,
            previous: self.previous || other.previous,
        }
    }
}

/// The tables of one shard; those that are not needed may be absent.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// Index of the shard.
    pub shard: u32,
    /// Position of its first person in the snapshot.
    pub first_position: u64,
    /// One row per person.
    pub persons: &'a Persons,
    /// Where they live.
    pub dwellings: Option<&'a Dwellings>,
    /// In which buildings.
    pub buildings: Option<&'a Buildings>,
    /// Under which addresses.
    pub addresses: Option<&'a Addresses>,
    /// What they own.
    pub owned: Option<&'a Owned>,
    /// Where they lived before.
    pub previous: Option<&'a PreviousAddresses>,
}

impl<'a> Tables<'a> {
    /// Number of persons.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.persons.id.len()
    }

    pub(crate) fn dwellings(&self) -> Result<&'a Dwellings, EngineError> {
        self.dwellings.ok_or(EngineError::TableAbsent("dwellings"))
    }

    pub(crate) fn buildings(&self) -> Result<&'a Buildings, EngineError> {
        self.buildings.ok_or(EngineError::TableAbsent("buildings"))
    }

    pub(crate) fn addresses(&self) -> Result<&'a Addresses, EngineError> {
        self.addresses.ok_or(EngineError::TableAbsent("addresses"))
    }

    pub(crate) fn previous(&self) -> Result<&'a PreviousAddresses, EngineError> {
        self.previous.ok_or(EngineError::TableAbsent("previous_addresses"))
    }

    pub(crate) fn owned(&self) -> Result<&'a Owned, EngineError> {
        self.owned.ok_or(EngineError::TableAbsent("owned"))
    }
}

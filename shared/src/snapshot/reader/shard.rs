//! One shard: its tables, each mapped when it is first asked for.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::columns::FromFile;
use super::error::SnapshotError;
use super::file::{ArrowFile, Verify};
use crate::snapshot::format::Table;
use crate::snapshot::manifest::ShardEntry;
use crate::snapshot::tables::{
    Addresses, Buildings, Dwellings, OtherOwners, Owned, Persons, PreviousAddresses,
};

/// A value made once by whoever comes first; a failure is not kept.
#[derive(Debug)]
pub(super) struct Slot<T> {
    value: OnceLock<T>,
    making: Mutex<()>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { value: OnceLock::new(), making: Mutex::new(()) }
    }
}

impl<T> Slot<T> {
    pub(super) fn get_or_make(
        &self,
        make: impl FnOnce() -> Result<T, SnapshotError>,
    ) -> Result<&T, SnapshotError> {
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        // One maker at a time, so that a file is verified once.
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = self.value.get() {
            return Ok(value);
        }
        let value = make()?;
        Ok(self.value.get_or_init(|| value))
    }
}

#[derive(Debug)]
struct Opened<T> {
    file: ArrowFile,
    table: T,
}

/// A shard of a snapshot. Tables are mapped on first use and stay mapped while the shard lives.
#[derive(Debug)]
pub struct Shard {
    folder: PathBuf,
    index: u32,
    entry: ShardEntry,
    verify: Verify,
    persons: Slot<Opened<Persons>>,
    dwellings: Slot<Opened<Dwellings>>,
    buildings: Slot<Opened<Buildings>>,
    addresses: Slot<Opened<Addresses>>,
    owned: Slot<Opened<Owned>>,
    other_owners: Slot<Opened<OtherOwners>>,
    previous_addresses: Slot<Opened<PreviousAddresses>>,
}

/// Doc comments of the accessors are those of the tables.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $table:ident;)*) => {
        impl Shard {$(
            $(#[$doc])*
            ///
            /// # Errors
            /// [`SnapshotError`] naming the file that is missing, truncated or damaged.
            pub fn $name(&self) -> Result<&$table, SnapshotError> {
                self.open(&self.$name, Table::$table).map(|opened| &opened.table)
            }
        )*}
    };
}

tables! {
    /// One row per person.
    persons: Persons;
    /// One row per dwelling.
    dwellings: Dwellings;
    /// One row per building.
    buildings: Buildings;
    /// One row per address of a building.
    addresses: Addresses;
    /// What the shard's persons own.
    owned: Owned;
    /// Owners of the shard's buildings that are not persons of the register.
    other_owners: OtherOwners;
    /// Where the shard's persons lived before.
    previous_addresses: PreviousAddresses;
}

impl Shard {
    pub(super) fn new(folder: PathBuf, index: u32, entry: ShardEntry, verify: Verify) -> Self {
        Self {
            folder,
            index,
            entry,
            verify,
            persons: Slot::default(),
            dwellings: Slot::default(),
            buildings: Slot::default(),
            addresses: Slot::default(),
            owned: Slot::default(),
            other_owners: Slot::default(),
            previous_addresses: Slot::default(),
        }
    }

    /// Number of the shard, from 0.
    #[must_use]
    pub const fn index(&self) -> u32 {
        self.index
    }

    /// Positions of its persons in the global order; row `r` is position `start + r`.
    #[must_use]
    pub const fn positions(&self) -> Range<u32> {
        self.entry.first..self.entry.end
    }

    /// What the manifest says of it.
    #[must_use]
    pub const fn entry(&self) -> &ShardEntry {
        &self.entry
    }

    /// Asks the system to read columns of a table into the page cache, without waiting for it.
    /// Maps the table if nobody did. Unknown names are passed over.
    ///
    /// # Errors
    /// As the table's accessor.
    pub fn prefetch(&self, table: Table, columns: &[&str]) -> Result<(), SnapshotError> {
        match table {
            Table::Persons => self.open(&self.persons, table)?.file.prefetch(columns),
            Table::Dwellings => self.open(&self.dwellings, table)?.file.prefetch(columns),
            Table::Buildings => self.open(&self.buildings, table)?.file.prefetch(columns),
            Table::Addresses => self.open(&self.addresses, table)?.file.prefetch(columns),
            Table::Owned => self.open(&self.owned, table)?.file.prefetch(columns),
            Table::OtherOwners => self.open(&self.other_owners, table)?.file.prefetch(columns),
            Table::PreviousAddresses => self.open(&self.previous_addresses, table)?.file.prefetch(columns),
        }
    }

    fn open<'s, T: FromFile>(
        &self,
        slot: &'s Slot<Opened<T>>,
        table: Table,
    ) -> Result<&'s Opened<T>, SnapshotError> {
        slot.get_or_make(|| {
            let name = table.file_name(self.index);
            let entry = self.entry.tables.iter().find(|entry| entry.file == name);
            let entry = entry.ok_or_else(|| SnapshotError::Missing(self.folder.join(&name)))?;
            let file = ArrowFile::open(&self.folder, entry, self.verify)?;
            let table = T::from_file(&file)?;
            Ok(Opened { file, table })
        })
    }
}

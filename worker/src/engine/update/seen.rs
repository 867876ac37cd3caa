//! What most rows need of their persons, taken out of the columns.

use super::agree::NameCodes;
use super::places::Home;
use crate::engine::{EngineError, Tables};

/// A person that was looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// The packed identity code.
    pub(crate) id: u64,
    /// Position in the global order.
    pub(crate) position: u32,
    /// Day up to which the address is secret.
    pub(crate) security_until: i32,
    /// Bits of [`flag`](poimuri_shared::snapshot::tables::flag).
    pub(crate) flags: u16,
    /// The permanent address.
    pub(crate) home: Option<Home>,
    /// The present names, if wanted.
    pub(crate) names: Option<NameCodes>,
}

impl Seen {
    /// Persons of a shard by row. Column by column: many cache misses are then on their way at once.
    pub(crate) fn all(tables: &Tables<'_>, rows: &[u32], with_names: bool) -> Result<Vec<Self>, EngineError> {
        let persons = tables.persons;
        let ids: Vec<u64> = rows.iter().map(|row| persons.id[*row as usize]).collect();
        let flags: Vec<u16> = rows.iter().map(|row| persons.flags[*row as usize]).collect();
        let until: Vec<i32> = rows.iter().map(|row| persons.security_until[*row as usize]).collect();
        let homes = Home::of_persons(rows.iter().map(|row| (tables, *row as usize)))?;
        let names = |row: u32| with_names.then(|| NameCodes::of(persons, row as usize));
        let names: Vec<Option<NameCodes>> = rows.iter().map(|row| names(*row)).collect();
        let seen = rows.iter().zip(ids).zip(flags).zip(until).zip(homes).zip(names);
        let seen = seen.map(|(((((row, id), flags), security_until), home), names)| {
            let position = u32::try_from(tables.first_position + u64::from(*row)).unwrap_or(u32::MAX);
            Self { id, position, security_until, flags, home, names }
        });
        Ok(seen.collect())
    }

    pub(crate) const fn has(&self, bit: u16) -> bool {
        self.flags & bit != 0
    }
}

//! From a mapped snapshot to what the engine reads: only the tables an order needs.

use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::{Shard, Snapshot, SnapshotError};

use crate::engine::{Dictionaries, EngineError, Needs, Tables};

/// A snapshot's dictionaries as the engine asks for them.
#[derive(Debug)]
pub struct Texts<'a>(pub &'a Snapshot);

impl Dictionaries for Texts<'_> {
    fn dictionary(&self, which: Dict) -> Result<&Dictionary, EngineError> {
        self.0.dictionary(which).map_err(|error| EngineError::Dictionary(Box::new(error)))
    }
}

/// The tables of a shard that an order needs.
///
/// # Errors
/// When a file is missing or damaged.
pub fn tables(shard: &Shard, needs: Needs) -> Result<Tables<'_>, SnapshotError> {
    Ok(Tables {
        shard: shard.index(),
        first_position: u64::from(shard.positions().start),
        persons: shard.persons()?,
        dwellings: needs.dwellings.then(|| shard.dwellings()).transpose()?,
        buildings: needs.buildings.then(|| shard.buildings()).transpose()?,
        addresses: needs.addresses.then(|| shard.addresses()).transpose()?,
        owned: needs.owned.then(|| shard.owned()).transpose()?,
        previous: needs.previous.then(|| shard.previous_addresses()).transpose()?,
    })
}

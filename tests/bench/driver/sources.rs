//! Tables of the snapshot as the engine takes them.

use std::sync::Arc;

use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::reader::{Shard, Snapshot, SnapshotError};
use poimuri_worker::engine::{Dictionaries, EngineError, Needs, Tables};

/// The snapshot's dictionaries.
pub(crate) struct Texts<'a>(pub(crate) &'a Snapshot);

impl Dictionaries for Texts<'_> {
    fn dictionary(&self, which: Dict) -> Result<&Dictionary, EngineError> {
        self.0.dictionary(which).map_err(|error| EngineError::Dictionary(Box::new(error)))
    }
}

/// Every shard of the snapshot.
pub(crate) fn shards(snapshot: &Snapshot) -> Result<Vec<Arc<Shard>>, SnapshotError> {
    (0..snapshot.shard_count()).map(|index| snapshot.shard(index)).collect()
}

/// The tables of a shard that are needed.
pub(crate) fn tables(shard: &Shard, needs: Needs) -> Result<Tables<'_>, SnapshotError> {
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

//! The shards of a snapshot.

use std::sync::Arc;

use poimuri_shared::snapshot::{Shard, Snapshot, SnapshotError};

/// Every shard of the snapshot.
pub(crate) fn shards(snapshot: &Snapshot) -> Result<Vec<Arc<Shard>>, SnapshotError> {
    (0..snapshot.shard_count()).map(|index| snapshot.shard(index)).collect()
}

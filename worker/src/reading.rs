//! From a mapped snapshot to what the engine reads: only the tables an order needs.

use std::ops::Range;
use std::sync::Arc;

use poimuri_shared::partial::{RowSet, ShardSelection};
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::format::Table;
use poimuri_shared::snapshot::manifest::CodeRange;
use poimuri_shared::snapshot::{Shard, Snapshot, SnapshotError};
use rayon::prelude::*;

use crate::engine::{self, Compiled, Dictionaries, EngineError, Needs, Place, Read, Tables};
use crate::stages::StageError;

/// A snapshot's dictionaries as the engine asks for them.
#[derive(Debug)]
pub struct Texts<'a>(pub &'a Snapshot);

impl Dictionaries for Texts<'_> {
    fn dictionary(&self, which: Dict) -> Result<&Dictionary, EngineError> {
        self.0.dictionary(which).map_err(|error| EngineError::Dictionary(Box::new(error)))
    }
}

/// Selects in shards, each in its place. Shards whose places rule them out are not opened; of the others the
/// system brings all columns from the disk while the first are worked on. `step` comes before each shard.
///
/// # Errors
/// When the snapshot cannot be read, and those of `step`.
pub fn select(
    order: &Compiled,
    snapshot: &Snapshot,
    shards: Range<u32>,
    register: Option<&RowSet>,
    step: impl Fn() -> Result<(), StageError> + Sync,
) -> Result<Vec<ShardSelection>, StageError> {
    let shards: Result<Vec<(Arc<Shard>, bool)>, StageError> = opened(snapshot, shards)?
        .into_iter()
        .map(|shard| Ok((Arc::clone(&shard), may_match(order, snapshot, &shard)?)))
        .collect();
    let shards = shards?;
    prefetch(&shards, &order.selection_reads())?;
    let needs = order.selection_needs();
    let select = |(shard, may_match): &(Arc<Shard>, bool)| {
        step()?;
        if *may_match {
            return Ok(engine::select_shard(order, &tables(shard, needs)?, register)?);
        }
        let rows = shard.positions().end - shard.positions().start;
        Ok(engine::select_nobody(order, shard.index(), u64::from(rows))?)
    };
    shards.par_iter().map(select).collect()
}

fn may_match(order: &Compiled, snapshot: &Snapshot, shard: &Shard) -> Result<bool, StageError> {
    order.may_match(|place| {
        let (dict, range) = match place {
            Place::Municipality => (Dict::Municipality, &shard.entry().municipality),
            Place::Region => (Dict::Region, &shard.entry().region),
            Place::PostalCode => (Dict::PostalCode, &shard.entry().postal_code),
        };
        let Some(CodeRange { first, last }) = range else { return Ok(None) };
        let dictionary = snapshot.dictionary(dict)?;
        // Codes ascend as their texts do. A text that is not there would be a defect: nothing is ruled out then.
        let ends = dictionary.code(first).zip(dictionary.code(last));
        Ok(Some(ends.map_or(0..=u32::MAX, |(first, last)| first..=last)))
    })
}

/// What is in memory already costs next to nothing, and each column of a mapped file is asked for once.
fn prefetch(shards: &[(Arc<Shard>, bool)], reads: &[Read]) -> Result<(), SnapshotError> {
    let tables = reads.chunk_by(|(one, _), (other, _)| one == other);
    let tables: Vec<(Table, Vec<&str>)> = tables
        .filter_map(|reads| Some((reads.first()?.0, reads.iter().map(|(_, column)| *column).collect())))
        .collect();
    shards.par_iter().filter(|(_, may_match)| *may_match).try_for_each(|(shard, _)| {
        tables.iter().try_for_each(|(table, columns)| shard.prefetch(*table, columns))
    })
}

/// Shards of a snapshot, in their order.
///
/// # Errors
/// When a file is missing or damaged.
pub fn opened(snapshot: &Snapshot, shards: Range<u32>) -> Result<Vec<Arc<Shard>>, SnapshotError> {
    shards.map(|index| snapshot.shard(index)).collect()
}

/// The tables of each shard that an order needs.
///
/// # Errors
/// When a file is missing or damaged.
pub fn all_tables(shards: &[Arc<Shard>], needs: Needs) -> Result<Vec<Tables<'_>>, SnapshotError> {
    shards.iter().map(|shard| tables(shard, needs)).collect()
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

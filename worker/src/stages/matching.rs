//! Persons of a range of shards that rows of the customer's register may stand for by their addresses.

use poimuri_shared::plan::Stage;
use rayon::prelude::*;

use super::{StageError, Steps};
use crate::consume::TaskContext;
use crate::engine::Tables;
use crate::engine::update::{Candidates, Part, Probe, ShardKeys, match_shard};
use crate::opened::{OpenedOrder, Piece, encode};
use crate::reading::{self, all_tables};

/// The partial: [`Candidates`] for each part of the register, a [`Piece`] each, in their order. Two parts are in memory at
/// a time.
///
/// # Errors
/// When the snapshot or a partial cannot be read, or on request.
pub fn run(opened: &OpenedOrder, task: u32, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let update = opened.update()?;
    let updating = &update.updating;
    let (_, has_addresses) = updating.matches(&update.mapping);
    if !has_addresses {
        return encode(&vec![Piece::of(&Candidates::default())?; opened.plan.parts as usize]);
    }
    let shards = reading::opened(&opened.snapshot, super::shards_of(opened, task)?)?;
    let tables = all_tables(&shards, updating.needs())?;
    let keys: Result<Vec<ShardKeys>, StageError> =
        tables.par_iter().map(|tables| Ok(ShardKeys::new(updating, tables)?)).collect();
    let keys = keys?;
    let steps = Steps::new(opened.plan.parts.try_into().unwrap_or(1), context);
    let mut found = Vec::new();
    opened.each_partial(Stage::Prepare, |_, part: Part| {
        steps.next()?;
        let probe = Probe::new(&part);
        let of_shard = |(tables, keys): (&Tables<'_>, &ShardKeys)| {
            Ok::<_, StageError>(match_shard(updating, &probe, tables, keys)?)
        };
        let pieces: Result<Vec<Candidates>, StageError> =
            tables.par_iter().zip(&keys).map(of_shard).collect();
        found.push(Piece::of(&Candidates::merge(pieces?))?);
        Ok(())
    })?;
    encode(&found)
}

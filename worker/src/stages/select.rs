//! Criteria, exclusions, own register, de-duplication and groups, shard by shard.

use poimuri_shared::partial::ShardSelection;
use rayon::prelude::*;

use super::StageError;
use crate::consume::TaskContext;
use crate::engine;
use crate::opened::{OpenedOrder, encode};
use crate::reading::tables;

/// The partial: a [`ShardSelection`] for each shard of the task, ascending.
///
/// # Errors
/// When the snapshot cannot be read, or on request.
pub fn run(opened: &OpenedOrder, task: u32, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let register = opened.register()?;
    let positions = register.as_ref().map(|prepared| &prepared.positions);
    let needs = opened.compiled()?.selection_needs();
    let shards = super::shards_of(opened, task)?;
    let steps = super::Steps::new(shards.len(), context);
    let select = |shard: u32| {
        steps.next()?;
        let shard = opened.snapshot.shard(shard)?;
        Ok(engine::select_shard(opened.compiled()?, &tables(&shard, needs)?, positions)?)
    };
    let selections: Result<Vec<ShardSelection>, StageError> = shards.into_par_iter().map(select).collect();
    encode(&selections?)
}

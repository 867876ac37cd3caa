//! Criteria, exclusions, own register, de-duplication and groups, shard by shard.

use super::StageError;
use crate::consume::TaskContext;
use crate::opened::{OpenedOrder, encode};
use crate::reading::select;

/// The partial: a `ShardSelection` for each shard of the task, ascending.
///
/// # Errors
/// When the snapshot cannot be read, or on request.
pub fn run(opened: &OpenedOrder, task: u32, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let register = opened.register()?;
    let positions = register.as_ref().map(|prepared| &prepared.positions);
    let shards = super::shards_of(opened, task)?;
    let steps = super::Steps::new(shards.len(), context);
    encode(&select(opened.compiled()?, &opened.snapshot, shards, positions, || steps.next())?)
}

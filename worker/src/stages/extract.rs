//! The drawn rows of each shard, rendered.

use poimuri_shared::partial::{Allocation, ShardRows, ShardSelection};
use poimuri_shared::plan::Stage;
use rayon::prelude::*;

use super::StageError;
use crate::consume::TaskContext;
use crate::engine;
use crate::opened::{OpenedOrder, encode};
use crate::reading::tables;

/// The partial: [`ShardRows`] for each shard of the task, ascending.
///
/// # Errors
/// When the snapshot or a partial cannot be read, or on request.
pub fn run(opened: &OpenedOrder, task: u32, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let allocation: Allocation = opened.partial(Stage::Allocate, 0)?;
    let selections: Vec<ShardSelection> = opened.partial(Stage::Select, task)?;
    let needs = opened.compiled()?.rendering_needs();
    let shards = super::shards_of(opened, task)?;
    let steps = super::Steps::new(shards.len(), context);
    let extract = |(shard, selection): (u32, &ShardSelection)| {
        steps.next()?;
        let shard = opened.snapshot.shard(shard)?;
        Ok(engine::extract_shard(opened.compiled()?, &tables(&shard, needs)?, selection, &allocation)?)
    };
    let rows: Result<Vec<ShardRows>, StageError> =
        shards.into_par_iter().zip(&selections).map(extract).collect();
    encode(&rows?)
}

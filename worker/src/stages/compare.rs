//! The pairs of a share of the blocks, weighed.

use super::StageError;
use crate::engine::link::{Share, compare_within};
use crate::opened::{OpenedOrder, encode};

/// The partial: a `Compared`.
///
/// # Errors
/// When a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let linkage = opened.linkage(lists)?;
    let scope = linkage.scope(Share::new(task, opened.plan.shares), lists.asked.compare);
    encode(&compare_within(&linkage.prepared, &linkage.model, &scope)?)
}

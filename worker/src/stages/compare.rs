//! The pairs of a share of the blocks, weighed.

use super::StageError;
use crate::engine::link::Share;
use crate::opened::{OpenedOrder, encode};

/// The partial: a `Compared`.
///
/// # Errors
/// When a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let linkage = opened.linkage(lists)?;
    let trained = linkage.trained(opened)?;
    let scope = linkage.scope(trained, Share::new(task, opened.plan.shares), lists.asked.compare);
    encode(&trained.comparison.within(&linkage.prepared, &scope))
}

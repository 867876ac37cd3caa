//! A share of the pairs that parameters are learned from, counted by how alike they are.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::Share;
use crate::opened::{OpenedOrder, encode};

/// The partial: an `Observed`, counts that name nobody.
///
/// # Errors
/// Refused if the lists cannot be told apart or compared; otherwise when a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let linkage = opened.linkage(opened.lists()?)?;
    let share = Share::new(task, opened.plan.task_count(Stage::Observe));
    encode(&linkage.looking().observe(&linkage.prepared, share))
}

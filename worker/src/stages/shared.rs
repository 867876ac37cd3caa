//! What the tasks of a stage share on a worker: made by one of them while the others wait.

use poimuri_shared::plan::Stage;

use super::{StageError, matching, resolve};
use crate::opened::OpenedOrder;

/// Makes what the tasks of a stage share on a worker, if it is not there.
///
/// # Errors
/// When a snapshot cannot be read.
pub fn make_shared(opened: &OpenedOrder, stage: Stage) -> Result<(), StageError> {
    if stage == Stage::Match {
        matching::make_shared(opened)
    } else if stage == Stage::Resolve {
        resolve::make_shared(opened)
    } else {
        Ok(())
    }
}

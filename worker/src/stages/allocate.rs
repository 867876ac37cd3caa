//! Group sizes into quotas and draws, once every shard is selected.

use super::StageError;
use crate::engine;
use crate::opened::{OpenedOrder, encode};

/// The partial: an `Allocation`.
///
/// # Errors
/// Refused if the sample would be too small or too large for what was asked or permitted.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let allocation = engine::allocate(opened.compiled()?, &opened.selections()?)?;
    super::guard::sample(opened, &allocation)?;
    encode(&allocation)
}

//! Counts of all shards into one answer: the last stage of a count.

use poimuri_shared::partial::total;

use super::StageError;
use super::receipt::{self, Brought};
use crate::opened::{OpenedOrder, encode};

/// The partial: the account. The receipt is written beside it, before it.
///
/// # Errors
/// When partials cannot be read or do not add up.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let account = total(&opened.selections()?)?;
    let brought = Brought {
        release_snapshot: opened.accepted.snapshot.clone(),
        dropped: 0,
        delivered: 0,
        digest: String::new(),
        parts: 0,
    };
    let receipt = receipt::of(opened, &account, None, brought)?;
    opened.environment().orders.put_receipt(&receipt)?;
    encode(&account)
}

//! All records of a de-duplication into blocking rules and parameters.

use poimuri_shared::codec::CodecError;

use super::StageError;
use crate::engine::link;
use crate::opened::{OpenedOrder, encode};

/// The partial: the model as TOML, which holds every number to the last bit.
///
/// # Errors
/// Refused if the lists cannot be told apart or compared; otherwise when a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let records = opened.records(lists)?;
    let settings = records.settings(&lists.columns, &lists.asked);
    let prepared = link::prepare(&records.table, &settings)?;
    let model = link::train(&prepared, &settings)?;
    let text = toml::to_string(&model).map_err(|error| CodecError::Damaged(Box::new(error)))?;
    encode(&text)
}

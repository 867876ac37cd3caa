//! What was seen of the pairs into blocking rules and parameters.

use poimuri_shared::codec::CodecError;
use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::{self, Observed};
use crate::opened::{OpenedOrder, encode};

/// The partial: the model as TOML, which holds every number to the last bit.
///
/// # Errors
/// Refused if the lists cannot be told apart or compared; otherwise when a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let linkage = opened.linkage(opened.lists()?)?;
    let (prepared, settings) = (&linkage.prepared, &linkage.settings);
    let observed = Observed::joined(opened.partials(Stage::Observe)?);
    let model = link::train_on(prepared, settings, linkage.looking(), &observed)?;
    let text = toml::to_string(&model).map_err(|error| CodecError::Damaged(Box::new(error)))?;
    encode(&text)
}

//! What was seen of the pairs into blocking rules and parameters, or those of an earlier order.

use poimuri_shared::codec::CodecError;
use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::{self, Comparison, Model, Observed};
use crate::opened::{OpenedOrder, encode};

/// The partial: the model as TOML, which holds every number to the last bit. What is taken over of an earlier order is
/// committed before it.
///
/// # Errors
/// Refused if the lists cannot be told apart or compared, or not by the model of the earlier order, or another version
/// of the program left it; otherwise when a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let lists = opened.lists()?;
    let linkage = opened.linkage(lists)?;
    let (prepared, settings) = (&linkage.prepared, &linkage.settings);
    let damaged = |error: Box<dyn std::error::Error + Send + Sync>| CodecError::Damaged(error);
    if let Some(text) = opened.earlier_model()? {
        let model: Model = toml::from_str(&text).map_err(|error| damaged(Box::new(error)))?;
        Comparison::new(prepared, &model)?;
        opened.take_over(lists, &model)?;
        return encode(&text);
    }
    let observed = Observed::joined(opened.partials(Stage::Observe)?);
    let judged = opened.reviewed(lists)?.unwrap_or_default().judged;
    let model = link::train_on(prepared, settings, linkage.looking(), &observed, &judged)?;
    let text = toml::to_string(&model).map_err(|error| damaged(Box::new(error)))?;
    encode(&text)
}

//! The pairs of all shares into clusters, and who of each stays.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::{self, Compared};
use crate::engine::lists;
use crate::opened::{OpenedOrder, encode};

/// The partial: a `Clustered`.
///
/// # Errors
/// When a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let work = opened.lists()?;
    let linkage = opened.linkage(work)?;
    let compared = Compared::joined(opened.partials::<Compared>(Stage::Compare)?);
    let settings = link::Settings { threshold: work.asked.threshold, ..link::Settings::default() };
    let linked = link::link(&linkage.prepared, &linkage.model, &compared, &settings)?;
    let mut clustered = lists::cluster(&linkage.records, linked, &work.asked, &work.lists, &work.seed);
    clustered.account.columns = linkage.model.fields.iter().map(|field| field.name.clone()).collect();
    encode(&clustered)
}

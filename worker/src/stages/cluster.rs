//! The pairs of all shares into clusters, and who of each stays.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::link::{self, Compared, Given};
use crate::engine::lists;
use crate::opened::{OpenedOrder, encode};

/// The partial: a `Clustered`.
///
/// # Errors
/// When a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let work = opened.lists()?;
    let (linkage, records) = (opened.linkage(work)?, opened.records(work)?);
    let model = &linkage.trained(opened)?.model;
    let compared = Compared::joined(opened.partials::<Compared>(Stage::Compare)?);
    let judged = lists::judged(&records, work.asked.compare);
    let known = Given { judged, threshold_weight: None };
    let linked = link::link_given(&linkage.prepared, model, &compared, &linkage.settings, &known)?;
    let mut clustered = lists::cluster(&records, linked, &work.asked, &work.lists, &work.seed);
    clustered.account.columns = model.fields.iter().map(|field| field.name.clone()).collect();
    opened.end_linkage();
    encode(&clustered)
}

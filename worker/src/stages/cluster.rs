//! The pairs of all shares into clusters, and who of each stays.

use poimuri_shared::order::deduplication::Output;
use poimuri_shared::plan::Stage;
use poimuri_shared::receipt::JudgementsAccount;

use super::StageError;
use crate::engine::link::{self, Compared, Given};
use crate::engine::lists::{self, Reviewed};
use crate::opened::{OpenedOrder, encode};

/// The partial: a `Clustered`.
///
/// # Errors
/// When a partial cannot be read.
pub fn run(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let work = opened.lists()?;
    let (linkage, records) = (opened.linkage(work)?, opened.records(work)?);
    let model = &linkage.trained(opened)?.model;
    let taken_over = opened.taken_over()?;
    let before = taken_over.as_ref().map(|of| Compared::of_earlier(&linkage.prepared, &of.pairs));
    let compared = opened.partials::<Compared>(Stage::Compare)?;
    let compared = Compared::joined(compared.into_iter().chain(before));
    let mut judged = lists::judged(&records, work.asked.compare);
    let reviewed = opened.reviewed(work)?;
    judged.extend(reviewed.iter().map(|reviewed| &reviewed.judged));
    let known = Given {
        judged,
        threshold_weight: taken_over.as_ref().map(|of| of.threshold_weight),
        partners: taken_over.as_ref().and_then(|of| of.partners),
    };
    let linked = link::link_given(&linkage.prepared, model, &compared, &linkage.settings, &known)?;
    let mut clustered = lists::cluster(&records, linked, &work.asked, &work.lists, &work.seed);
    clustered.account.columns = model.fields.iter().map(|field| field.name.clone()).collect();
    clustered.account.extended = taken_over.map(|of| of.account);
    clustered.account.judgements = reviewed.map(|Reviewed { judged, set_aside }| JudgementsAccount {
        same: judged.same.len() as u64,
        different: judged.different.len() as u64,
        set_aside,
        taught: judged.can_teach() && opened.accepted.earlier().is_none(),
    });
    if let Some(earlier) = opened.earlier_clusters()? {
        clustered.names = earlier.names(&records.named, &clustered.clusters);
    }
    if work.asked.output != Output::Pairs {
        opened.end_linkage();
    }
    encode(&clustered)
}

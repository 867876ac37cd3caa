//! Rows into an encrypted delivery, with manifest and receipt.
//!
//! Runs once per order and reads one extracted partial at a time, so that its memory does not grow with
//! the delivery. Tried again it finds what it wrote before, or writes the same rows anew.

use poimuri_shared::ids::SnapshotId;
use poimuri_shared::order::Format;
use poimuri_shared::order::delivered::columns;
use poimuri_shared::partial::{Allocation, ShardRows, total};
use poimuri_shared::plan::Stage;
use poimuri_shared::snapshot::{Snapshot, catalog};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::receipt::{self, Brought};
use super::{StageError, Steps, guard};
use crate::consume::TaskContext;
use crate::deliver::{DeliveryWriter, Limits, Meta, fields};
use crate::opened::{OpenedOrder, encode};
use crate::release;

/// The partial: what was delivered, without the times that differ between attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Rows.
    pub rows: u64,
    /// Rows dropped at release.
    pub dropped: u64,
    /// SHA-256 of the rows as CSV without header.
    pub digest: String,
}

/// The partial: a [`Delivered`]. Delivery and receipt are written before it.
///
/// # Errors
/// Refused if permit or recipient do not hold any more; otherwise when store or snapshot fail.
pub fn run(opened: &OpenedOrder, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    if let Ok(update) = opened.update() {
        return super::deliver_update::run(opened, update, context);
    }
    if let Ok(lists) = opened.lists() {
        return super::deliver_lists::run(opened, lists, context);
    }
    let allocation: Allocation = opened.partial(Stage::Allocate, 0)?;
    let account = total(&opened.selections()?)?;
    let drawn = allocation.groups.iter().map(|group| group.allocated).sum();
    let recipient_key = guard::permitted(opened, drawn)?;
    let release = Release::decide(opened)?;
    let mut writer = writer(opened, &recipient_key)?;
    let mut dropped = 0;
    let steps = Steps::new(opened.plan.task_count(Stage::Extract).try_into().unwrap_or(1), context);
    for task in 0..opened.plan.task_count(Stage::Extract) {
        steps.next()?;
        for rows in opened.partial::<Vec<ShardRows>>(Stage::Extract, task)? {
            dropped += release.push(&rows, &mut writer)?;
        }
    }
    let summary = writer.finish(meta(opened)?)?;
    let brought = Brought {
        release_snapshot: release.id,
        dropped,
        delivered: summary.rows,
        digest: summary.digest.clone(),
        parts: u32::try_from(summary.files.len()).unwrap_or(u32::MAX),
    };
    let receipt = receipt::of(opened, &account, Some(&allocation), brought)?;
    opened.environment().orders.put_receipt(&receipt)?;
    encode(&Delivered { rows: summary.rows, dropped, digest: summary.digest })
}

fn writer<'a>(opened: &'a OpenedOrder, recipient_key: &str) -> Result<DeliveryWriter<'a>, StageError> {
    let columns = columns(opened.accepted.order.fields());
    let format = opened.accepted.order.delivery.as_ref().map_or(Format::Csv, |delivery| delivery.format);
    let order = &opened.accepted.id;
    Ok(DeliveryWriter::new(
        opened.store(),
        order,
        format,
        fields(&columns),
        recipient_key,
        Limits::default(),
    )?)
}

pub(super) fn meta(opened: &OpenedOrder) -> Result<Meta, StageError> {
    let order = &opened.accepted.order;
    let permit = order.permit.clone().ok_or(StageError::UnknownOrder)?;
    let recipient = order.delivery.as_ref().map(|delivery| delivery.recipient.clone());
    Ok(Meta {
        snapshot: opened.accepted.snapshot.clone(),
        permit,
        recipient: recipient.ok_or(StageError::UnknownOrder)?,
        created: opened.environment().clock.now(),
    })
}

/// The last look at deaths and prohibitions.
pub(super) struct Release {
    pub(super) id: SnapshotId,
    /// The snapshot to look at, if it is not the order's own.
    newest: Option<Arc<Snapshot>>,
    reference_day: i32,
}

impl Release {
    pub(super) fn decide(opened: &OpenedOrder) -> Result<Self, StageError> {
        let environment = opened.environment();
        let newest = catalog::latest(&environment.snapshots)?;
        let newest = newest.as_ref().map(|manifest| (&manifest.id, manifest.as_of));
        let own = opened.snapshot.manifest();
        let chosen = release::choose((&own.id, own.as_of), newest);
        let id = environment.orders.fix_release(&opened.accepted.id, chosen)?;
        let newest = if id == own.id { None } else { Some(opened.other_snapshot(&id)?) };
        let reference_day = crate::engine::day_of(opened.accepted.reference_date);
        Ok(Self { id, newest, reference_day })
    }

    /// Which persons of an update may no longer be told of; `ids` of 0 are nobody.
    pub(super) fn barred(&self, ids: &[u64], is_exempt: bool) -> Result<Vec<bool>, StageError> {
        match &self.newest {
            None => Ok(vec![false; ids.len()]),
            Some(newest) => Ok(release::barred(newest, ids, self.reference_day, is_exempt)?),
        }
    }

    /// Hands on the rows that may still leave; how many may not.
    fn push(&self, rows: &ShardRows, writer: &mut DeliveryWriter<'_>) -> Result<u64, StageError> {
        let Some(newest) = &self.newest else {
            writer.push_rows(&rows.csv)?;
            return Ok(0);
        };
        let verdicts = release::dropped(newest, &rows.ids, self.reference_day)?;
        let (mut kept, mut at, mut dropped) = (Vec::with_capacity(rows.csv.len()), 0, 0);
        for (length, is_dropped) in rows.lengths.iter().zip(verdicts) {
            let end = at + usize::try_from(*length).unwrap_or(0);
            if is_dropped {
                dropped += 1;
            } else {
                kept.extend_from_slice(rows.csv.get(at..end).unwrap_or_default());
            }
            at = end;
        }
        writer.push_rows(&kept)?;
        Ok(dropped)
    }
}

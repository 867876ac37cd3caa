//! Persons of a range of shards who may nearly be meant by rows nobody was found for: counts for the match report.

use poimuri_shared::plan::Stage;
use poimuri_shared::receipt::UpdateAccount;

use super::deliver::Release;
use super::{StageError, Steps};
use crate::consume::TaskContext;
use crate::engine::update::{Approximations, Batch, Resolved};
use crate::opened::{OpenedOrder, encode};
use crate::reading::{self, Texts, all_tables};

/// The partial: [`Approximations`] of all parts of the register. A batch of their rows is in memory at a time.
///
/// # Errors
/// When the snapshot or a partial cannot be read, or on request.
pub fn run(opened: &OpenedOrder, task: u32, context: &TaskContext) -> Result<Vec<u8>, StageError> {
    let parts = opened.plan.parts;
    let steps = Steps::new(parts.try_into().unwrap_or(1), context);
    let (mut batch, mut found) = (Batch::default(), Vec::new());
    opened.each_partial(Stage::Resolve, |part, resolved: Resolved| {
        steps.next()?;
        batch.add(part, resolved.unmatched);
        if batch.is_full() || part + 1 == parts && !batch.is_empty() {
            found.push(approximate(opened, task, &std::mem::take(&mut batch))?);
        }
        Ok(())
    })?;
    encode(&Approximations::merge(found))
}

fn approximate(opened: &OpenedOrder, task: u32, batch: &Batch) -> Result<Approximations, StageError> {
    let updating = &opened.update()?.updating;
    let shards = reading::opened(&opened.snapshot, super::shards_of(opened, task)?)?;
    let tables = all_tables(&shards, updating.needs())?;
    Ok(batch.approximate(updating, &tables, &Texts(&opened.snapshot))?)
}

/// Writes into the account how many rows may nearly mean somebody who may still be told of, and how many persons those are.
///
/// # Errors
/// When a partial or the snapshot of the last look cannot be read.
pub(super) fn account(
    opened: &OpenedOrder,
    (release, is_exempt): (&Release, bool),
    account: &mut UpdateAccount,
) -> Result<(), StageError> {
    if opened.plan.index_of(Stage::Approximate).is_none() {
        return Ok(());
    }
    let all = Approximations::merge(opened.partials::<Approximations>(Stage::Approximate)?);
    for (key, mut ids) in [("M5", all.by_postal_code()), ("M6", all.by_likeness())] {
        let mut barred = release.barred(&ids, is_exempt)?.into_iter();
        ids.retain(|_| barred.next() == Some(false));
        account.approximate.insert(key.to_owned(), ids.len() as u64);
        ids.sort_unstable();
        ids.dedup();
        account.approximate_persons.insert(key.to_owned(), ids.len() as u64);
    }
    Ok(())
}

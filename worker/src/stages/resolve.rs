//! The rows of a part of the customer's register, each decided and rendered.

use std::sync::Arc;

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::update::{Candidates, Everybody, Matched, OwnRows, Part, Resolved, Resolving, Unmatched};
use crate::opened::{OpenedOrder, encode};
use crate::reading::{self, all_tables};

/// Everybody in brief, if the tasks of the stage ask for it.
///
/// # Errors
/// When the snapshot cannot be read.
pub(super) fn make_shared(opened: &OpenedOrder) -> Result<(), StageError> {
    briefs(opened).map(drop)
}

fn briefs(opened: &OpenedOrder) -> Result<Option<Arc<Everybody>>, StageError> {
    let update = opened.update()?;
    let is_asked = update.follows.is_none() && update.is_large();
    is_asked.then(|| opened.briefs()).transpose()
}

/// The partial: a `Resolved`, or of members of a subscription a `Followed`.
///
/// # Errors
/// When the register, the snapshot or a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let update = opened.update()?;
    if let Some(follows) = &update.follows {
        return super::follow::run(opened, update, follows, task);
    }
    let updating = &update.updating;
    let part: Part = opened.partial(Stage::Prepare, task)?;
    let positions = opened.snapshot.identity()?.resolve(&part.codes(updating));
    let shards = reading::opened(&opened.snapshot, 0..opened.snapshot.shard_count())?;
    let tables = all_tables(&shards, updating.needs())?;
    let candidates: Candidates = opened.partial(Stage::Match, task)?;
    let (mapping, columns) = (&update.mapping, opened.columns(&update.register, task)?);
    let is_passed = opened.accepted.order.update.as_ref().is_some_and(|it| it.pass_through);
    let own = OwnRows::new(mapping, if is_passed { columns.width() } else { 0 }, &columns);
    let briefs = briefs(opened)?;
    let (positions, briefs) = (positions.as_slice(), briefs.as_deref());
    let matched = Matched { part: &part, own, positions, candidates: &candidates, briefs };
    let resolving = Resolving::new(updating, matched, &tables)?;
    let decided = resolving.decide()?;
    let unmatched = match opened.plan.index_of(Stage::Approximate) {
        Some(_) => resolving.unmatched(&decided, mapping, &columns),
        None => Unmatched::default(),
    };
    let first_row = update.register.parts.get(task as usize).map_or(1, |part| part.first_row);
    encode(&Resolved { unmatched, ..resolving.render(&decided, first_row)? })
}

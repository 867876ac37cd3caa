//! The rows of a part of the customer's register, each decided and rendered.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::update::{Candidates, Matched, OwnRows, Part, Resolved, Resolving, Unmatched};
use crate::opened::{OpenedOrder, Update, encode};
use crate::reading::{self, all_tables};

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
    let matched = Matched { part: &part, positions: &positions, candidates: &candidates(opened, task)? };
    let resolving = Resolving::new(updating, matched, &tables)?;
    let decided = resolving.decide()?;
    let wanted = match opened.plan.index_of(Stage::Approximate) {
        Some(_) => resolving.unmatched(&decided),
        None => Vec::new(),
    };
    let (own, unmatched) = own(opened, update, (task, &part), &wanted)?;
    let first_row = update.register.parts.get(task as usize).map_or(1, |part| part.first_row);
    encode(&Resolved { unmatched, ..resolving.render(decided, &own, first_row)? })
}

/// The candidates of the part from all ranges of shards.
fn candidates(opened: &OpenedOrder, part: u32) -> Result<Candidates, StageError> {
    let mut pieces = Vec::new();
    opened.each_partial(Stage::Match, |task, mut of_range: Vec<Candidates>| {
        let index = part as usize;
        if index >= of_range.len() {
            return Err(StageError::MissingPartial { stage: Stage::Match.name(), task });
        }
        pieces.push(of_range.swap_remove(index));
        Ok(())
    })?;
    Ok(Candidates::merge(pieces))
}

/// The customer's own cells of each row of the part, and what is compared once more of those that are `wanted`.
fn own(
    opened: &OpenedOrder,
    update: &Update,
    (task, part): (u32, &Part),
    wanted: &[bool],
) -> Result<(OwnRows, Unmatched), StageError> {
    let is_passed = opened.accepted.order.update.as_ref().is_some_and(|it| it.pass_through);
    let passed = if is_passed { update.register.form.columns.len() } else { 0 };
    let mut own = OwnRows::new(&update.mapping, passed);
    let (mut unmatched, mut rows) = (Unmatched::default(), 0_u32..);
    opened.each_row(&update.register, task, |row| {
        own.push(row);
        let index = rows.next().unwrap_or(u32::MAX);
        if wanted.get(index as usize) == Some(&true) {
            unmatched.push(part, &update.mapping, (index, row))?;
        }
        Ok(())
    })?;
    Ok((own, unmatched))
}

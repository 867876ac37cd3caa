//! The persons that the rows of a part may stand for by date of birth and by address.

use std::sync::Arc;

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::update::{Births, Candidates, Homes, Part, match_part};
use crate::opened::{OpenedOrder, encode};
use crate::reading::{self, all_tables};

/// Everybody by day of birth and by home, as far as rows are matched by them.
type People = (Option<Arc<Births>>, Option<Arc<Homes>>);

fn people(opened: &OpenedOrder) -> Result<People, StageError> {
    let update = opened.update()?;
    let (has_births, has_addresses) = update.updating.matches(&update.mapping);
    let births = has_births.then(|| opened.births()).transpose()?;
    Ok((births, has_addresses.then(|| opened.homes()).transpose()?))
}

/// Everybody as the tasks of the stage look them up.
///
/// # Errors
/// When the snapshot cannot be read.
pub(super) fn make_shared(opened: &OpenedOrder) -> Result<(), StageError> {
    people(opened).map(drop)
}

/// The partial: [`Candidates`] of the part.
///
/// # Errors
/// When the snapshot or a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let updating = &opened.update()?.updating;
    let (births, homes) = people(opened)?;
    if births.is_none() && homes.is_none() {
        return encode(&Candidates::default());
    }
    let part: Part = opened.partial(Stage::Prepare, task)?;
    let shards = reading::opened(&opened.snapshot, 0..opened.snapshot.shard_count())?;
    let tables = all_tables(&shards, updating.needs())?;
    encode(&match_part(updating, &part, (births.as_deref(), homes.as_deref()), &tables)?)
}

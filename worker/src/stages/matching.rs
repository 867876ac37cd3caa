//! The persons that the rows of a part may stand for by date of birth and by address.

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::update::{Candidates, Part, match_part};
use crate::opened::{OpenedOrder, encode};
use crate::reading::{self, all_tables};

/// The partial: [`Candidates`] of the part.
///
/// # Errors
/// When the snapshot or a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let update = opened.update()?;
    let updating = &update.updating;
    let (has_births, has_addresses) = updating.matches(&update.mapping);
    if !has_births && !has_addresses {
        return encode(&Candidates::default());
    }
    let part: Part = opened.partial(Stage::Prepare, task)?;
    let births = has_births.then(|| opened.births()).transpose()?;
    let homes = has_addresses.then(|| opened.homes()).transpose()?;
    let shards = reading::opened(&opened.snapshot, 0..opened.snapshot.shard_count())?;
    let tables = all_tables(&shards, updating.needs())?;
    encode(&match_part(updating, &part, (births.as_deref(), homes.as_deref()), &tables)?)
}

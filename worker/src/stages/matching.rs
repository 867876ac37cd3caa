//! The persons that the rows of a part may stand for by date of birth and by address.

use std::sync::Arc;

use poimuri_shared::plan::Stage;

use super::StageError;
use crate::engine::update::{Bearers, Births, Candidates, Everybody, Homes, Part, People, match_part};
use crate::opened::{OpenedOrder, encode};
use crate::reading::{self, all_tables};

/// Everybody as the tasks of the stage look them up.
struct Lookups {
    births: Option<Arc<Births>>,
    homes: Option<(Arc<Homes>, Arc<Everybody>)>,
    bearers: Arc<Bearers>,
}

impl Lookups {
    /// None if rows are matched by neither date of birth nor address.
    fn of(opened: &OpenedOrder) -> Result<Option<Self>, StageError> {
        let update = opened.update()?;
        let (has_births, has_addresses) = update.updating.matches(&update.mapping);
        if !has_births && !has_addresses {
            return Ok(None);
        }
        let homes = || Ok::<_, StageError>((opened.homes()?, opened.briefs()?));
        Ok(Some(Self {
            births: has_births.then(|| opened.births()).transpose()?,
            homes: has_addresses.then(homes).transpose()?,
            bearers: opened.bearers()?,
        }))
    }

    fn people(&self) -> People<'_> {
        let homes = self.homes.as_ref().map(|(homes, briefs)| (&**homes, &**briefs));
        People { births: self.births.as_deref(), homes, bearers: &self.bearers }
    }
}

/// Everybody as the tasks of the stage look them up.
///
/// # Errors
/// When the snapshot cannot be read.
pub(super) fn make_shared(opened: &OpenedOrder) -> Result<(), StageError> {
    Lookups::of(opened).map(drop)
}

/// The partial: [`Candidates`] of the part.
///
/// # Errors
/// When the snapshot or a partial cannot be read.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    let updating = &opened.update()?.updating;
    let Some(lookups) = Lookups::of(opened)? else { return encode(&Candidates::default()) };
    let part: Part = opened.partial(Stage::Prepare, task)?;
    let shards = reading::opened(&opened.snapshot, 0..opened.snapshot.shard_count())?;
    let tables = all_tables(&shards, updating.needs())?;
    encode(&match_part(updating, &part, lookups.people(), &tables)?)
}

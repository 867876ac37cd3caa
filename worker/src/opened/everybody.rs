//! Everybody of a snapshot, kept by a worker in the forms that updates ask for.

use std::sync::Arc;

use super::OpenedOrder;
use crate::engine::Needs;
use crate::engine::update::{Births, Everybody};
use crate::reading::{self, Texts};
use crate::stages::StageError;

impl OpenedOrder {
    /// Everybody of the snapshot by day of birth, made by the first order that asks.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn births(&self) -> Result<Arc<Births>, StageError> {
        let snapshot = &self.snapshot;
        self.births.get_or_open(&snapshot.manifest().id, || {
            let shards = reading::opened(snapshot, 0..snapshot.shard_count())?;
            let tables = reading::all_tables(&shards, Needs::default())?;
            Ok(Births::new(&Texts(snapshot), &tables)?)
        })
    }

    /// Everybody of the snapshot in brief, made by the first large order.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn briefs(&self) -> Result<Arc<Everybody>, StageError> {
        let snapshot = &self.snapshot;
        self.briefs.get_or_open(&snapshot.manifest().id, || {
            let shards = reading::opened(snapshot, 0..snapshot.shard_count())?;
            let tables = reading::all_tables(&shards, Everybody::NEEDS)?;
            Ok(Everybody::new(&Texts(snapshot), &tables)?)
        })
    }
}

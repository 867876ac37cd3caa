//! Everybody of a snapshot, kept by a worker in the forms that updates ask for, each made by the first order that does.

use std::sync::Arc;

use poimuri_shared::ids::SnapshotId;
use poimuri_shared::snapshot::Snapshot;

use super::{Environment, OpenedOrder};
use crate::engine::update::{Bearers, Births, Everybody, Homes, RegisterKeys};
use crate::engine::{EngineError, Needs, Tables};
use crate::kept::Kept;
use crate::reading::{self, Texts};
use crate::stages::StageError;

/// Snapshots of which everybody is kept at the same time.
const PEOPLE_KEPT_MAX: usize = 2;

/// Everybody of the last few snapshots.
#[derive(Debug)]
pub(super) struct People {
    keys: Kept<SnapshotId, RegisterKeys>,
    bearers: Kept<SnapshotId, Bearers>,
    births: Kept<SnapshotId, Births>,
    homes: Kept<SnapshotId, Homes>,
    briefs: Kept<SnapshotId, Everybody>,
}

impl People {
    pub(super) const fn new() -> Self {
        Self {
            keys: Kept::new(PEOPLE_KEPT_MAX),
            bearers: Kept::new(PEOPLE_KEPT_MAX),
            births: Kept::new(PEOPLE_KEPT_MAX),
            homes: Kept::new(PEOPLE_KEPT_MAX),
            briefs: Kept::new(PEOPLE_KEPT_MAX),
        }
    }

    /// Names and codes of a snapshot as keys. All orders of a worker are under one secret of the store, and so are these.
    pub(super) fn keys(
        &self,
        environment: &Environment,
        snapshot: &Snapshot,
    ) -> Result<Arc<RegisterKeys>, StageError> {
        self.keys.get_or_open(&snapshot.manifest().id, || {
            Ok(RegisterKeys::new(&Texts(snapshot), &environment.masters.secret("rows of updates"))?)
        })
    }
}

impl OpenedOrder {
    /// Everybody as bearers of names.
    ///
    /// # Errors
    /// When the snapshot cannot be read, or if it is no update.
    pub fn bearers(&self) -> Result<Arc<Bearers>, StageError> {
        let keys = self.update()?.updating.register();
        self.everybody(&self.people.bearers, Bearers::NEEDS, |tables| Bearers::new(keys, tables))
    }

    /// Everybody by surname and day of birth.
    ///
    /// # Errors
    /// When the snapshot cannot be read, or if it is no update.
    pub fn births(&self) -> Result<Arc<Births>, StageError> {
        let keys = self.update()?.updating.register();
        self.everybody(&self.people.births, Needs::default(), |tables| Ok(Births::new(keys, tables)))
    }

    /// Everybody by surname and home.
    ///
    /// # Errors
    /// When the snapshot cannot be read, or if it is no update.
    pub fn homes(&self) -> Result<Arc<Homes>, StageError> {
        let keys = self.update()?.updating.register();
        self.everybody(&self.people.homes, Homes::NEEDS, |tables| Homes::new(keys, tables))
    }

    /// Everybody in brief.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn briefs(&self) -> Result<Arc<Everybody>, StageError> {
        let make = |tables: &[Tables<'_>]| Everybody::new(&Texts(&self.snapshot), tables);
        self.everybody(&self.people.briefs, Everybody::NEEDS, make)
    }

    fn everybody<T>(
        &self,
        kept: &Kept<SnapshotId, T>,
        needs: Needs,
        make: impl FnOnce(&[Tables<'_>]) -> Result<T, EngineError>,
    ) -> Result<Arc<T>, StageError> {
        let snapshot = &self.snapshot;
        kept.get_or_open(&snapshot.manifest().id, || {
            let shards = reading::opened(snapshot, 0..snapshot.shard_count())?;
            Ok(make(&reading::all_tables(&shards, needs)?)?)
        })
    }
}

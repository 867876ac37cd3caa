//! An order as a worker has it open: what was accepted, its snapshot, its compiled criteria, its key.
//!
//! Opened once and kept for the tasks that follow; a bounded number of orders at a time.

mod linkage;
mod work;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use poimuri_shared::clock::SharedClock;
use poimuri_shared::codec;
use poimuri_shared::ids::{OrderId, SnapshotId};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::partial::{ShardSelection, merge};
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::policy::Policy;
use poimuri_shared::price::Prices;
use poimuri_shared::snapshot::{Snapshot, Verify};
use poimuri_shared::store::commit::{Committed, TaskName, commit_partial, read_partial};
use poimuri_shared::store::key::OrderKey;
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use poimuri_shared::store::master::MasterKeys;
use poimuri_shared::store::{Objects, StoreError};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::linkage::Linkage;
use self::work::Work;
pub use self::work::{Follows, Lists, Update};
use crate::kept::Kept;
use crate::stages::StageError;
use crate::stages::prepare::Prepared;

/// Orders kept open at the same time.
const ORDERS_OPEN_MAX: usize = 16;
/// De-duplications whose records are kept in memory at the same time.
const LINKAGES_OPEN_MAX: usize = 2;
/// Snapshots kept mapped at the same time.
const SNAPSHOTS_OPEN_MAX: usize = 4;

/// What a worker is given at its start.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Orders and their objects.
    pub orders: Orders,
    /// What unwraps the keys of orders.
    pub masters: Arc<MasterKeys>,
    /// The folder of snapshots.
    pub snapshots: PathBuf,
    /// Time.
    pub clock: SharedClock,
    /// What may be delivered.
    pub policy: Policy,
    /// What it costs.
    pub prices: Prices,
}

/// Snapshots that are open.
type Snapshots = Kept<SnapshotId, Snapshot>;

/// Orders and snapshots that are open.
#[derive(Debug)]
pub struct Openings {
    environment: Environment,
    orders: Kept<OrderId, OpenedOrder>,
    snapshots: Arc<Snapshots>,
    linkages: Arc<Kept<OrderId, Linkage>>,
}

/// One open order.
#[derive(Debug)]
pub struct OpenedOrder {
    /// As it was accepted.
    pub accepted: AcceptedOrder,
    /// Its split into tasks.
    pub plan: Plan,
    /// The snapshot it is pinned to.
    pub snapshot: Arc<Snapshot>,
    work: Work,
    environment: Environment,
    snapshots: Arc<Snapshots>,
    linkages: Arc<Kept<OrderId, Linkage>>,
    key: OrderKey,
    register: OnceLock<Arc<Prepared>>,
}

impl Openings {
    /// Nothing open yet.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let (orders, snapshots) = (Kept::new(ORDERS_OPEN_MAX), Arc::new(Kept::new(SNAPSHOTS_OPEN_MAX)));
        Self { environment, orders, snapshots, linkages: Arc::new(Kept::new(LINKAGES_OPEN_MAX)) }
    }

    /// What the worker was given.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Opens an order, or finds it open.
    ///
    /// # Errors
    /// When store, key or snapshot cannot be read.
    pub fn open(&self, id: &OrderId) -> Result<Arc<OpenedOrder>, StageError> {
        self.orders.get_or_open(id, || self.open_new(id))
    }

    fn open_new(&self, id: &OrderId) -> Result<OpenedOrder, StageError> {
        let environment = &self.environment;
        let accepted = environment.orders.order(id)?.ok_or(StageError::UnknownOrder)?;
        let plan = environment.orders.plan(id)?.ok_or(StageError::UnknownOrder)?;
        let key = keys::load(&**environment.orders.store(), &environment.masters, KeyOwner::Order(id))?;
        let snapshots = Arc::clone(&self.snapshots);
        let snapshot = open_snapshot(&snapshots, environment, &accepted.snapshot)?;
        let work = Work::open(environment, &accepted, &snapshot, &snapshots)?;
        let (environment, register) = (environment.clone(), OnceLock::new());
        let linkages = Arc::clone(&self.linkages);
        Ok(OpenedOrder { accepted, plan, snapshot, work, environment, snapshots, linkages, key, register })
    }
}

/// Opens a snapshot, or finds it open. Files are checked when they are first mapped.
fn open_snapshot(
    snapshots: &Snapshots,
    environment: &Environment,
    id: &SnapshotId,
) -> Result<Arc<Snapshot>, StageError> {
    let folder = environment.snapshots.join(id.as_str());
    snapshots.get_or_open(id, || {
        if !folder.is_dir() {
            return Err(StageError::MissingSnapshot(id.clone()));
        }
        Ok(Snapshot::open_with(&folder, Verify::OnFirstMap)?)
    })
}

impl OpenedOrder {
    /// What the worker was given.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Another snapshot than the order's own.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn other_snapshot(&self, id: &SnapshotId) -> Result<Arc<Snapshot>, StageError> {
        open_snapshot(&self.snapshots, &self.environment, id)
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &dyn Objects {
        &**self.environment.orders.store()
    }

    /// The order's key.
    #[must_use]
    pub const fn key(&self) -> &OrderKey {
        &self.key
    }

    /// The partial of a task of an earlier stage.
    ///
    /// # Errors
    /// [`StageError::MissingPartial`], or when it cannot be read.
    pub fn partial<T: DeserializeOwned>(&self, stage: Stage, task: u32) -> Result<T, StageError> {
        match read_partial(self.store(), &self.key, &self.name_of(stage, task)) {
            Ok(bytes) => Ok(codec::decode(&bytes)?),
            Err(StoreError::Missing { .. }) => Err(StageError::MissingPartial { stage: stage.name(), task }),
            Err(error) => Err(error.into()),
        }
    }

    /// The partials of all tasks of an earlier stage, in the order of the tasks.
    ///
    /// # Errors
    /// As [`Self::partial`].
    pub fn partials<T: DeserializeOwned + Send>(&self, stage: Stage) -> Result<Vec<T>, StageError> {
        (0..self.plan.task_count(stage)).into_par_iter().map(|task| self.partial(stage, task)).collect()
    }

    /// Takes the partials of all tasks of an earlier stage one after another, with the task of each. Two are in memory
    /// at a time: the next is read meanwhile.
    ///
    /// # Errors
    /// As [`Self::partial`], or what `take` fails with.
    pub fn each_partial<T: DeserializeOwned + Send>(
        &self,
        stage: Stage,
        mut take: impl FnMut(u32, T) -> Result<(), StageError> + Send,
    ) -> Result<(), StageError> {
        let read = |task| (task < self.plan.task_count(stage)).then(|| self.partial(stage, task)).transpose();
        let (mut task, mut next) = (0, read(0)?);
        while let Some(partial) = next {
            let (taken, following) = rayon::join(|| take(task, partial), || read(task + 1));
            taken?;
            next = following?;
            task += 1;
        }
        Ok(())
    }

    /// The selections of every shard, each once.
    ///
    /// # Errors
    /// As [`Self::partial`], or when they are not those of the snapshot.
    pub fn selections(&self) -> Result<Vec<ShardSelection>, StageError> {
        let partials: Vec<Vec<ShardSelection>> = self.partials(Stage::Select)?;
        Ok(merge(self.snapshot.shard_count(), partials.into_iter().flatten())?)
    }

    /// Commits a task's partial. A second one must be equal; a different one is reported and left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn commit(&self, stage: Stage, task: u32, partial: &[u8]) -> Result<(), StageError> {
        match commit_partial(self.store(), &self.key, &self.name_of(stage, task), "a", partial)? {
            Committed::First | Committed::SameAsBefore => Ok(()),
            Committed::Conflict(conflict) => {
                tracing::error!(order.id = %self.accepted.id, %conflict, "two attempts at a task differ");
                Ok(())
            }
        }
    }

    const fn name_of(&self, stage: Stage, task: u32) -> TaskName<'_> {
        TaskName { order: &self.accepted.id, stage: stage.name(), task }
    }

    /// The customer's own register as an extraction found it in the snapshot; none if it has none.
    ///
    /// # Errors
    /// As [`Self::partial`].
    pub fn register(&self) -> Result<Option<Arc<Prepared>>, StageError> {
        if self.plan.index_of(Stage::Prepare).is_none() || self.compiled().is_err() {
            return Ok(None);
        }
        if let Some(prepared) = self.register.get() {
            return Ok(Some(Arc::clone(prepared)));
        }
        let prepared: Arc<Prepared> = Arc::new(self.partial(Stage::Prepare, 0)?);
        Ok(Some(Arc::clone(self.register.get_or_init(|| prepared))))
    }
}

/// A plain encoding of a partial.
///
/// # Errors
/// If it cannot be encoded.
pub fn encode<T: Serialize>(partial: &T) -> Result<Vec<u8>, StageError> {
    Ok(codec::encode(partial)?)
}

//! An order as a worker has it open: what was accepted, its snapshot, its compiled criteria, its key.
//!
//! Opened once and kept for the tasks that follow; a bounded number of orders at a time.

mod earlier;
mod everybody;
mod explaining;
mod linkage;
mod lists;
mod partials;
mod reviewed;
mod sections;
mod work;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use poimuri_shared::clock::SharedClock;
use poimuri_shared::ids::{OrderId, SnapshotId};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::plan::{Plan, Stage};
use poimuri_shared::policy::Policy;
use poimuri_shared::price::Prices;
use poimuri_shared::snapshot::{Snapshot, Verify};
use poimuri_shared::store::Objects;
use poimuri_shared::store::key::OrderKey;
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use poimuri_shared::store::master::MasterKeys;

pub use self::earlier::left_for_later;
use self::everybody::People;
pub use self::explaining::{Explained, Explaining};
pub use self::linkage::Linkage;
pub use self::lists::Lists;
pub use self::partials::encode;
pub use self::sections::Section;
use self::work::Work;
pub use self::work::{Follows, Update};
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
    people: Arc<People>,
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
    people: Arc<People>,
    key: OrderKey,
    register: OnceLock<Arc<Prepared>>,
}

impl Openings {
    /// Nothing open yet.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            orders: Kept::new(ORDERS_OPEN_MAX),
            snapshots: Arc::new(Kept::new(SNAPSHOTS_OPEN_MAX)),
            linkages: Arc::new(Kept::new(LINKAGES_OPEN_MAX)),
            people: Arc::new(People::new()),
        }
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
        let work = Work::open(environment, &accepted, (&snapshot, &snapshots), &self.people)?;
        let (environment, register) = (environment.clone(), OnceLock::new());
        let (linkages, people) = (Arc::clone(&self.linkages), Arc::clone(&self.people));
        Ok(OpenedOrder {
            accepted,
            plan,
            snapshot,
            work,
            environment,
            snapshots,
            linkages,
            people,
            key,
            register,
        })
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

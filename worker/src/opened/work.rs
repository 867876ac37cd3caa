//! What an order is about, ready for the engine: criteria of an extraction, or a customer's registers.

use std::sync::Arc;

use poimuri_shared::customer_register::{Columns, Mapping, Row};
use poimuri_shared::ids::SnapshotId;
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::registers::{self, StoredRegister};
use poimuri_shared::registry;
use poimuri_shared::snapshot::Snapshot;
use poimuri_shared::subscriptions::{Continuous, Members};

use super::{Environment, Lists, OpenedOrder, People, Snapshots, open_snapshot};
use crate::engine::Compiled;
use crate::engine::update::{RegisterKeys, UpdateSpec, Updating};
use crate::reading::Texts;
use crate::stages::StageError;

/// Rows of a large update: everybody in brief is made in the time that some 300 000 rows take without.
const LARGE_ROWS: u64 = 300_000;

/// What an order is about, ready for the engine.
#[derive(Debug)]
pub(super) enum Work {
    /// Criteria and groups.
    Extraction(Box<Compiled>),
    /// A customer's register to be brought up to date.
    Update(Box<Update>),
    /// A customer's lists to be de-duplicated.
    Lists(Box<Lists>),
}

/// An update, ready for the engine.
#[derive(Debug)]
pub struct Update {
    /// What is compared and told.
    pub updating: Updating,
    /// The customer's register.
    pub register: StoredRegister,
    /// What its columns mean.
    pub mapping: Mapping,
    /// How its rows are followed, if they are members of a subscription.
    pub follows: Option<Follows>,
}

/// How members of a subscription are followed.
#[derive(Debug)]
pub struct Follows {
    /// The snapshot the customer was brought up to, and what is told of it; none if it is not there any more.
    pub before: Option<(Arc<Snapshot>, Updating)>,
    /// Whether every member is told of.
    pub tells_all: bool,
    /// The column that holds the key a member was found by.
    pub found_by: usize,
}

impl Work {
    /// Compiles what an accepted order asks for.
    pub(super) fn open(
        environment: &Environment,
        accepted: &AcceptedOrder,
        (snapshot, snapshots): (&Snapshot, &Snapshots),
        people: &People,
    ) -> Result<Self, StageError> {
        let seed = accepted.seed_bytes().ok_or(StageError::UnknownOrder)?;
        let order = &accepted.order;
        match (&order.update, &order.deduplication) {
            (Some(asked), _) => Self::update(environment, accepted, (snapshot, snapshots), people, asked),
            (None, Some(asked)) => {
                Ok(Self::Lists(Box::new(Lists::open(environment, accepted, asked, seed)?)))
            }
            (None, None) => {
                let age = environment.policy.minimum_age;
                let spec = order.spec(seed, accepted.reference_date, age).ok_or(StageError::UnknownOrder)?;
                Ok(Self::Extraction(Box::new(Compiled::new(&spec, &Texts(snapshot))?)))
            }
        }
    }

    fn update(
        environment: &Environment,
        accepted: &AcceptedOrder,
        (snapshot, snapshots): (&Snapshot, &Snapshots),
        people: &People,
        asked: &poimuri_shared::order::Update,
    ) -> Result<Self, StageError> {
        let keys = |of: &Snapshot| people.keys(environment, of);
        let order = &accepted.order;
        let store = &**environment.orders.store();
        let permit = order.permit.as_ref().map(|id| registry::permit(store, id)).transpose()?.flatten();
        let mut permit = permit.ok_or(StageError::UnknownOrder)?;
        let run = accepted.continuous.as_ref().and_then(Continuous::run);
        if run.is_some() {
            // Members were found by the keys of the permit; their codes are our own.
            permit.keys.clear();
        }
        let id = accepted.register.as_ref().ok_or(StageError::UnknownOrder)?;
        let register = registers::get(store, id)?;
        let columns = order.register.as_ref().map(|own| own.columns.clone()).unwrap_or_default();
        let spec = UpdateSpec {
            items: order.fields(),
            mode: asked.mode,
            permit: &permit,
            reference_date: accepted.reference_date,
        };
        let mapping = Mapping::of(&register.form.columns, &columns)?;
        let open = |id: &SnapshotId| open_snapshot(snapshots, environment, id);
        let follows = run.map(|run| Follows::open(run, &spec, &register, (open, keys))).transpose()?;
        let updating = Updating::new(&spec, &Texts(snapshot), keys(snapshot)?)?;
        Ok(Self::Update(Box::new(Update { updating, register, mapping, follows })))
    }
}

impl Update {
    /// Whether there are rows enough that it is worth having everybody in brief.
    pub fn is_large(&self) -> bool {
        self.register.parts.iter().map(|part| part.rows).sum::<u64>() >= LARGE_ROWS
    }
}

impl Follows {
    fn open(
        (from, tells_all): (Option<&SnapshotId>, bool),
        spec: &UpdateSpec<'_>,
        register: &StoredRegister,
        (open, keys): (
            impl Fn(&SnapshotId) -> Result<Arc<Snapshot>, StageError>,
            impl Fn(&Snapshot) -> Result<Arc<RegisterKeys>, StageError>,
        ),
    ) -> Result<Self, StageError> {
        let before = from.map(|id| -> Result<_, StageError> {
            let snapshot = open(id)?;
            // Prohibitions were judged on its own date.
            let spec = UpdateSpec { reference_date: snapshot.manifest().as_of, ..*spec };
            let updating = Updating::new(&spec, &Texts(&snapshot), keys(&snapshot)?)?;
            Ok((snapshot, updating))
        });
        let found_by = Members::found_by_column(&register.form.columns).ok_or(StageError::UnknownOrder)?;
        Ok(Self { before: before.transpose()?, tells_all, found_by })
    }
}

impl OpenedOrder {
    /// The criteria and groups of an extraction or a count.
    ///
    /// # Errors
    /// If it is an update.
    pub fn compiled(&self) -> Result<&Compiled, StageError> {
        match &self.work {
            Work::Extraction(compiled) => Ok(compiled),
            Work::Update(_) | Work::Lists(_) => Err(StageError::UnknownOrder),
        }
    }

    /// What an update is about.
    ///
    /// # Errors
    /// If it is no update.
    pub fn update(&self) -> Result<&Update, StageError> {
        match &self.work {
            Work::Update(update) => Ok(update),
            Work::Extraction(_) | Work::Lists(_) => Err(StageError::UnknownOrder),
        }
    }

    /// What a de-duplication is about.
    ///
    /// # Errors
    /// If it is none.
    pub fn lists(&self) -> Result<&Lists, StageError> {
        match &self.work {
            Work::Lists(lists) => Ok(lists),
            Work::Extraction(_) | Work::Update(_) => Err(StageError::UnknownOrder),
        }
    }

    /// The rows of a part of a register of the customer.
    ///
    /// # Errors
    /// When the register cannot be had or read.
    pub fn columns(&self, register: &StoredRegister, part: u32) -> Result<Columns, StageError> {
        let unplanned = StageError::Unplanned { stage: 0, task: part };
        let part = register.parts.get(part as usize).ok_or(unplanned)?;
        Ok(registers::columns(self.store(), &self.environment.masters, &register.id, part)?)
    }

    /// Hands out the rows of a part of a register of the customer, one by one.
    ///
    /// # Errors
    /// When the register cannot be had or read, or what `take` fails with.
    pub fn each_row(
        &self,
        register: &StoredRegister,
        part: u32,
        mut take: impl FnMut(&Row<'_>) -> Result<(), StageError>,
    ) -> Result<(), StageError> {
        self.columns(register, part)?.rows().try_for_each(|row| take(&row))
    }
}

//! What an order is about, ready for the engine: criteria of an extraction, or a customer's register to be updated.

use poimuri_shared::customer_register::{Mapping, Row, Table};
use poimuri_shared::order::Kind;
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::registers::{self, StoredRegister};
use poimuri_shared::registry;
use poimuri_shared::snapshot::Snapshot;

use super::{Environment, OpenedOrder};
use crate::engine::Compiled;
use crate::engine::update::{UpdateSpec, Updating};
use crate::reading::Texts;
use crate::stages::StageError;

/// What an order is about, ready for the engine.
#[derive(Debug)]
pub(super) enum Work {
    /// Criteria and groups.
    Extraction(Box<Compiled>),
    /// A customer's register to be brought up to date.
    Update(Box<Update>),
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
}

impl Work {
    /// Compiles what an accepted order asks for.
    pub(super) fn open(
        environment: &Environment,
        accepted: &AcceptedOrder,
        snapshot: &Snapshot,
    ) -> Result<Self, StageError> {
        let seed = accepted.seed_bytes().ok_or(StageError::UnknownOrder)?;
        let (order, texts) = (&accepted.order, Texts(snapshot));
        if order.kind != Kind::Update {
            let age = environment.policy.minimum_age;
            let spec = order.spec(seed, accepted.reference_date, age).ok_or(StageError::UnknownOrder)?;
            return Ok(Self::Extraction(Box::new(Compiled::new(&spec, &texts)?)));
        }
        let store = &**environment.orders.store();
        let asked = order.update.as_ref().ok_or(StageError::UnknownOrder)?;
        let permit = order.permit.as_ref().map(|id| registry::permit(store, id)).transpose()?.flatten();
        let id = accepted.register.as_ref().ok_or(StageError::UnknownOrder)?;
        let register = registers::get(store, id)?;
        let columns = order.register.as_ref().map(|own| own.columns.clone()).unwrap_or_default();
        let spec = UpdateSpec {
            items: order.fields(),
            mode: asked.mode,
            permit: &permit.ok_or(StageError::UnknownOrder)?,
            seed: &seed,
            reference_date: accepted.reference_date,
        };
        let mapping = Mapping::of(&register.form.columns, &columns)?;
        Ok(Self::Update(Box::new(Update { updating: Updating::new(&spec, &texts)?, register, mapping })))
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
            Work::Update(_) => Err(StageError::UnknownOrder),
        }
    }

    /// What an update is about.
    ///
    /// # Errors
    /// If it is no update.
    pub fn update(&self) -> Result<&Update, StageError> {
        match &self.work {
            Work::Update(update) => Ok(update),
            Work::Extraction(_) => Err(StageError::UnknownOrder),
        }
    }

    /// Hands out the rows of a part of the customer's register.
    ///
    /// # Errors
    /// When the register cannot be had or read, or what `take` fails with.
    pub fn each_row(
        &self,
        update: &Update,
        part: u32,
        take: impl FnMut(&Row<'_>) -> Result<(), StageError>,
    ) -> Result<(), StageError> {
        let register = &update.register;
        let unplanned = StageError::Unplanned { stage: 0, task: part };
        let part = register.parts.get(part as usize).ok_or(unplanned)?;
        let content = registers::open_part(self.store(), &self.environment.masters, &register.id, part)?;
        Table::piece(content, &register.form.as_stored(), part.line)?.each(take)
    }
}

//! What an order is about, ready for the engine: criteria of an extraction, or a customer's registers.

use poimuri_shared::customer_register::lists::{Column, layouts};
use poimuri_shared::customer_register::{Form, Mapping, Row, Table};
use poimuri_shared::order::deduplication::{Deduplication, List};
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
    /// A customer's lists to be de-duplicated.
    Lists(Box<Lists>),
}

/// A de-duplication, ready for the engine.
#[derive(Debug)]
pub struct Lists {
    /// What is asked for.
    pub asked: Deduplication,
    /// The lists as the order names them.
    pub lists: Vec<List>,
    /// The same in the store.
    pub registers: Vec<StoredRegister>,
    /// Their columns.
    pub columns: Vec<Column>,
    /// The order's seed.
    pub seed: [u8; 32],
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
        let order = &accepted.order;
        match (&order.update, &order.deduplication) {
            (Some(asked), _) => Self::update(environment, accepted, snapshot, asked),
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
        snapshot: &Snapshot,
        asked: &poimuri_shared::order::Update,
    ) -> Result<Self, StageError> {
        let seed = accepted.seed_bytes().ok_or(StageError::UnknownOrder)?;
        let (order, texts) = (&accepted.order, Texts(snapshot));
        let store = &**environment.orders.store();
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

impl Lists {
    fn open(
        environment: &Environment,
        accepted: &AcceptedOrder,
        asked: &Deduplication,
        seed: [u8; 32],
    ) -> Result<Self, StageError> {
        let (store, lists) = (&**environment.orders.store(), accepted.order.lists.clone());
        let registers: Result<Vec<StoredRegister>, _> =
            accepted.lists.iter().map(|id| registers::get(store, id)).collect();
        let registers = registers?;
        let forms: Vec<&Form> = registers.iter().map(|register| &register.form).collect();
        let columns =
            layouts(&lists, asked, &forms).map_err(|error| StageError::Refused(error.to_string()))?;
        Ok(Self { asked: asked.clone(), lists, registers, columns, seed })
    }

    /// The list of a task by parts, and the part's index in it.
    #[must_use]
    pub fn part(&self, task: u32) -> Option<(usize, usize)> {
        let mut left = task as usize;
        for (list, register) in self.registers.iter().enumerate() {
            if left < register.parts.len() {
                return Some((list, left));
            }
            left -= register.parts.len();
        }
        None
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

    /// Hands out the rows of a part of a register of the customer.
    ///
    /// # Errors
    /// When the register cannot be had or read, or what `take` fails with.
    pub fn each_row(
        &self,
        register: &StoredRegister,
        part: u32,
        take: impl FnMut(&Row<'_>) -> Result<(), StageError>,
    ) -> Result<(), StageError> {
        let unplanned = StageError::Unplanned { stage: 0, task: part };
        let part = register.parts.get(part as usize).ok_or(unplanned)?;
        let content = registers::open_part(self.store(), &self.environment.masters, &register.id, part)?;
        Table::piece(content, &register.form.as_stored(), part.line)?.each(take)
    }
}

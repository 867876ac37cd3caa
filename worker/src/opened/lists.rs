//! A customer's lists, ready for the engine.

use std::ops::Range;

use poimuri_shared::customer_register::Form;
use poimuri_shared::customer_register::lists::{Column, layouts};
use poimuri_shared::order::deduplication::{Deduplication, List};
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::registers::{self, StoredRegister};

use super::Environment;
use crate::stages::StageError;

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

impl Lists {
    pub(super) fn open(
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
        let columns = layouts(&lists, asked, &forms)
            .map_err(|error| StageError::Refused { code: "lists", reason: error.to_string() })?;
        Ok(Self { asked: asked.clone(), lists, registers, columns, seed })
    }

    /// The tasks by parts of a list.
    #[must_use]
    pub fn tasks(&self, list: usize) -> Range<u32> {
        let count =
            |registers: &[StoredRegister]| registers.iter().map(|register| register.parts.len()).sum();
        let at = |list: usize| {
            let parts: usize = self.registers.get(..list).map_or(0, count);
            u32::try_from(parts).unwrap_or(u32::MAX)
        };
        at(list)..at(list + 1)
    }

    /// The list of a task by parts, and the part's index in it.
    #[must_use]
    pub fn part(&self, task: u32) -> Option<(usize, u32)> {
        let list = (0..self.registers.len()).find(|list| self.tasks(*list).contains(&task))?;
        Some((list, task - self.tasks(list).start))
    }
}

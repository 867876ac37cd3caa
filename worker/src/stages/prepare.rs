//! Reads the customer's own register: for an extraction its persons, for an update the keys of its rows.

use poimuri_shared::customer_register;
use poimuri_shared::partial::RowSet;
use poimuri_shared::receipt::RegisterUsed;
use poimuri_shared::registers;
use serde::{Deserialize, Serialize};

use super::StageError;
use crate::opened::{OpenedOrder, encode};

/// A customer's register, found in the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What its rows were.
    pub used: RegisterUsed,
    /// Positions of the persons found.
    pub positions: RowSet,
}

/// The partial: a [`Prepared`], or in an update the keys of a part's rows.
///
/// # Errors
/// Refused if the register cannot be read as one; otherwise when store or snapshot fail.
pub fn run(opened: &OpenedOrder, task: u32) -> Result<Vec<u8>, StageError> {
    match opened.update() {
        Ok(update) => encode(&update.updating.part(&update.mapping, |take| {
            opened.each_row(update, task, |row| {
                take(row);
                Ok(())
            })
        })?),
        Err(_extraction) => prepared(opened),
    }
}

fn prepared(opened: &OpenedOrder) -> Result<Vec<u8>, StageError> {
    let environment = opened.environment();
    let id = opened.accepted.register.as_ref().ok_or(StageError::UnknownOrder)?;
    let content = registers::open(opened.store(), &environment.masters, id)?;
    let heading =
        opened.accepted.order.register.as_ref().and_then(|own| own.columns.identity_code.as_deref());
    let register = customer_register::read(content, heading)?;
    let found = opened.snapshot.identity()?.resolve(&register.codes);
    let known = found.iter().flatten().map(|position| u64::from(*position));
    let positions = RowSet::of(opened.snapshot.manifest().totals.population, known)?;
    let unknown = found.iter().filter(|position| position.is_none()).count();
    let used = RegisterUsed {
        rows: register.account.rows,
        duplicates: register.account.duplicates,
        invalid: register.account.invalid_counts(),
        unknown: u64::try_from(unknown).unwrap_or(u64::MAX),
    };
    encode(&Prepared { used, positions })
}

//! The customer's own register of an order: whose it is, and whether an update can use it.

use jiff::Timestamp;
use poimuri_shared::customer_register::Mapping;
use poimuri_shared::ids::RegisterId;
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::order::{Format, Kind, Order, RegisterSource, XLSX_ROWS_MAX};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::registers::{self, RegisterError, StoredRegister};

use crate::accept::refused;
use crate::service::ServiceError;

/// The uploaded register the order uses; it must be the customer's own.
pub(crate) fn check_register(
    orders: &Orders,
    order: &Order,
    uploaded: Option<&RegisterId>,
) -> Result<Option<StoredRegister>, ServiceError> {
    let Some(register) = &order.register else { return Ok(None) };
    let id = match (&register.source, uploaded) {
        (RegisterSource::Id(id), None) | (RegisterSource::File(_), Some(id)) => id,
        (RegisterSource::File(_), None) => {
            return Err(refused("register.file: upload the register first and give its id"));
        }
        (RegisterSource::Id(_), Some(_)) => {
            return Err(refused("register: the order names a register and another was uploaded with it"));
        }
    };
    Ok(Some(registers::find_own(&**orders.store(), id, &order.customer)?))
}

/// Ends an order whose register began to be erased while the order was written. An erasure looks for open orders after it
/// has begun, so that one of the two sees the other.
pub(crate) fn must_be_there(
    orders: &Orders,
    accepted: &AcceptedOrder,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let Some(id) = &accepted.register else { return Ok(()) };
    match registers::get(&**orders.store(), id) {
        Ok(_) => Ok(()),
        Err(
            error @ (RegisterError::Erased { .. } | RegisterError::Erasing(_) | RegisterError::Unknown(_)),
        ) => {
            let reason = error.to_string();
            orders.finish(
                &accepted.id,
                End { state: OrderState::Refused, reason: Some(reason.clone()), at: now },
            )?;
            orders.close(&accepted.id)?;
            Err(refused(&reason))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the columns an update names are there, persons can be found by them, and the result fits its format.
pub(crate) fn check_columns(order: &Order, stored: Option<&StoredRegister>) -> Result<(), ServiceError> {
    let (Kind::Update, Some(register), Some(stored)) = (order.kind, &order.register, stored) else {
        return Ok(());
    };
    let is_workbook = order.delivery.as_ref().is_some_and(|delivery| delivery.format == Format::Xlsx);
    if is_workbook && stored.quality.rows > XLSX_ROWS_MAX {
        let rows = stored.quality.rows;
        return Err(refused(&format!(
            "delivery.format: a sheet holds {XLSX_ROWS_MAX} rows below its headings and the register has {rows}; \
             choose csv or parquet, or split the register"
        )));
    }
    match Mapping::of(&stored.form.columns, &register.columns) {
        Ok(_) => Ok(()),
        Err(error) => Err(refused(&error.to_string())),
    }
}

#[cfg(test)]
mod tests;

//! The customer's own register of an order: whose it is, and whether an update can use it.

use poimuri_shared::customer_register::{Field, Mapping};
use poimuri_shared::ids::RegisterId;
use poimuri_shared::order::{Kind, Order, RegisterSource};
use poimuri_shared::orders::Orders;
use poimuri_shared::registers::{self, StoredRegister};

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

/// Whether the columns an update names are there and persons can be found by them.
pub(crate) fn check_columns(order: &Order, stored: Option<&StoredRegister>) -> Result<(), ServiceError> {
    let (Kind::Update, Some(register), Some(stored)) = (order.kind, &order.register, stored) else {
        return Ok(());
    };
    match Mapping::of(&stored.form.columns, &register.columns) {
        Ok(_) => Ok(()),
        Err(error) => Err(refused(&error.to_string())),
    }
}

/// Rows of later deliveries are known by the customer's own key alone.
pub(crate) fn must_have_key(order: &Order, stored: &StoredRegister) -> Result<(), ServiceError> {
    let columns = order.register.as_ref().map(|own| own.columns.clone()).unwrap_or_default();
    let mapping = Mapping::of(&stored.form.columns, &columns).map_err(|error| refused(&error.to_string()))?;
    match mapping.column(Field::Key) {
        Some(_) => Ok(()),
        None => Err(refused("register.columns.key: a subscription needs the customer's own key of each row")),
    }
}

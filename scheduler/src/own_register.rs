//! The customer's own registers of an order: whose they are, and whether the order can use them.

use jiff::Timestamp;
use poimuri_shared::customer_register::lists::{self, Column, ListsError};
use poimuri_shared::customer_register::reviews::ReviewColumns;
use poimuri_shared::customer_register::{Field, Form, Mapping};
use poimuri_shared::ids::{OrderId, RegisterId};
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::order::deduplication::RECORDS_MAX;
use poimuri_shared::order::{Format, Kind, Order, RegisterSource, XLSX_ROWS_MAX};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::plan::Road;
use poimuri_shared::registers::{self, RegisterError, StoredRegister};
use poimuri_shared::retention::{self, Kept};
use poimuri_shared::store::layout::KeyOwner;
use poimuri_shared::store::{Objects, keys};

use crate::accept::refused;
use crate::service::ServiceError;

/// The uploaded register the order uses; it must be the customer's own.
pub(crate) fn check_register(
    orders: &Orders,
    order: &Order,
    uploaded: &mut Uploaded<'_>,
) -> Result<Option<StoredRegister>, ServiceError> {
    let Some(register) = &order.register else { return Ok(None) };
    Ok(Some(find(orders, order, &register.source, uploaded)?))
}

/// Registers that were uploaded in place of files, while they are given to those who name the files.
pub(crate) type Uploaded<'a> = std::slice::Iter<'a, RegisterId>;

/// The register a source stands for; it must be the customer's own.
fn find(
    orders: &Orders,
    order: &Order,
    source: &RegisterSource,
    uploaded: &mut Uploaded<'_>,
) -> Result<StoredRegister, ServiceError> {
    let id = match source {
        RegisterSource::Id(id) => id,
        RegisterSource::File(_) => {
            uploaded.next().ok_or_else(|| refused("file: upload the register first and give its id"))?
        }
    };
    Ok(registers::find_own(&**orders.store(), id, &order.customer)?)
}

/// The lists of a de-duplication: the customer's own, with columns that can be compared, and not too long.
pub(crate) fn check_lists(
    orders: &Orders,
    order: &Order,
    uploaded: &mut Uploaded<'_>,
) -> Result<Vec<StoredRegister>, ServiceError> {
    let lists = order.lists.iter().map(|list| find(orders, order, &list.source, uploaded));
    let lists: Vec<StoredRegister> = lists.collect::<Result<_, _>>()?;
    layouts(order, &lists).map_err(|error| refused(&error.to_string()))?;
    if lists.iter().map(|list| list.quality.rows).fold(0, u64::saturating_add) > RECORDS_MAX {
        return Err(refused(&format!("list: more than {RECORDS_MAX} records in all")));
    }
    Ok(lists)
}

/// The judged pairs of a de-duplication: the customer's own, with the columns that tell them.
pub(crate) fn check_reviews(
    orders: &Orders,
    order: &Order,
    uploaded: &mut Uploaded<'_>,
) -> Result<Option<StoredRegister>, ServiceError> {
    let source = order.deduplication.as_ref().and_then(|asked| asked.reviews.as_ref());
    let Some(source) = source else { return Ok(None) };
    let reviews = find(orders, order, source, uploaded)?;
    ReviewColumns::of(&reviews.form.columns).map_err(|error| refused(&error.to_string()))?;
    Ok(Some(reviews))
}

/// The columns of the lists of a de-duplication.
fn layouts(order: &Order, lists: &[StoredRegister]) -> Result<Vec<Column>, ListsError> {
    let forms: Vec<&Form> = lists.iter().map(|list| &list.form).collect();
    let of = |asked| lists::layouts(&order.lists, asked, &forms);
    order.deduplication.as_ref().map_or_else(|| Ok(Vec::new()), of)
}

/// Columns that lists are compared by; none where they cannot be.
pub(crate) fn compared_columns(order: &Order, lists: &[StoredRegister]) -> u32 {
    let columns = layouts(order, lists).unwrap_or_default();
    u32::try_from(columns.iter().filter(|column| column.is_compared).count()).unwrap_or(u32::MAX)
}

/// Whether every uploaded register stands for a file.
pub(crate) fn check_uploads(mut uploaded: Uploaded<'_>) -> Result<(), ServiceError> {
    match uploaded.next() {
        None => Ok(()),
        Some(_) => Err(refused("register: more registers were uploaded than the order names files")),
    }
}

/// Ends an order whose register began to be erased while the order was written. An erasure looks for open orders after it
/// has begun, so that one of the two sees the other.
pub(crate) fn must_be_there(
    orders: &Orders,
    accepted: &AcceptedOrder,
    now: Timestamp,
) -> Result<(), ServiceError> {
    for id in accepted.registers() {
        match registers::get(&**orders.store(), id) {
            Ok(_) => {}
            Err(
                error
                @ (RegisterError::Erased { .. } | RegisterError::Erasing(_) | RegisterError::Unknown(_)),
            ) => return Err(end_refused(orders, accepted, now, &error.to_string())?),
            Err(error) => return Err(error.into()),
        }
    }
    let store = &**orders.store();
    match accepted.earlier() {
        Some(earlier) if is_going(store, earlier)? => {
            Err(end_refused(orders, accepted, now, &gone(earlier))?)
        }
        Some(_) | None => Ok(()),
    }
}

/// Ends an order that cannot be carried out; the refusal of it.
fn end_refused(
    orders: &Orders,
    accepted: &AcceptedOrder,
    now: Timestamp,
    reason: &str,
) -> Result<ServiceError, ServiceError> {
    let end = End { state: OrderState::Refused, reason: Some(reason.to_owned()), at: now };
    orders.finish(&accepted.id, end)?;
    orders.close(&accepted.id)?;
    Ok(refused(reason))
}

/// The earlier de-duplication that an order goes on from: the same customer's, delivered, and still there.
pub(crate) fn check_earlier(orders: &Orders, order: &Order) -> Result<bool, ServiceError> {
    let earlier = order.deduplication.as_ref().and_then(|asked| asked.earlier.as_ref());
    let Some(earlier) = earlier else { return Ok(false) };
    let found = orders.order(earlier)?.map(|accepted| accepted.order);
    let is_own = |found: &Order| found.customer == order.customer && found.kind == Kind::Deduplication;
    if !found.is_some_and(|found| is_own(&found)) {
        let reason = format!("deduplication.earlier: the customer has no de-duplication {earlier}");
        return Err(refused(&reason));
    }
    let is_delivered = orders.end(earlier)?.is_some_and(|end| end.state == OrderState::Delivered);
    if !is_delivered {
        return Err(refused(&format!("deduplication.earlier: {earlier} has not been delivered")));
    }
    if is_going(&**orders.store(), earlier)? { Err(refused(&gone(earlier))) } else { Ok(true) }
}

/// Whether what an order left is being erased, or was.
fn is_going(store: &dyn Objects, order: &OrderId) -> Result<bool, ServiceError> {
    let is_erasing = retention::is_being_erased(store, &Kept::Order(order.clone()))?;
    Ok(is_erasing || keys::count(store, KeyOwner::Order(order))? == 0)
}

fn gone(earlier: &OrderId) -> String {
    format!("deduplication.earlier: what {earlier} left was erased; leave it out")
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

/// Parts of all these registers.
pub(crate) fn parts<'r>(registers: impl IntoIterator<Item = &'r StoredRegister>) -> u32 {
    let parts = registers.into_iter().map(|register| register.parts.len()).sum::<usize>();
    u32::try_from(parts).unwrap_or(u32::MAX)
}

/// The road of an update of a register whose columns were checked.
pub(crate) fn road_of_update(order: &Order, stored: Option<&StoredRegister>) -> Road {
    let columns = order.register.as_ref().map(|own| own.columns.clone()).unwrap_or_default();
    let mapping = stored.map(|stored| Mapping::of_any(&stored.form.columns, &columns));
    let is_named = mapping.is_some_and(|mapping| mapping.is_ok_and(|mapping| mapping.is_named()));
    Road::Update { parts: parts(stored), is_named }
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

#[cfg(test)]
mod tests;

//! What objects are called: the one place that knows.
//!
//! ```text
//! orders/<order>/order                      what the customer asked, as accepted
//! orders/<order>/plan                       the split into tasks
//! orders/<order>/events/<number>            decisions taken on the way
//! orders/<order>/commits/<stage>-<task>     the one partial of a task, small ones within; sections of parts likewise
//! orders/<order>/data/<stage>-<task>.<attempt>   a large partial, sealed; counts once a commit names it
//! orders/<order>/end                        delivered, refused or cancelled: the first wins
//! orders/<order>/release                    the snapshot of the last look before rows leave
//! orders/<order>/receipt
//! orders/<order>/erasing-<kind>, erased-<kind>   an erasure under way, and its certificate; likewise registers/…
//! open/<order>                              a marker, so that open orders are listed without the past
//! idempotency/<keyed hash>                  the order or subscription a submission led to
//! deliveries/<order>/<part>.<attempt>.age   a part, encrypted to its recipient
//! deliveries/<order>/manifest               written last; names the parts that count
//! keys/orders/<order>.<master key>          the order's key, wrapped; likewise keys/registers/…
//! recipients/<name>  permits/<id>  registers/<id>/<object>  audit/<date>/<entry>
//! asked/<customer>/<date>/<number>          what a customer asked for on a day, as keyed hashes
//! retained/<kind>/<date>/<time>.<id>        a marker: personal data kept since then
//! subscriptions/<id>/subscription           what is updated continuously, as accepted
//! subscriptions/<id>/steps/<number>         what was begun or decided of it; the first writer of a number wins
//! subscriptions/<id>/acknowledged/<number>  the delivery of that step was received
//! subscribed/<id>                           a marker, so that living subscriptions are listed without the past
//! snapshots/<id>/                           a folder that the snapshot code uses directly
//! ```
//!
//! Parts of names are ids and numbers; never anything taken from a record.

mod kept;
mod subscription;
#[cfg(test)]
mod tests;

pub use self::kept::{
    all_retained, all_told, asked, asked_on, erased, erasing, id_of_retained, retained, told,
};
pub use self::subscription::{
    SUBSCRIBED, SUBSCRIPTIONS, acknowledged, all_acknowledged, subscribed, subscription, subscription_step,
};

use crate::ids::{OrderId, PermitId, RecipientId, RegisterId};

/// Folder of all orders, one folder each.
pub const ORDERS: &str = "orders";
/// Folder of the markers of open orders.
pub const OPEN: &str = "open";
/// Folder of recipients.
pub const RECIPIENTS: &str = "recipients";
/// Folder of permits.
pub const PERMITS: &str = "permits";
/// Folder of uploaded registers.
pub const REGISTERS: &str = "registers";
/// Folder of deliveries, one folder for each order.
pub const DELIVERIES: &str = "deliveries";
/// Folder of wrapped keys.
pub const KEYS: &str = "keys";
/// Folder of the audit log.
pub const AUDIT: &str = "audit";
/// Folder of snapshots, inside the folder of the store.
pub const SNAPSHOTS: &str = "snapshots";

/// The order as accepted.
#[must_use]
pub fn order(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/order")
}

/// The plan of an order.
#[must_use]
pub fn plan(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/plan")
}

/// A decision on an order; numbers count from 0 and the first writer of a number wins.
#[must_use]
pub fn event(id: &OrderId, number: u32) -> String {
    format!("{}{number:08}", events(id))
}

/// Beginning of the names of an order's decisions.
#[must_use]
pub fn events(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/events/")
}

/// How an order ended.
#[must_use]
pub fn end(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/end")
}

/// The snapshot an order's rows are checked against before they leave.
#[must_use]
pub fn release(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/release")
}

/// The receipt of an order.
#[must_use]
pub fn receipt(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/receipt")
}

/// The marker of an open order.
#[must_use]
pub fn open(id: &OrderId) -> String {
    format!("{OPEN}/{id}")
}

/// The commit of a task.
#[must_use]
pub fn commit(id: &OrderId, stage: &str, task: u32) -> String {
    format!("{}{task:06}", commits(id, stage))
}

/// Beginning of the names of a stage's commits.
#[must_use]
pub fn commits(id: &OrderId, stage: &str) -> String {
    format!("{ORDERS}/{id}/commits/{stage}-")
}

/// The task index in the name of a commit.
#[must_use]
pub fn task_of_commit(name: &str) -> Option<u32> {
    name.rsplit_once('-')?.1.parse().ok()
}

/// The data of one attempt at a task; `attempt` is a text no other attempt has.
#[must_use]
pub fn data(id: &OrderId, stage: &str, task: u32, attempt: &str) -> String {
    format!("{ORDERS}/{id}/data/{stage}-{task:06}.{attempt}")
}

/// Beginning of the names of all data of an order.
#[must_use]
pub fn all_data(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/data/")
}

/// Beginning of the names of all commits of an order.
#[must_use]
pub fn all_commits(id: &OrderId) -> String {
    format!("{ORDERS}/{id}/commits/")
}

/// The order or subscription that a submission with an idempotency key led to; `hash` is a keyed hash in hexadecimal digits.
#[must_use]
pub fn idempotency(hash: &str) -> String {
    format!("idempotency/{hash}")
}

/// A registered recipient.
#[must_use]
pub fn recipient(id: &RecipientId) -> String {
    format!("{RECIPIENTS}/{id}")
}

/// A permit.
#[must_use]
pub fn permit(id: &PermitId) -> String {
    format!("{PERMITS}/{id}")
}

/// An object of an uploaded register.
#[must_use]
pub fn register(id: &RegisterId, object: &str) -> String {
    format!("{REGISTERS}/{id}/{object}")
}

/// Beginning of the names of a register's content.
#[must_use]
pub fn register_data(id: &RegisterId) -> String {
    register(id, "data.")
}

/// A part of a delivery written by one attempt.
#[must_use]
pub fn delivery_part(id: &OrderId, file: &str, attempt: &str) -> String {
    format!("{}{file}.{attempt}.age", delivery(id))
}

/// The manifest of a delivery.
#[must_use]
pub fn delivery_manifest(id: &OrderId) -> String {
    format!("{}manifest", delivery(id))
}

/// Beginning of the names of a delivery.
#[must_use]
pub fn delivery(id: &OrderId) -> String {
    format!("{DELIVERIES}/{id}/")
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOwner<'a> {
    /// An order: its partials.
    Order(&'a OrderId),
    /// An uploaded register.
    Register(&'a RegisterId),
}

/// A key as wrapped by a master key.
#[must_use]
pub fn key(owner: KeyOwner<'_>, master_key: &str) -> String {
    format!("{}{master_key}", keys(owner))
}

/// Beginning of the names of all wrappings of a key; an owner whose id continues
/// another's shares it, so look at [`split_key`] too.
#[must_use]
pub fn keys(owner: KeyOwner<'_>) -> String {
    match owner {
        KeyOwner::Order(id) => format!("{KEYS}/orders/{id}."),
        KeyOwner::Register(id) => format!("{KEYS}/registers/{id}."),
    }
}

/// The beginning that [`keys`] gives for the owner of a wrapped key, and the id of the master key.
#[must_use]
pub fn split_key(name: &str) -> Option<(&str, &str)> {
    let at = name.rfind('.')? + 1;
    Some(name.split_at(at))
}

/// An entry of the audit log; `entry` sorts by time.
#[must_use]
pub fn audit(date: jiff::civil::Date, entry: &str) -> String {
    format!("{AUDIT}/{date}/{entry}")
}

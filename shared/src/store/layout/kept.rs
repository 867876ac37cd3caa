//! Names of what guards and retention go by: questions, markers, certificates.

use super::{ORDERS, REGISTERS};
use crate::ids::{CustomerId, OrderId};

/// What a customer asked for on a day; numbers count from 0 and the first writer of a number wins.
#[must_use]
pub fn asked(customer: &CustomerId, day: jiff::civil::Date, number: usize) -> String {
    format!("{}{number:05}", asked_on(customer, day))
}

/// Beginning of the names of what a customer asked for on a day.
#[must_use]
pub fn asked_on(customer: &CustomerId, day: jiff::civil::Date) -> String {
    format!("asked/{customer}/{day}/")
}

/// That an update of a customer, accepted on a day, tells of persons.
#[must_use]
pub fn told(customer: &CustomerId, day: jiff::civil::Date, order: &OrderId) -> String {
    format!("{}{day}/{order}", all_told(customer))
}

/// Beginning of the names of a customer's updates, by day.
#[must_use]
pub fn all_told(customer: &CustomerId) -> String {
    format!("updates/{customer}/")
}

/// The marker of personal data kept since a moment; names sort by time, to the second.
#[must_use]
pub fn retained(kind: &str, since: jiff::Timestamp, id: &str) -> String {
    format!("{}{}.{id}", all_retained(kind), since.strftime("%Y-%m-%d/%H%M%S"))
}

/// Beginning of the names of all markers of a kind.
#[must_use]
pub fn all_retained(kind: &str) -> String {
    format!("retained/{kind}/")
}

/// The id in the name of a marker.
#[must_use]
pub fn id_of_retained(name: &str) -> Option<&str> {
    Some(name.splitn(4, '/').nth(3)?.split_once('.')?.1)
}

/// What is being erased of an order or register.
#[must_use]
pub fn erasing(kind: &str, id: &str) -> String {
    format!("{}/{id}/erasing-{kind}", holder(kind))
}

/// The certificate of an erasure.
#[must_use]
pub fn erased(kind: &str, id: &str) -> String {
    format!("{}/{id}/erased-{kind}", holder(kind))
}

/// The folder that certificates of a kind lie in, one folder below for each id.
fn holder(kind: &str) -> &'static str {
    if kind == "register" { REGISTERS } else { ORDERS }
}

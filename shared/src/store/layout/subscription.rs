//! Names of what belongs to continuous updates.

use crate::ids::SubscriptionId;

/// Folder of all subscriptions, one folder each.
pub const SUBSCRIPTIONS: &str = "subscriptions";
/// Folder of the markers of living subscriptions.
pub const SUBSCRIBED: &str = "subscribed";

/// A subscription as accepted.
#[must_use]
pub fn subscription(id: &SubscriptionId) -> String {
    format!("{SUBSCRIPTIONS}/{id}/subscription")
}

/// A step of a subscription; numbers count from 0 and the first writer of a number wins.
#[must_use]
pub fn subscription_step(id: &SubscriptionId, number: u32) -> String {
    format!("{SUBSCRIPTIONS}/{id}/steps/{number:08}")
}

/// Folder of what was received.
#[must_use]
pub fn all_acknowledged(id: &SubscriptionId) -> String {
    format!("{SUBSCRIPTIONS}/{id}/acknowledged")
}

/// That the delivery of a step was received.
#[must_use]
pub fn acknowledged(id: &SubscriptionId, number: u32) -> String {
    format!("{}/{number:08}", all_acknowledged(id))
}

/// The marker of a living subscription.
#[must_use]
pub fn subscribed(id: &SubscriptionId) -> String {
    format!("{SUBSCRIBED}/{id}")
}

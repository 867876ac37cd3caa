//! What callers are told of subscriptions: names, counts and states, nothing about anybody.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Rhythm, Run};
use crate::ids::{CustomerId, OrderId, PermitId, RecipientId, SnapshotId, SubscriptionId};

/// How a subscription is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionState {
    /// Its first load was not delivered yet.
    Loading,
    /// Runs begin by its rhythm.
    Active,
    /// No run begins.
    Paused,
    /// It is over for good.
    Ended,
}

impl SubscriptionState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Loading, Self::Active, Self::Paused, Self::Ended];

    /// Its name in documents and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for SubscriptionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A subscription and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubscriptionView {
    /// Its id.
    pub id: SubscriptionId,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The permit it goes by.
    pub permit: Option<PermitId>,
    /// Who receives its deliveries.
    pub recipient: Option<RecipientId>,
    /// When it runs: `each-snapshot` or a cron expression in Finnish time.
    #[schemars(with = "String")]
    pub rhythm: Rhythm,
    /// How it is.
    pub state: SubscriptionState,
    /// Why it ended.
    pub ended: Option<String>,
    /// How many persons are members.
    pub members: u64,
    /// The snapshot its customer was brought up to.
    pub position: Option<SnapshotId>,
    /// Steps whose deliveries were not acknowledged.
    pub unacknowledged: Vec<u32>,
    /// When it was accepted, UTC.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
}

/// A subscription with its loads and runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubscriptionDetail {
    /// Where it stands.
    #[serde(flatten)]
    pub view: SubscriptionView,
    /// Loads and runs so far.
    pub runs: Vec<Run>,
}

/// A subscription that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subscribed {
    /// Its id.
    pub id: SubscriptionId,
    /// The order that loads its members.
    pub order: OrderId,
    /// When it runs.
    #[schemars(with = "String")]
    pub rhythm: Rhythm,
    /// Whether it was there before under the same idempotency key.
    pub known: bool,
    /// What was read differently from how it is written.
    pub warnings: Vec<String>,
}

/// What a subscription needed when somebody looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Went {
    /// The subscription.
    pub id: SubscriptionId,
    /// The order of it that is under way; none if nothing is to be done.
    pub order: Option<OrderId>,
    /// Whether it is over for good.
    pub is_over: bool,
    /// What is so, in words.
    pub state: String,
}

/// Members that are being brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Brought {
    /// The subscription.
    pub id: SubscriptionId,
    /// The order that loads them.
    pub order: OrderId,
}

/// Members that were taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TakenAway {
    /// The subscription.
    pub id: SubscriptionId,
    /// How many went.
    pub removed: u64,
    /// How many are left.
    pub left: u64,
    /// Keys that are nobody's.
    pub unknown: u64,
}

/// A delivery whose receipt was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledged {
    /// The subscription.
    pub id: SubscriptionId,
    /// The step of the delivery.
    pub step: u32,
    /// Whether that was known before.
    pub known: bool,
}

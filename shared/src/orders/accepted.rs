//! An order as it was accepted, and what an idempotency key stands for.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, RegisterId, SnapshotId};
use crate::order::Order;
use crate::subscriptions::Continuous;

/// An order as it was accepted: all that its result depends on, besides the snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AcceptedOrder {
    /// Its id.
    pub id: OrderId,
    /// What was asked for.
    pub order: Order,
    /// The snapshot it is pinned to.
    pub snapshot: SnapshotId,
    /// The date of the snapshot's data.
    pub snapshot_date: Date,
    /// The date ages and prohibitions are reckoned on.
    pub reference_date: Date,
    /// The order's seed, 64 hexadecimal digits.
    pub seed: String,
    /// Whether an operator set the seed.
    pub seed_set_by_operator: bool,
    /// The customer's register in the store, if the order uses one.
    pub register: Option<RegisterId>,
    /// The customer's lists in the store, in the order of the order's `lists`.
    #[serde(default)]
    pub lists: Vec<RegisterId>,
    /// The judged pairs of a de-duplication in the store, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<RegisterId>,
    /// What it is to a subscription, if it is a run of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuous: Option<Continuous>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Among the customer's orders the larger goes first.
    pub priority: u8,
    /// Whether the customer handed it in, not an operator.
    #[serde(default)]
    pub by_customer: bool,
}

impl AcceptedOrder {
    /// Every register of the customer that the order reads.
    pub fn registers(&self) -> impl Iterator<Item = &RegisterId> {
        self.register.iter().chain(&self.lists).chain(&self.reviews)
    }

    /// The earlier order that it goes on from, if there is one.
    pub fn earlier(&self) -> Option<&OrderId> {
        self.order.deduplication.as_ref()?.earlier.as_ref()
    }

    /// The seed's bytes; none if it is not 64 hexadecimal digits.
    #[must_use]
    pub fn seed_bytes(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.seed, &mut bytes).ok()?;
        Some(bytes)
    }
}

/// What an idempotency key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotency {
    /// The order it was first used for.
    pub order: OrderId,
    /// Digest of that order's content.
    pub digest: String,
}

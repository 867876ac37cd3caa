//! What an order came to: the funnel, the groups, the digest and the price, for operators and, guarded, for customers.

mod deduplication;
mod guarded;
mod update;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use deduplication::{
    DeduplicationAccount, ExtendedAccount, ExtendedRecords, JudgementsAccount, KnownBy, ListAccount,
};
pub use guarded::{GuardedGroup, GuardedReceipt, GuardedRegister, GuardedStep};

pub use update::{GuardedUpdate, UpdateAccount};

use crate::ids::{CustomerId, OrderId, PermitId, RecipientId, SnapshotId};
use crate::order::Kind;
use crate::order::extraction::Purpose;
use crate::price::Price;

/// What an order came to, exactly. For operators; a customer sees [`GuardedReceipt`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// The order.
    pub order: OrderId,
    /// What was asked for.
    pub kind: Kind,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The permit it relied on.
    pub permit: Option<PermitId>,
    /// What the data are for.
    pub purpose: Option<Purpose>,
    /// Who received it.
    pub recipient: Option<RecipientId>,
    /// The snapshot it ran on.
    pub snapshot: SnapshotId,
    /// The snapshot deaths and prohibitions were checked against at release.
    pub release_snapshot: SnapshotId,
    /// The date ages and prohibitions were judged on.
    #[schemars(with = "String")]
    pub reference_date: Date,
    /// The sample's seed, 64 hexadecimal digits.
    pub seed: String,
    /// Whether an operator set the seed.
    pub seed_set_by_operator: bool,
    /// In the order of the steps: `population`, `matched`, `sampled` and `delivered` count rows that are there, the
    /// others rows that the step took away.
    pub funnel: Vec<Step>,
    /// The groups of the sample.
    pub groups: Vec<GroupAccount>,
    /// The customer's own register, if the order used one.
    pub register: Option<RegisterUsed>,
    /// What became of the rows of an update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateAccount>,
    /// What a de-duplication came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplication: Option<DeduplicationAccount>,
    /// Rows delivered.
    pub delivered: u64,
    /// SHA-256 of the delivered rows as CSV without header, before encryption; 64 hexadecimal digits.
    pub digest: String,
    /// Files of the delivery, the manifest aside.
    pub parts: u32,
    /// When the order was accepted, UTC.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When its result was complete, UTC.
    #[schemars(with = "String")]
    pub finished: Timestamp,
    /// What it costs.
    pub price: Price,
    /// The version of the rules it was decided under.
    pub policy_version: u32,
}

/// A step of the funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// `records`, `duplicates` and `clusters` in a de-duplication; `rows`, `status:<status>` and `persons` in an update; else
    /// `population`, `matched`, `excluded:<reason>`, `register`, `person`, `household`, `no-group`,
    /// `sampled`, `dropped-at-release` or `delivered`.
    pub step: String,
    /// Rows.
    pub count: u64,
}

impl Step {
    /// A step with its rows.
    #[must_use]
    pub fn new(step: impl Into<String>, count: u64) -> Self {
        Self { step: step.into(), count }
    }
}

/// What a group of the sample came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupAccount {
    /// Its name; `""` where the order has no groups.
    pub name: String,
    /// Rows to draw from.
    pub eligible: u64,
    /// Rows it was given.
    pub allocated: u64,
    /// Rows drawn.
    pub drawn: u64,
}

/// What was found in the customer's own register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterUsed {
    /// Rows, the heading and blank lines aside.
    pub rows: u64,
    /// Rows whose code an earlier row has too.
    pub duplicates: u64,
    /// Rows that hold no identity code, by reason: `empty`, `length`, `date`, `sign`, `number`, `check`.
    pub invalid: BTreeMap<String, u64>,
    /// Codes the snapshot does not know, neither as active nor as previous.
    pub unknown: u64,
}

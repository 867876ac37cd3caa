//! A receipt as its customer may see it: counts rounded and guarded, no seed, no digest.
//!
//! A customer must not learn which rows of the own register survived, nor who was excluded why in
//! small numbers. Prices follow from the rounded count, or they would tell the exact one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DeduplicationAccount, GroupAccount, GuardedUpdate, Receipt, RegisterUsed, UpdateAccount};
use crate::ids::{CustomerId, OrderId, PermitId, RecipientId, SnapshotId};
use crate::order::Kind;
use crate::policy::{Guarded, Policy};
use crate::price::Price;

/// A receipt for the customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedReceipt {
    /// The order.
    pub order: OrderId,
    /// What was asked for.
    pub kind: Kind,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The permit it relied on.
    pub permit: Option<PermitId>,
    /// Who received it.
    pub recipient: Option<RecipientId>,
    /// The snapshot it ran on.
    pub snapshot: SnapshotId,
    /// Rows left after each step.
    pub funnel: Vec<GuardedStep>,
    /// The groups of the sample.
    pub groups: Vec<GuardedGroup>,
    /// The customer's own register.
    pub register: Option<GuardedRegister>,
    /// What became of the rows of an update; the customer holds the rows themselves, so what they tell is exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<GuardedUpdate>,
    /// What a de-duplication came to; exact, for the records are the customer's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplication: Option<DeduplicationAccount>,
    /// Rows delivered.
    pub delivered: Guarded,
    /// When the order was accepted, UTC.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// When its result was complete, UTC.
    #[schemars(with = "String")]
    pub finished: Timestamp,
    /// What it costs.
    pub price: Price,
}

/// A step of the funnel, guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedStep {
    /// Its name.
    pub step: String,
    /// Rows.
    pub count: Guarded,
}

/// A group of the sample, guarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedGroup {
    /// Its name.
    pub name: String,
    /// Rows to draw from.
    pub eligible: Guarded,
    /// Rows it was given.
    pub allocated: Guarded,
    /// Rows drawn.
    pub drawn: Guarded,
}

/// The customer's own register: what the customer can count without us is exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardedRegister {
    /// Rows.
    pub rows: u64,
    /// Rows whose code an earlier row has too.
    pub duplicates: u64,
    /// Rows that hold no identity code, by reason.
    pub invalid: BTreeMap<String, u64>,
    /// Codes the snapshot does not know.
    pub unknown: Guarded,
}

impl Receipt {
    /// The receipt as its customer may see it.
    ///
    /// `price` is the price of the guarded number of delivered rows.
    #[must_use]
    pub fn guarded(&self, policy: &Policy, price: Price) -> GuardedReceipt {
        let guard = |count| policy.guarded_count(count);
        let group = |group: &GroupAccount| GuardedGroup {
            name: group.name.clone(),
            eligible: guard(group.eligible),
            allocated: guard(group.allocated),
            drawn: guard(group.drawn),
        };
        let step = |step: &super::Step| GuardedStep { step: step.step.clone(), count: guard(step.count) };
        let register = |register: &RegisterUsed| GuardedRegister {
            rows: register.rows,
            duplicates: register.duplicates,
            invalid: register.invalid.clone(),
            unknown: guard(register.unknown),
        };
        GuardedReceipt {
            order: self.order.clone(),
            kind: self.kind,
            customer: self.customer.clone(),
            permit: self.permit.clone(),
            recipient: self.recipient.clone(),
            snapshot: self.snapshot.clone(),
            funnel: self.funnel.iter().map(step).collect(),
            groups: self.groups.iter().map(group).collect(),
            register: self.register.as_ref().map(register),
            update: self.update.as_ref().map(|account: &UpdateAccount| account.guarded(policy)),
            deduplication: self.deduplication.clone(),
            delivered: guard(self.delivered),
            started: self.started,
            finished: self.finished,
            price,
        }
    }
}

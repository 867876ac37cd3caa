//! A permit decided by DVV, and whether an order keeps to it.
//!
//! A permit is compared with today when an order is accepted, when it starts and when it is
//! delivered: a running order stops the day its permit ends.

mod read;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use read::read;

use crate::ids::{CustomerId, PermitId, RecipientId};
use crate::order::delivered::{Column, Item, columns};
use crate::order::extraction::{Purpose, Quota};
use crate::order::{Kind, Order};

/// A permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permit {
    /// Its id.
    pub id: PermitId,
    /// Who may use it.
    pub holder: CustomerId,
    /// The services it is for; not empty.
    pub services: Vec<Service>,
    /// What data may be used for; not empty.
    pub purposes: Vec<Purpose>,
    /// What may be delivered.
    #[schemars(with = "Vec<String>")]
    pub fields: Vec<Item>,
    /// Who may receive it.
    pub recipients: Vec<RecipientId>,
    /// First day.
    #[schemars(with = "String")]
    pub valid_from: Date,
    /// Last day; 9999-12-31 until further notice.
    #[schemars(with = "String")]
    pub valid_to: Date,
    /// Rows of a delivery at most; none means no limit.
    pub max_records: Option<u64>,
    /// What persons may be found by in an update; empty means by every key.
    #[serde(default)]
    pub keys: Vec<MatchKey>,
    /// The statute by which prohibitions of updating do not bind the holder, if there is one.
    #[serde(default)]
    pub exempt_from_update_prohibition: Option<String>,
}

/// What persons are found by in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchKey {
    /// The personal identity code.
    IdentityCode,
    /// The full name and the date of birth.
    BirthDate,
    /// The full name and the street address.
    Address,
}

/// A service a permit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Extractions, and the counts before them.
    Extraction,
    /// Updates of customer registers.
    Update,
    /// De-duplication of customer registers.
    Deduplication,
}

/// When a permit is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The order is handed in.
    Acceptance,
    /// Its first task is handed out.
    Start,
    /// Its delivery is about to be released.
    Delivery {
        /// Rows it holds.
        records: u64,
    },
}

/// A way in which an order goes beyond its permit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    /// It belongs to somebody else.
    #[error("permit has another holder")]
    Holder,
    /// The service is not in it.
    #[error("permit is not for orders of kind {}", .0.name())]
    Service(Kind),
    /// The purpose is not in it, or the order names none.
    #[error("permit is not for this purpose")]
    Purpose,
    /// Fields are not in it.
    #[error("permit does not allow the fields {}", names(.0))]
    Fields(Vec<Item>),
    /// The recipient is not in it.
    #[error("permit does not allow this recipient")]
    Recipient,
    /// Its first day is to come.
    #[error("permit is valid from {0} on")]
    NotYet(Date),
    /// Its last day is past.
    #[error("permit was valid until {0}")]
    Expired(Date),
    /// More rows than it allows.
    #[error("permit allows at most {0} records")]
    Records(u64),
}

fn names(items: &[Item]) -> String {
    items.iter().map(|item| item.name()).collect::<Vec<_>>().join(", ")
}

impl Permit {
    /// Every way in which an order goes beyond the permit; none: it keeps to it.
    ///
    /// At delivery its rows count, before that the sample the order asks for.
    #[must_use]
    pub fn check(&self, order: &Order, today: Date, moment: Moment) -> Vec<PermitError> {
        let mut errors = Vec::new();
        let mut refuse = |wrong: bool, error: PermitError| {
            if wrong {
                errors.push(error);
            }
        };
        refuse(self.holder != order.customer, PermitError::Holder);
        refuse(!self.services.contains(&service(order.kind)), PermitError::Service(order.kind));
        let is_count = order.kind == Kind::Count;
        let has_purpose = order.purpose.map_or(is_count, |purpose| self.purposes.contains(&purpose));
        refuse(!has_purpose, PermitError::Purpose);
        let missing = self.missing(order.fields());
        refuse(!missing.is_empty(), PermitError::Fields(missing));
        let is_allowed = |recipient| self.recipients.contains(recipient);
        let delivery = order.delivery.as_ref();
        refuse(delivery.is_some_and(|delivery| !is_allowed(&delivery.recipient)), PermitError::Recipient);
        refuse(today < self.valid_from, PermitError::NotYet(self.valid_from));
        refuse(today > self.valid_to, PermitError::Expired(self.valid_to));
        if let Some(most) = self.max_records.filter(|_| !is_count) {
            let records = match moment {
                Moment::Acceptance | Moment::Start => asked(order),
                Moment::Delivery { records } => records,
            };
            refuse(records > most, PermitError::Records(most));
        }
        errors
    }

    /// Whether persons may be found by a key.
    #[must_use]
    pub fn allows(&self, key: MatchKey) -> bool {
        self.keys.is_empty() || self.keys.contains(&key)
    }

    /// The fields whose columns are not all allowed.
    fn missing(&self, fields: &[Item]) -> Vec<Item> {
        let allowed = columns(&self.fields);
        let is_allowed = |column: &Column| allowed.contains(column);
        fields.iter().copied().filter(|item| !item.columns().iter().all(is_allowed)).collect()
    }
}

const fn service(kind: Kind) -> Service {
    match kind {
        Kind::Extraction | Kind::Count => Service::Extraction,
        Kind::Update => Service::Update,
        Kind::Deduplication => Service::Deduplication,
    }
}

/// Rows the order's sample asks for; 0 if it does not say.
fn asked(order: &Order) -> u64 {
    let of_group = |quota: &Quota| match quota {
        Quota::Size(size) => *size,
        Quota::Weight(_) => 0,
    };
    let groups = order.sample.groups.iter().map(|group| of_group(&group.quota));
    order.sample.size.unwrap_or(0).max(groups.fold(0, u64::saturating_add))
}

#[cfg(test)]
mod tests;

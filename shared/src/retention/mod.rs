//! How long personal data are kept, and their erasure afterwards.
//!
//! ```text
//! partials and key of an order        counted from its end
//! the delivery of an order            counted from its end
//! a register a customer uploaded      counted from the upload
//! ```
//!
//! Order, plan, decisions, end, receipt, the manifest of a delivery and the audit log hold nothing about
//! anybody and stay. The members of a subscription, and deliveries its customer has not acknowledged, are held until 30
//! days after it or its permit has ended. What is kept has a marker that sorts by time ([`marks`]), so that a round reads the
//! oldest markers and stops at the first that is not due: it never lists the past.

mod certificate;
mod contents;
mod erase;
mod marks;
mod needed;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use certificate::{Begun, Certificate, EraseError, Erasure, Outcome, certificate, is_being_erased};
pub use erase::Round;
pub use marks::{Due, keep, keep_all};

use crate::ids::{OrderId, RegisterId};
use crate::queue::LEASE;

/// Nothing is erased before every worker that may have held a task of the order has lost it, and has had
/// time to notice.
pub const LEASE_LONGEST: Duration = LEASE;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A century: longer is a slip.
const DAYS_MAX: u32 = 36_525;

/// How long personal data are kept, in days. 0 is as soon as no worker can hold a task of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Periods {
    /// An order's partials and its key, after its end.
    pub order_days: u32,
    /// A delivery in the store, after the end of its order.
    pub delivery_days: u32,
    /// A register a customer uploaded, after the upload.
    pub register_days: u32,
}

impl Default for Periods {
    /// A register 45 days, as brokers of address lists keep them; a delivery the two months it may be used;
    /// what is between the two no longer than a result waits to be fetched.
    fn default() -> Self {
        Self { order_days: 30, delivery_days: 60, register_days: 45 }
    }
}

/// A setting that is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be 0 to {DAYS_MAX} days")]
pub struct PeriodError {
    name: &'static str,
}

impl Periods {
    /// Whether the periods can be gone by.
    ///
    /// # Errors
    /// The first that cannot, by name.
    pub fn check(&self) -> Result<(), PeriodError> {
        let Self { order_days, delivery_days, register_days } = *self;
        let all =
            [("order_days", order_days), ("delivery_days", delivery_days), ("register_days", register_days)];
        match all.iter().find(|(_, days)| *days > DAYS_MAX) {
            Some((name, _)) => Err(PeriodError { name }),
            None => Ok(()),
        }
    }

    /// Days that things of a kind are kept.
    #[must_use]
    pub const fn days(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Order => self.order_days,
            Kind::Delivery => self.delivery_days,
            Kind::Register => self.register_days,
        }
    }

    /// From when a thing that has been kept since a moment may be erased.
    #[must_use]
    pub fn until(&self, kind: Kind, since: Timestamp) -> Timestamp {
        let wait = self.kept_for(kind).saturating_add(LEASE_LONGEST);
        // A wait beyond the calendar never ends.
        since.checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// How long things of a kind are kept.
    #[must_use]
    pub fn kept_for(&self, kind: Kind) -> Duration {
        DAY.saturating_mul(self.days(kind))
    }
}

/// Kinds of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Partials and key of an order.
    Order,
    /// The delivery of an order.
    Delivery,
    /// An uploaded register.
    Register,
}

impl Kind {
    /// Every kind, in the order they are erased.
    pub const ALL: [Self; 3] = [Self::Order, Self::Delivery, Self::Register];

    /// The kind's name, as in the names of objects.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Delivery => "delivery",
            Self::Register => "register",
        }
    }
}

/// One thing that is kept, and erased as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Partials and key of the order.
    Order(OrderId),
    /// The delivery of the order.
    Delivery(OrderId),
    /// The register.
    Register(RegisterId),
}

impl Kept {
    /// The thing of a kind with an id; none if the id is not one.
    #[must_use]
    pub fn new(kind: Kind, id: &str) -> Option<Self> {
        match kind {
            Kind::Order => id.parse().ok().map(Self::Order),
            Kind::Delivery => id.parse().ok().map(Self::Delivery),
            Kind::Register => id.parse().ok().map(Self::Register),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Order(_) => Kind::Order,
            Self::Delivery(_) => Kind::Delivery,
            Self::Register(_) => Kind::Register,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Order(id) | Self::Delivery(id) => id.as_str(),
            Self::Register(id) => id.as_str(),
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Order(id) => write!(f, "data of order {id}"),
            Self::Delivery(id) => write!(f, "delivery of order {id}"),
            Self::Register(id) => write!(f, "register {id}"),
        }
    }
}

//! An order as it is handed in, by whom, and the answer.

use poimuri_shared::document::Format;
use poimuri_shared::ids::{CustomerId, OrderId, RegisterId, SnapshotId};
use schemars::JsonSchema;
use serde::Serialize;

/// An order as it is handed in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The order.
    pub text: Vec<u8>,
    /// How it is written.
    pub format: Format,
    /// The registers uploaded in place of the order's files, in the order in which it names them.
    pub registers: Vec<RegisterId>,
    /// 64 hexadecimal digits; only for operators.
    pub seed: Option<String>,
    /// Among the customer's orders the larger goes first.
    pub priority: Option<u8>,
    /// Submitting again with the same key gives the same order.
    pub idempotency_key: Option<String>,
    /// Who hands it in.
    pub caller: Caller,
}

/// A subscription as it is handed in.
#[derive(Debug, Clone)]
pub struct Subscribing {
    /// The subscription.
    pub text: Vec<u8>,
    /// How it is written.
    pub format: Format,
    /// The register uploaded in place of its file.
    pub register: Option<RegisterId>,
    /// Handing it in again with the same key gives the same subscription.
    pub idempotency_key: Option<String>,
}

/// Who hands something in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Sees exact numbers anyway, and may ask about few persons.
    Operator,
    /// May not find out about single persons by asking often.
    Customer,
}

impl Caller {
    /// The name it goes by in the audit log when it acts for a customer.
    #[must_use]
    pub fn actor(self, customer: &CustomerId) -> &str {
        match self {
            Self::Operator => "operator",
            Self::Customer => customer.as_str(),
        }
    }
}

/// The answer to a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accepted {
    /// The order's id.
    pub id: OrderId,
    /// The snapshot it is pinned to.
    pub snapshot: SnapshotId,
    /// Whether it was submitted before under the same idempotency key.
    pub known: bool,
    /// What was read differently from how it is written.
    pub warnings: Vec<String>,
}

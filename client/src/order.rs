//! What goes in and what comes back.

use poimuri_shared::ids::{OrderId, RegisterId};
use poimuri_shared::progress::Progress;
use serde::{Deserialize, Serialize};

/// An order to hand in.
#[derive(Debug, Clone)]
pub struct Submission {
    pub(crate) text: String,
    pub(crate) content_type: &'static str,
    pub(crate) key: Option<String>,
    pub(crate) seed: Option<String>,
    pub(crate) priority: Option<u8>,
    pub(crate) registers: Vec<RegisterId>,
}

impl Submission {
    /// An order as TOML.
    #[must_use]
    pub fn toml(text: impl Into<String>) -> Self {
        Self::new(text.into(), "application/toml")
    }

    /// An order as JSON.
    #[must_use]
    pub fn json(text: impl Into<String>) -> Self {
        Self::new(text.into(), "application/json")
    }

    const fn new(text: String, content_type: &'static str) -> Self {
        Self { text, content_type, key: None, seed: None, priority: None, registers: Vec::new() }
    }

    /// Names the submission: again with the same key, it is the same order. Without one a random key is
    /// used, so that only the calls of one [`crate::Client::submit`] are the same.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the seed of the sample, 64 hexadecimal digits; for operators, and recorded.
    #[must_use]
    pub fn seed(mut self, seed: impl Into<String>) -> Self {
        self.seed = Some(seed.into());
        self
    }

    /// Sets the priority among the orders of the customer; the larger goes first.
    #[must_use]
    pub const fn priority(mut self, priority: u8) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Names an uploaded register that stands for a file the order names; several in the order in which it names them.
    #[must_use]
    pub fn register(mut self, register: RegisterId) -> Self {
        self.registers.push(register);
        self
    }
}

/// An order that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// Its id.
    pub id: OrderId,
    /// Whatever else the scheduler says about it.
    #[serde(flatten)]
    pub more: serde_json::Map<String, serde_json::Value>,
}

/// An order as the scheduler shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Whom it is for.
    pub customer: String,
    /// `extraction`, `count`, `update` or `deduplication`.
    pub kind: String,
    /// The snapshot it is pinned to.
    pub snapshot: String,
    /// When it was accepted, UTC.
    pub accepted_at: String,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
}

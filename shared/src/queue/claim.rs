//! What passes between the queue and a worker.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, OrderId, WorkerId};

/// Fences a lease: whoever lost it cannot act on the task again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Token {
    /// The queue's memory it was given by.
    pub epoch: u64,
    /// Grows with each claim in an order.
    pub counter: u64,
}

/// A task leased to a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The order.
    pub order: OrderId,
    /// The stage's ordinal.
    pub stage: u8,
    /// The task's number in the stage.
    pub task: u32,
    /// Proof of the lease.
    pub token: Token,
    /// Which attempt this is, from 1: one more than the failures that count.
    pub attempt: u32,
    /// Who holds the lease.
    pub worker: WorkerId,
    /// Whose account the work is put on.
    pub tenant: CustomerId,
    /// Processor time put on the account in advance, milliseconds; settled at the end.
    pub charged_ms: u64,
}

/// How far a running task is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// The running task.
    pub claim: Claim,
    /// Thousandths done, 0 to 1000.
    pub permille: u16,
}

/// A claim the worker has to stop working on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// The claim.
    pub claim: Claim,
    /// Why.
    pub reason: Revocation,
}

/// Why a claim ended before its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The lease ran out, or the queue lost its memory. The work may still be committed to the store.
    Lost,
    /// The order was cancelled.
    Cancelled,
}

/// The answer to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// The task is done.
    Done {
        /// It was the last of its stage.
        stage_done: bool,
    },
    /// The lease was lost; another worker does or did the task.
    Stale,
}

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The world was in the way; trying again may help.
    Error,
    /// It took too long.
    TimedOut,
    /// An invariant broke; given up at once.
    Aborted,
    /// The order asks for what cannot be done; given up at once.
    Refused,
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Counted apart.
    pub cause: Cause,
    /// Tells failures of one kind from others.
    pub fingerprint: Fingerprint,
    /// The least pause before the next attempt; the queue's own may be longer.
    pub retry_after: Duration,
}

/// The answer to a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// The task runs again.
    Retrying {
        /// Not before this pause, milliseconds.
        after_ms: u64,
    },
    /// The task is given up and lies with the dead letters.
    Dead,
    /// The lease was lost; nothing was counted.
    Stale,
}

/// A short name of a kind of failure, such as `store-unreachable`. Must not come from data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Keeps the first 96 characters and only `a-z A-Z 0-9 . _ : -`; others become `-`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || "._:-".contains(c) { c } else { '-' };
        Self(text.chars().take(96).map(safe).collect())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

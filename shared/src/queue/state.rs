//! What can be seen of the queue.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CustomerId, OrderId, WorkerId};

use super::claim::{Cause, Fingerprint};

/// Where a task stands. The byte is what the queue stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum TaskState {
    /// Free to be claimed.
    Waiting = b'w',
    /// Leased to a worker.
    Running = b'r',
    /// Failed; waits for its pause to pass.
    Retrying = b'b',
    /// Its partial is in the store.
    Done = b'd',
    /// Given up.
    Dead = b'x',
}

impl TaskState {
    /// The state a stored byte stands for.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        [Self::Waiting, Self::Running, Self::Retrying, Self::Done, Self::Dead]
            .into_iter()
            .find(|state| *state as u8 == byte)
    }
}

/// What a task went through: kept only for those that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Attempts that ended in an error.
    pub errors: u32,
    /// Attempts that took too long.
    pub timeouts: u32,
    /// Leases that ran out.
    pub losses: u32,
    /// Times given back by a draining worker; not counted as attempts.
    pub drained: u32,
    /// The different workers that were lost.
    pub workers: Vec<WorkerId>,
    /// The last failure.
    pub fingerprint: Option<Fingerprint>,
    /// Why the task was given up, if it was: none of a dead task means lost workers.
    pub cause: Option<Cause>,
    /// Whether it was given up.
    pub dead: bool,
}

impl Past {
    /// Failed attempts that count.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.errors.saturating_add(self.timeouts).saturating_add(self.losses)
    }
}

/// Who works on a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The worker.
    pub worker: WorkerId,
    /// The token's counter.
    pub counter: u64,
    /// Since when, Unix milliseconds of the queue's clock.
    pub since_ms: u64,
    /// Until when, unless prolonged.
    pub until_ms: u64,
    /// Thousandths done.
    pub permille: u16,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageState {
    /// One for each task.
    pub tasks: Vec<TaskState>,
    /// By task; at most about a thousand are listed.
    pub leases: BTreeMap<u32, Lease>,
    /// By task; at most about a thousand are listed.
    pub past: BTreeMap<u32, Past>,
    /// When each pausing task is due, Unix milliseconds; at most about a thousand are listed.
    pub due: BTreeMap<u32, u64>,
    /// Tasks waiting.
    pub waiting: u32,
    /// Tasks leased.
    pub running: u32,
    /// Tasks pausing after a failure.
    pub retrying: u32,
    /// Tasks done.
    pub done: u32,
    /// Tasks given up.
    pub dead: u32,
    /// Thousandths of the whole stage, what is running included.
    pub permille: u16,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderState {
    /// The customer whose account its work is put on.
    pub tenant: CustomerId,
    /// Its priority.
    pub priority: u8,
    /// No claims until resumed.
    pub paused: bool,
    /// No claims any more.
    pub cancelled: bool,
    /// By ordinal.
    pub stages: BTreeMap<u8, StageState>,
}

/// A lease that ran out: its worker is thought lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLease {
    /// The order.
    pub order: OrderId,
    /// The stage's ordinal.
    pub stage: u8,
    /// The task.
    pub task: u32,
    /// Who was lost.
    pub worker: WorkerId,
    /// The task was given up: it took too many workers down.
    pub dead: bool,
}

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Leases that ran out.
    pub lost: Vec<LostLease>,
    /// Retries whose pause passed.
    pub promoted: u32,
    /// More is due than one sweep may do: call again.
    pub more: bool,
}

/// Totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Orders known.
    pub orders: u32,
    /// Tasks waiting.
    pub waiting: u64,
    /// Tasks leased.
    pub running: u64,
    /// Tasks pausing after a failure.
    pub retrying: u64,
    /// Tasks done, of orders not forgotten yet.
    pub done: u64,
    /// Tasks given up.
    pub dead: u64,
    /// Workers heard of in the last minute, and when, Unix milliseconds.
    pub workers: BTreeMap<WorkerId, u64>,
    /// Processor time on each account, milliseconds, relative to one another.
    pub accounts: BTreeMap<CustomerId, u64>,
}

/// Something happened. A hint to look, never the truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A stage was put in.
    Planned {
        /// The order.
        order: OrderId,
        /// The stage's ordinal.
        stage: u8,
    },
    /// The last task of a stage was committed.
    StageDone {
        /// The order.
        order: OrderId,
        /// The stage's ordinal.
        stage: u8,
    },
    /// A stage went on.
    Progress {
        /// The order.
        order: OrderId,
        /// The stage's ordinal.
        stage: u8,
        /// Tasks done.
        done: u32,
        /// Tasks in all.
        total: u32,
        /// Thousandths, what is running included.
        permille: u16,
    },
    /// A task was given up.
    TaskDead {
        /// The order.
        order: OrderId,
        /// The stage's ordinal.
        stage: u8,
        /// The task.
        task: u32,
    },
    /// An order was cancelled.
    Cancelled {
        /// The order.
        order: OrderId,
    },
    /// The queue lost its memory, or may have: plan again what is open.
    EpochChanged {
        /// The epoch that began.
        epoch: u64,
    },
}

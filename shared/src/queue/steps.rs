//! The atomic steps a queue is made of: each is one transition of the state machine, and one script in Redis.
//!
//! A step touches either the index, which is about all orders, or one order;
//! never both, so that the orders of a Redis Cluster may live on different
//! servers. [`super::flow`] puts steps together; a crash between two of them
//! leaves nothing that a sweep does not mend.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use tokio::sync::{broadcast, watch};

use crate::ids::{CustomerId, OrderId, WorkerId};

use super::{
    Beat, Claim, Commit, Event, Failed, Failure, LostLease, OrderState, Past, QueueError, Revocation,
};

/// The most items one step looks at.
pub(super) const LIMIT: u32 = 1000;
/// The most tasks one step finishes: each costs several commands.
pub(super) const FINISH: usize = 250;
/// The most bytes of a stage one step searches for a waiting task.
pub(super) const SEARCH: u32 = 16_384;
/// A version no order reaches.
pub(super) const LAST_VERSION: u64 = (1 << 53) - 1;

/// One stage of one order, as the index names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) order: OrderId,
    pub(super) stage: u8,
}

/// What the index offers to a worker, and what was put on the tenant's account for it.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) entry: Entry,
    pub(super) tenant: CustomerId,
    pub(super) charged_ms: u64,
}

/// What a claim was charged for, and what it took if it came to its end.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) tenant: CustomerId,
    pub(super) charged_ms: u64,
    pub(super) took_ms: Option<u64>,
}

/// What a worker found in an order.
#[derive(Debug, Clone)]
pub(super) enum Taken {
    Task {
        task: u32,
        fence: u64,
        counter: u64,
        attempt: u32,
    },
    /// Nothing waits, as of this version of the order.
    Empty {
        version: u64,
    },
    /// Nothing in the part looked at: ask again.
    Again,
    /// The order is not known.
    Gone,
}

/// What the index has to know of an order after a step.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) tenant: CustomerId,
    pub(super) priority: u8,
    /// Grows with each step that may free tasks; tells older news from newer.
    pub(super) version: u64,
    /// For each stage, whether a task could be claimed.
    pub(super) stages: Vec<(u8, bool)>,
}

/// One stage put in, with the bytes of its tasks.
#[derive(Debug, Clone)]
pub(super) struct Laid {
    pub(super) entry: Entry,
    pub(super) memory: u64,
    pub(super) fence: u64,
    pub(super) tenant: CustomerId,
    pub(super) priority: u8,
    pub(super) paused: bool,
    /// Taken if the stage is not known.
    pub(super) tasks: Vec<u8>,
    /// Taken if the stage is not known or this carries on; at most [`LIMIT`].
    pub(super) past: BTreeMap<u32, Past>,
    /// More of the past of a stage just put in.
    pub(super) carries_on: bool,
    /// Marked as done if the stage is known; at most [`FINISH`].
    pub(super) done: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct LaidOut {
    pub(super) fresh: bool,
    pub(super) stage_done: bool,
    pub(super) total: u32,
    pub(super) standing: Standing,
}

/// What a sweep of one order found.
#[derive(Debug, Clone)]
pub(super) struct Swept {
    pub(super) lost: Vec<LostLease>,
    pub(super) promoted: u32,
    /// Nothing runs and nothing pauses.
    pub(super) idle: bool,
    pub(super) more: bool,
    pub(super) standing: Standing,
}

/// A change of an order as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Cancel,
    Pause,
    Resume,
    Priority(u8),
}

/// Tasks of an order by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) waiting: u64,
    pub(super) running: u64,
    pub(super) retrying: u64,
    pub(super) done: u64,
    pub(super) dead: u64,
}

/// Accounts and workers, as the index knows them.
#[derive(Debug, Clone, Default)]
pub(super) struct Census {
    pub(super) workers: BTreeMap<WorkerId, u64>,
    pub(super) accounts: BTreeMap<CustomerId, u64>,
}

pub(super) type Step<T> = Result<T, QueueError>;

/// The steps of the index.
pub(super) trait IndexSteps {
    /// Makes an order known and busy; false if there are too many.
    fn admit(&self, order: &OrderId) -> impl Future<Output = Step<bool>> + Send;
    /// Offers a stage to workers, unless newer news stand.
    fn ready(
        &self,
        entry: &Entry,
        tenant: &CustomerId,
        priority: u8,
        version: u64,
    ) -> impl Future<Output = Step<()>> + Send;
    /// Takes an offer back, unless newer news stand, and what was charged for it.
    fn unready(
        &self,
        entry: &Entry,
        version: u64,
        tenant: &CustomerId,
        refund_ms: u64,
    ) -> impl Future<Output = Step<()>> + Send;
    /// Settles accounts, then finds the fairest offer and charges its tenant in advance.
    fn choose(&self, accounts: &[Account]) -> impl Future<Output = Step<Option<Chosen>>> + Send;
    /// Settles accounts.
    fn settle(&self, accounts: &[Account]) -> impl Future<Output = Step<()>> + Send;
    /// Removes an order from the index.
    fn unlist(&self, order: &OrderId, stages: &[u8]) -> impl Future<Output = Step<()>> + Send;
    /// Orders in which something may run or pause, and since when, a page of [`LIMIT`].
    fn busy(&self, offset: u32) -> impl Future<Output = Step<Vec<(OrderId, u64)>>> + Send;
    /// No longer busy, unless it became so again. True if the order is not known
    /// itself and has been so for long: its plan never came.
    fn unbusy(&self, order: &OrderId, since: u64, known: bool) -> impl Future<Output = Step<bool>> + Send;
    /// All orders, a page of [`LIMIT`].
    fn orders(&self, offset: u32) -> impl Future<Output = Step<Vec<OrderId>>> + Send;
    /// A worker lives.
    fn heard(&self, worker: &WorkerId) -> impl Future<Output = Step<()>> + Send;
    /// Accounts and workers.
    fn census(&self) -> impl Future<Output = Step<Census>> + Send;
    /// Takes or prolongs the place of the acting scheduler.
    fn lead(&self, holder: &str, ttl: Duration) -> impl Future<Output = Step<bool>> + Send;
    /// Leaves it.
    fn step_down(&self, holder: &str) -> impl Future<Output = Step<()>> + Send;
    /// Names the memory.
    fn epoch(&self) -> impl Future<Output = Step<u64>> + Send;
}

/// The steps of one order.
pub(super) trait OrderSteps {
    fn lay(&self, laid: &Laid) -> impl Future<Output = Step<LaidOut>> + Send;
    fn take(&self, entry: &Entry, worker: &WorkerId) -> impl Future<Output = Step<Taken>> + Send;
    fn beat(
        &self,
        order: &OrderId,
        beats: &[&Beat],
    ) -> impl Future<Output = Step<Vec<Option<Revocation>>>> + Send;
    fn commit(&self, claim: &Claim) -> impl Future<Output = Step<Commit>> + Send;
    fn fail(
        &self,
        claim: &Claim,
        failure: &Failure,
        pause_ms: u64,
    ) -> impl Future<Output = Step<Failed>> + Send;
    /// None if the lease was lost.
    fn release(&self, claim: &Claim) -> impl Future<Output = Step<Option<Standing>>> + Send;
    /// None if the order is not known.
    fn change(&self, order: &OrderId, change: Change) -> impl Future<Output = Step<Option<Standing>>> + Send;
    /// The stages it had.
    fn erase(&self, order: &OrderId) -> impl Future<Output = Step<Vec<u8>>> + Send;
    /// How many were revived, at most [`LIMIT`]; none if the order is not known.
    fn revive(&self, order: &OrderId) -> impl Future<Output = Step<Option<(u32, Standing)>>> + Send;
    /// None if the order is not known.
    fn sweep(&self, order: &OrderId) -> impl Future<Output = Step<Option<Swept>>> + Send;
    fn read(&self, order: &OrderId) -> impl Future<Output = Step<Option<OrderState>>> + Send;
    fn tally(&self, order: &OrderId) -> impl Future<Output = Step<Tally>> + Send;
}

/// An implementation of the steps.
pub(super) trait Steps: IndexSteps + OrderSteps + Debug + Clone + Send + Sync + 'static {
    fn events(&self) -> broadcast::Receiver<Event>;
    fn work(&self) -> watch::Receiver<u64>;
    /// A number nobody can guess.
    fn draw(&self) -> u64;
    /// By a connection of its own, without events.
    fn detached(&self) -> Self;
}

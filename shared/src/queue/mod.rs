//! The queue: which tasks wait, who holds a lease, how far each one is. It may be lost at any moment.
//!
//! It carries names of things only, and knows nothing of what a task does.
//! The store holds the truth; what stands here is rebuilt from it.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{broadcast, watch};

use crate::ids::{OrderId, WorkerId};

mod backoff;
mod claim;
mod error;
mod flow;
mod memory;
mod plan;
mod redis;
mod state;
mod steps;

pub use claim::{Beat, Cause, Claim, Commit, Failed, Failure, Fingerprint, Revocation, Revoked, Token};
pub use error::QueueError;
pub use flow::Flow;
pub use memory::{Memory, MemoryQueue};
pub use plan::{Planned, StagePlan};
pub use redis::{Redis, RedisQueue};
pub use state::{Event, Lease, LostLease, OrderState, Overview, Past, StageState, Sweep, TaskState};

/// How long a claim holds without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(10);
/// The most tasks of one stage.
pub const MAX_TASKS: u32 = 1_000_000;
/// The most orders that wait or run; further ones are refused until some end.
pub const MAX_ORDERS: u32 = 10_000;
/// Different workers a task may take down before it is given up.
pub const MAX_WORKERS_LOST: u32 = 3;
/// Errors of a task before it is given up.
pub const MAX_ERRORS: u32 = 5;
/// Time-outs of a task before it is given up.
pub const MAX_TIMEOUTS: u32 = 3;

/// What a call of the queue promises.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, QueueError>>;

/// The transport between a scheduler and any number of workers.
///
/// Every call may fail with [`QueueError::Unreachable`]; it is then unknown
/// whether it happened, and repeating it is safe.
pub trait Queue: Debug + Send + Sync + 'static {
    /// Puts a stage in. Idempotent: a known stage only learns of further finished tasks.
    fn plan(&self, plan: StagePlan) -> Answer<'_, Planned>;

    /// One task for one free slot, chosen fairly, leased for [`LEASE`]; none if nothing waits.
    fn claim<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, Option<Claim>>;

    /// Prolongs the leases of a worker and tells how far it is; brings back what it must stop.
    /// With nothing running it still says that the worker lives.
    fn heartbeat<'a>(&'a self, worker: &'a WorkerId, running: &'a [Beat]) -> Answer<'a, Vec<Revoked>>;

    /// Tells that a task's partial is in the store, and the milliseconds of processor time it took.
    fn commit<'a>(&'a self, claim: &'a Claim, core_ms: u64) -> Answer<'a, Commit>;

    /// Tells that an attempt failed. The queue decides between trying again and giving up.
    fn fail<'a>(&'a self, claim: &'a Claim, failure: &'a Failure) -> Answer<'a, Failed>;

    /// Gives a task back without burning an attempt, as a draining worker does. False if the lease was lost.
    fn release<'a>(&'a self, claim: &'a Claim) -> Answer<'a, bool>;

    /// Ends claiming in an order and tells its workers to stop. Unknown orders are ignored.
    fn cancel<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()>;

    /// Ends claiming in an order until [`Queue::resume`]; what runs goes on.
    fn pause<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()>;

    /// Takes back [`Queue::pause`].
    fn resume<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()>;

    /// Sets the priority of an order among those of its customer; the larger goes first.
    fn prioritise<'a>(&'a self, order: &'a OrderId, priority: u8) -> Answer<'a, ()>;

    /// Removes all that is known of an order, after its end stands in the store.
    fn forget<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()>;

    /// Lets the tasks that were given up begin anew, with a clean past; how many they were.
    fn requeue_dead<'a>(&'a self, order: &'a OrderId) -> Answer<'a, u32>;

    /// Returns expired leases and due retries to the queue and repairs its index. Wanted once a second.
    fn sweep(&self) -> Answer<'_, Sweep>;

    /// All that is known of an order, or none.
    fn read<'a>(&'a self, order: &'a OrderId) -> Answer<'a, Option<OrderState>>;

    /// The orders known, in the order they came: at most [`MAX_ORDERS`].
    fn orders(&self) -> Answer<'_, Vec<OrderId>>;

    /// Totals over all orders.
    fn overview(&self) -> Answer<'_, Overview>;

    /// Names the memory of the queue: it changes when that was emptied or its server restarted.
    fn epoch(&self) -> Answer<'_, u64>;

    /// Follows events. They are hints: some may be missing, and a slow listener misses more.
    fn subscribe(&self) -> broadcast::Receiver<Event>;

    /// Changes whenever work may have become available. Mark it seen, claim, and wait for it when nothing came.
    fn work(&self) -> watch::Receiver<u64>;

    /// Asks for, or prolongs, the place of the acting scheduler. False while another holds it.
    fn lead<'a>(&'a self, holder: &'a str, ttl: Duration) -> Answer<'a, bool>;

    /// Gives up the place of the acting scheduler, if held.
    fn step_down<'a>(&'a self, holder: &'a str) -> Answer<'a, ()>;

    /// The same queue by a connection of its own that lives in the calling runtime; without events.
    fn detached(&self) -> Answer<'static, Arc<dyn Queue>>;
}

/// Waits until work may be there, at most for the given time. False if the time ran out.
pub async fn wait_for_work(work: &mut watch::Receiver<u64>, limit: Duration) -> bool {
    tokio::time::timeout(limit, work.changed()).await.is_ok_and(|changed| changed.is_ok())
}

#[cfg(test)]
mod tests;

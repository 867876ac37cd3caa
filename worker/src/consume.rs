//! Workers: the only place besides the queue itself that knows apalis.
//!
//! apalis claims one task for each free slot and runs it through a tower
//! service; settling with the queue happens here, at once.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use apalis_core::monitor::{Monitor, MonitorError};
use apalis_core::task::Task;
use apalis_core::worker::builder::WorkerBuilder;
use futures_util::future::BoxFuture;
use poimuri_shared::clock::SharedClock;
use poimuri_shared::ids::WorkerId;
use poimuri_shared::queue::{Claim, Fingerprint, Queue};
use tokio::sync::{mpsc, watch};
use tower::limit::ConcurrencyLimitLayer;

use crate::heartbeat::{Heart, Running};

mod held;
mod settle;
mod source;

pub use crate::heartbeat::{Stop, TaskContext};
use held::Held;
use settle::Desk;
use source::Source;

/// What a worker does with a task.
pub trait Handler: Debug + Send + Sync + 'static {
    /// Does the task and puts its partial into the store.
    fn handle(&self, claim: Claim, context: TaskContext) -> BoxFuture<'static, Outcome>;
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its partial is in the store.
    Done {
        /// Processor time it took, milliseconds.
        core_ms: u64,
    },
    /// The order asks for what cannot be done; the handler has put the reason into the store.
    Refused,
    /// The world was in the way.
    Retry {
        /// The least pause.
        after: Duration,
        /// What was in the way.
        fingerprint: Fingerprint,
    },
    /// An invariant broke.
    Abort {
        /// Which.
        fingerprint: Fingerprint,
    },
    /// It stopped because it was asked to.
    Cancelled,
}

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// The beginning of the worker's name; the rest is made anew at every boot.
    pub name: String,
    /// Tasks at the same time; at least one.
    pub slots: usize,
    /// How long running tasks may go on after the shutdown began.
    pub drain_timeout: Duration,
    /// How long one task may take.
    pub task_timeout: Duration,
    /// Gives the moment of a boot.
    pub clock: SharedClock,
}

/// A worker that could not run.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The operating system gave no thread for the heartbeat.
    #[error("cannot start the heartbeat")]
    Heartbeat(#[source] std::io::Error),
    /// The worker ended by itself.
    #[error("worker ended")]
    Worker(#[source] MonitorError),
}

/// Works until the shutdown, then finishes what runs, or gives it back after the drain time.
///
/// The queue going away does not end it.
///
/// # Errors
/// If it cannot start, or ends by itself.
pub async fn run(
    queue: Arc<dyn Queue>,
    handler: Arc<dyn Handler>,
    options: WorkerOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ConsumeError> {
    let first = boot_name(&options);
    let running = Arc::new(Running::new(first));
    let heart = Heart::start(Arc::clone(&queue), Arc::clone(&running)).map_err(ConsumeError::Heartbeat)?;
    let (drain, drained) = watch::channel(false);
    let (open, mut closed) = mpsc::channel(1);
    let desk = Desk {
        queue,
        handler,
        running: Arc::clone(&running),
        task_timeout: options.task_timeout,
        drained,
        open,
    };
    let drain_timeout = options.drain_timeout;
    let monitor = Monitor::new().should_restart(|_, _| true).register(move |_| {
        let name = boot_name(&options);
        running.rename(name.clone());
        let source = Source::new(desk.clone(), name.clone());
        let desk = desk.clone();
        WorkerBuilder::new(name.as_str())
            .backend(source)
            .layer(ConcurrencyLimitLayer::new(options.slots.max(1)))
            .build(tower::service_fn(move |task: Task<Held>| desk.clone().work(task.take().0)))
    });
    let signal = async {
        shutdown.await;
        tokio::spawn(async move {
            tokio::time::sleep(drain_timeout).await;
            drain.send_replace(true);
            // The receivers may outlive this moment: the news must stay readable.
            drain.closed().await;
        });
        Ok(())
    };
    let ended = monitor.run_with_signal(signal).await;
    // Claims that arrived too late are being given back.
    drop(tokio::time::timeout(Duration::from_secs(5), closed.recv()).await);
    drop(heart);
    ended.map_err(ConsumeError::Worker)
}

/// `<name>-<letters of its own>`, or without a name of ours if that one is not allowed.
fn boot_name(options: &WorkerOptions) -> WorkerId {
    let fresh = WorkerId::generate(options.clock.now());
    let named = format!("{}-{}", options.name, fresh.as_str().trim_start_matches("w-"));
    named.parse().unwrap_or(fresh)
}

#[cfg(test)]
mod tests;

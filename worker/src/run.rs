//! A worker process, put together: openings, processors, and the loop that claims tasks.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use poimuri_shared::queue::Queue;

use crate::consume::{self, ConsumeError, WorkerOptions};
use crate::execute::Cpu;
use crate::handler::StageHandler;
use crate::opened::{Environment, Openings};

/// How a worker works.
#[derive(Debug, Clone, Copy)]
pub struct WorkerSettings {
    /// Threads for computing; 0 is one for each core.
    pub threads: usize,
    /// How long running tasks may go on after the shutdown began.
    pub drain_timeout: Duration,
    /// How long one task may take.
    pub task_timeout: Duration,
}

/// A worker that could not start or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The operating system gave no threads.
    #[error("cannot start computing threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The loop that claims tasks.
    #[error(transparent)]
    Consume(#[from] ConsumeError),
}

/// Works until the shutdown, then drains.
///
/// # Errors
/// If it cannot start, or ends by itself. A queue or store that goes away is no error.
pub async fn run(
    queue: Arc<dyn Queue>,
    environment: Environment,
    settings: WorkerSettings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), RunError> {
    let cpu = Cpu::new(settings.threads)?;
    // One task for each thread, and one more so that claiming overlaps computing; further ones would be kept from idle workers.
    let slots = cpu.threads() + 1;
    let options = WorkerOptions {
        name: "w".to_owned(),
        slots,
        drain_timeout: settings.drain_timeout,
        task_timeout: settings.task_timeout,
        clock: Arc::clone(&environment.clock),
    };
    tracing::info!(threads = cpu.threads(), slots, "worker ready");
    let handler = StageHandler::new(Arc::new(Openings::new(environment)), cpu);
    Ok(consume::run(queue, Arc::new(handler), options, shutdown).await?)
}

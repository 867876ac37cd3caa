//! The seam to apalis: where its workers get tasks from.

use std::task::{Context, Poll};
use std::time::Duration;

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::persistence::{Persisted, Persistence, TaskEvent};
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use poimuri_shared::error::chain;
use poimuri_shared::ids::WorkerId;
use poimuri_shared::queue::{QueueError, wait_for_work};
use tokio::sync::oneshot;
use tower::layer::util::Identity;

use super::held::Held;
use super::settle::Desk;

/// How long an idle worker sleeps when nothing wakes it.
const IDLE: Duration = Duration::from_secs(5);
/// The pause after the queue could not be asked; doubles up to the longest.
const AWAY: Duration = Duration::from_millis(100);
const AWAY_LONGEST: Duration = Duration::from_secs(2);
/// apalis' own heartbeat does nothing; ours has a thread.
const APALIS_HEARTBEAT: Duration = Duration::from_secs(3600);

/// Claims for one boot of a worker. None of its calls fails: an error would end the worker.
#[derive(Debug, Clone)]
pub(super) struct Claims {
    desk: Desk,
    worker: WorkerId,
}

impl Claims {
    /// The next task, as soon as there is one; none once nobody waits for it.
    async fn seek(&self, give: &mut oneshot::Sender<Held>) -> Option<Held> {
        let mut work = self.desk.queue.work();
        let mut away = AWAY;
        loop {
            work.borrow_and_update();
            let pause = match self.desk.queue.claim(&self.worker).await {
                Ok(Some(claim)) => return Some(Held::new(claim, self.desk.clone())),
                Ok(None) => {
                    away = AWAY;
                    tokio::select! {
                        () = give.closed() => return None,
                        _ = wait_for_work(&mut work, IDLE) => continue,
                    }
                }
                Err(error) => {
                    tracing::warn!(error = chain(&error), "cannot claim");
                    let pause = away;
                    away = (away * 2).min(AWAY_LONGEST);
                    pause
                }
            };
            tokio::select! {
                () = give.closed() => return None,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

impl Persistence for Claims {
    type Compact = Held;
    type Response = ();
    type Error = QueueError;

    async fn register(&mut self, _: &WorkerContext) -> Result<(), QueueError> {
        Ok(())
    }

    async fn heartbeat(&mut self, _: &WorkerContext) -> Result<(), QueueError> {
        Ok(())
    }

    /// apalis drops this future when the worker stops: a claim that is under way
    /// then ends with nobody, and goes back.
    async fn fetch_next(&mut self, _: &WorkerContext) -> Result<Vec<Task<Held>>, QueueError> {
        let (mut give, take) = oneshot::channel();
        let claims = self.clone();
        tokio::spawn(async move {
            if let Some(held) = claims.seek(&mut give).await {
                drop(give.send(held));
            }
        });
        Ok(take.await.into_iter().map(Task::new).collect())
    }

    async fn reenqueue_abandoned(
        &mut self,
        tasks: Vec<Task<Held>>,
        _: &WorkerContext,
    ) -> Result<u64, QueueError> {
        let mut count = 0;
        for task in tasks {
            let held = task.take().0;
            self.desk.give_back(held.claim()).await;
            held.settled();
            count += 1;
        }
        Ok(count)
    }

    /// None arrive: tasks are settled by the service, so no buffer can fill up.
    async fn handle_events(&mut self, _: Vec<TaskEvent<()>>, _: &WorkerContext) -> Result<(), QueueError> {
        Ok(())
    }

    async fn push_tasks(&mut self, _: Vec<Task<Held>>) -> Result<(), QueueError> {
        Err(QueueError::Plan("workers plan nothing"))
    }
}

/// The backend of a worker.
#[derive(Debug)]
pub(super) struct Source {
    persisted: Persisted<Claims>,
}

impl Source {
    pub(super) fn new(desk: Desk, worker: WorkerId) -> Self {
        Self { persisted: Persisted::new(Claims { desk, worker }) }
    }
}

impl Backend for Source {
    type Task = Task<Held>;
    type Error = QueueError;

    fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), QueueError>> {
        self.persisted.poll_ready(context, worker, APALIS_HEARTBEAT)
    }

    fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Held>, QueueError>>> {
        self.persisted.poll_next(context, worker)
    }

    fn poll_close(
        &mut self,
        context: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Result<(), QueueError>> {
        self.persisted.poll_close(context, worker)
    }
}

impl BackendConfig for Source {
    type Args = Held;
    type Id = u64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}

//! A claimed task, from its name to its committed partial.
//!
//! ```text
//! claim ──► opened order ──► what tasks share, made by one ──► stage (on the CPU pool) ──► commit ──► outcome for the queue
//! ```

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use poimuri_shared::error::{Disposed as _, Disposition, chain};
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::plan::Stage;
use poimuri_shared::queue::{Claim, Fingerprint};
use poimuri_shared::store::error::takes_nothing;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::consume::{Handler, Outcome, TaskContext};
use crate::execute::{Computed, Cpu};
use crate::opened::{OpenedOrder, Openings};
use crate::stages::{self, StageError};

/// The first and the longest pause before a store that takes nothing is tried again.
const ROOM_FIRST: Duration = Duration::from_secs(1);
const ROOM_LONGEST: Duration = Duration::from_secs(10);
/// How soon a wait notices that its task should stop.
const NOTICE: Duration = Duration::from_millis(200);

/// Does every kind of task.
#[derive(Debug, Clone)]
pub struct StageHandler {
    openings: Arc<Openings>,
    cpu: Cpu,
    /// Held while a task makes what others share: they wait for it, and no thread of the pool does.
    making: Arc<Mutex<()>>,
}

impl StageHandler {
    /// A handler that opens orders through `openings` and computes on `cpu`.
    #[must_use]
    pub fn new(openings: Arc<Openings>, cpu: Cpu) -> Self {
        Self { openings, cpu, making: Arc::default() }
    }

    async fn work(self, claim: Claim, context: TaskContext) -> Outcome {
        let mut pause = ROOM_FIRST;
        loop {
            let failed = match self.attempt(&claim, &context).await {
                Ok(core_ms) => return Outcome::Done { core_ms },
                Err(failed) => failed,
            };
            if context.cancelled() {
                return Outcome::Cancelled;
            }
            if !takes_nothing(&failed) {
                return self.outcome_of(&claim, failed).await;
            }
            // No worker is to blame and none could do better: the lease is kept, and no attempt burnt.
            tracing::warn!(order.id = %claim.order, stage = claim.stage, task = claim.task,
                error = %chain(&failed), "store takes nothing, waiting until it does");
            wait(pause, &context).await;
            pause = (pause * 2).min(ROOM_LONGEST);
        }
    }

    /// Computes the task once and commits it; processor time in milliseconds.
    async fn attempt(&self, claim: &Claim, context: &TaskContext) -> Result<u64, StageError> {
        let making = self.making.lock().await;
        let made_ms = self.compute(claim, make_shared).await?;
        drop(making);
        if context.cancelled() {
            return Err(StageError::Stopped);
        }
        let running = context.clone();
        let work = move |openings: &Openings, task: &Claim| compute_and_commit(openings, task, &running);
        let core_ms = made_ms + self.compute(claim, work).await?;
        tracing::debug!(order.id = %claim.order, stage = claim.stage, task = claim.task, core_ms, "task done");
        Ok(core_ms)
    }

    /// Does a part of the task on the pool; processor time in milliseconds.
    async fn compute(
        &self,
        claim: &Claim,
        work: impl FnOnce(&Openings, &Claim) -> Result<(), StageError> + Send + 'static,
    ) -> Result<u64, StageError> {
        let (openings, task) = (Arc::clone(&self.openings), claim.clone());
        match self.cpu.run(move || work(&openings, &task)).await {
            Ok(Computed { value: Ok(()), core_ms }) => Ok(core_ms),
            Ok(Computed { value: Err(error), .. }) => Err(error),
            Err(_panicked) => Err(StageError::Panicked),
        }
    }

    async fn outcome_of(&self, claim: &Claim, error: StageError) -> Outcome {
        let fingerprint = Fingerprint::new(error.fingerprint());
        match error.disposition() {
            Disposition::Refuse => self.refuse(claim, error).await,
            Disposition::Retry(after) => {
                tracing::warn!(order.id = %claim.order, stage = claim.stage, task = claim.task,
                    attempt = claim.attempt, error = %chain(&error), "task will be tried again");
                Outcome::Retry { after, fingerprint }
            }
            Disposition::Abort => {
                tracing::error!(order.id = %claim.order, stage = claim.stage, task = claim.task,
                    attempt = claim.attempt, error = %chain(&error), "task given up");
                Outcome::Abort { fingerprint }
            }
        }
    }

    /// Ends the order as refused; the queue only learns that the task will not come.
    async fn refuse(&self, claim: &Claim, error: StageError) -> Outcome {
        let (openings, order, code) = (Arc::clone(&self.openings), claim.order.clone(), error.fingerprint());
        let reason = Some(root_cause(&error));
        let ended = tokio::task::spawn_blocking(move || {
            let end = End { state: OrderState::Refused, reason, at: openings.environment().clock.now() };
            openings.environment().orders.finish(&order, end)
        });
        match ended.await {
            Ok(Ok(_)) => {
                tracing::info!(order.id = %claim.order, stage = claim.stage, task = claim.task, reason = code, "order refused");
                Outcome::Refused
            }
            Ok(Err(_)) | Err(_) => {
                let fingerprint = Fingerprint::new("refusal-not-stored");
                Outcome::Retry { after: Duration::from_secs(1), fingerprint }
            }
        }
    }
}

impl Handler for StageHandler {
    fn handle(&self, claim: Claim, context: TaskContext) -> BoxFuture<'static, Outcome> {
        Box::pin(self.clone().work(claim, context))
    }
}

/// Waits, or less if the task should stop.
async fn wait(pause: Duration, context: &TaskContext) {
    let over = Instant::now() + pause;
    while Instant::now() < over && !context.cancelled() {
        tokio::time::sleep(NOTICE).await;
    }
}

/// What lies at the bottom of an error: the part that is for the customer.
fn root_cause(error: &StageError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The order and the stage of a task.
fn planned(openings: &Openings, claim: &Claim) -> Result<(Arc<OpenedOrder>, Stage), StageError> {
    let opened = openings.open(&claim.order)?;
    let stage = opened.plan.stage(claim.stage).filter(|stage| claim.task < opened.plan.task_count(*stage));
    let stage = stage.ok_or(StageError::Unplanned { stage: claim.stage, task: claim.task })?;
    Ok((opened, stage))
}

/// Makes what the tasks of a stage share on a worker, if it is not there.
fn make_shared(openings: &Openings, claim: &Claim) -> Result<(), StageError> {
    let (opened, stage) = planned(openings, claim)?;
    stages::make_shared(&opened, stage)
}

fn compute_and_commit(openings: &Openings, claim: &Claim, context: &TaskContext) -> Result<(), StageError> {
    let (opened, stage) = planned(openings, claim)?;
    let partial = stages::run(&opened, stage, claim.task, context)?;
    if context.cancelled() {
        return Err(StageError::Stopped);
    }
    opened.commit(stage, claim.task, &partial)
}

//! One task from claim to settlement: runs the handler and tells the queue how it went.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use poimuri_shared::error::chain;
use poimuri_shared::queue::{Answer, Cause, Claim, Commit, Failed, Failure, Fingerprint, LEASE, Queue};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::held::Held;
use super::{Handler, Outcome};
use crate::heartbeat::{Running, Stop, TaskContext};

/// What every task of a worker needs.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) queue: Arc<dyn Queue>,
    pub(super) handler: Arc<dyn Handler>,
    pub(super) running: Arc<Running>,
    pub(super) task_timeout: Duration,
    /// True once running tasks must be given back.
    pub(super) drained: watch::Receiver<bool>,
    /// Held by whoever may still talk to the queue.
    #[expect(dead_code, reason = "its drop is the message")]
    pub(super) open: mpsc::Sender<Infallible>,
}

/// What becomes of a claim.
enum Settlement {
    Commit { core_ms: u64 },
    Fail(Failure),
    Release,
}

/// Stops the handler's task when the worker stops waiting for it.
struct Handling(JoinHandle<Outcome>);

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Desk {
    /// Never fails: what went wrong is told to the queue, not to apalis, which would count on its own.
    pub(super) async fn work(self, held: Held) -> Result<(), std::io::Error> {
        let context = TaskContext::default();
        let _entry = self.running.enter(held.claim(), &context);
        let outcome = self.handle(held.claim().clone(), &context).await;
        self.settle(held.claim(), settlement(outcome)).await;
        held.settled();
        Ok(())
    }

    async fn handle(&self, claim: Claim, context: &TaskContext) -> Outcome {
        let mut drained = self.drained.clone();
        // A task of its own: a panic ends it alone.
        let mut handling = Handling(tokio::spawn(self.handler.handle(claim, context.clone())));
        tokio::select! {
            outcome = &mut handling.0 => outcome.unwrap_or_else(|_| Outcome::Retry {
                after: Duration::from_secs(1),
                fingerprint: Fingerprint::new("handler-panicked"),
            }),
            () = tokio::time::sleep(self.task_timeout) => {
                context.ask_to_stop(Stop::TimedOut);
                Outcome::Retry { after: Duration::ZERO, fingerprint: Fingerprint::new(TIMED_OUT) }
            }
            _ = drained.wait_for(|drained| *drained) => {
                context.ask_to_stop(Stop::Drained);
                Outcome::Cancelled
            }
        }
    }

    async fn settle(&self, claim: &Claim, settlement: Settlement) {
        match settlement {
            Settlement::Commit { core_ms } => {
                if self.insist("commit", || self.queue.commit(claim, core_ms)).await == Some(Commit::Stale) {
                    tracing::info!(order = %claim.order, stage = claim.stage, task = claim.task, "lease was lost");
                }
            }
            Settlement::Fail(failure) => {
                let failed = self.insist("fail", || self.queue.fail(claim, &failure)).await;
                // Why an order is refused, its handler says; no worker is at fault.
                if failed == Some(Failed::Dead) && failure.cause != Cause::Refused {
                    tracing::warn!(order = %claim.order, stage = claim.stage, task = claim.task, "task given up");
                }
            }
            Settlement::Release => self.give_back(claim).await,
        }
    }

    pub(super) async fn give_back(&self, claim: &Claim) {
        self.insist("release", || self.queue.release(claim)).await;
    }

    /// Tells the queue for as long as a lease may hold; later it is of no use, for the store has the truth.
    async fn insist<'a, T>(&self, what: &str, call: impl Fn() -> Answer<'a, T>) -> Option<T> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            match call().await {
                Ok(answer) => return Some(answer),
                Err(error) if begun.elapsed() > LEASE => {
                    tracing::warn!(error = chain(&error), what, "gave up telling the queue");
                    return None;
                }
                Err(error) => tracing::debug!(error = chain(&error), what, "cannot tell the queue"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }
}

const TIMED_OUT: &str = "timed-out";

fn settlement(outcome: Outcome) -> Settlement {
    let fail =
        |cause, fingerprint, retry_after| Settlement::Fail(Failure { cause, fingerprint, retry_after });
    match outcome {
        Outcome::Done { core_ms } => Settlement::Commit { core_ms },
        Outcome::Refused => fail(Cause::Refused, Fingerprint::new("refused"), Duration::ZERO),
        Outcome::Retry { after, fingerprint } => {
            let cause = if fingerprint.as_str() == TIMED_OUT { Cause::TimedOut } else { Cause::Error };
            fail(cause, fingerprint, after)
        }
        Outcome::Abort { fingerprint } => fail(Cause::Aborted, fingerprint, Duration::ZERO),
        Outcome::Cancelled => Settlement::Release,
    }
}

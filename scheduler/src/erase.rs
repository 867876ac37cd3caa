//! The acting scheduler's rounds over what has outlived its retention: beside the loop, never in its way.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use poimuri_shared::error::chain;
use poimuri_shared::retention::{Erasure, Outcome, Round};
use tokio::task::JoinHandle;

use crate::service::{Scheduler, ServiceError};

/// What writers left that died goes once it is this old: no upload takes a day.
const ORPHANS: Duration = Duration::from_secs(24 * 3600);

/// The round that is under way, if one is.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    running: Option<JoinHandle<()>>,
}

impl Rounds {
    /// Begins a round unless one is under way.
    pub(crate) fn begin(&mut self, scheduler: &Arc<Scheduler>) {
        if self.running.as_ref().is_some_and(|round| !round.is_finished()) {
            return;
        }
        let scheduler = Arc::clone(scheduler);
        self.running = Some(tokio::spawn(async move {
            if let Err(error) = round(&scheduler).await {
                tracing::error!(error = %chain(&error), "retention cannot be looked after, will try again");
            }
        }));
    }
}

impl Drop for Rounds {
    /// Between two steps; an erasure that is cut short is done at the next round.
    fn drop(&mut self) {
        if let Some(round) = &self.running {
            round.abort();
        }
    }
}

async fn round(scheduler: &Scheduler) -> Result<(), ServiceError> {
    let (now, periods) = (scheduler.clock().now(), scheduler.settings().retention);
    let store = Arc::clone(scheduler.orders().store());
    let mut round = Round::new(store, periods, now, now);
    while scheduler.is_acting() {
        let told = round.damaged().len();
        let (back, step) = scheduler
            .blocking(move |_orders| {
                let step = round.step()?;
                Ok((round, step))
            })
            .await?;
        let Some(step) = step else { break };
        step.iter().for_each(tell);
        round = back;
        if round.damaged().len() > told {
            tell_damaged(&round);
        }
    }
    let swept = scheduler.blocking(|orders| Ok(orders.store().sweep_orphans(ORPHANS)?)).await?;
    if swept > 0 {
        tracing::info!(files = swept, "left behind by writers that died, removed");
    }
    Ok(())
}

fn tell_damaged(round: &Round) {
    for (order, error) in round.damaged() {
        tracing::error!(order.id = %order, error = %chain(error), "open order is damaged: what it needs is not held back for it");
    }
}

fn tell(erasure: &Erasure) {
    let what = &erasure.kept;
    match &erasure.outcome {
        Ok(Outcome::Erased(certificate)) => {
            tracing::info!(%what, objects = certificate.begun.objects, "erased under retention");
        }
        Ok(Outcome::Held(reason)) => tracing::debug!(%what, reason, "retention is over, but it is held"),
        Err(error) => tracing::error!(%what, error = %chain(error), "cannot be erased, will try again"),
    }
}

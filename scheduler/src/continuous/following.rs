//! The acting scheduler's looks at living subscriptions: beside the loop, never in its way.

use std::sync::Arc;

use poimuri_shared::error::chain;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::subscriptions::{Prompt, Subscriptions};
use tokio::task::JoinHandle;
use tokio::time::Interval;

use super::Moved;
use crate::reconcile::every;
use crate::service::{Scheduler, ServiceError};

/// The look that is under way, if one is, and what earlier ones read.
#[derive(Debug)]
pub struct Following {
    subscriptions: Subscriptions,
    running: Option<JoinHandle<()>>,
    ticks: Option<Interval>,
}

impl Following {
    /// Nothing was looked at.
    #[must_use]
    pub fn new(scheduler: &Scheduler) -> Self {
        let ticks = scheduler.settings().subscriptions_every.map(every);
        Self { subscriptions: Subscriptions::new(scheduler.orders().clone()), running: None, ticks }
    }

    /// Waits until it is time to look again; for ever if subscriptions are not followed.
    pub(crate) async fn due(&mut self) {
        match &mut self.ticks {
            Some(ticks) => drop(ticks.tick().await),
            None => std::future::pending().await,
        }
    }

    /// Begins a look at every living subscription unless one is under way.
    pub(crate) fn begin(&mut self, scheduler: &Arc<Scheduler>) {
        if self.running.as_ref().is_some_and(|look| !look.is_finished()) {
            return;
        }
        let (scheduler, subscriptions) = (Arc::clone(scheduler), self.subscriptions.clone());
        self.running = Some(tokio::spawn(async move {
            if let Err(error) = look(&scheduler, &subscriptions).await {
                tracing::error!(error = %chain(&error), "subscriptions cannot be looked at, will try again");
            }
        }));
    }
}

impl Drop for Following {
    /// Between two subscriptions; what was begun is found at the next look.
    fn drop(&mut self) {
        if let Some(look) = &self.running {
            look.abort();
        }
    }
}

impl Scheduler {
    /// As [`Scheduler::move_on`], from an asynchronous runtime; what was begun is looked at at once.
    ///
    /// # Errors
    /// As [`Scheduler::move_on`].
    pub async fn move_along(
        self: &Arc<Self>,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        prompt: Prompt,
    ) -> Result<Moved, ServiceError> {
        let (acting, subscriptions, id) = (Arc::clone(self), subscriptions.clone(), id.clone());
        let moved = self.blocking(move |_orders| acting.move_on(&subscriptions, &id, prompt)).await?;
        if let Moved::Order(order) = &moved {
            self.hint(order.clone());
        }
        Ok(moved)
    }
}

async fn look(scheduler: &Arc<Scheduler>, subscriptions: &Subscriptions) -> Result<(), ServiceError> {
    let known = subscriptions.clone();
    let living = scheduler.blocking(move |_orders| Ok(known.living()?)).await?;
    for id in living {
        if !scheduler.is_acting() {
            break;
        }
        tell(&id, scheduler.move_along(subscriptions, &id, Prompt::Rhythm).await);
    }
    Ok(())
}

fn tell(id: &SubscriptionId, moved: Result<Moved, ServiceError>) {
    match moved {
        Ok(Moved::Order(_) | Moved::Nothing(_)) => {}
        Ok(Moved::Ended(reason)) => tracing::info!(subscription.id = %id, reason, "subscription has ended"),
        Ok(Moved::Refused(reasons)) => {
            tracing::warn!(subscription.id = %id, reason = reasons.join("; "), "run refused");
        }
        Err(error) => {
            tracing::error!(subscription.id = %id, error = %chain(&error), "subscription cannot go on, will try again");
        }
    }
}

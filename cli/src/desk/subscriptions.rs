//! Subscriptions in the store, as an operator, or through a scheduler over HTTP.

use std::path::Path;
use std::sync::Arc;

use poimuri_client::ClientError;
use poimuri_scheduler::ServiceError;
use poimuri_scheduler::accept::Subscribing;
use poimuri_scheduler::continuous::{Listing, SubscriptionService};
use poimuri_scheduler::role::Role;
use poimuri_scheduler::service::Scheduler;
use poimuri_shared::audit::Action;
use poimuri_shared::delivery::Manifest;
use poimuri_shared::ids::{RegisterId, SubscriptionId};
use poimuri_shared::retention::Kept;
use poimuri_shared::subscriptions::{
    Acknowledged, Brought, Prompt, Run, Subscribed, SubscriptionDetail, SubscriptionState, SubscriptionView,
    TakenAway, Went,
};
use poimuri_worker::deliver::copy_stored;

use super::{Desk, Handed, errors, remote};
use crate::context::{Context, must_be_kept};
use crate::failure::{Failure, Outcome};

/// Whoever may write into the store.
const ROLE: Role = Role::Operator;

fn of(scheduler: &Arc<Scheduler>) -> SubscriptionService {
    SubscriptionService::new(Arc::clone(scheduler))
}

fn here<T>(answer: Result<T, ServiceError>) -> Outcome<T> {
    refusing("the subscription is", answer)
}

fn refusing<T>(what: &str, answer: Result<T, ServiceError>) -> Outcome<T> {
    answer.map_err(|error| errors::refusing(what, &error))
}

fn there<T>(answer: Result<T, ClientError>) -> Outcome<T> {
    answer.map_err(|error| errors::client(&error))
}

impl Desk {
    /// Hands a subscription in.
    ///
    /// # Errors
    /// Each reason against it.
    pub(crate) async fn subscribe(&self, handed: Handed) -> Outcome<Subscribed> {
        match self {
            Self::Store(scheduler) => {
                let Handed { text, format, registers, key, seed: _, priority: _ } = handed;
                let register = registers.into_iter().next();
                let asked = Subscribing { text, format, register, idempotency_key: key };
                here(of(scheduler).subscribe(&ROLE, asked).await)
            }
            Self::Scheduler(client) => there(client.subscribe(&remote::submission(handed)?).await),
        }
    }

    /// The newest subscriptions.
    ///
    /// # Errors
    /// If store or scheduler cannot be reached.
    pub(crate) async fn subscriptions(
        &self,
        limit: usize,
        state: Option<SubscriptionState>,
    ) -> Outcome<Vec<SubscriptionView>> {
        match self {
            Self::Store(scheduler) => {
                here(of(scheduler).list(&ROLE, Listing { limit, before: None, state }).await)
            }
            Self::Scheduler(client) => there(client.subscriptions(limit, state).await),
        }
    }

    /// A subscription with its loads and runs.
    ///
    /// # Errors
    /// If it is not known, or store or scheduler cannot be reached.
    pub(crate) async fn subscription(&self, id: &SubscriptionId) -> Outcome<SubscriptionDetail> {
        match self {
            Self::Store(scheduler) => here(of(scheduler).show(&ROLE, id).await),
            Self::Scheduler(client) => there(client.subscription(id).await),
        }
    }

    /// Begins what a subscription needs now; with `due` only what its rhythm says.
    ///
    /// # Errors
    /// If a run may not begin, it is not known, or store or scheduler cannot be reached.
    pub(crate) async fn move_on(&self, id: &SubscriptionId, due: bool) -> Outcome<Went> {
        match self {
            Self::Store(scheduler) => {
                let prompt = if due { Prompt::Rhythm } else { Prompt::Hand };
                refusing("the run is", of(scheduler).run(&ROLE, id, prompt).await)
            }
            Self::Scheduler(client) => there(client.run_subscription(id, due).await),
        }
    }

    /// Holds back or lets go the runs of a subscription.
    ///
    /// # Errors
    /// If it is not known, has ended, or store or scheduler cannot be reached.
    pub(crate) async fn set_paused(
        &self,
        id: &SubscriptionId,
        is_paused: bool,
    ) -> Outcome<SubscriptionDetail> {
        match self {
            Self::Store(scheduler) => here(of(scheduler).set_paused(&ROLE, id, is_paused).await),
            Self::Scheduler(client) if is_paused => there(client.pause_subscription(id).await),
            Self::Scheduler(client) => there(client.resume_subscription(id).await),
        }
    }

    /// Ends a subscription for good.
    ///
    /// # Errors
    /// If the reason may not be written down, it is not known, or store or scheduler cannot be reached.
    pub(crate) async fn end_subscription(
        &self,
        id: &SubscriptionId,
        reason: Option<String>,
    ) -> Outcome<SubscriptionDetail> {
        match self {
            Self::Store(scheduler) => refusing("the end is", of(scheduler).end(&ROLE, id, reason).await),
            Self::Scheduler(client) => there(client.end_subscription(id, reason.as_deref()).await),
        }
    }

    /// Brings the members in an uploaded register.
    ///
    /// # Errors
    /// Each reason against it; if the subscription is not known, or store or scheduler cannot be reached.
    pub(crate) async fn add_members(&self, id: &SubscriptionId, register: RegisterId) -> Outcome<Brought> {
        match self {
            Self::Store(scheduler) => {
                refusing("the members are", of(scheduler).add_members(&ROLE, id, register).await)
            }
            Self::Scheduler(client) => there(client.add_members(id, &register).await),
        }
    }

    /// Takes the members away whose keys are in an uploaded register.
    ///
    /// # Errors
    /// As [`Desk::add_members`].
    pub(crate) async fn remove_members(
        &self,
        id: &SubscriptionId,
        register: RegisterId,
    ) -> Outcome<TakenAway> {
        match self {
            Self::Store(scheduler) => {
                refusing("the removal is", of(scheduler).remove_members(&ROLE, id, register).await)
            }
            Self::Scheduler(client) => there(client.remove_members(id, &register).await),
        }
    }

    /// Notes that the customer received the delivery of a step.
    ///
    /// # Errors
    /// If nothing was delivered in that step, or store or scheduler cannot be reached.
    pub(crate) async fn acknowledge(&self, id: &SubscriptionId, step: u32) -> Outcome<Acknowledged> {
        match self {
            Self::Store(scheduler) => here(of(scheduler).acknowledge(&ROLE, id, step).await),
            Self::Scheduler(client) => there(client.acknowledge(id, step).await),
        }
    }

    /// Copies the delivery of a run into a folder, encrypted as it is. The look is logged.
    ///
    /// # Errors
    /// If it was erased or is damaged, the folder cannot be written, or store or scheduler cannot be reached.
    pub(crate) async fn copy_delivery(
        &self,
        context: &Context,
        (id, run): (&SubscriptionId, &Run),
        out: &Path,
    ) -> Outcome<Manifest> {
        match self {
            Self::Store(_) => {
                must_be_kept(context, &Kept::Delivery(run.order.clone()))?;
                let manifest = copy_stored(&*context.store, &run.order, out)
                    .map_err(|error| Failure::from_disposed(&error, "copy the delivery"))?;
                context.log_look(Action::DeliveryRead, run.order.as_str())?;
                Ok(manifest)
            }
            Self::Scheduler(client) => there(client.copy_delivery(id, run.step, out).await),
        }
    }
}

//! What a scheduler can be asked of subscriptions, by whom: a customer reaches its own, and to it others do not exist.

use std::sync::Arc;

use poimuri_shared::audit::Action;
use poimuri_shared::ids::{RegisterId, SubscriptionId};
use poimuri_shared::subscriptions::{
    Acknowledged, Brought, Prompt, Subscribed, Subscription, SubscriptionDetail, SubscriptionState,
    SubscriptionView, Subscriptions, TakenAway, Went,
};

use super::reason::check_reason;
use super::{DeliveryFile, Moved, known};
use crate::role::Role;
use crate::service::{Scheduler, ServiceError};
use crate::submission::Subscribing;

/// The subscriptions of a scheduler. Calls block no asynchronous thread.
#[derive(Debug, Clone)]
pub struct SubscriptionService {
    scheduler: Arc<Scheduler>,
    subscriptions: Subscriptions,
}

/// Which subscriptions are listed.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// At most this many.
    pub limit: usize,
    /// Only those older than this one.
    pub before: Option<SubscriptionId>,
    /// Only those in this state.
    pub state: Option<SubscriptionState>,
}

impl SubscriptionService {
    /// The subscriptions beside a scheduler's orders.
    #[must_use]
    pub fn new(scheduler: Arc<Scheduler>) -> Self {
        let subscriptions = Subscriptions::new(scheduler.orders().clone());
        Self { scheduler, subscriptions }
    }

    /// Accepts a subscription and the order that loads its first members.
    ///
    /// # Errors
    /// As [`Scheduler::subscribe`].
    pub async fn subscribe(&self, role: &Role, asked: Subscribing) -> Result<Subscribed, ServiceError> {
        let (acting, role) = (self.clone(), role.clone());
        let call = move |_orders: &_| acting.scheduler.subscribe(&acting.subscriptions, &asked, &role);
        let subscribed = self.scheduler.blocking(call).await?;
        self.scheduler.hint(subscribed.order.clone());
        Ok(subscribed)
    }

    /// Subscriptions, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self, role: &Role, listing: Listing) -> Result<Vec<SubscriptionView>, ServiceError> {
        let (subscriptions, role) = (self.subscriptions.clone(), role.clone());
        let call = move |_orders: &_| {
            let mut views = Vec::new();
            for id in subscriptions.all()?.into_iter().rev() {
                if views.len() >= listing.limit {
                    break;
                }
                if listing.before.as_ref().is_some_and(|before| id >= *before) {
                    continue;
                }
                let found = subscriptions.find(&id)?;
                let Some(own) = found.filter(|found| role.sees(&found.order.customer)) else { continue };
                let view = subscriptions.view(&own)?;
                if listing.state.is_none_or(|state| state == view.state) {
                    views.push(view);
                }
            }
            Ok(views)
        };
        self.scheduler.blocking(call).await
    }

    /// A subscription with its loads and runs.
    ///
    /// # Errors
    /// When it is not known or the store fails.
    pub async fn show(&self, role: &Role, id: &SubscriptionId) -> Result<SubscriptionDetail, ServiceError> {
        self.on(role, id, |own| Ok(own.subscriptions.detail(&own.subscription)?)).await
    }

    /// Looks at a subscription and begins what it needs.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if a run may not begin; when it is not known or the store fails.
    pub async fn run(&self, role: &Role, id: &SubscriptionId, prompt: Prompt) -> Result<Went, ServiceError> {
        self.on(role, id, |_own| Ok(())).await?;
        let moved = self.scheduler.move_along(&self.subscriptions, id, prompt).await?;
        let went = |order, is_over, state| Ok(Went { id: id.clone(), order, is_over, state });
        match moved {
            Moved::Order(order) => {
                went(Some(order), false, "an order of the subscription is under way".into())
            }
            Moved::Nothing(why) => went(None, false, why.to_string()),
            Moved::Ended(reason) => went(None, true, format!("the subscription has ended: {reason}")),
            Moved::Refused(reasons) => Err(ServiceError::Refused(reasons)),
        }
    }

    /// Holds back or lets go the runs of a subscription.
    ///
    /// # Errors
    /// When it is not known, has ended, or the store fails.
    pub async fn set_paused(
        &self,
        role: &Role,
        id: &SubscriptionId,
        is_paused: bool,
    ) -> Result<SubscriptionDetail, ServiceError> {
        self.on(role, id, move |own| {
            let (id, actor) = (&own.subscription.id, own.role.actor());
            own.scheduler.pause_subscription(&own.subscriptions, id, is_paused, actor)?;
            Ok(own.subscriptions.detail(&own.subscription)?)
        })
        .await
    }

    /// Ends a subscription for good.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] for a reason that may not be written down; when it is not known or the store fails.
    pub async fn end(
        &self,
        role: &Role,
        id: &SubscriptionId,
        reason: Option<String>,
    ) -> Result<SubscriptionDetail, ServiceError> {
        let reason = reason.unwrap_or_else(|| match role {
            Role::Operator => "ended by an operator".to_owned(),
            Role::Customer(_) => "ended by its customer".to_owned(),
        });
        check_reason(&reason)?;
        let ended = self.on(role, id, move |own| {
            let (id, actor) = (&own.subscription.id, own.role.actor());
            own.scheduler.end_subscription(&own.subscriptions, id, &reason, actor)?;
            Ok(own.subscriptions.detail(&own.subscription)?)
        });
        let ended = ended.await?;
        if let Some(last) = ended.runs.last() {
            // It may have been under way, and is cancelled then.
            self.scheduler.hint(last.order.clone());
        }
        Ok(ended)
    }

    /// Brings the members in an uploaded register.
    ///
    /// # Errors
    /// As [`Scheduler::add_members`]; when the subscription is not known.
    pub async fn add_members(
        &self,
        role: &Role,
        id: &SubscriptionId,
        register: RegisterId,
    ) -> Result<Brought, ServiceError> {
        let brought = self.on(role, id, move |own| {
            let (id, caller) = (&own.subscription.id, own.role.caller());
            own.scheduler.add_members(&own.subscriptions, id, &register, caller)
        });
        let brought = brought.await?;
        self.scheduler.hint(brought.order.clone());
        Ok(brought)
    }

    /// Takes the members away whose keys are in an uploaded register.
    ///
    /// # Errors
    /// As [`Scheduler::remove_members`]; when the subscription is not known.
    pub async fn remove_members(
        &self,
        role: &Role,
        id: &SubscriptionId,
        register: RegisterId,
    ) -> Result<TakenAway, ServiceError> {
        self.on(role, id, move |own| {
            let (id, caller) = (&own.subscription.id, own.role.caller());
            own.scheduler.remove_members(&own.subscriptions, id, &register, caller)
        })
        .await
    }

    /// Notes that the customer received the delivery of a step.
    ///
    /// # Errors
    /// When nothing was delivered in that step, the subscription is not known, or the store fails.
    pub async fn acknowledge(
        &self,
        role: &Role,
        id: &SubscriptionId,
        step: u32,
    ) -> Result<Acknowledged, ServiceError> {
        self.on(role, id, move |own| {
            own.scheduler.acknowledge(&own.subscriptions, &own.subscription.id, step, own.role.actor())
        })
        .await
    }

    /// A file of the delivery of a step as it is stored: the manifest, or one that it names. The look is logged.
    ///
    /// # Errors
    /// When there is no such, it was erased, or the store fails.
    pub async fn delivery(
        &self,
        role: &Role,
        (id, step): (&SubscriptionId, u32),
        name: String,
    ) -> Result<DeliveryFile, ServiceError> {
        let file = self.on(role, id, move |own| {
            own.scheduler.delivery_file(&own.subscriptions, (&own.subscription.id, step), &name)
        });
        let file = file.await?;
        self.scheduler.log(role.actor(), Action::DeliveryRead, file.order.as_str()).await?;
        Ok(file)
    }

    /// Does something with a subscription the caller may see.
    async fn on<T: Send + 'static>(
        &self,
        role: &Role,
        id: &SubscriptionId,
        act: impl FnOnce(Own) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (Self { scheduler, subscriptions }, role, id) = (self.clone(), role.clone(), id.clone());
        let call = move |_orders: &_| {
            let subscription = known(&subscriptions, &id)?;
            if !role.sees(&subscription.order.customer) {
                return Err(ServiceError::NotFound(format!("subscription {id}")));
            }
            act(Own { scheduler, subscriptions, subscription, role })
        };
        self.scheduler.blocking(call).await
    }
}

/// A subscription that the caller may see, and who that is.
struct Own {
    scheduler: Arc<Scheduler>,
    subscriptions: Subscriptions,
    subscription: Subscription,
    role: Role,
}

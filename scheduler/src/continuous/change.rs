//! What is asked of a subscription besides runs and members: pause, end, acknowledgement.

use poimuri_shared::audit::Action;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::subscriptions::{Acknowledged, Standing, Step, Subscription, Subscriptions, What};

use super::delivery::delivered;
use super::known;
use crate::service::{Scheduler, ServiceError};

impl Scheduler {
    /// Holds back or lets go the runs of a subscription.
    ///
    /// # Errors
    /// When it has ended, is not known, or the store fails.
    pub fn pause_subscription(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        is_paused: bool,
        actor: &str,
    ) -> Result<(), ServiceError> {
        let subscription = known(subscriptions, id)?;
        let (what, action) = if is_paused {
            (What::Paused, Action::SubscriptionPaused)
        } else {
            (What::Resumed, Action::SubscriptionResumed)
        };
        let step = Step { at: self.clock().now(), what };
        loop {
            let standing = must_live(id, subscriptions.standing(id)?)?;
            if standing.paused == is_paused {
                return Ok(());
            }
            if subscriptions.append(id, standing.next, &step)? {
                return self.note_subscription(actor, action, &subscription, &[]);
            }
        }
    }

    /// Ends a subscription for good; an order of it that is under way is cancelled.
    ///
    /// # Errors
    /// When it is not known or the store fails.
    pub fn end_subscription(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        reason: &str,
        actor: &str,
    ) -> Result<(), ServiceError> {
        let subscription = known(subscriptions, id)?;
        let (at, reason) = (self.clock().now(), reason.to_owned());
        let step = Step { at, what: What::Ended { reason: reason.clone() } };
        loop {
            let standing = subscriptions.standing(id)?;
            let is_taken = standing.ended.is_some() || subscriptions.append(id, standing.next, &step)?;
            if !is_taken {
                continue;
            }
            if let Some((_, open)) = standing.open.as_ref()
                && let Some(begun) = open.begun()
            {
                let state = OrderState::Cancelled;
                self.orders().finish(&begun.order, End { state, reason: Some(reason.clone()), at })?;
            }
            subscriptions.close(id)?;
            if standing.ended.is_none() {
                let details = [("reason", reason)];
                self.note_subscription(actor, Action::SubscriptionEnded, &subscription, &details)?;
            }
            return Ok(());
        }
    }

    /// Notes that the customer received the delivery of a step.
    ///
    /// # Errors
    /// When nothing was delivered in that step, or the store fails.
    pub fn acknowledge(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        step: u32,
        actor: &str,
    ) -> Result<Acknowledged, ServiceError> {
        let subscription = known(subscriptions, id)?;
        delivered(&subscriptions.standing(id)?, id, step)?;
        let is_new = subscriptions.acknowledge(id, step, self.clock().now())?;
        if is_new {
            let details = [("step", step.to_string())];
            self.note_subscription(actor, Action::DeliveryAcknowledged, &subscription, &details)?;
        }
        Ok(Acknowledged { id: id.clone(), step, known: !is_new })
    }

    /// A living subscription no order of which is under way.
    pub(super) fn at_rest(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
    ) -> Result<(Subscription, Standing), ServiceError> {
        let subscription = known(subscriptions, id)?;
        let standing = must_live(id, subscriptions.standing(id)?)?;
        match &standing.open {
            None => Ok((subscription, standing)),
            Some(_) => Err(under_way(id)),
        }
    }

    pub(super) fn take(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        standing: &Standing,
        step: &Step,
    ) -> Result<(), ServiceError> {
        if subscriptions.append(id, standing.next, step)? { Ok(()) } else { Err(under_way(id)) }
    }
}

fn must_live(id: &SubscriptionId, standing: Standing) -> Result<Standing, ServiceError> {
    match &standing.ended {
        None => Ok(standing),
        Some((_, reason)) => Err(ServiceError::NotYet(format!("subscription {id} has ended: {reason}"))),
    }
}

fn under_way(id: &SubscriptionId) -> ServiceError {
    ServiceError::NotYet(format!("an order of subscription {id} is under way: try again once it has ended"))
}

//! What is asked of a subscription besides runs: members brought and taken away, pause, end, acknowledgement.

use poimuri_shared::audit::Action;
use poimuri_shared::ids::{OrderId, RegisterId, SubscriptionId};
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::order::RegisterSource;
use poimuri_shared::permit::Moment;
use poimuri_shared::snapshot::catalog;
use poimuri_shared::subscriptions::{
    Members, RunState, Standing, Step, Subscription, Subscriptions, Task, What,
};

use super::{known, unreadable};
use crate::accept::{lines, refused};
use crate::own_register::{check_columns, check_register, must_have_key};
use crate::service::{Scheduler, ServiceError};

/// Members that were taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// How many went.
    pub removed: usize,
    /// Keys that no member has.
    pub unknown: usize,
    /// How many are left.
    pub left: usize,
}

impl Scheduler {
    /// Brings members: the order that loads them on the snapshot the subscription stands at.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with each reason, [`ServiceError::NotYet`] while an order of it is under way or its snapshot is
    /// gone, or when the store fails.
    pub fn add_members(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        register: &RegisterId,
    ) -> Result<OrderId, ServiceError> {
        let (subscription, standing) = self.at_rest(subscriptions, id)?;
        let mut order = subscription.order.clone();
        if let Some(own) = &mut order.register {
            own.source = RegisterSource::Id(register.clone());
        }
        let stored = check_register(self.orders(), &order, &mut [].iter())?;
        let stored = stored.ok_or_else(|| refused("register: is missing"))?;
        check_columns(&order, Some(&stored))?;
        must_have_key(&order, &stored)?;
        let manifest = match &standing.position {
            None => self.pin(&order)?,
            Some(position) => {
                let found = catalog::find(&self.settings().snapshots, position);
                let gone = || {
                    ServiceError::NotYet(format!("snapshot {position} is gone: run the subscription first"))
                };
                found.map_err(|error| unreadable(&error))?.ok_or_else(gone)?
            }
        };
        if let Err(refusals) = self.judge(self.orders(), &order, manifest.as_of, Moment::Start)? {
            return Err(ServiceError::Refused(lines(&refusals)));
        }
        let step = self.step(&manifest, stored.id, Task::Load { members: standing.members.clone() })?;
        self.take(subscriptions, id, &standing, &step)?;
        self.note_subscription(
            Action::SubscriptionMembers,
            &subscription,
            &[("rows", stored.quality.rows.to_string())],
        )?;
        self.begin(&subscription, standing.next, &step)
    }

    /// Takes members away by the customer's own keys.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if too few were left, [`ServiceError::NotYet`] while an order of it is under way, or when the
    /// store fails.
    pub fn remove_members(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        mut keys: Vec<String>,
    ) -> Result<Removed, ServiceError> {
        let (subscription, standing) = self.at_rest(subscriptions, id)?;
        let none = || ServiceError::NotYet(format!("subscription {id} has no members yet"));
        let members = standing.members.as_ref().ok_or_else(none)?;
        keys.sort_unstable();
        keys.dedup();
        let (store, masters) = (&**self.orders().store(), self.masters());
        let before = Members::read(store, &masters, members)?;
        // Members lie by their keys.
        let has = |key: &&String| before.all().binary_search_by(|member| member.key.cmp(key)).is_ok();
        let unknown = keys.iter().filter(|key| !has(key)).count();
        let count = before.all().len();
        let after = before.without(&keys);
        let left = after.all().len();
        let removed = Removed { removed: count - left, unknown, left };
        if removed.removed == 0 {
            return Ok(removed);
        }
        let least = self.settings().policy.minimum_result.max(1);
        if u64::try_from(left).unwrap_or(u64::MAX) < least {
            return Err(refused(&format!(
                "register: a subscription must keep at least {least} members; end it instead"
            )));
        }
        let now = self.clock().now();
        let name: RegisterId = format!("m-{}", OrderId::generate(now))
            .parse()
            .map_err(|error: poimuri_shared::ids::NameError| unreadable(&error))?;
        after.write(store, &masters, (&name, &subscription.order.customer), now)?;
        let count = u64::try_from(removed.removed).unwrap_or(u64::MAX);
        let step = Step { at: now, what: What::Removed { members: name, removed: count } };
        self.take(subscriptions, id, &standing, &step)?;
        self.note_subscription(
            Action::SubscriptionMembers,
            &subscription,
            &[("removed", count.to_string())],
        )?;
        Ok(removed)
    }

    /// Holds back or lets go the runs of a subscription.
    ///
    /// # Errors
    /// When it has ended, is not known, or the store fails.
    pub fn pause_subscription(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        is_paused: bool,
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
                return self.note_subscription(action, &subscription, &[]);
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
                self.note_subscription(Action::SubscriptionEnded, &subscription, &[("reason", reason)])?;
            }
            return Ok(());
        }
    }

    /// Notes that the customer received the delivery of a step; whether it was not noted before.
    ///
    /// # Errors
    /// When nothing was delivered in that step, or the store fails.
    pub fn acknowledge(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        step: u32,
    ) -> Result<bool, ServiceError> {
        let subscription = known(subscriptions, id)?;
        let standing = subscriptions.standing(id)?;
        let is_this = |run: &&poimuri_shared::subscriptions::Run| run.step == step;
        if standing.runs.iter().find(is_this).is_none_or(|run| run.state != RunState::Delivered) {
            return Err(ServiceError::NotFound(format!("a delivery of step {step} of subscription {id}")));
        }
        let is_new = subscriptions.acknowledge(id, step, self.clock().now())?;
        if is_new {
            self.note_subscription(
                Action::DeliveryAcknowledged,
                &subscription,
                &[("step", step.to_string())],
            )?;
        }
        Ok(is_new)
    }

    /// A living subscription no order of which is under way.
    fn at_rest(
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

    fn take(
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

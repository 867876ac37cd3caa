//! Subscriptions accepted: everything an order is asked, and what only a subscription needs.

use poimuri_shared::audit::Action;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::registers::StoredRegister;
use poimuri_shared::snapshot::Manifest;
use poimuri_shared::subscriptions::{
    self, Asked, Claim, Step, Subscribed, Subscription, Subscriptions, Task,
};

use crate::accept::{Caller, Subscribing};
use crate::accept::{digest, for_another_customer, lines, refused};
use crate::guard::check_review;
use crate::own_register::{check_columns, check_register, check_uploads, must_have_key};
use crate::role::Role;
use crate::service::{Scheduler, ServiceError};

impl Scheduler {
    /// Accepts a subscription and the order that loads its first members.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with each reason, [`ServiceError::Conflict`] for a key used for another subscription, or
    /// when the store fails.
    pub fn subscribe(
        &self,
        subscriptions: &Subscriptions,
        subscribing: &Subscribing,
        role: &Role,
    ) -> Result<Subscribed, ServiceError> {
        let parsed = subscriptions::read(&subscribing.text, subscribing.format)
            .map_err(|refused| ServiceError::Refused(lines(&refused.problems)))?;
        let asked = parsed.value;
        if !role.sees(&asked.order.customer) {
            return Err(for_another_customer());
        }
        check_review(&asked.order, role.caller())?;
        let orders = self.orders();
        let manifest = self.pin(&asked.order)?;
        let mut uploaded = subscribing.register.as_slice().iter();
        let stored = check_register(orders, &asked.order, &mut uploaded)?;
        check_uploads(uploaded)?;
        let stored = stored.ok_or_else(|| refused("register: is missing"))?;
        check_columns(&asked.order, Some(&stored))?;
        must_have_key(&asked.order, &stored)?;
        self.admit(orders, &asked.order, &manifest, role.caller())?;
        let subscription = self.named(subscriptions, subscribing.idempotency_key.as_deref(), asked)?;
        let before = subscriptions.first(&subscription.id)?;
        let known = before.is_some();
        let first = match before {
            Some(first) => first,
            None => self.create(subscriptions, &subscription, (&manifest, stored), role.caller())?,
        };
        let order = self.begin(&subscription, 0, &first)?;
        let Subscription { id, rhythm, .. } = subscription;
        Ok(Subscribed { id, order, rhythm, known, warnings: lines(&parsed.warnings) })
    }

    /// What is asked for under its id: a new one, or that of an idempotency key that was used before. An acceptance that
    /// was cut short is taken up under its own id.
    fn named(
        &self,
        subscriptions: &Subscriptions,
        key: Option<&str>,
        asked: Asked,
    ) -> Result<Subscription, ServiceError> {
        let now = self.clock().now();
        let mut id = SubscriptionId::generate(now);
        let Asked { order, rhythm } = asked;
        if let Some(key) = key {
            let hash = self.hashed_key("subscription idempotency", &order.customer, key);
            let wanted = Claim { subscription: id.clone(), digest: digest(&(&order, &rhythm))? };
            if let Some(before) = subscriptions.claim_key(&hash, &wanted)? {
                if before.digest != wanted.digest {
                    let why = "the idempotency key was used for another subscription";
                    return Err(ServiceError::Conflict(why.to_owned()));
                }
                id = before.subscription;
            }
        }
        let found = if key.is_some() { subscriptions.find(&id)? } else { None };
        Ok(found.unwrap_or(Subscription { id, order, rhythm, created_at: now }))
    }

    /// Writes a subscription; its first step.
    fn create(
        &self,
        subscriptions: &Subscriptions,
        subscription: &Subscription,
        (manifest, register): (&Manifest, StoredRegister),
        caller: Caller,
    ) -> Result<Step, ServiceError> {
        let step = self.step(manifest, register.id, Task::Load { members: None }, caller)?;
        if subscriptions.create(subscription, &step)? {
            let rhythm = subscription.rhythm.to_string();
            let actor = caller.actor(&subscription.order.customer);
            self.note_subscription(actor, Action::SubscriptionAdded, subscription, &[("rhythm", rhythm)])?;
            return Ok(step);
        }
        // Another came first under the same key.
        let none = || ServiceError::Internal("the subscription has no first step".into());
        subscriptions.first(&subscription.id)?.ok_or_else(none)
    }
}

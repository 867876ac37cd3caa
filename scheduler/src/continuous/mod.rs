//! Continuous updates: subscriptions accepted, their orders begun, each once.
//!
//! A step is written first and its order accepted after it, so that whoever finds a step without its order accepts the
//! order then: under the same id, with the same seed. Two who look at the same time want the same step number.

mod change;
mod delivery;
mod following;
mod members;
mod order;
mod reason;
mod service;
mod subscribe;

use poimuri_shared::audit::{Action, Event};
use poimuri_shared::ids::{OrderId, RegisterId, SubscriptionId};
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::orders::Orders;
use poimuri_shared::permit::Moment;
use poimuri_shared::registers::{self, RegisterError};
use poimuri_shared::registry;
use poimuri_shared::snapshot::{Manifest, catalog};
use poimuri_shared::subscriptions::{
    Begun, Move, Newest, Prompt, Seen, Step, Subscription, Subscriptions, Task, What, decide,
};

use crate::accept::{lines, refused, seed};
use crate::own_register::{must_be_there, road_of_update};
use crate::service::{Scheduler, ServiceError};
use crate::submission::Caller;

pub use delivery::DeliveryFile;
pub use following::Following;
use order::accepted;
pub use service::{Listing, SubscriptionService};

/// What became of a look at a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// An order of it is under way.
    Order(OrderId),
    /// Nothing is to be done now, and why.
    Nothing(Move),
    /// It ended, just now or before, and why.
    Ended(String),
    /// A run may not begin; each reason.
    Refused(Vec<String>),
}

impl Scheduler {
    /// Looks at a subscription and does what it needs.
    ///
    /// # Errors
    /// When it is not known or the store fails; looking again is safe.
    pub fn move_on(
        &self,
        subscriptions: &Subscriptions,
        id: &SubscriptionId,
        prompt: Prompt,
    ) -> Result<Moved, ServiceError> {
        let subscription = known(subscriptions, id)?;
        let order = &subscription.order;
        loop {
            let standing = subscriptions.standing(id)?;
            let newest = catalog::latest(&self.settings().snapshots).map_err(|error| unreadable(&error))?;
            let position = standing.position.as_ref().map(|id| catalog::find(&self.settings().snapshots, id));
            let position = position.transpose().map_err(|error| unreadable(&error))?.flatten();
            let permit = order.permit.as_ref().map(|id| registry::permit(&**self.orders().store(), id));
            let permit = permit.transpose()?.flatten();
            let now = self.clock().now();
            let seen = Seen {
                permit: permit.as_ref(),
                newest: newest.as_ref().map(Newest::from),
                position_date: position.map(|manifest| manifest.as_of),
                now,
                prompt,
            };
            let (task, manifest) = match decide(&subscription, &standing, seen) {
                Move::Ended(reason) => {
                    // Whoever ended it may have been killed before it was off the list.
                    subscriptions.close(id)?;
                    return Ok(Moved::Ended(reason));
                }
                Move::End(reason) => {
                    self.end_subscription(subscriptions, id, &reason, "scheduler")?;
                    return Ok(Moved::Ended(reason));
                }
                Move::Wait(number, step) => {
                    return self.begin(&subscription, number, &step).map(Moved::Order);
                }
                Move::Begin(task, _) => (task, newest.ok_or_else(|| refused("snapshot: there is none"))?),
                nothing @ (Move::Paused | Move::NoMembers | Move::UpToDate | Move::NotDue(_)) => {
                    return Ok(Moved::Nothing(nothing));
                }
            };
            let judged = self.judge(self.orders(), order, manifest.as_of, Moment::Start)?;
            if let Err(refusals) = judged {
                return Ok(Moved::Refused(lines(&refusals)));
            }
            let Some(members) = standing.members else { return Ok(Moved::Nothing(Move::NoMembers)) };
            let step = self.step(&manifest, members, task, Caller::Operator)?;
            // Another who looked at the same time may have come first: then its step is the one to go on with.
            if subscriptions.append(id, standing.next, &step)? {
                return self.begin(&subscription, standing.next, &step).map(Moved::Order);
            }
        }
    }

    /// A step that begins an order on a snapshot; whoever brought the rows of its register is the caller.
    fn step(
        &self,
        manifest: &Manifest,
        register: RegisterId,
        task: Task,
        caller: Caller,
    ) -> Result<Step, ServiceError> {
        let at = self.clock().now();
        let (order, snapshot) = (OrderId::generate(at), manifest.id.clone());
        let by_customer = caller == Caller::Customer;
        let begun = Begun { order, seed: seed(None)?, snapshot, register, task, by_customer };
        Ok(Step { at, what: What::Begun(begun) })
    }

    /// Accepts the order of a step, unless it is accepted; what cannot be accepted any more ends as refused.
    fn begin(&self, subscription: &Subscription, number: u32, step: &Step) -> Result<OrderId, ServiceError> {
        let orders = self.orders();
        let begun = step.begun().ok_or_else(|| ServiceError::Internal("the step began no order".into()))?;
        if orders.is_open_or_ended(&begun.order)? {
            return Ok(begun.order.clone());
        }
        let manifest = catalog::find(&self.settings().snapshots, &begun.snapshot);
        let manifest = manifest.map_err(|error| unreadable(&error))?;
        let register = registers::get(&**orders.store(), &begun.register);
        let (manifest, register) = match (manifest, register) {
            (Some(manifest), Ok(register)) => (manifest, register),
            (_, Err(RegisterError::Store(error))) => return Err(error.into()),
            (None, Ok(_)) => return self.refuse(orders, begun, "its snapshot is not there any more"),
            (_, Err(error)) => return self.refuse(orders, begun, &error.to_string()),
        };
        let accepted = accepted(subscription, (number, step.at), begun, &manifest);
        let road = road_of_update(&accepted.order, Some(&register));
        self.write(orders, &accepted, &manifest, road)?;
        match must_be_there(orders, &accepted, self.clock().now()) {
            // It has ended then, as any order of a register that went.
            Ok(()) | Err(ServiceError::Refused(_)) => Ok(begun.order.clone()),
            Err(error) => Err(error),
        }
    }

    fn refuse(&self, orders: &Orders, begun: &Begun, reason: &str) -> Result<OrderId, ServiceError> {
        let (state, at) = (OrderState::Refused, self.clock().now());
        orders.finish(&begun.order, End { state, reason: Some(reason.to_owned()), at })?;
        Ok(begun.order.clone())
    }

    /// Notes in the audit log what was done to a subscription, and by whom.
    fn note_subscription(
        &self,
        actor: &str,
        action: Action,
        subscription: &Subscription,
        details: &[(&str, String)],
    ) -> Result<(), ServiceError> {
        let details = details.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let (actor, subject) = (actor.to_owned(), subscription.id.to_string());
        let event = Event { at: self.clock().now(), actor, action, subject, details };
        Ok(registry::log_event(&**self.orders().store(), &event)?)
    }
}

fn known(subscriptions: &Subscriptions, id: &SubscriptionId) -> Result<Subscription, ServiceError> {
    subscriptions.find(id)?.ok_or_else(|| ServiceError::NotFound(format!("subscription {id}")))
}

fn unreadable(error: &dyn std::error::Error) -> ServiceError {
    ServiceError::Internal(poimuri_shared::error::chain(error))
}

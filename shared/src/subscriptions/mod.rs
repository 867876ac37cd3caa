//! Continuous updates: what a customer subscribed to, and the steps that were taken for it.
//!
//! ```text
//! subscription ─► load ─► run ─► run ─► load (members added) ─► run …     one order each, as any update
//!                  │       └ position: the snapshot the customer has been brought up to
//!                  └ members: the persons found, as a register of their own
//! ```
//!
//! Steps are numbered objects and the first writer of a number wins, so there is one history. A step that begins an
//! order is taken only when the order before it has ended, and counts once its order was delivered: a run is known by
//! (subscription, from, to), and none is missed or done twice, whoever is killed at whatever moment.
//! Nothing is derived from the time at which somebody looks.

mod answer;
mod document;
mod due;
mod leaving;
mod members;
mod rhythm;
mod standing;
mod step;
mod told;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use answer::{
    Acknowledged, Brought, Subscribed, SubscriptionDetail, SubscriptionState, SubscriptionView, TakenAway,
    Went,
};
pub use document::{Asked, read};
pub use due::{GAP_DAYS, Move, Newest, Prompt, Seen, decide};
pub use leaving::Leaving;
pub use members::{Member, Members, columns_of_members};
pub use rhythm::{Rhythm, RhythmError};
pub use standing::{Run, RunState, Standing};
pub use step::{Begun, Continuous, Step, Task, TaskKind, What};

use crate::ids::SubscriptionId;
use crate::lifecycle::End;
use crate::order::Order;
use crate::orders::Orders;
use crate::registry;
use crate::store::{Objects, StoreError, each_child, json, layout};

/// Days that members are kept after a subscription is over.
const KEPT_DAYS: i32 = 30;

/// A continuous update as it was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// What each of its orders asks for; the register is that of its first members.
    pub order: Order,
    /// When it runs.
    pub rhythm: Rhythm,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// What an idempotency key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The subscription it was first used for.
    pub subscription: SubscriptionId,
    /// Digest of what that one asks for.
    pub digest: String,
}

/// The subscriptions of a store. Kept between looks, it reads no step twice whose order has ended.
#[derive(Debug, Clone)]
pub struct Subscriptions {
    orders: Orders,
    settled: Arc<Mutex<BTreeMap<SubscriptionId, Vec<Taken>>>>,
}

/// A step, and how its order ended.
#[derive(Debug, Clone)]
struct Taken {
    step: Step,
    end: Option<End>,
}

impl Subscriptions {
    /// Subscriptions beside the given orders.
    #[must_use]
    pub fn new(orders: Orders) -> Self {
        Self { orders, settled: Arc::default() }
    }

    fn store(&self) -> &dyn Objects {
        &**self.orders.store()
    }

    /// Claims an idempotency key; what it already stands for, if anything.
    ///
    /// # Errors
    /// When the store fails.
    pub fn claim_key(&self, key_hash: &str, wanted: &Claim) -> Result<Option<Claim>, StoreError> {
        let name = layout::idempotency(key_hash);
        if json::put_new(self.store(), &name, wanted)? { Ok(None) } else { json::get(self.store(), &name) }
    }

    /// Writes a new subscription; from its first step on it survives anything. False if it has a first step: whoever
    /// was cut short, or came first under the same idempotency key, wrote it.
    ///
    /// # Errors
    /// When the store fails: there is no subscription then, or one without a step.
    pub fn create(&self, subscription: &Subscription, first: &Step) -> Result<bool, StoreError> {
        let id = &subscription.id;
        json::put_new(self.store(), &layout::subscription(id), subscription)?;
        json::put_new(self.store(), &layout::subscribed(id), &subscription.created_at)?;
        self.append(id, 0, first)
    }

    /// The first step of a subscription; none before it was accepted whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn first(&self, id: &SubscriptionId) -> Result<Option<Step>, StoreError> {
        json::get(self.store(), &layout::subscription_step(id, 0))
    }

    /// A subscription; none if there is no such.
    ///
    /// # Errors
    /// When the store fails.
    pub fn find(&self, id: &SubscriptionId) -> Result<Option<Subscription>, StoreError> {
        json::get(self.store(), &layout::subscription(id))
    }

    /// Every subscription, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn all(&self) -> Result<Vec<SubscriptionId>, StoreError> {
        self.ids(layout::SUBSCRIPTIONS)
    }

    /// Those that have not ended.
    ///
    /// # Errors
    /// When the store fails.
    pub fn living(&self) -> Result<Vec<SubscriptionId>, StoreError> {
        self.ids(layout::SUBSCRIBED)
    }

    fn ids(&self, folder: &str) -> Result<Vec<SubscriptionId>, StoreError> {
        let mut found = Vec::new();
        each_child(self.store(), folder, |id| {
            found.extend(id.parse().ok());
            Ok(())
        })?;
        Ok(found)
    }

    /// Takes a step unless another one has its number; whether it was taken.
    ///
    /// # Errors
    /// When the store fails.
    pub fn append(&self, id: &SubscriptionId, number: u32, step: &Step) -> Result<bool, StoreError> {
        json::put_new(self.store(), &layout::subscription_step(id, number), step)
    }

    /// Where a subscription stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn standing(&self, id: &SubscriptionId) -> Result<Standing, StoreError> {
        let settled = || self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = settled().get(id).cloned().unwrap_or_default();
        let known = taken.len();
        loop {
            let number = u32::try_from(taken.len()).unwrap_or(u32::MAX);
            let Some(step) = json::get::<Step>(self.store(), &layout::subscription_step(id, number))? else {
                break;
            };
            let end = step.begun().map(|begun| self.orders.end(&begun.order)).transpose()?.flatten();
            taken.push(Taken { step, end });
        }
        let standing = Standing::of(taken.iter().map(|taken| (&taken.step, taken.end.as_ref())));
        let is_settled = |taken: &&Taken| taken.step.begun().is_none() || taken.end.is_some();
        let count = taken.iter().take_while(is_settled).count();
        if count > known {
            taken.truncate(count);
            settled().insert(id.clone(), taken);
        }
        Ok(standing)
    }

    /// Takes a subscription that has ended off the list of living ones.
    ///
    /// # Errors
    /// When the store fails.
    pub fn close(&self, id: &SubscriptionId) -> Result<(), StoreError> {
        self.store().delete(&layout::subscribed(id))
    }

    /// Notes that the delivery of a step was received; whether it was not noted before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn acknowledge(&self, id: &SubscriptionId, step: u32, at: Timestamp) -> Result<bool, StoreError> {
        json::put_new(self.store(), &layout::acknowledged(id, step), &at)
    }

    /// The last day on which anything of a subscription is kept: the end of its permit or its own, and 30 days.
    ///
    /// # Errors
    /// When the store fails.
    pub fn kept_until(&self, subscription: &Subscription, standing: &Standing) -> Result<Date, StoreError> {
        let permit = subscription.order.permit.as_ref().map(|id| registry::permit(self.store(), id));
        let permit = permit.transpose()?.flatten().map(|permit| permit.valid_to);
        let ended = standing.ended.as_ref().map(|(at, _)| crate::clock::helsinki_date(*at));
        let over = permit.into_iter().chain(ended).min().unwrap_or(Date::MAX);
        Ok(over.saturating_add(jiff::Span::new().days(KEPT_DAYS)))
    }
}

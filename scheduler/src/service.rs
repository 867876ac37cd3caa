//! What a scheduler can be asked: submit, list, show, cancel, pause, resume, retry, receipt.

use std::sync::Arc;

use poimuri_shared::asked::Questions;
use poimuri_shared::audit::Action;
use poimuri_shared::clock::SharedClock;
use poimuri_shared::ids::{OrderId, WorkerId};
use poimuri_shared::lifecycle::{Decision, OrderState};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::policy::Guarded;
use poimuri_shared::progress::Progress;
use poimuri_shared::queue::Queue;
use poimuri_shared::receipt::{GuardedReceipt, Receipt};
use poimuri_shared::registry;
use poimuri_shared::store::master::MasterKeys;
use tokio::sync::mpsc;

pub use crate::error::ServiceError;
use crate::place::Place;
pub use crate::settings::SchedulerSettings;

/// The scheduler of a store and a queue.
#[derive(Debug)]
pub struct Scheduler {
    orders: Orders,
    masters: Arc<MasterKeys>,
    queue: Arc<dyn Queue>,
    clock: SharedClock,
    settings: SchedulerSettings,
    place: Place,
    hints: mpsc::Sender<OrderId>,
    questions: Questions,
}

impl Scheduler {
    /// A scheduler, and the hints [`crate::reconcile::run`] wants.
    #[must_use]
    pub fn new(
        orders: Orders,
        masters: Arc<MasterKeys>,
        queue: Arc<dyn Queue>,
        clock: SharedClock,
        settings: SchedulerSettings,
    ) -> (Arc<Self>, mpsc::Receiver<OrderId>) {
        let (hints, receiver) = mpsc::channel(10_000);
        let holder = WorkerId::generate(clock.now()).to_string().replacen('w', "s", 1);
        let place = Place::new(holder, settings.place.clone());
        let scheduler =
            Self { orders, masters, queue, clock, settings, place, hints, questions: Questions::default() };
        (Arc::new(scheduler), receiver)
    }

    /// The queue it plans into.
    #[must_use]
    pub fn queue(&self) -> &dyn Queue {
        &*self.queue
    }

    /// The orders it looks after.
    #[must_use]
    pub const fn orders(&self) -> &Orders {
        &self.orders
    }

    /// What wraps the keys of orders and registers.
    pub(crate) fn masters(&self) -> Arc<MasterKeys> {
        Arc::clone(&self.masters)
    }

    /// What customers asked, as far as it was read.
    pub(crate) const fn questions(&self) -> &Questions {
        &self.questions
    }

    /// What it goes by.
    #[must_use]
    pub const fn settings(&self) -> &SchedulerSettings {
        &self.settings
    }

    /// Its clock.
    #[must_use]
    pub const fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Its place, or the one it stands by for.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// Whether it is the acting one; otherwise it stands by.
    #[must_use]
    pub fn is_acting(&self) -> bool {
        self.place.is_ours()
    }

    /// Asks the loop to look at an order. A full channel is no harm where every order is looked at: the timer looks at all.
    pub(crate) fn hint(&self, order: OrderId) {
        if self.hints.try_send(order).is_err() {
            tracing::debug!("hint dropped");
        }
    }

    /// Runs a call that blocks on the store.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        call: impl FnOnce(&Orders) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let orders = self.orders.clone();
        tokio::task::spawn_blocking(move || call(&orders))
            .await
            .map_err(|error| ServiceError::Internal(error.to_string()))?
    }

    /// An order as it was accepted.
    ///
    /// # Errors
    /// When it is not known or the store fails.
    pub async fn accepted(&self, order: &OrderId) -> Result<AcceptedOrder, ServiceError> {
        let id = order.clone();
        self.blocking(move |orders| orders.order(&id)?.ok_or_else(|| not_found(&id))).await
    }

    /// Orders that have not ended.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_orders(&self) -> Result<Vec<OrderId>, ServiceError> {
        self.blocking(|orders| Ok(orders.open()?)).await
    }

    /// Every order, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(&self) -> Result<Vec<OrderId>, ServiceError> {
        self.blocking(|orders| Ok(orders.all()?.into_iter().rev().collect())).await
    }

    /// Writes a decision about an order.
    ///
    /// # Errors
    /// When the store fails or the order is not known.
    pub async fn decide(&self, order: &OrderId, decision: Decision) -> Result<(), ServiceError> {
        let (id, at) = (order.clone(), self.clock.now());
        self.blocking(move |orders| {
            orders.order(&id)?.ok_or_else(|| not_found(&id))?;
            Ok(orders.decide(&id, at, decision)?)
        })
        .await
    }

    /// Adds a line to the audit log.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn log(&self, actor: &str, action: Action, subject: &str) -> Result<(), ServiceError> {
        let (at, actor, subject) = (self.clock.now(), actor.to_owned(), subject.to_owned());
        self.blocking(move |orders| Ok(registry::log(&**orders.store(), at, &actor, action, &subject)?)).await
    }

    /// How far an order is.
    ///
    /// # Errors
    /// When it is not known or the store fails. An unreachable queue only leaves out what is under way.
    pub async fn progress(&self, order: &OrderId) -> Result<Progress, ServiceError> {
        let under_way = self.queue.read(order).await.ok().flatten();
        let id = order.clone();
        self.blocking(move |orders| {
            crate::progress::read(orders, &id, under_way.as_ref())?.ok_or_else(|| not_found(&id))
        })
        .await
    }

    /// The receipt of a delivered order.
    ///
    /// # Errors
    /// When the order is not known, not delivered, or the store fails.
    pub async fn receipt(&self, order: &OrderId) -> Result<Receipt, ServiceError> {
        let id = order.clone();
        self.blocking(move |orders| {
            orders.order(&id)?.ok_or_else(|| not_found(&id))?;
            let delivered = orders.end(&id)?.is_some_and(|end| end.state == OrderState::Delivered);
            let receipt = if delivered { orders.receipt(&id)? } else { None };
            receipt.ok_or_else(|| ServiceError::NotYet(format!("order {id} has not been delivered")))
        })
        .await
    }

    /// A receipt as its customer may see it: rounded, and priced by the rounded number.
    ///
    /// # Errors
    /// If the price is beyond any bill.
    pub fn guarded(&self, receipt: &Receipt) -> Result<GuardedReceipt, ServiceError> {
        let policy = &self.settings.policy;
        if receipt.update.is_some() || receipt.deduplication.is_some() {
            // The customer can count the rows: they are those of its own register.
            return Ok(receipt.guarded(policy, receipt.price));
        }
        let rows = match policy.guarded_count(receipt.delivered) {
            Guarded::About(rows) => rows,
            Guarded::Under(least) => least,
        };
        let day = poimuri_shared::clock::helsinki_date(receipt.started);
        let price = self.settings.prices.price(rows, day);
        let price = price.map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(receipt.guarded(policy, price))
    }
}

pub(crate) fn not_found(order: &OrderId) -> ServiceError {
    ServiceError::NotFound(format!("order {order}"))
}

//! Decisions of customers and operators about an order: cancel, pause, priority, retry.
//!
//! A decision is written into the store first; the queue is told afterwards and may miss it.

use poimuri_shared::audit::Action;
use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{Decision, End, OrderState};
use poimuri_shared::orders::Orders;
use poimuri_shared::retention::{self, Kept};
use poimuri_shared::store::StoreError;

use crate::service::{Scheduler, ServiceError, not_found};

impl Scheduler {
    /// Cancels an order. What was delivered before stays delivered.
    ///
    /// # Errors
    /// When it is not known, ended otherwise, or the store fails. An unreachable queue is no error:
    /// the decision stands in the store.
    pub async fn cancel(&self, order: &OrderId) -> Result<End, ServiceError> {
        let id = order.clone();
        self.blocking(move |orders| orders.order(&id)?.map(|_| ()).ok_or_else(|| not_found(&id))).await?;
        let wanted = End { state: OrderState::Cancelled, reason: None, at: self.clock().now() };
        let end = self.end(order, wanted).await?;
        if end.state != OrderState::Cancelled {
            return Err(ServiceError::NotYet(format!("order {order} has ended as {}", end.state.name())));
        }
        if let Err(error) = self.queue().cancel(order).await {
            self.place().say_unreachable(&error);
        }
        self.hint(order.clone());
        Ok(end)
    }

    /// Holds back or lets go an order's tasks.
    ///
    /// # Errors
    /// When it is not known or has ended, or store or queue fail.
    pub async fn set_paused(&self, order: &OrderId, paused: bool) -> Result<(), ServiceError> {
        self.must_be_open(order).await?;
        self.decide(order, if paused { Decision::Pause } else { Decision::Resume }).await?;
        if paused {
            self.queue().pause(order).await?
        } else {
            self.queue().resume(order).await?
        }
        Ok(())
    }

    /// Sets an order's priority among those of its customer.
    ///
    /// # Errors
    /// When it is not known or has ended, or store or queue fail.
    pub async fn prioritise(&self, order: &OrderId, priority: u8) -> Result<(), ServiceError> {
        self.must_be_open(order).await?;
        self.decide(order, Decision::Prioritise(priority)).await?;
        Ok(self.queue().prioritise(order, priority).await?)
    }

    /// Lets the tasks that were given up begin anew.
    ///
    /// # Errors
    /// When it is not known or has ended, or store or queue fail.
    pub async fn retry(&self, order: &OrderId) -> Result<(), ServiceError> {
        self.must_be_open(order).await?;
        self.decide(order, Decision::Retry).await?;
        self.log("operator", Action::OrderRetried, order.as_str()).await?;
        self.queue().requeue_dead(order).await?;
        self.hint(order.clone());
        Ok(())
    }

    async fn must_be_open(&self, order: &OrderId) -> Result<(), ServiceError> {
        let id = order.clone();
        self.blocking(move |orders| {
            orders.order(&id)?.ok_or_else(|| not_found(&id))?;
            match orders.end(&id)? {
                None => Ok(()),
                Some(end) => Err(ServiceError::NotYet(ended(orders, &id, &end)?)),
            }
        })
        .await
    }
}

/// How an order ended, and whether its data are gone.
fn ended(orders: &Orders, id: &OrderId, end: &End) -> Result<String, StoreError> {
    let state = end.state.name();
    Ok(match retention::certificate(&**orders.store(), &Kept::Order(id.clone()))? {
        Some(erased) => {
            format!(
                "order {id} has ended as {state}, and its data were erased under retention on {}",
                erased.date()
            )
        }
        None => format!("order {id} has ended as {state}"),
    })
}

//! Looking at one order: what it needs is done, and nothing else.
//!
//! Every call may be repeated at any time, by any scheduler.

use std::sync::Arc;

use jiff::civil::Date;
use poimuri_shared::admission::Refusal;
use poimuri_shared::audit::Action;
use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{Decision, End, OrderState, Standing};
use poimuri_shared::order::Order;
use poimuri_shared::orders::Orders;
use poimuri_shared::permit::Moment;
use poimuri_shared::queue::{Cause, StageState};
use poimuri_shared::recipient::Recipient;
use poimuri_shared::registry::{self, Judged};

use crate::advance::{self, Need};
use crate::service::{Scheduler, ServiceError, not_found};

impl Scheduler {
    /// Compares one order with its commits and does what it needs.
    ///
    /// # Errors
    /// When store or queue fail; looking again is safe.
    pub async fn look_at(self: &Arc<Self>, order: &OrderId) -> Result<(), ServiceError> {
        match self.need_of(order).await? {
            Need::Nothing => Ok(()),
            Need::Forget => self.forget(order).await,
            Need::Stage(plan) => {
                if plan.stage == 0 && plan.done.is_empty() && !self.may_start(order).await? {
                    return self.forget(order).await;
                }
                let planned = self.queue().plan((*plan).clone()).await?;
                if planned.stage_done { self.replan(order).await } else { Ok(()) }
            }
            Need::End => {
                let end = advance::delivered(self.clock().now());
                self.end(order, end).await?;
                self.forget(order).await
            }
        }
    }

    async fn need_of(&self, order: &OrderId) -> Result<Need, ServiceError> {
        let id = order.clone();
        self.blocking(move |orders| Ok(advance::look(orders, &id)?)).await
    }

    /// Judges an order by its permit and recipient as they stand.
    pub(crate) fn judge(
        &self,
        orders: &Orders,
        order: &Order,
        snapshot_date: Date,
        moment: Moment,
    ) -> Result<Result<Option<Recipient>, Vec<Refusal>>, ServiceError> {
        let judged =
            Judged { snapshot_date, policy: &self.settings().policy, today: self.clock().today(), moment };
        Ok(registry::judge(&**orders.store(), order, judged)?)
    }

    /// Checks the permit once more before the first task; ends an order that has lost it.
    async fn may_start(self: &Arc<Self>, order: &OrderId) -> Result<bool, ServiceError> {
        let (id, scheduler) = (order.clone(), Arc::clone(self));
        let verdict = self.blocking(move |orders| {
            let accepted = orders.order(&id)?.ok_or_else(|| not_found(&id))?;
            scheduler.judge(orders, &accepted.order, accepted.snapshot_date, Moment::Start)
        });
        let Err(refusals) = verdict.await? else { return Ok(true) };
        let reason = refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let end = End { state: OrderState::Refused, reason: Some(reason), at: self.clock().now() };
        self.end(order, end).await?;
        Ok(false)
    }

    /// The queue counts a task as done whose partial the store lacks, or the last commit came between
    /// looking and planning. The store is right.
    async fn replan(&self, order: &OrderId) -> Result<(), ServiceError> {
        if let Need::Stage(plan) = self.need_of(order).await? {
            self.queue().forget(order).await?;
            self.queue().plan(*plan).await?;
        } else {
            self.hint(order.clone());
        }
        Ok(())
    }

    /// Lets the queue forget an ended order, once no worker holds a task of it.
    async fn forget(&self, order: &OrderId) -> Result<(), ServiceError> {
        if let Some(state) = self.queue().read(order).await? {
            if state.stages.values().any(|stage| stage.running > 0) {
                return Ok(self.queue().cancel(order).await?);
            }
            self.queue().forget(order).await?;
        }
        let id = order.clone();
        self.blocking(move |orders| Ok(orders.close(&id)?)).await
    }

    pub(crate) async fn end(&self, order: &OrderId, end: End) -> Result<End, ServiceError> {
        let id = order.clone();
        let end = self
            .blocking(move |orders| {
                let ended = orders.finish(&id, end.clone())?;
                if let Some(action) = logged(&ended).filter(|_| ended == end) {
                    registry::log(&**orders.store(), end.at, "scheduler", action, id.as_str())?;
                }
                Ok(ended)
            })
            .await?;
        tracing::info!(order.id = %order, state = end.state.name(), "order ended");
        Ok(end)
    }

    /// Writes down what the queue knows of a task it gave up.
    pub(crate) async fn record_given_up(
        self: &Arc<Self>,
        order: &OrderId,
        stage: u8,
        task: u32,
    ) -> Result<(), ServiceError> {
        let state = self.queue().read(order).await?;
        let known = state.as_ref().and_then(|state| state.stages.get(&stage));
        let past = known.and_then(|stage| stage.past.get(&task)).cloned().unwrap_or_default();
        if past.cause == Some(Cause::Refused) {
            return self.look_at(order).await;
        }
        self.decide(order, Decision::TaskGivenUp { stage, task, past }).await?;
        self.log("scheduler", Action::OrderFailed, order.as_str()).await
    }

    /// Writes down tasks the queue gave up that the store does not know of: nobody heard the queue say so, or
    /// the store took nothing at the time.
    pub(crate) async fn record_missed(self: &Arc<Self>, order: &OrderId) -> Result<(), ServiceError> {
        let Some(state) = self.queue().read(order).await? else { return Ok(()) };
        let dead_of = |(stage, live): (&u8, &StageState)| {
            let dead = live.past.iter().filter(|(_, past)| past.dead).map(|(task, _)| (*stage, *task));
            dead.collect::<Vec<_>>()
        };
        let dead: Vec<(u8, u32)> = state.stages.iter().flat_map(dead_of).collect();
        if dead.is_empty() {
            return Ok(());
        }
        let id = order.clone();
        let known = self.blocking(move |orders| Ok(Standing::of(&orders.events(&id)?))).await?;
        for (stage, task) in dead {
            if !known.past.get(&(stage, task)).is_some_and(|past| past.dead) {
                self.record_given_up(order, stage, task).await?;
            }
        }
        Ok(())
    }
}

/// What the audit log says of an end.
const fn logged(end: &End) -> Option<Action> {
    match end.state {
        OrderState::Delivered => Some(Action::OrderDelivered),
        OrderState::Cancelled => Some(Action::OrderCancelled),
        OrderState::Refused => Some(Action::OrderRefused),
        OrderState::Accepted
        | OrderState::Planned
        | OrderState::Running
        | OrderState::Merging
        | OrderState::Failed => None,
    }
}

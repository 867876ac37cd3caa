//! Puts steps together into the calls of a queue: the same for memory and Redis.

use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use tokio::sync::{broadcast, watch};

use crate::ids::{OrderId, WorkerId};

use super::backoff::pause_ms;
use super::steps::{Account, Change, Entry, LIMIT, Standing, Step, Steps};
use super::{
    Answer, Beat, Claim, Commit, Event, Failed, Failure, OrderState, Overview, Planned, Queue, Revoked,
    StagePlan, Sweep,
};

mod leasing;
mod planning;
mod survey;

/// A queue made of steps.
#[derive(Debug, Clone)]
pub struct Flow<S> {
    pub(super) steps: S,
    /// Told with the next claim: one call less for each task.
    unsettled: Arc<Mutex<Vec<Account>>>,
}

#[expect(private_bounds, reason = "the steps are our own business")]
impl<S: Steps> Flow<S> {
    pub(super) fn new(steps: S) -> Self {
        Self { steps, unsettled: Arc::default() }
    }

    /// Tells the index what may be claimed in an order.
    async fn list(&self, order: &OrderId, standing: &Standing) -> Step<()> {
        let Standing { tenant, priority, version, stages } = standing;
        try_join_all(stages.iter().map(async |(stage, claimable)| {
            let entry = Entry { order: order.clone(), stage: *stage };
            if *claimable {
                self.steps.ready(&entry, tenant, *priority, *version).await
            } else {
                self.steps.unready(&entry, *version, tenant, 0).await
            }
        }))
        .await?;
        Ok(())
    }

    async fn change(&self, order: &OrderId, change: Change) -> Step<()> {
        match self.steps.change(order, change).await? {
            Some(standing) => self.list(order, &standing).await,
            None => Ok(()),
        }
    }

    async fn revive_all(&self, order: &OrderId) -> Step<u32> {
        let mut total = 0;
        while let Some((count, standing)) = self.steps.revive(order).await? {
            self.list(order, &standing).await?;
            total += count;
            if count < LIMIT {
                break;
            }
        }
        Ok(total)
    }
}

impl<S: Steps> Queue for Flow<S> {
    fn plan(&self, plan: StagePlan) -> Answer<'_, Planned> {
        self.lay_out(plan).boxed()
    }

    fn claim<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, Option<Claim>> {
        self.take_one(worker).boxed()
    }

    fn heartbeat<'a>(&'a self, worker: &'a WorkerId, running: &'a [Beat]) -> Answer<'a, Vec<Revoked>> {
        self.beat_all(worker, running).boxed()
    }

    fn commit<'a>(&'a self, claim: &'a Claim, core_ms: u64) -> Answer<'a, Commit> {
        async move {
            let answer = self.steps.commit(claim).await?;
            self.account(claim, Some(core_ms)).await;
            Ok(answer)
        }
        .boxed()
    }

    fn fail<'a>(&'a self, claim: &'a Claim, failure: &'a Failure) -> Answer<'a, Failed> {
        // What was charged stays charged: the attempt took time.
        async move { self.steps.fail(claim, failure, pause_ms(claim, failure)).await }.boxed()
    }

    fn release<'a>(&'a self, claim: &'a Claim) -> Answer<'a, bool> {
        async move {
            let released = self.steps.release(claim).await?;
            self.account(claim, None).await;
            match released {
                Some(standing) => self.list(&claim.order, &standing).await.map(|()| true),
                None => Ok(false),
            }
        }
        .boxed()
    }

    fn cancel<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()> {
        self.change(order, Change::Cancel).boxed()
    }

    fn pause<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()> {
        self.change(order, Change::Pause).boxed()
    }

    fn resume<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()> {
        self.change(order, Change::Resume).boxed()
    }

    fn prioritise<'a>(&'a self, order: &'a OrderId, priority: u8) -> Answer<'a, ()> {
        self.change(order, Change::Priority(priority)).boxed()
    }

    fn forget<'a>(&'a self, order: &'a OrderId) -> Answer<'a, ()> {
        async move {
            let stages = self.steps.erase(order).await?;
            self.steps.unlist(order, &stages).await
        }
        .boxed()
    }

    fn requeue_dead<'a>(&'a self, order: &'a OrderId) -> Answer<'a, u32> {
        self.revive_all(order).boxed()
    }

    fn sweep(&self) -> Answer<'_, Sweep> {
        self.sweep_all().boxed()
    }

    fn read<'a>(&'a self, order: &'a OrderId) -> Answer<'a, Option<OrderState>> {
        self.steps.read(order).boxed()
    }

    fn orders(&self) -> Answer<'_, Vec<OrderId>> {
        self.all_orders().boxed()
    }

    fn overview(&self) -> Answer<'_, Overview> {
        self.look_over().boxed()
    }

    fn epoch(&self) -> Answer<'_, u64> {
        self.steps.epoch().boxed()
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.steps.events()
    }

    fn work(&self) -> watch::Receiver<u64> {
        self.steps.work()
    }

    fn lead<'a>(&'a self, holder: &'a str, ttl: Duration) -> Answer<'a, bool> {
        self.steps.lead(holder, ttl).boxed()
    }

    fn step_down<'a>(&'a self, holder: &'a str) -> Answer<'a, ()> {
        self.steps.step_down(holder).boxed()
    }

    fn detached(&self) -> Answer<'static, Arc<dyn Queue>> {
        let queue: Arc<dyn Queue> =
            Arc::new(Self { steps: self.steps.detached(), unsettled: Arc::clone(&self.unsettled) });
        ready(Ok(queue)).boxed()
    }
}

//! Puts steps together into the calls of a queue: the same for memory and Redis.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{join_all, try_join_all};
use tokio::sync::{broadcast, watch};

use crate::ids::{OrderId, WorkerId};

use super::backoff::pause_ms;
use super::steps::{
    Account, Change, Entry, FINISH, LAST_VERSION, LIMIT, Laid, Standing, Step, Steps, Swept, Taken,
};
use super::{
    Answer, Beat, Claim, Commit, Event, Failed, Failure, MAX_TASKS, OrderState, Overview, Planned, Queue,
    QueueError, Revoked, StagePlan, Sweep, TaskState, Token,
};

/// Offers a worker tries before it calls the queue empty.
const TRIES: u32 = 64;
/// Accounts kept back at most.
const UNSETTLED: usize = 64;
/// Orders asked at the same time.
const ABREAST: usize = 100;

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

    fn accounts(&self) -> MutexGuard<'_, Vec<Account>> {
        self.unsettled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers what a claim cost, until the next claim or heartbeat.
    async fn account(&self, claim: &Claim, took_ms: Option<u64>) {
        let Claim { tenant, charged_ms, .. } = claim;
        let full = {
            let mut accounts = self.accounts();
            accounts.push(Account { tenant: tenant.clone(), charged_ms: *charged_ms, took_ms });
            accounts.len() >= UNSETTLED
        };
        if full {
            self.settle().await;
        }
    }

    /// Fairness is not worth an error: what cannot be told is dropped.
    async fn settle(&self) {
        let accounts = std::mem::take(&mut *self.accounts());
        if !accounts.is_empty()
            && let Err(error) = self.steps.settle(&accounts).await
        {
            tracing::debug!(error = crate::error::chain(&error), "accounts not settled");
        }
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

    async fn lay_out(&self, plan: StagePlan) -> Step<Planned> {
        let tasks = first_bytes(&plan)?;
        if !self.steps.admit(&plan.order).await? {
            return Err(QueueError::Full("too many orders are open"));
        }
        let memory = self.steps.epoch().await?;
        let StagePlan { order, stage, task_count, done, past, tenant, priority, paused } = plan;
        let entry = Entry { order, stage };
        let fence = self.steps.draw();
        let mut laid = Laid {
            entry,
            memory,
            fence,
            tenant,
            priority,
            paused,
            tasks,
            past,
            carries_on: false,
            done: Vec::new(),
        };
        let mut rest = laid.past.split_off(&nth_key(&laid.past));
        let first = self.steps.lay(&laid).await?;
        if first.total != task_count {
            return Err(QueueError::Plan("the stage is known with another number of tasks"));
        }
        laid.tasks = Vec::new();
        let mut last = first.clone();
        // What did not fit into one step: more of the past of a stage just put in, or
        // further finished tasks of a known one.
        while first.fresh && !rest.is_empty() {
            let next = rest.split_off(&nth_key(&rest));
            laid.past = std::mem::replace(&mut rest, next);
            laid.carries_on = true;
            last = self.steps.lay(&laid).await?;
        }
        if !first.fresh {
            laid.past.clear();
            for chunk in done.chunks(FINISH) {
                laid.done = chunk.to_vec();
                last = self.steps.lay(&laid).await?;
            }
        }
        self.list(&laid.entry.order, &last.standing).await?;
        Ok(Planned { fresh: first.fresh, stage_done: last.stage_done })
    }

    async fn take_one(&self, worker: &WorkerId) -> Step<Option<Claim>> {
        for _ in 0..TRIES {
            let accounts = std::mem::take(&mut *self.accounts());
            let Some(chosen) = self.steps.choose(&accounts).await? else { return Ok(None) };
            let (entry, charged_ms) = (chosen.entry, chosen.charged_ms);
            let version = loop {
                match self.steps.take(&entry, worker).await? {
                    Taken::Task { task, fence, counter, attempt } => {
                        return Ok(Some(Claim {
                            order: entry.order,
                            stage: entry.stage,
                            task,
                            token: Token { epoch: fence, counter },
                            attempt,
                            worker: worker.clone(),
                            tenant: chosen.tenant,
                            charged_ms,
                        }));
                    }
                    Taken::Again => {}
                    Taken::Empty { version } => break version,
                    Taken::Gone => break LAST_VERSION,
                }
            };
            self.steps.unready(&entry, version, &chosen.tenant, charged_ms).await?;
        }
        Ok(None)
    }

    async fn beat_all(&self, worker: &WorkerId, running: &[Beat]) -> Step<Vec<Revoked>> {
        let mut by_order: BTreeMap<&OrderId, Vec<&Beat>> = BTreeMap::new();
        for beat in running {
            by_order.entry(&beat.claim.order).or_default().push(beat);
        }
        let parts: Vec<(&OrderId, &[&Beat])> = by_order
            .iter()
            .flat_map(|(order, beats)| beats.chunks(LIMIT as usize).map(|part| (*order, part)))
            .collect();
        let heard = self.steps.heard(worker);
        let told = join_all(parts.iter().map(async |(order, beats)| {
            let answers = self.steps.beat(order, beats).await?;
            Ok(beats.iter().zip(answers).filter_map(revoked).collect::<Vec<_>>())
        }));
        let (heard, told, ()) = tokio::join!(heard, told, self.settle());
        heard?;
        Ok(told.into_iter().collect::<Step<Vec<_>>>()?.into_iter().flatten().collect())
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

    async fn sweep_all(&self) -> Step<Sweep> {
        let mut sweep = Sweep::default();
        let mut offset = 0;
        loop {
            let page = self.steps.busy(offset).await?;
            let mut left = 0;
            for part in page.chunks(ABREAST) {
                let swept =
                    try_join_all(part.iter().map(|(order, since)| self.sweep_one(order, *since))).await?;
                for (swept, stays) in swept {
                    left += u32::from(stays);
                    if let Some(Swept { lost, promoted, idle: _, more, standing: _ }) = swept {
                        sweep.lost.extend(lost);
                        sweep.promoted += promoted;
                        sweep.more |= more;
                    }
                }
            }
            if page.len() < LIMIT as usize {
                return Ok(sweep);
            }
            offset += left;
        }
    }

    /// What was found in an order, and whether it stays among the busy.
    async fn sweep_one(&self, order: &OrderId, since: u64) -> Step<(Option<Swept>, bool)> {
        let swept = self.steps.sweep(order).await?;
        let Some(found) = &swept else {
            let old = self.steps.unbusy(order, since, false).await?;
            if old {
                self.steps.unlist(order, &[]).await?;
            }
            return Ok((None, !old));
        };
        self.list(order, &found.standing).await?;
        if found.idle {
            self.steps.unbusy(order, since, true).await?;
        }
        let stays = !found.idle;
        Ok((swept, stays))
    }

    async fn all_orders(&self) -> Step<Vec<OrderId>> {
        let mut orders = Vec::new();
        loop {
            let offset = u32::try_from(orders.len()).unwrap_or(u32::MAX);
            let page = self.steps.orders(offset).await?;
            let last = page.len() < LIMIT as usize;
            orders.extend(page);
            if last {
                return Ok(orders);
            }
        }
    }

    async fn look_over(&self) -> Step<Overview> {
        let orders = self.all_orders().await?;
        let census = self.steps.census().await?;
        let mut overview = Overview {
            orders: u32::try_from(orders.len()).unwrap_or(u32::MAX),
            workers: census.workers,
            accounts: census.accounts,
            ..Overview::default()
        };
        for part in orders.chunks(ABREAST) {
            for tally in try_join_all(part.iter().map(|order| self.steps.tally(order))).await? {
                overview.waiting += tally.waiting;
                overview.running += tally.running;
                overview.retrying += tally.retrying;
                overview.done += tally.done;
                overview.dead += tally.dead;
            }
        }
        Ok(overview)
    }
}

fn revoked((beat, answer): (&&Beat, Option<super::Revocation>)) -> Option<Revoked> {
    answer.map(|reason| Revoked { claim: beat.claim.clone(), reason })
}

/// The key before which a step's worth of items lie.
fn nth_key<T>(map: &BTreeMap<u32, T>) -> u32 {
    map.keys().nth(LIMIT as usize).copied().unwrap_or(u32::MAX)
}

/// One byte for each task, as a stage begins.
fn first_bytes(plan: &StagePlan) -> Step<Vec<u8>> {
    if plan.task_count == 0 || plan.task_count > MAX_TASKS {
        return Err(QueueError::Plan("number of tasks is out of bounds"));
    }
    let mut bytes = vec![TaskState::Waiting as u8; plan.task_count as usize];
    let dead = plan.past.iter().filter(|(_, past)| past.dead).map(|(task, _)| (*task, TaskState::Dead));
    let done = plan.done.iter().map(|task| (*task, TaskState::Done));
    // A partial in the store outweighs what failed before it.
    for (task, state) in dead.chain(done) {
        *bytes.get_mut(task as usize).ok_or(QueueError::Plan("a task has a number beyond the last"))? =
            state as u8;
    }
    if plan.past.keys().any(|task| *task >= plan.task_count) {
        return Err(QueueError::Plan("a failed task has a number beyond the last"));
    }
    Ok(bytes)
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

//! Scheduler and workers put together from the settings: the one place where they meet.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use poimuri_scheduler::service::{Scheduler, SchedulerSettings};
use poimuri_shared::ids::OrderId;
use poimuri_shared::orders::Orders;
use poimuri_shared::queue::{MemoryQueue, Queue, RedisQueue};
use poimuri_worker::opened::Environment;
use poimuri_worker::run::WorkerSettings;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::settings::without_password;

/// How long running tasks may go on once a worker is asked to end.
const DRAIN: Duration = Duration::from_secs(20);
/// How long one task may take.
const TASK: Duration = Duration::from_secs(3600);

/// The queue of the settings: Redis, or memory for this process alone.
///
/// # Errors
/// If Redis cannot be reached or is not fit to be a queue.
pub(crate) async fn queue(context: &Context) -> Outcome<Arc<dyn Queue>> {
    let Some(url) = &context.settings.queue.redis else { return Ok(Arc::new(MemoryQueue::embedded())) };
    match RedisQueue::connect(url, &context.settings.queue.prefix).await {
        Ok(queue) => Ok(Arc::new(queue)),
        Err(error) => Err(Failure::caused(
            Exit::Unreachable,
            &format!("use Redis at {}", without_password(url)),
            &error,
        )),
    }
}

/// What a scheduler looks after besides retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// The orders that a command hands to it; others stay as they are.
    Own,
    /// Every order that is there.
    Orders,
    /// And subscriptions, whose orders it begins: the scheduler of its store, of which one acts.
    Subscriptions,
}

/// A scheduler of the store, and the hints its loop wants.
///
/// # Errors
/// If the master keys cannot be read.
pub(crate) fn scheduler(
    context: &Context,
    queue: Arc<dyn Queue>,
    follow: Follow,
) -> Outcome<(Arc<Scheduler>, mpsc::Receiver<OrderId>)> {
    let settings = SchedulerSettings {
        snapshots: context.snapshots(),
        place: match follow {
            Follow::Own | Follow::Orders => None,
            Follow::Subscriptions => place(context),
        },
        rows_per_task: context.settings.scheduler.rows_per_task,
        reconcile_every: Duration::from_secs_f64(context.settings.scheduler.reconcile_every),
        every_order: follow != Follow::Own,
        subscriptions_every: match follow {
            Follow::Own | Follow::Orders => None,
            Follow::Subscriptions => {
                Some(Duration::from_secs_f64(context.settings.scheduler.subscriptions_every))
            }
        },
        erase_every: Duration::from_secs_f64(context.settings.scheduler.erase_every),
        retention: context.settings.retention,
        policy: context.settings.policy,
        prices: context.settings.prices.clone(),
    };
    let orders = Orders::new(Arc::clone(&context.store));
    Ok(Scheduler::new(orders, context.masters()?, queue, Arc::clone(&context.clock), settings))
}

/// Where schedulers without a common queue see that one acts already.
fn place(context: &Context) -> Option<PathBuf> {
    let store = &context.settings.store;
    (context.settings.queue.redis.is_none() && !store.is_remote()).then(|| store.path.join("acting.lock"))
}

/// What workers are given.
///
/// # Errors
/// If the master keys cannot be read.
pub(crate) fn environment(context: &Context) -> Outcome<Environment> {
    Ok(Environment {
        orders: Orders::new(Arc::clone(&context.store)),
        masters: context.masters()?,
        snapshots: context.snapshots(),
        clock: Arc::clone(&context.clock),
        policy: context.settings.policy,
        prices: context.settings.prices.clone(),
    })
}

/// How a worker with so many computing threads works; 0 is one for each core.
pub(crate) const fn worker_settings(threads: usize) -> WorkerSettings {
    WorkerSettings { threads, drain_timeout: DRAIN, task_timeout: TASK }
}

/// A scheduler and workers running in this process. Ended by [`House::close`].
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) scheduler: Arc<Scheduler>,
    stop: watch::Sender<bool>,
    running: JoinSet<Result<(), String>>,
}

impl House {
    /// Starts the scheduler's loop and so many workers; with more than one each has one thread.
    ///
    /// # Errors
    /// If the master keys cannot be read.
    pub(crate) fn open(
        context: &Context,
        queue: &Arc<dyn Queue>,
        workers: Option<u32>,
        follow: Follow,
    ) -> Outcome<Self> {
        let (scheduler, hints) = scheduler(context, Arc::clone(queue), follow)?;
        let (stop, _) = watch::channel(false);
        let mut running = JoinSet::new();
        let (acting, stopped) = (Arc::clone(&scheduler), asked(stop.subscribe()));
        running.spawn(async move {
            poimuri_scheduler::reconcile::run(acting, hints, stopped).await;
            Ok(())
        });
        let threads = workers.map_or(context.settings.worker.threads, |_| 1);
        let environment = environment(context)?;
        for _ in 0..workers.unwrap_or(1) {
            let (queue, environment) = (Arc::clone(queue), environment.clone());
            let stopped = asked(stop.subscribe());
            running.spawn(async move {
                let worked =
                    poimuri_worker::run::run(queue, environment, worker_settings(threads), stopped).await;
                worked.map_err(|error| poimuri_shared::error::chain(&error))
            });
        }
        Ok(Self { scheduler, stop, running })
    }

    /// A part that ended by itself, if one has; it never should.
    pub(crate) fn fallen(&mut self) -> Option<Failure> {
        let ended = self.running.try_join_next()?;
        let reason = match ended {
            Ok(Ok(())) => "it ended".to_owned(),
            Ok(Err(reason)) => reason,
            Err(error) => error.to_string(),
        };
        Some(Failure::failed(format!("a worker or the scheduler stopped: {reason}")))
    }

    /// Waits until a part ends by itself; it never should.
    pub(crate) async fn watch(&mut self) -> Failure {
        loop {
            if let Some(failure) = self.fallen() {
                return failure;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Drains the workers and ends everything.
    pub(crate) async fn close(mut self) {
        self.stop.send_replace(true);
        while self.running.join_next().await.is_some() {}
    }
}

/// Resolves once everything is to stop, or nobody is left to say so.
async fn asked(mut stop: watch::Receiver<bool>) {
    // The sender gone is as good as a request.
    drop(stop.wait_for(|stop| *stop).await);
}

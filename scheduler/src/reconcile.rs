//! The acting scheduler's loop: looks at orders when something hints at it, and at all of them now and then;
//! more rarely at what has outlived its retention.
//!
//! Takes no input that matters: a lost hint costs time, never a result. A second scheduler on
//! the same queue, or without Redis on the same store, stands by until the first one's place is free.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use poimuri_shared::error::chain;
use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::Decision;
use poimuri_shared::queue::{Event, LostLease, QueueError};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use crate::continuous::Following;
use crate::erase::Rounds;
use crate::service::{Scheduler, ServiceError};

const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// What made the loop wake.
enum Wake {
    Event(Event),
    Missed,
    Hint(OrderId),
    Sweep,
    Everything,
    Erase,
    Subscriptions,
    Stop,
}

/// Reconciles until the shutdown resolves.
pub async fn run(
    scheduler: Arc<Scheduler>,
    hints: mpsc::Receiver<OrderId>,
    shutdown: impl Future<Output = ()>,
) {
    let mut inputs = Inputs {
        events: scheduler.queue().subscribe(),
        hints,
        sweep: every(SWEEP_EVERY),
        everything: every(scheduler.settings().reconcile_every),
        erase: every(scheduler.settings().erase_every),
        rounds: Rounds::default(),
        following: Following::new(&scheduler),
        missed: true,
        own: (!scheduler.settings().every_order).then(BTreeSet::new),
    };
    let mut shutdown = std::pin::pin!(shutdown);
    let mut acting = false;
    loop {
        let wake = tokio::select! {
            () = &mut shutdown => Wake::Stop,
            wake = inputs.next() => wake,
        };
        if matches!(wake, Wake::Stop) {
            break;
        }
        if matches!(wake, Wake::Sweep) || !acting {
            let was_acting = acting;
            acting = scheduler.place().take(scheduler.queue()).await;
            if acting && !was_acting {
                inputs.missed = true;
                look_at_everything(&scheduler, &mut inputs).await;
            }
        }
        if acting {
            attend(&scheduler, wake, &mut inputs).await;
        }
    }
    scheduler.place().leave(scheduler.queue()).await;
}

struct Inputs {
    events: broadcast::Receiver<Event>,
    hints: mpsc::Receiver<OrderId>,
    sweep: Interval,
    everything: Interval,
    erase: Interval,
    rounds: Rounds,
    following: Following,
    /// Something the queue said may not be written down.
    missed: bool,
    /// The orders it looks after; none if these are all.
    own: Option<BTreeSet<OrderId>>,
}

impl Inputs {
    async fn next(&mut self) -> Wake {
        tokio::select! {
            event = self.events.recv() => match event {
                Ok(event) => Wake::Event(event),
                Err(RecvError::Lagged(_)) => Wake::Missed,
                Err(RecvError::Closed) => Wake::Stop,
            },
            hint = self.hints.recv() => hint.map_or(Wake::Stop, Wake::Hint),
            _ = self.sweep.tick() => Wake::Sweep,
            _ = self.everything.tick() => Wake::Everything,
            _ = self.erase.tick() => Wake::Erase,
            () = self.following.due() => Wake::Subscriptions,
        }
    }

    /// Orders hinted at besides the first one, so that each is looked at once.
    fn further_hints(&mut self) -> BTreeSet<OrderId> {
        std::iter::from_fn(|| self.hints.try_recv().ok()).take(1000).collect()
    }
}

/// Ticks at equal distances, late ones not made up for.
pub(crate) fn every(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn attend(scheduler: &Arc<Scheduler>, wake: Wake, inputs: &mut Inputs) {
    match wake {
        Wake::Event(event) => attend_event(scheduler, event, inputs).await,
        Wake::Hint(order) => {
            let mut orders = inputs.further_hints();
            orders.insert(order);
            for order in &orders {
                look_at(scheduler, order).await;
            }
            if let Some(own) = &mut inputs.own {
                own.extend(orders);
            }
        }
        Wake::Sweep => sweep(scheduler, inputs).await,
        Wake::Missed => {
            inputs.missed = true;
            look_at_everything(scheduler, inputs).await;
        }
        Wake::Everything => look_at_everything(scheduler, inputs).await,
        Wake::Erase => inputs.rounds.begin(scheduler),
        Wake::Subscriptions => inputs.following.begin(scheduler),
        Wake::Stop => {}
    }
}

async fn attend_event(scheduler: &Arc<Scheduler>, event: Event, inputs: &mut Inputs) {
    match event {
        Event::StageDone { order, .. } => look_at(scheduler, &order).await,
        Event::TaskDead { order, stage, task } => {
            if let Err(error) = scheduler.record_given_up(&order, stage, task).await {
                report(&order, &error);
                inputs.missed = true;
            }
        }
        Event::EpochChanged { epoch } => {
            tracing::warn!(epoch, "queue lost its memory, planning open orders again");
            look_at_everything(scheduler, inputs).await;
        }
        Event::Planned { .. } | Event::Progress { .. } | Event::Cancelled { .. } => {}
    }
}

async fn look_at(scheduler: &Arc<Scheduler>, order: &OrderId) {
    if let Err(error) = scheduler.look_at(order).await {
        report(order, &error);
    }
}

async fn look_at_everything(scheduler: &Arc<Scheduler>, inputs: &mut Inputs) {
    let started = Instant::now();
    let mut orders = match scheduler.open_orders().await {
        Ok(orders) => orders,
        Err(error) => return tracing::error!(%error, "open orders cannot be listed"),
    };
    if let Some(own) = &inputs.own {
        orders.retain(|order| own.contains(order));
    }
    let missed = std::mem::take(&mut inputs.missed);
    for order in &orders {
        look_at(scheduler, order).await;
        if missed && let Err(error) = scheduler.record_missed(order).await {
            report(order, &error);
            inputs.missed = true;
        }
    }
    tracing::debug!(orders = orders.len(), elapsed_ms = started.elapsed().as_millis(), "reconciled");
}

async fn sweep(scheduler: &Arc<Scheduler>, inputs: &mut Inputs) {
    // Bounded: what a sweep leaves is due at the next one.
    for _ in 0..100 {
        match scheduler.queue().sweep().await {
            Ok(swept) => {
                inputs.missed |= !record_lost(scheduler, swept.lost).await;
                if !swept.more {
                    return;
                }
            }
            Err(error) => return log_queue(&error),
        }
    }
}

/// Writes down leases that ran out; whether all of it is written.
async fn record_lost(scheduler: &Arc<Scheduler>, lost: Vec<LostLease>) -> bool {
    let mut whole = true;
    for LostLease { order, stage, task, worker, dead } in lost {
        tracing::warn!(order.id = %order, stage, task, worker = %worker, "worker lost");
        let decision = Decision::WorkerLost { stage, task, worker };
        if let Err(error) = scheduler.decide(&order, decision).await {
            report(&order, &error);
        }
        if dead && let Err(error) = scheduler.record_given_up(&order, stage, task).await {
            report(&order, &error);
            whole = false;
        }
    }
    whole
}

fn report(order: &OrderId, error: &ServiceError) {
    tracing::error!(order.id = %order, error = %chain(error), "order cannot be advanced, will look again");
}

fn log_queue(error: &QueueError) {
    tracing::warn!(error = %chain(error), "queue cannot be swept");
}

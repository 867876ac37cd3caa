//! One suite for both queues.

use std::collections::BTreeMap;
use std::time::Duration;

use super::server::Server;
use super::*;
use crate::queue::{
    Beat, Cause, Commit, Event, Failed, Failure, Fingerprint, LEASE, MAX_ERRORS, MAX_TASKS, Past, QueueError,
    Revocation, TaskState, wait_for_work,
};

/// Runs a scenario against each queue.
macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $name() {
                let hands = super::Hands::new();
                super::$name(&super::memory(&hands), &hands).await;
            })*
        }
        mod redis {
            $(#[tokio::test] async fn $name() {
                let (server, hands) = (super::Server::start(), super::Hands::new());
                super::$name(&super::redis(&server, &hands).await, &hands).await;
            })*
        }
    };
}

suite! {
    a_stage_is_planned_once,
    impossible_plans_are_refused,
    a_token_is_good_for_one_lease,
    a_lost_worker_gives_its_task_back,
    three_lost_workers_make_a_dead_letter,
    errors_pause_and_end,
    draining_burns_no_attempt,
    cancelling_reaches_workers_and_stops_claims,
    pausing_holds_back_what_waits,
    tenants_share_by_processor_time,
    priority_counts_among_orders_of_a_tenant,
    the_past_of_a_lost_queue_comes_back,
    events_tell_what_happens,
    work_wakes_who_waits,
    one_scheduler_leads,
    progress_counts_what_runs,
    nothing_is_left_of_a_forgotten_order,
    ten_thousand_due_at_once_come_back,
}

const LEASE_MS: u64 = LEASE.as_secs() * 1000;

fn failure(cause: Cause) -> Failure {
    Failure { cause, fingerprint: Fingerprint::new("store-away"), retry_after: Duration::ZERO }
}

async fn tasks(queue: &dyn Queue, name: &str, stage: u8) -> Vec<TaskState> {
    queue.read(&order(name)).await.unwrap().unwrap().stages[&stage].tasks.clone()
}

async fn idle(queue: &dyn Queue) -> bool {
    queue.claim(&worker("w-idle")).await.unwrap().is_none()
}

async fn a_stage_is_planned_once(queue: &dyn Queue, _: &Hands) {
    let mut first = plan("o-1", 0, 4);
    first.done = vec![1];
    let planned = queue.plan(first).await.unwrap();
    assert!(planned.fresh && !planned.stage_done);
    let claim = claimed(queue, "w-1").await;
    assert_eq!((claim.task, claim.attempt), (0, 1));
    let mut again = plan("o-1", 0, 4);
    again.done = vec![0, 1, 2];
    let planned = queue.plan(again.clone()).await.unwrap();
    assert!(!planned.fresh && !planned.stage_done);
    assert_eq!(queue.commit(&claim, 1).await.unwrap(), Commit::Stale);
    assert_eq!(claimed(queue, "w-1").await.task, 3);
    again.done = vec![3];
    assert!(queue.plan(again).await.unwrap().stage_done);
    assert!(idle(queue).await);
    assert_eq!(tasks(queue, "o-1", 0).await, vec![TaskState::Done; 4]);
}

async fn impossible_plans_are_refused(queue: &dyn Queue, _: &Hands) {
    let mut beyond = plan("o-1", 0, 4);
    beyond.done = vec![4];
    for bad in [plan("o-1", 0, 0), plan("o-1", 0, MAX_TASKS + 1), beyond] {
        assert!(matches!(queue.plan(bad).await, Err(QueueError::Plan(_))));
    }
    assert!(queue.read(&order("o-1")).await.unwrap().is_none(), "nothing half done");
    queue.plan(plan("o-1", 0, 4)).await.unwrap();
    assert!(matches!(queue.plan(plan("o-1", 0, 5)).await, Err(QueueError::Plan(_))));
    assert_eq!(tasks(queue, "o-1", 0).await.len(), 4);
}

async fn a_token_is_good_for_one_lease(queue: &dyn Queue, hands: &Hands) {
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    let old = claimed(queue, "w-1").await;
    hands.advance(LEASE_MS);
    queue.sweep().await.unwrap();
    let new = claimed(queue, "w-1").await;
    assert_eq!((new.task, new.attempt), (old.task, 2));
    let beat = Beat { claim: old.clone(), permille: 900 };
    let revoked = queue.heartbeat(&worker("w-1"), &[beat]).await.unwrap();
    assert_eq!(revoked[0].reason, Revocation::Lost);
    assert_eq!(queue.commit(&old, 1).await.unwrap(), Commit::Stale);
    assert_eq!(queue.fail(&old, &failure(Cause::Aborted)).await.unwrap(), Failed::Stale);
    assert!(!queue.release(&old).await.unwrap());
    let mut forged = new.clone();
    forged.worker = worker("w-2");
    assert_eq!(queue.commit(&forged, 1).await.unwrap(), Commit::Stale);
    assert_eq!(queue.commit(&new, 1).await.unwrap(), Commit::Done { stage_done: true });
    assert_eq!(queue.commit(&new, 1).await.unwrap(), Commit::Stale);
}

async fn a_lost_worker_gives_its_task_back(queue: &dyn Queue, hands: &Hands) {
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    let (kept, lost) = (claimed(queue, "w-1").await, claimed(queue, "w-2").await);
    hands.advance(LEASE_MS - 1);
    assert!(queue.sweep().await.unwrap().lost.is_empty());
    let beat = Beat { claim: kept.clone(), permille: 1 };
    assert!(queue.heartbeat(&worker("w-1"), &[beat]).await.unwrap().is_empty());
    hands.advance(1);
    let sweep = queue.sweep().await.unwrap();
    assert_eq!(sweep.lost.len(), 1);
    assert_eq!(
        (sweep.lost[0].task, &sweep.lost[0].worker, sweep.lost[0].dead),
        (lost.task, &lost.worker, false)
    );
    assert_eq!(claimed(queue, "w-3").await.task, lost.task);
    assert_eq!(queue.commit(&kept, 1).await.unwrap(), Commit::Done { stage_done: false });
}

async fn three_lost_workers_make_a_dead_letter(queue: &dyn Queue, hands: &Hands) {
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    for (name, dead) in [("w-1", false), ("w-1", false), ("w-2", false), ("w-3", true)] {
        claimed(queue, name).await;
        hands.advance(LEASE_MS);
        assert_eq!(queue.sweep().await.unwrap().lost[0].dead, dead, "{name}");
    }
    assert!(idle(queue).await);
    let state = queue.read(&order("o-1")).await.unwrap().unwrap();
    let past = &state.stages[&0].past[&0];
    assert_eq!(past.workers, vec![worker("w-1"), worker("w-2"), worker("w-3")]);
    assert_eq!((past.losses, past.dead, past.cause), (4, true, None));
    assert_eq!(queue.overview().await.unwrap().dead, 1);
    assert_eq!(queue.requeue_dead(&order("o-1")).await.unwrap(), 1);
    assert_eq!(claimed(queue, "w-1").await.attempt, 1);
}

async fn errors_pause_and_end(queue: &dyn Queue, hands: &Hands) {
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    for attempt in 1..MAX_ERRORS {
        let claim = claimed(queue, "w-1").await;
        assert_eq!(claim.attempt, attempt);
        let Failed::Retrying { after_ms } = queue.fail(&claim, &failure(Cause::Error)).await.unwrap() else {
            panic!("it is tried again")
        };
        hands.advance(after_ms - 1);
        assert_eq!(queue.sweep().await.unwrap().promoted, 0);
        assert!(idle(queue).await);
        hands.advance(1);
        assert_eq!(queue.sweep().await.unwrap().promoted, 1);
    }
    let claim = claimed(queue, "w-1").await;
    assert_eq!(queue.fail(&claim, &failure(Cause::Error)).await.unwrap(), Failed::Dead);
    queue.plan(plan("o-2", 0, 2)).await.unwrap();
    for cause in [Cause::Aborted, Cause::Refused] {
        let claim = claimed(queue, "w-1").await;
        assert_eq!(queue.fail(&claim, &failure(cause)).await.unwrap(), Failed::Dead);
    }
}

async fn draining_burns_no_attempt(queue: &dyn Queue, _: &Hands) {
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    for _ in 0..20 {
        let claim = claimed(queue, "w-1").await;
        assert_eq!(claim.attempt, 1);
        assert!(queue.release(&claim).await.unwrap());
    }
    let state = queue.read(&order("o-1")).await.unwrap().unwrap();
    assert_eq!(state.stages[&0].past[&0], Past { drained: 20, ..Past::default() });
}

async fn cancelling_reaches_workers_and_stops_claims(queue: &dyn Queue, _: &Hands) {
    queue.cancel(&order("o-unknown")).await.unwrap();
    queue.plan(plan("o-1", 0, 3)).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.cancel(&order("o-1")).await.unwrap();
    assert!(idle(queue).await);
    let beat = Beat { claim: claim.clone(), permille: 1 };
    let revoked = queue.heartbeat(&worker("w-1"), &[beat]).await.unwrap();
    assert_eq!((&revoked[0].claim, revoked[0].reason), (&claim, Revocation::Cancelled));
    assert!(queue.release(&claim).await.unwrap());
    queue.plan(plan("o-1", 1, 3)).await.unwrap();
    queue.resume(&order("o-1")).await.unwrap();
    assert!(idle(queue).await, "cancelling cannot be taken back");
}

async fn pausing_holds_back_what_waits(queue: &dyn Queue, _: &Hands) {
    queue.plan(plan("o-1", 0, 3)).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.pause(&order("o-1")).await.unwrap();
    assert!(idle(queue).await);
    let beat = Beat { claim: claim.clone(), permille: 1 };
    assert!(queue.heartbeat(&worker("w-1"), &[beat]).await.unwrap().is_empty());
    assert_eq!(queue.commit(&claim, 1).await.unwrap(), Commit::Done { stage_done: false });
    queue.resume(&order("o-1")).await.unwrap();
    assert_eq!(claimed(queue, "w-1").await.task, 1);
    let mut held = plan("o-2", 0, 1);
    held.paused = true;
    queue.plan(held).await.unwrap();
    claimed(queue, "w-1").await;
    assert!(idle(queue).await);
}

async fn tenants_share_by_processor_time(queue: &dyn Queue, _: &Hands) {
    let (mut large, mut small) = (plan("o-large", 0, 1_000), plan("o-small", 0, 1_000));
    (large.tenant, small.tenant) = ("large".parse().unwrap(), "small".parse().unwrap());
    queue.plan(large).await.unwrap();
    for _ in 0..50 {
        let claim = claimed(queue, "w-1").await;
        queue.commit(&claim, 900).await.unwrap();
    }
    queue.plan(small).await.unwrap();
    let mut spent: BTreeMap<String, u64> = BTreeMap::new();
    for _ in 0..400 {
        let claim = claimed(queue, "w-1").await;
        let core_ms = if claim.tenant.as_str() == "large" { 900 } else { 100 };
        queue.commit(&claim, core_ms).await.unwrap();
        *spent.entry(claim.tenant.to_string()).or_default() += core_ms;
    }
    // The newcomer neither waits for what was spent before it, nor gets it back.
    let (large, small) = (spent["large"], spent["small"]);
    assert!(large.abs_diff(small) <= 2_000, "{spent:?}");
}

async fn priority_counts_among_orders_of_a_tenant(queue: &dyn Queue, _: &Hands) {
    queue.plan(plan("o-1", 0, 2)).await.unwrap();
    queue.plan(plan("o-2", 0, 2)).await.unwrap();
    assert_eq!(claimed(queue, "w-1").await.order, order("o-1"));
    queue.prioritise(&order("o-2"), 200).await.unwrap();
    assert_eq!(claimed(queue, "w-1").await.order, order("o-2"));
    queue.prioritise(&order("o-2"), 0).await.unwrap();
    assert_eq!(claimed(queue, "w-1").await.order, order("o-1"));
    assert_eq!(claimed(queue, "w-1").await.order, order("o-2"));
    assert!(idle(queue).await);
}

async fn the_past_of_a_lost_queue_comes_back(queue: &dyn Queue, hands: &Hands) {
    let mut known = plan("o-1", 0, 3);
    let twice = Past { losses: 2, workers: vec![worker("w-1"), worker("w-2")], ..Past::default() };
    let given_up = Past { errors: 5, dead: true, cause: Some(Cause::Error), ..Past::default() };
    known.past = BTreeMap::from([(0, twice), (1, given_up)]);
    queue.plan(known).await.unwrap();
    let claim = claimed(queue, "w-3").await;
    assert_eq!((claim.task, claim.attempt), (0, 3));
    hands.advance(LEASE_MS);
    assert!(queue.sweep().await.unwrap().lost[0].dead, "the third worker in all");
    assert_eq!(claimed(queue, "w-4").await.task, 2);
    assert_eq!(queue.overview().await.unwrap().dead, 2);
}

async fn events_tell_what_happens(queue: &dyn Queue, _: &Hands) {
    let mut events = queue.subscribe();
    // A subscription by a connection of its own needs a moment to stand.
    tokio::time::sleep(Duration::from_millis(100)).await;
    queue.plan(plan("o-1", 3, 2)).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.commit(&claim, 1).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.fail(&claim, &failure(Cause::Aborted)).await.unwrap();
    queue.requeue_dead(&order("o-1")).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.commit(&claim, 1).await.unwrap();
    queue.cancel(&order("o-1")).await.unwrap();
    let (order, stage, total) = (order("o-1"), 3, 2);
    let progress = |done, permille| Event::Progress { order: order.clone(), stage, done, total, permille };
    let expected = [
        Event::Planned { order: order.clone(), stage },
        progress(1, 500),
        Event::TaskDead { order: order.clone(), stage, task: 1 },
        progress(2, 1_000),
        Event::StageDone { order: order.clone(), stage },
        Event::Cancelled { order: order.clone() },
    ];
    for event in expected {
        let told = tokio::time::timeout(Duration::from_secs(5), events.recv()).await.unwrap().unwrap();
        assert_eq!(told, event);
    }
}

async fn work_wakes_who_waits(queue: &dyn Queue, _: &Hands) {
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut work = queue.work();
    work.borrow_and_update();
    assert!(idle(queue).await);
    assert!(!wait_for_work(&mut work, Duration::from_millis(20)).await);
    queue.plan(plan("o-1", 0, 1)).await.unwrap();
    assert!(wait_for_work(&mut work, Duration::from_secs(5)).await);
    claimed(queue, "w-1").await;
}

async fn one_scheduler_leads(queue: &dyn Queue, hands: &Hands) {
    let ttl = Duration::from_secs(5);
    assert!(queue.lead("a", ttl).await.unwrap());
    assert!(!queue.lead("b", ttl).await.unwrap());
    hands.advance(4_000);
    assert!(queue.lead("a", ttl).await.unwrap());
    hands.advance(4_000);
    assert!(!queue.lead("b", ttl).await.unwrap());
    queue.step_down("b").await.unwrap();
    assert!(!queue.lead("b", ttl).await.unwrap());
    queue.step_down("a").await.unwrap();
    assert!(queue.lead("b", ttl).await.unwrap());
    hands.advance(5_000);
    assert!(queue.lead("a", ttl).await.unwrap());
}

async fn progress_counts_what_runs(queue: &dyn Queue, _: &Hands) {
    queue.plan(plan("o-1", 0, 4)).await.unwrap();
    let (first, second) = (claimed(queue, "w-1").await, claimed(queue, "w-1").await);
    queue.commit(&first, 1).await.unwrap();
    for (permille, whole) in [(400, 350), (1_000, 500), (0, 250)] {
        let beat = Beat { claim: second.clone(), permille };
        queue.heartbeat(&worker("w-1"), &[beat]).await.unwrap();
        let state = queue.read(&order("o-1")).await.unwrap().unwrap();
        assert_eq!((state.stages[&0].permille, state.stages[&0].leases[&1].permille), (whole, permille));
    }
    let overview = queue.overview().await.unwrap();
    assert_eq!((overview.waiting, overview.running, overview.done, overview.orders), (2, 1, 1, 1));
    assert!(overview.workers.contains_key(&worker("w-1")));
}

async fn nothing_is_left_of_a_forgotten_order(queue: &dyn Queue, _: &Hands) {
    queue.plan(plan("o-1", 0, 3)).await.unwrap();
    queue.plan(plan("o-1", 1, 3)).await.unwrap();
    let claim = claimed(queue, "w-1").await;
    queue.forget(&order("o-1")).await.unwrap();
    assert!(queue.read(&order("o-1")).await.unwrap().is_none());
    assert!(queue.orders().await.unwrap().is_empty());
    assert!(idle(queue).await);
    assert_eq!(queue.commit(&claim, 1).await.unwrap(), Commit::Stale);
    assert!(!queue.release(&claim).await.unwrap());
    queue.forget(&order("o-1")).await.unwrap();
    assert_eq!(queue.overview().await.unwrap().orders, 0);
}

async fn ten_thousand_due_at_once_come_back(queue: &dyn Queue, hands: &Hands) {
    queue.plan(plan("o-1", 0, 10_000)).await.unwrap();
    for task in 0..10_000 {
        let claim = claimed(queue, "w-1").await;
        assert_eq!(claim.task, task);
        queue.fail(&claim, &failure(Cause::Error)).await.unwrap();
    }
    hands.advance(60_000);
    let mut promoted = 0;
    loop {
        let sweep = queue.sweep().await.unwrap();
        promoted += sweep.promoted;
        if !sweep.more {
            break;
        }
    }
    assert_eq!(promoted, 10_000);
    assert_eq!(queue.overview().await.unwrap().waiting, 10_000);
    assert_eq!(claimed(queue, "w-1").await.attempt, 2);
}

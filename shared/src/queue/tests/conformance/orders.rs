//! What holds of orders and of those who share the workers.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{failure, idle};
use crate::queue::tests::{Hands, claimed, order, plan, worker};
use crate::queue::*;

suite! {
    a_stage_is_planned_once,
    impossible_plans_are_refused,
    cancelling_reaches_workers_and_stops_claims,
    pausing_holds_back_what_waits,
    tenants_share_by_processor_time,
    priority_counts_among_orders_of_a_tenant,
    events_tell_what_happens,
    work_wakes_who_waits,
    one_scheduler_leads,
    nothing_is_left_of_a_forgotten_order,
}

async fn tasks(queue: &dyn Queue, name: &str, stage: u8) -> Vec<TaskState> {
    queue.read(&order(name)).await.unwrap().unwrap().stages[&stage].tasks.clone()
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

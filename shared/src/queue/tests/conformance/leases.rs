//! What holds of a task and whoever works on it.

use std::collections::BTreeMap;

use super::{failure, idle};
use crate::queue::tests::{Hands, claimed, order, plan, worker};
use crate::queue::*;

suite! {
    a_token_is_good_for_one_lease,
    a_lost_worker_gives_its_task_back,
    three_lost_workers_make_a_dead_letter,
    errors_pause_and_end,
    draining_burns_no_attempt,
    the_past_of_a_lost_queue_comes_back,
    progress_counts_what_runs,
    ten_thousand_due_at_once_come_back,
}

const LEASE_MS: u64 = LEASE.as_secs() * 1000;

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

//! Processes and servers lost in the middle of an order: the same bytes, or an open failure, never less.

use std::time::{Duration, Instant};

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::store::{ORDER, Store};
use poimuri_tests::wait::{holds_for, wait_for};

const PEOPLE: u32 = 60_000;
const SHARDS: u32 = 64;

/// The own register makes the first of the stages.
const STAGES: [&str; 5] = ["prepare", "select", "allocate", "extract", "deliver"];

fn order() -> String {
    ORDER.replace("[dedup]", "[register]\nfile = \"own.csv\"\nuse = \"subtract\"\n\n[dedup]")
}

/// A store whose order has all five stages, and the digest of an undisturbed run.
fn prepared() -> (Store, String) {
    let store = Store::with_people(PEOPLE, SHARDS);
    store.file("own.csv", "hetu\n010190-990L\n");
    let digest = store.receipt(&order(), "2")["digest"].as_str().unwrap().to_owned();
    (store, digest)
}

/// Waits until a stage has begun: its own first commit, or the last stage's commits for a stage of one task.
fn wait_for_stage(cluster: &Cluster, order: &str, stage: usize) {
    let seen = |name: &str| cluster.committed(order, name) > 0;
    let many = matches!(STAGES[stage], "select" | "extract");
    wait_for(&format!("stage {}", STAGES[stage]), LIMIT, || {
        let begun = match stage {
            0 => cluster.store.path().join("orders").join(order).exists(),
            _ if many => seen(STAGES[stage]),
            _ => seen(STAGES[stage - 1]),
        };
        (begun || seen(STAGES[stage])).then_some(())
    });
}

fn check(cluster: &Cluster, order: &str, digest: &str) {
    let receipt = cluster.receipt(order);
    assert_eq!(receipt["digest"].as_str(), Some(digest), "{}", cluster.logs());
    cluster.store.run(["order", "verify", order]).expect_done();
}

/// Runs the order once for each stage and does harm in it.
fn in_each_stage(harm: impl Fn(&mut Cluster)) {
    let (store, digest) = prepared();
    let mut cluster = Cluster::start(store, 2);
    for stage in 0..STAGES.len() {
        let id = cluster.submit(&order());
        wait_for_stage(&cluster, &id, stage);
        harm(&mut cluster);
        check(&cluster, &id, &digest);
    }
}

#[test]
fn a_worker_is_killed_in_each_stage() {
    in_each_stage(|cluster| {
        let last = cluster.workers.len() - 1;
        cluster.workers[last].kill();
        cluster.add_worker();
    });
}

#[test]
fn all_workers_are_killed_in_each_stage() {
    in_each_stage(|cluster| {
        for worker in &mut cluster.workers {
            if worker.alive() {
                worker.kill();
            }
        }
        cluster.add_worker();
        cluster.add_worker();
    });
}

#[test]
fn the_scheduler_is_killed_in_each_stage() {
    in_each_stage(|cluster| {
        cluster.replace_scheduler();
        cluster.wait_for_scheduler();
    });
}

#[test]
fn redis_is_killed_and_comes_back_empty_in_each_stage() {
    in_each_stage(|cluster| cluster.redis.restart());
}

#[test]
fn redis_is_emptied_in_each_stage() {
    in_each_stage(|cluster| cluster.redis.flush_all());
}

#[test]
fn a_worker_that_slept_beyond_its_lease_changes_nothing() {
    let (store, digest) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&order());
    wait_for_stage(&cluster, &id, 1);
    cluster.workers[0].signal("STOP");
    cluster.add_worker();
    check(&cluster, &id, &digest);
    cluster.workers[0].signal("CONT");
    let receipt = cluster.receipt(&id);
    // What the sleeper still holds it tries to commit within its first seconds awake.
    assert!(holds_for(Duration::from_secs(3), || cluster.workers[0].alive()), "{}", cluster.logs());
    assert_eq!(cluster.receipt(&id), receipt);
    let again = cluster.submit(&order());
    check(&cluster, &again, &digest);
}

#[test]
fn a_lost_workers_task_runs_again_within_15_seconds() {
    let (store, digest) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&order());
    wait_for_stage(&cluster, &id, 1);
    cluster.workers[0].kill();
    let lost = Instant::now();
    cluster.add_worker();
    check(&cluster, &id, &digest);
    assert!(lost.elapsed() < Duration::from_secs(20), "{:?}", lost.elapsed());
}

#[test]
fn a_worker_that_is_asked_to_end_gives_its_tasks_back_at_once() {
    let (store, digest) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&order());
    wait_for_stage(&cluster, &id, 1);
    cluster.workers[0].signal("TERM");
    assert_eq!(cluster.workers[0].wait(Duration::from_secs(10)), 0, "{}", cluster.logs());
    let drained = Instant::now();
    cluster.add_worker();
    check(&cluster, &id, &digest);
    assert!(
        drained.elapsed() < Duration::from_secs(9),
        "the tasks waited for a lease: {:?}",
        drained.elapsed()
    );
}

#[test]
fn a_second_scheduler_stands_by_says_so_and_takes_over() {
    let (store, digest) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let (mut second, port) = cluster.second_scheduler();
    second.wait_to_say("stand", Duration::from_secs(20));
    assert!(cluster.scheduler.alive() && second.alive());
    let id = cluster.submit(&order());
    cluster.scheduler.kill();
    cluster.speak_to(port);
    wait_for("the second scheduler's answer", LIMIT, || {
        let shown = cluster.store.run(["order", "show", &id, "--json"]);
        (shown.code == 0).then_some(())
    });
    check(&cluster, &id, &digest);
    assert!(second.alive());
}

//! Processes and servers lost in the middle of an order: the same bytes, or an open failure, never less.

use std::time::{Duration, Instant};

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::harm::{Stage, Trial, outsleep_a_lease};
use poimuri_tests::store::{ORDER, Store};
use poimuri_tests::wait::wait_for;

const PEOPLE: u32 = 60_000;
const SHARDS: u32 = 64;

/// The own register makes the first of the stages.
const STAGES: &[Stage] = &[
    Stage { name: "prepare", is_long: false },
    Stage { name: "select", is_long: true },
    Stage { name: "allocate", is_long: false },
    Stage { name: "extract", is_long: true },
    Stage { name: "deliver", is_long: false },
];

/// A store whose order has all five stages.
fn prepared() -> (Store, Trial) {
    let store = Store::with_people(PEOPLE, SHARDS);
    store.file("own.csv", "hetu\n010190-990L\n");
    let order = ORDER.replace("[dedup]", "[register]\nfile = \"own.csv\"\nuse = \"subtract\"\n\n[dedup]");
    let trial = Trial::new(&store, order, STAGES);
    (store, trial)
}

poimuri_tests::survives_in_each_stage!(prepared);
poimuri_tests::survives_in_each_stage! { prepared: all_workers_are_killed_in_each_stage: kill_all_workers, }

#[test]
fn a_worker_that_slept_beyond_its_lease_changes_nothing() {
    let (store, trial) = prepared();
    outsleep_a_lease(store, &trial);
}

#[test]
fn a_lost_workers_task_runs_again_within_15_seconds() {
    let (store, trial) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&trial.order);
    trial.wait_for(&cluster.store, &id, 1);
    cluster.workers[0].kill();
    let lost = Instant::now();
    cluster.add_worker();
    trial.check(&cluster.store, &id);
    assert!(lost.elapsed() < Duration::from_secs(20), "{:?}", lost.elapsed());
}

#[test]
fn a_worker_that_is_asked_to_end_gives_its_tasks_back_at_once() {
    let (store, trial) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&trial.order);
    trial.wait_for(&cluster.store, &id, 1);
    cluster.workers[0].signal("TERM");
    assert_eq!(cluster.workers[0].wait(Duration::from_secs(10)), 0, "{}", cluster.logs());
    let drained = Instant::now();
    cluster.add_worker();
    trial.check(&cluster.store, &id);
    assert!(
        drained.elapsed() < Duration::from_secs(9),
        "the tasks waited for a lease: {:?}",
        drained.elapsed()
    );
}

#[test]
fn a_second_scheduler_stands_by_says_so_and_takes_over() {
    let (store, trial) = prepared();
    let mut cluster = Cluster::start(store, 1);
    let (mut second, port) = cluster.second_scheduler();
    second.wait_to_say("stand", Duration::from_secs(20));
    assert!(cluster.scheduler.alive() && second.alive());
    let id = cluster.submit(&trial.order);
    cluster.scheduler.kill();
    cluster.speak_to(port);
    wait_for("the second scheduler's answer", LIMIT, || {
        let shown = cluster.store.run(["order", "show", &id, "--json"]);
        (shown.code == 0).then_some(())
    });
    trial.check(&cluster.store, &id);
    assert!(second.alive());
}

//! A scheduler follows subscriptions by itself; workers, schedulers and Redis are lost, and every run counts once.

use std::fs;

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;
use serde_json::Value;

use crate::customers::{people, register};
use crate::subscription::{apply, evolve, show, subscribe};

/// Digests of the deliveries of a subscription, in their order.
fn digests(store: &Store, shown: &Value) -> Vec<String> {
    let receipt = |run: &Value| {
        let order = run["order"].as_str().unwrap();
        let path = store.path().join("orders").join(order).join("receipt");
        let receipt: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        receipt["digest"].as_str().unwrap().to_owned()
    };
    shown["runs"].as_array().unwrap().iter().filter(|run| run["state"] == "delivered").map(receipt).collect()
}

/// Dates of the generations that follow.
const DATES: [&str; 4] = ["2026-09-06", "2026-09-11", "2026-09-16", "2026-09-21"];

fn prepared() -> Store {
    let store = Store::with_people(30_000, 32);
    store.file("customers.csv", register(people(&store).iter().step_by(3)));
    let mut from = "source".to_owned();
    for index in 0..DATES.len() {
        let to = format!("g{index}");
        evolve(&store, &from, &to, "5");
        from = to;
    }
    store
}

#[test]
fn every_run_counts_once_whoever_is_lost() {
    let store = prepared();
    let id = subscribe(&store, "each-snapshot");
    store.run(["subscription", "run", &id]).expect_done();
    for (index, as_of) in DATES.into_iter().enumerate() {
        apply(&store, &format!("g{index}-changes"), as_of);
        store.run(["subscription", "run", &id, "--workers", "3"]).expect_done();
    }
    let expected = digests(&store, &show(&store, &id));
    assert_eq!(expected.len(), 5);

    let mut cluster = Cluster::start(prepared(), 2);
    let settings = fs::read_to_string(cluster.store.folder().join("poimuri.toml")).unwrap();
    cluster.store.file("poimuri.toml", format!("{settings}subscriptions_every = 0.2\n"));
    cluster.replace_scheduler();
    cluster.wait_for_scheduler();
    let id = subscribe(&cluster.store, "each-snapshot");
    let wait = |cluster: &Cluster, count: usize| {
        wait_for(&format!("delivery {count}"), LIMIT, || {
            let shown = show(&cluster.store, &id);
            (digests(&cluster.store, &shown).len() == count).then_some(())
        });
    };
    wait(&cluster, 1);
    for (index, as_of) in DATES.into_iter().enumerate() {
        apply(&cluster.store, &format!("g{index}-changes"), as_of);
        match index {
            0 => {
                let last = cluster.workers.len() - 1;
                cluster.workers[last].kill();
                cluster.add_worker();
            }
            1 => {
                cluster.replace_scheduler();
                cluster.wait_for_scheduler();
            }
            2 => cluster.redis.flush_all(),
            _ => cluster.redis.restart(),
        }
        wait(&cluster, index + 2);
    }
    let shown = show(&cluster.store, &id);
    assert_eq!(digests(&cluster.store, &shown), expected, "{shown}\n{}", cluster.logs());
}

//! The same bytes for any number of workers, either queue, any number of shards.

use poimuri_tests::cluster::Cluster;
use poimuri_tests::store::{ORDER, Store};

const PEOPLE: u32 = 20_000;

fn digest(receipt: &serde_json::Value) -> String {
    assert!(receipt["delivered"].as_u64().is_some_and(|rows| rows > 100), "{receipt}");
    receipt["digest"].as_str().unwrap().to_owned()
}

#[test]
fn workers_and_shards_change_nothing_in_one_process() {
    let mut digests = Vec::new();
    for shards in [1, 16, 64] {
        let store = Store::with_people(PEOPLE, shards);
        for workers in ["1", "4"] {
            digests.push((shards, workers, digest(&store.receipt(ORDER, workers))));
        }
    }
    assert!(digests.iter().all(|(.., digest)| *digest == digests[0].2), "{digests:#?}");
}

#[test]
fn workers_and_shards_change_nothing_on_redis() {
    let mut digests = Vec::new();
    for (shards, workers) in [(1, 1), (16, 4), (64, 1)] {
        let store = Store::with_people(PEOPLE, shards);
        let alone = digest(&store.receipt(ORDER, "2"));
        let cluster = Cluster::start(store, workers);
        let order = cluster.submit(ORDER);
        digests.push((shards, workers, digest(&cluster.receipt(&order))));
        digests.push((shards, 0, alone));
    }
    assert!(digests.iter().all(|(.., digest)| *digest == digests[0].2), "{digests:#?}");
}

#[test]
fn another_seed_draws_others() {
    let store = Store::with_people(PEOPLE, 16);
    let first = digest(&store.receipt(ORDER, "2"));
    let file = store.file("order.toml", ORDER);
    let file = file.to_str().unwrap();
    let other = "f".repeat(64);
    let receipt = store.run(["order", "run", file, "--seed", &other, "--json"]).json();
    assert_ne!(digest(&receipt), first);
    assert_eq!(receipt["seed"].as_str(), Some(other.as_str()));
}

#[test]
fn a_seed_of_the_system_is_in_the_receipt_and_repeats_the_draw() {
    let store = Store::with_people(PEOPLE, 16);
    let file = store.file("order.toml", ORDER);
    let file = file.to_str().unwrap();
    let drawn = store.run(["order", "run", file, "--json"]).json();
    let seed = drawn["seed"].as_str().unwrap();
    let again = store.run(["order", "run", file, "--seed", seed, "--json"]).json();
    assert_eq!(digest(&again), digest(&drawn));
    let id = drawn["order"].as_str().unwrap();
    store.run(["order", "verify", id]).expect_done();
}

//! A scheduler without Redis, its queue and worker in the same process: killed in each stage, and two on one store.

use std::time::Duration;

use poimuri_tests::harm::{Stage, Trial};
use poimuri_tests::http;
use poimuri_tests::process::Running;
use poimuri_tests::program;
use poimuri_tests::redis::free_port;
use poimuri_tests::store::{ORDER, Store};
use poimuri_tests::wait::wait_for;

const STAGES: &[Stage] = &[
    Stage { name: "select", is_long: true },
    Stage { name: "allocate", is_long: false },
    Stage { name: "extract", is_long: true },
    Stage { name: "deliver", is_long: false },
];

/// A scheduler and its port.
fn start(store: &Store, name: &str) -> (Running, u16) {
    let (mut command, port) = (program::command(store.folder()), free_port());
    command.args(["scheduler", "--store", "store", "--listen", &format!("127.0.0.1:{port}")]);
    (Running::start(command, &store.folder().join(format!("{name}.log"))), port)
}

fn prepared() -> (Store, Trial) {
    let store = Store::with_people(40_000, 64);
    store.file("poimuri.toml", "[scheduler]\nrows_per_task = 1000\n");
    let trial = Trial::new(&store, ORDER.to_owned(), STAGES);
    (store, trial)
}

#[test]
fn the_process_is_killed_in_each_stage() {
    let (store, trial) = prepared();
    let (mut process, _) = start(&store, "process");
    for stage in 0..STAGES.len() {
        let id = store.submit(&trial.order);
        trial.wait_for(&store, &id, stage);
        process.kill();
        (process, _) = start(&store, "process");
        trial.check(&store, &id);
    }
    assert!(process.alive());
}

#[test]
fn a_command_carries_out_its_own_order_and_leaves_the_others_open() {
    let store = Store::with_people(6_000, 4);
    let waiting = store.submit(ORDER);
    let state = |id: &str| store.run(["order", "show", id, "--json"]).json()["state"].clone();
    let before = state(&waiting);
    let file = store.file("own.toml", ORDER);
    let ran = store.run(["order", "run", file.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.said().contains("1 other order is open and was left as it is"), "{}", ran.said());
    assert_eq!((state(&waiting), store.committed(&waiting, "select")), (before, 0));
    let (mut scheduler, _) = start(&store, "scheduler");
    assert!(store.receipt_of(&waiting)["delivered"].as_u64() >= Some(100));
    assert!(scheduler.alive());
    let ran = store.run(["order", "run", file.to_str().unwrap()]);
    assert!(ran.code == 0 && !ran.said().contains("other order"), "{}", ran.said());
}

#[test]
fn a_second_one_on_the_store_stands_by_says_so_and_takes_over() {
    let (store, trial) = prepared();
    let standing = |port| {
        wait_for("a scheduler's health", Duration::from_secs(20), || {
            http::request(port, "GET", "/health", &[], "").filter(|answer| answer.status == 200)
        })
        .json()["scheduler"]
            .as_str()
            .map(str::to_owned)
    };
    let (mut first, first_port) = start(&store, "first");
    first.wait_to_say("acting", Duration::from_secs(20));
    let (mut second, port) = start(&store, "second");
    second.wait_to_say("standing by", Duration::from_secs(20));
    assert_eq!(standing(first_port).as_deref(), Some("acting"));
    assert_eq!(standing(port).as_deref(), Some("standby"));
    // What is handed to the one that stands by is done by the other.
    let headers = [("Content-Type", "application/toml"), ("Idempotency-Key", "one")];
    let accepted = http::request(port, "POST", "/v1/orders", &headers, ORDER).unwrap().json();
    let handed = store.receipt_of(accepted["id"].as_str().unwrap());
    assert!(handed["delivered"].as_u64().is_some_and(|rows| rows >= 100), "{handed}");
    let id = store.submit(&trial.order);
    first.kill();
    trial.check(&store, &id);
    assert_eq!(standing(port).as_deref(), Some("acting"));
}

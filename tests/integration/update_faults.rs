//! Updates survive what extractions survive: workers, schedulers and Redis lost in every stage, the same bytes.

use poimuri_tests::cluster::Cluster;
use poimuri_tests::harm::{self, Stage, Trial};
use poimuri_tests::store::{Store, UPDATE};

use crate::customers::{people, register};

const STAGES: &[Stage] = &[
    Stage { name: "prepare", is_long: false },
    Stage { name: "match", is_long: false },
    Stage { name: "resolve", is_long: false },
    Stage { name: "approximate", is_long: false },
    Stage { name: "deliver", is_long: false },
];

fn in_each_stage(harm: fn(&mut Cluster)) {
    let store = Store::with_people(60_000, 64);
    store.file("customers.csv", register(people(&store).iter().step_by(3)));
    Trial::new(&store, UPDATE.to_owned(), STAGES).in_each_stage(store, harm);
}

#[test]
fn a_worker_is_killed_in_each_stage() {
    in_each_stage(harm::kill_a_worker);
}

#[test]
fn the_scheduler_is_killed_in_each_stage() {
    in_each_stage(harm::kill_the_scheduler);
}

#[test]
fn redis_is_killed_and_comes_back_empty_in_each_stage() {
    in_each_stage(harm::restart_redis);
}

#[test]
fn redis_is_emptied_in_each_stage() {
    in_each_stage(harm::empty_redis);
}

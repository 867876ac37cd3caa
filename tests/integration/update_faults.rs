//! Updates survive what extractions survive: workers, schedulers and Redis lost in every stage, the same bytes.

use poimuri_tests::harm::{Stage, Trial, outsleep_a_lease};
use poimuri_tests::store::{Store, UPDATE};

use crate::customers::{people, register};

const STAGES: &[Stage] = &[
    Stage { name: "prepare", is_long: false },
    Stage { name: "match", is_long: false },
    Stage { name: "resolve", is_long: false },
    Stage { name: "approximate", is_long: false },
    Stage { name: "deliver", is_long: false },
];

fn prepared() -> (Store, Trial) {
    let store = Store::with_people(60_000, 64);
    store.file("customers.csv", register(people(&store).iter().step_by(3)));
    let trial = Trial::new(&store, UPDATE.to_owned(), STAGES);
    (store, trial)
}

poimuri_tests::survives_in_each_stage!(prepared);
poimuri_tests::survives_in_each_stage! { prepared: all_workers_are_killed_in_each_stage: kill_all_workers, }

#[test]
fn a_worker_that_slept_beyond_its_lease_changes_nothing() {
    let (store, trial) = prepared();
    outsleep_a_lease(store, &trial);
}

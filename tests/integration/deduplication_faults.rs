//! De-duplications survive what updates survive: workers, schedulers and Redis lost in every stage, the same bytes.

use poimuri_tests::harm::{Stage, Trial};
use poimuri_tests::store::Store;

use crate::deduplication_again::with;
use crate::lists::{self, DEDUPLICATION};

const STAGES: &[Stage] = &[
    Stage { name: "prepare", is_long: false },
    Stage { name: "identify", is_long: false },
    Stage { name: "encode", is_long: false },
    Stage { name: "observe", is_long: false },
    Stage { name: "train", is_long: false },
    Stage { name: "compare", is_long: false },
    Stage { name: "cluster", is_long: false },
    Stage { name: "deliver", is_long: false },
];

fn prepared() -> (Store, Trial) {
    let store = lists::prepared(5_000);
    let trial = Trial::new(&store, DEDUPLICATION.to_owned(), STAGES);
    (store, trial)
}

/// An order that goes on from an earlier one: some of its records are new, most are not compared again.
fn extended() -> (Store, Trial) {
    let store = lists::prepared(5_000);
    let (first, _) = lists::records(5_000);
    store.file("members.csv", lists::members(&first[..first.len() * 3 / 4]));
    let before = store.receipt(DEDUPLICATION, "2");
    store.file("members.csv", lists::members(&first));
    let order = with(&format!("earlier = \"{}\"", before["order"].as_str().unwrap()));
    let stages: Vec<Stage> = STAGES.iter().copied().filter(|stage| stage.name != "observe").collect();
    let trial = Trial::new(&store, order, stages.leak());
    (store, trial)
}

poimuri_tests::survives_in_each_stage!(prepared);
poimuri_tests::survives_in_each_stage! { extended:
    an_extended_order_survives_the_loss_of_a_worker_in_each_stage: kill_a_worker,
}

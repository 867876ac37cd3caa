//! De-duplications survive what updates survive: workers, schedulers and Redis lost in every stage, the same bytes.

use poimuri_tests::harm::{Stage, Trial};
use poimuri_tests::store::Store;

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

poimuri_tests::survives_in_each_stage!(prepared);

//! De-duplications survive what updates survive: workers, schedulers and Redis lost in every stage, the same bytes.

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::wait::wait_for;

use crate::lists::{self, DEDUPLICATION};

const STAGES: [&str; 5] = ["prepare", "train", "compare", "cluster", "deliver"];

/// Waits until a stage has begun: the stage before it has committed, or itself has.
fn wait_for_stage(cluster: &Cluster, order: &str, stage: usize) {
    let seen = |index: usize| cluster.store.committed(order, STAGES[index]) > 0;
    wait_for(&format!("stage {}", STAGES[stage]), LIMIT, || {
        let begun = match stage {
            0 => cluster.store.path().join("orders").join(order).exists(),
            stage => seen(stage - 1),
        };
        (begun || seen(stage)).then_some(())
    });
}

/// Runs the order once for each stage and does harm in it.
fn in_each_stage(harm: impl Fn(&mut Cluster)) {
    let store = lists::prepared(5_000);
    let digest = store.receipt(DEDUPLICATION, "2")["digest"].as_str().unwrap().to_owned();
    let mut cluster = Cluster::start(store, 2);
    for stage in 0..STAGES.len() {
        let id = cluster.submit(DEDUPLICATION);
        wait_for_stage(&cluster, &id, stage);
        harm(&mut cluster);
        let receipt = cluster.receipt(&id);
        assert_eq!(receipt["digest"].as_str(), Some(digest.as_str()), "{}", cluster.logs());
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

//! What may be lost in the middle of an order, done once in each of its stages.

use std::time::Duration;

use crate::cluster::{Cluster, LIMIT};
use crate::store::Store;
use crate::wait::{holds_for, wait_for};

/// A stage of an order.
#[derive(Debug, Clone, Copy)]
pub struct Stage {
    /// Its name.
    pub name: &'static str,
    /// Whether it has many tasks, so that it has begun when the first is committed; otherwise it has when the stage
    /// before it has committed.
    pub is_long: bool,
}

/// An order that is carried out again and again, and what an undisturbed run came to.
#[derive(Debug)]
pub struct Trial {
    /// The order as it is handed in.
    pub order: String,
    /// Its stages.
    pub stages: &'static [Stage],
    /// The digest of its delivery.
    pub digest: String,
}

impl Trial {
    /// Runs the order undisturbed, in one process.
    ///
    /// # Panics
    /// If it fails.
    #[must_use]
    pub fn new(store: &Store, order: String, stages: &'static [Stage]) -> Self {
        let digest = store.receipt(&order, "2")["digest"].as_str().unwrap().to_owned();
        Self { order, stages, digest }
    }

    /// Runs the order once for each stage and does harm in it.
    ///
    /// # Panics
    /// If a stage does not begin in time, or the order does not come to the same bytes.
    pub fn in_each_stage(&self, store: Store, harm: impl Fn(&mut Cluster)) {
        let mut cluster = Cluster::start(store, 2);
        for stage in 0..self.stages.len() {
            let id = cluster.submit(&self.order);
            self.wait_for(&cluster.store, &id, stage);
            harm(&mut cluster);
            self.check(&cluster.store, &id);
        }
    }

    /// Waits until a stage has begun.
    ///
    /// # Panics
    /// If it does not in time.
    pub fn wait_for(&self, store: &Store, order: &str, stage: usize) {
        let seen = |index: usize| store.committed(order, self.stages[index].name) > 0;
        wait_for(&format!("stage {}", self.stages[stage].name), LIMIT, || {
            let begun = match stage {
                0 => store.path().join("orders").join(order).exists(),
                stage => !self.stages[stage].is_long && seen(stage - 1),
            };
            (begun || seen(stage)).then_some(())
        });
    }

    /// Waits for the end of an order, which has the same bytes as the undisturbed run, and so it has when it is verified.
    ///
    /// # Panics
    /// If it has not.
    pub fn check(&self, store: &Store, order: &str) {
        let receipt = store.receipt_of(order);
        assert_eq!(receipt["digest"].as_str(), Some(self.digest.as_str()), "{}", store.logs());
        store.run(["order", "verify", order]).expect_done();
    }
}

/// Kills the worker that came last; another comes.
pub fn kill_a_worker(cluster: &mut Cluster) {
    let last = cluster.workers.len() - 1;
    cluster.workers[last].kill();
    cluster.add_worker();
}

/// Kills all workers; two others come.
pub fn kill_all_workers(cluster: &mut Cluster) {
    for worker in &mut cluster.workers {
        if worker.alive() {
            worker.kill();
        }
    }
    cluster.add_worker();
    cluster.add_worker();
}

/// Kills the scheduler; another comes.
pub fn kill_the_scheduler(cluster: &mut Cluster) {
    cluster.replace_scheduler();
    cluster.wait_for_scheduler();
}

/// Kills Redis; it comes back with nothing in it.
pub fn restart_redis(cluster: &mut Cluster) {
    cluster.redis.restart();
}

/// Empties Redis.
pub fn empty_redis(cluster: &mut Cluster) {
    cluster.redis.flush_all();
}

/// Stops a worker in the second stage until others have done its work; awake again it changes nothing.
///
/// # Panics
/// If the order does not come to the same bytes, or the worker ends.
pub fn outsleep_a_lease(store: Store, trial: &Trial) {
    let mut cluster = Cluster::start(store, 1);
    let id = cluster.submit(&trial.order);
    trial.wait_for(&cluster.store, &id, 1);
    cluster.workers[0].signal("STOP");
    cluster.add_worker();
    trial.check(&cluster.store, &id);
    cluster.workers[0].signal("CONT");
    let receipt = cluster.receipt(&id);
    // What the sleeper still holds it tries to commit within its first seconds awake.
    assert!(holds_for(Duration::from_secs(3), || cluster.workers[0].alive()), "{}", cluster.logs());
    assert_eq!(cluster.receipt(&id), receipt);
    let again = cluster.submit(&trial.order);
    trial.check(&cluster.store, &again);
}

/// Tests that an order survives what may be lost, in each of its stages: `$prepared` gives a store and the trial of the order.
#[macro_export]
macro_rules! survives_in_each_stage {
    ($prepared:path) => {
        $crate::survives_in_each_stage! { $prepared:
            a_worker_is_killed_in_each_stage: kill_a_worker,
            the_scheduler_is_killed_in_each_stage: kill_the_scheduler,
            redis_is_killed_and_comes_back_empty_in_each_stage: restart_redis,
            redis_is_emptied_in_each_stage: empty_redis,
        }
    };
    ($prepared:path: $($test:ident: $harm:ident,)*) => {
        $(
            #[test]
            fn $test() {
                let (store, trial) = $prepared();
                trial.in_each_stage(store, $crate::harm::$harm);
            }
        )*
    };
}

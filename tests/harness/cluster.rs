//! A scheduler and workers as processes of their own, on a private Redis and one store.

use std::time::Duration;

use serde_json::Value;

use crate::http;
use crate::process::Running;
use crate::program;
use crate::redis::{Redis, free_port};
use crate::store::Store;
use crate::wait::wait_for;

/// How long an order of the tests may take, faults and lost leases included.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Everything that runs for one store; dropped, all of it ends.
#[derive(Debug)]
pub struct Cluster {
    /// The store; commands of the test run on it.
    pub store: Store,
    /// The queue.
    pub redis: Redis,
    /// The scheduler that was started last.
    pub scheduler: Running,
    /// Workers in the order of their start, killed ones included.
    pub workers: Vec<Running>,
    port: u16,
}

impl Cluster {
    /// Starts a scheduler and so many workers, one thread each.
    ///
    /// # Panics
    /// If the scheduler does not answer.
    #[must_use]
    pub fn start(store: Store, workers: usize) -> Self {
        Self::start_on(store, Redis::start(), workers)
    }

    /// The same on a Redis that is there already.
    ///
    /// # Panics
    /// If the scheduler does not answer.
    #[must_use]
    pub fn start_on(store: Store, redis: Redis, workers: usize) -> Self {
        let port = free_port();
        store.file("poimuri.toml", settings(port));
        let scheduler = scheduler(&store, &redis, port, "scheduler-0");
        let mut cluster = Self { store, redis, scheduler, workers: Vec::new(), port };
        for _ in 0..workers {
            cluster.add_worker();
        }
        cluster.wait_for_scheduler();
        cluster
    }

    /// Waits until the scheduler answers.
    ///
    /// # Panics
    /// If it does not within 30 seconds.
    #[track_caller]
    pub fn wait_for_scheduler(&mut self) {
        wait_for("the scheduler's health", Duration::from_secs(30), || {
            assert!(self.scheduler.alive(), "the scheduler ended: {}", self.scheduler.said());
            self.get("/health").filter(|answer| answer.status == 200)
        });
    }

    /// Port of the HTTP API.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks the API; `None` while nobody listens.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<http::Answer> {
        http::request(self.port, "GET", path, &[], "")
    }

    /// Kills the scheduler and starts another at the same place.
    pub fn replace_scheduler(&mut self) {
        self.scheduler.kill();
        self.scheduler = scheduler(&self.store, &self.redis, self.port, "scheduler-next");
    }

    /// Starts a second scheduler on another port.
    #[must_use]
    pub fn second_scheduler(&self) -> (Running, u16) {
        let port = free_port();
        (scheduler(&self.store, &self.redis, port, "scheduler-second"), port)
    }

    /// Lets the commands of the test speak to a scheduler at this port.
    pub fn speak_to(&mut self, port: u16) {
        self.port = port;
        self.store.file("poimuri.toml", settings(port));
    }

    /// Starts one more worker.
    pub fn add_worker(&mut self) {
        let mut command = program::command(self.store.folder());
        command.args(["worker", "--store", "store", "--threads", "1", "--redis", &self.redis.url()]);
        let log = self.store.folder().join(format!("worker-{}.log", self.workers.len()));
        self.workers.push(Running::start(command, &log));
    }

    /// Submits an order with the tests' seed; gives its id.
    ///
    /// # Panics
    /// If it is refused.
    #[must_use]
    #[track_caller]
    pub fn submit(&self, order: &str) -> String {
        self.store.submit(order)
    }

    /// Waits for the end of an order and gives its receipt.
    ///
    /// # Panics
    /// If it ends otherwise or not at all.
    #[must_use]
    #[track_caller]
    pub fn receipt(&self, order: &str) -> Value {
        self.store.receipt_of(order)
    }

    /// Everything scheduler and workers have said, for messages.
    #[must_use]
    pub fn logs(&self) -> String {
        self.store.logs()
    }
}

fn scheduler(store: &Store, redis: &Redis, port: u16, name: &str) -> Running {
    let mut command = program::command(store.folder());
    let listen = format!("127.0.0.1:{port}");
    command.args(["scheduler", "--store", "store", "--listen", &listen, "--redis", &redis.url()]);
    Running::start(command, &store.folder().join(format!("{name}.log")))
}

fn settings(port: u16) -> String {
    format!("[client]\nscheduler = \"http://127.0.0.1:{port}\"\n\n[scheduler]\nrows_per_task = 2000\n")
}

//! One suite for both queues, the property that they are one machine, and what was measured.

mod conformance;
pub(super) mod dump;
mod faults;
mod histories;
mod server;
mod speed;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use super::memory::{Draw, Memory};
use super::{Claim, Flow, MemoryQueue, Queue, RedisQueue, StagePlan};
use crate::clock::Clock;
use crate::ids::{OrderId, WorkerId};
use server::Server;

/// A clock that tests move.
#[derive(Debug, Clone)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_780_000_000_000)))
    }

    fn advance(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(i64::try_from(self.0.load(Ordering::Relaxed)).unwrap()).unwrap()
    }
}

fn drawn() -> Draw {
    Draw::Counter(Arc::new(AtomicU64::new(1)))
}

fn memory(hands: &Hands) -> MemoryQueue {
    Flow::new(Memory::new(Arc::new(hands.clone()), drawn()))
}

async fn redis(server: &Server, hands: &Hands) -> RedisQueue {
    RedisQueue::connect_with(&server.url, &server::prefix(), Some(Arc::clone(&hands.0)), drawn())
        .await
        .unwrap()
}

fn order(name: &str) -> OrderId {
    name.parse().unwrap()
}

fn worker(name: &str) -> WorkerId {
    name.parse().unwrap()
}

fn plan(order: &str, stage: u8, task_count: u32) -> StagePlan {
    StagePlan {
        order: order.parse().unwrap(),
        stage,
        task_count,
        done: Vec::new(),
        past: BTreeMap::new(),
        tenant: "acme".parse().unwrap(),
        priority: 100,
        paused: false,
    }
}

async fn claimed(queue: &dyn Queue, name: &str) -> Claim {
    queue.claim(&worker(name)).await.unwrap().expect("a task waits")
}

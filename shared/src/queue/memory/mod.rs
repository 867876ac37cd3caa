//! The embedded queue: the state machine in plain Rust, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{broadcast, watch};

use crate::clock::{SharedClock, SystemClock};
use crate::ids::OrderId;

use super::Event;
use super::flow::Flow;
use super::steps::Steps;

mod attempt;
#[cfg(test)]
mod dump;
mod index;
mod order;
mod stage;
mod steps;

use index::Index;
pub(super) use index::{FIRST_ESTIMATE_MS, REMEMBER_MS};
use order::{Events, Order};

/// Events a slow listener may be behind before it misses some.
pub(super) const EVENTS: usize = 4096;

/// A queue in this process, for one machine. Its clones are one queue.
pub type MemoryQueue = Flow<Memory>;

impl MemoryQueue {
    /// An empty queue.
    #[must_use]
    pub fn embedded() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty queue that reckons by the given clock.
    #[must_use]
    pub fn with_clock(clock: SharedClock) -> Self {
        Self::new(Memory::new(clock, Draw::System))
    }

    /// Loses everything, as a server that was emptied.
    pub fn lose_memory(&self) {
        self.steps.lose_memory();
    }
}

/// Where unguessable numbers come from.
#[derive(Debug, Clone)]
pub(super) enum Draw {
    System,
    #[cfg(test)]
    Counter(Arc<std::sync::atomic::AtomicU64>),
}

impl Draw {
    pub(super) fn next(&self) -> u64 {
        match self {
            Self::System => getrandom::u64().expect("the operating system gives random bytes"),
            #[cfg(test)]
            Self::Counter(counter) => counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
        }
    }
}

/// The steps of a queue in memory.
#[derive(Debug, Clone)]
pub struct Memory {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    machine: Mutex<Machine>,
    clock: SharedClock,
    draw: Draw,
    events: broadcast::Sender<Event>,
    work: watch::Sender<u64>,
}

/// The whole state.
#[derive(Debug, Default)]
struct Machine {
    epoch: u64,
    index: Index,
    orders: BTreeMap<OrderId, Order>,
}

impl Memory {
    pub(super) fn new(clock: SharedClock, draw: Draw) -> Self {
        let machine = Mutex::new(Machine { epoch: Draw::System.next(), ..Machine::default() });
        let (events, work) = (broadcast::Sender::new(EVENTS), watch::Sender::new(0));
        Self { shared: Arc::new(Shared { machine, clock, draw, events, work }) }
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.shared.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.shared.clock.now().as_millisecond()).unwrap_or(0)
    }

    fn wake(&self) {
        self.shared.work.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Runs a transition of one order at one moment, then tells what happened.
    fn order<T>(&self, order: &OrderId, step: impl FnOnce(&mut Order, u64, &mut Events) -> T) -> Option<T> {
        let now = self.now();
        let mut events = Events::new();
        let answer = self.lock().orders.get_mut(order).map(|order| step(order, now, &mut events));
        self.tell(events);
        answer
    }

    fn tell(&self, events: Events) {
        for event in events {
            // Nobody may be listening.
            drop(self.shared.events.send(event));
        }
    }

    fn lose_memory(&self) {
        let epoch = Draw::System.next();
        *self.lock() = Machine { epoch, ..Machine::default() };
        self.tell(vec![Event::EpochChanged { epoch }]);
        self.wake();
    }
}

impl Steps for Memory {
    fn events(&self) -> broadcast::Receiver<Event> {
        self.shared.events.subscribe()
    }

    fn work(&self) -> watch::Receiver<u64> {
        self.shared.work.subscribe()
    }

    fn draw(&self) -> u64 {
        self.shared.draw.next()
    }

    fn detached(&self) -> Self {
        self.clone()
    }
}

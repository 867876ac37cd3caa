//! The embedded queue: the state machine in plain Rust, behind one lock.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, watch};

use crate::clock::{SharedClock, SystemClock};
use crate::ids::{CustomerId, OrderId, WorkerId};

use super::flow::Flow;
use super::steps::{
    Account, Census, Change, Chosen, Entry, Laid, LaidOut, Standing, Step, Steps, Swept, Taken, Tally,
};
use super::{Beat, Claim, Commit, Event, Failed, Failure, OrderState, Revocation};

#[cfg(test)]
mod dump;
mod index;
mod order;
mod stage;

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

fn done<T: Send>(answer: T) -> impl Future<Output = Step<T>> + Send {
    ready(Ok(answer))
}

impl Steps for Memory {
    fn admit(&self, order: &OrderId) -> impl Future<Output = Step<bool>> + Send {
        done(self.lock().index.admit(order, self.now()))
    }

    fn ready(
        &self,
        entry: &Entry,
        tenant: &CustomerId,
        priority: u8,
        version: u64,
    ) -> impl Future<Output = Step<()>> + Send {
        if self.lock().index.ready(entry, tenant, priority, version) {
            self.wake();
        }
        done(())
    }

    fn unready(
        &self,
        entry: &Entry,
        version: u64,
        tenant: &CustomerId,
        refund_ms: u64,
    ) -> impl Future<Output = Step<()>> + Send {
        self.lock().index.unready(entry, version, tenant, refund_ms);
        done(())
    }

    fn choose(&self, accounts: &[Account]) -> impl Future<Output = Step<Option<Chosen>>> + Send {
        done(self.lock().index.choose(accounts, self.now()))
    }

    fn settle(&self, accounts: &[Account]) -> impl Future<Output = Step<()>> + Send {
        self.lock().index.settle(accounts);
        done(())
    }

    fn unlist(&self, order: &OrderId, stages: &[u8]) -> impl Future<Output = Step<()>> + Send {
        self.lock().index.unlist(order, stages);
        done(())
    }

    fn busy(&self, offset: u32) -> impl Future<Output = Step<Vec<(OrderId, u64)>>> + Send {
        done(self.lock().index.busy(offset))
    }

    fn unbusy(&self, order: &OrderId, since: u64, known: bool) -> impl Future<Output = Step<bool>> + Send {
        done(self.lock().index.unbusy(order, since, known, self.now()))
    }

    fn orders(&self, offset: u32) -> impl Future<Output = Step<Vec<OrderId>>> + Send {
        done(self.lock().index.page(offset))
    }

    fn heard(&self, worker: &WorkerId) -> impl Future<Output = Step<()>> + Send {
        self.lock().index.heard(worker, self.now());
        done(())
    }

    fn census(&self) -> impl Future<Output = Step<Census>> + Send {
        done(self.lock().index.census())
    }

    fn lead(&self, holder: &str, ttl: Duration) -> impl Future<Output = Step<bool>> + Send {
        let ttl = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        done(self.lock().index.lead(holder, ttl, self.now()))
    }

    fn step_down(&self, holder: &str) -> impl Future<Output = Step<()>> + Send {
        self.lock().index.step_down(holder);
        done(())
    }

    fn epoch(&self) -> impl Future<Output = Step<u64>> + Send {
        done(self.lock().epoch)
    }

    fn lay(&self, laid: &Laid) -> impl Future<Output = Step<LaidOut>> + Send {
        let now = self.now();
        let mut events = Events::new();
        let answer = {
            let mut machine = self.lock();
            let orders = &mut machine.orders;
            let old = orders.get(&laid.entry.order).map(|order| (order.memory, order.version));
            if old.is_none_or(|(memory, _)| memory != laid.memory) {
                let version = old.map_or(0, |(_, version)| version);
                orders.insert(laid.entry.order.clone(), Order::new(laid, version));
            }
            orders.get_mut(&laid.entry.order).map(|order| order.lay(laid, now, &mut events))
        };
        self.tell(events);
        ready(answer.ok_or(super::QueueError::Answer { call: "lay", source: None }))
    }

    fn take(&self, entry: &Entry, worker: &WorkerId) -> impl Future<Output = Step<Taken>> + Send {
        let taken = self.order(&entry.order, |order, now, _| order.take(entry.stage, worker, now));
        done(taken.unwrap_or(Taken::Gone))
    }

    fn beat(
        &self,
        order: &OrderId,
        beats: &[&Beat],
    ) -> impl Future<Output = Step<Vec<Option<Revocation>>>> + Send {
        let told = self.order(order, |order, now, events| order.beat(beats, now, events));
        done(told.unwrap_or_else(|| vec![Some(Revocation::Lost); beats.len()]))
    }

    fn commit(&self, claim: &Claim) -> impl Future<Output = Step<Commit>> + Send {
        done(
            self.order(&claim.order, |order, _, events| order.commit(claim, events)).unwrap_or(Commit::Stale),
        )
    }

    fn fail(
        &self,
        claim: &Claim,
        failure: &Failure,
        pause_ms: u64,
    ) -> impl Future<Output = Step<Failed>> + Send {
        let fail = |order: &mut Order, now, events: &mut _| order.fail(claim, failure, pause_ms, now, events);
        done(self.order(&claim.order, fail).unwrap_or(Failed::Stale))
    }

    fn release(&self, claim: &Claim) -> impl Future<Output = Step<Option<Standing>>> + Send {
        done(self.order(&claim.order, |order, _, _| order.release(claim)).flatten())
    }

    fn change(&self, order: &OrderId, change: Change) -> impl Future<Output = Step<Option<Standing>>> + Send {
        done(self.order(order, |found, _, events| found.change(order, change, events)))
    }

    fn erase(&self, order: &OrderId) -> impl Future<Output = Step<Vec<u8>>> + Send {
        let erased = self.lock().orders.remove(order);
        done(erased.map_or_else(Vec::new, |order| order.stages.into_keys().collect()))
    }

    fn revive(&self, order: &OrderId) -> impl Future<Output = Step<Option<(u32, Standing)>>> + Send {
        done(self.order(order, |order, _, _| order.revive()))
    }

    fn sweep(&self, order: &OrderId) -> impl Future<Output = Step<Option<Swept>>> + Send {
        done(self.order(order, |found, now, events| found.sweep(order, now, events)))
    }

    fn read(&self, order: &OrderId) -> impl Future<Output = Step<Option<OrderState>>> + Send {
        done(self.lock().orders.get(order).map(Order::view))
    }

    fn tally(&self, order: &OrderId) -> impl Future<Output = Step<Tally>> + Send {
        done(self.lock().orders.get(order).map_or_else(Tally::default, Order::tally))
    }

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

//! Each step as a transition of the machine.

use std::future::ready;
use std::time::Duration;

use super::Memory;
use super::order::{Events, Order};
use crate::ids::{CustomerId, OrderId, WorkerId};
use crate::queue::steps::{
    Account, Census, Change, Chosen, Entry, IndexSteps, Laid, LaidOut, OrderSteps, Standing, Step, Swept,
    Taken, Tally,
};
use crate::queue::{Beat, Claim, Commit, Failed, Failure, OrderState, QueueError, Revocation};

fn done<T: Send>(answer: T) -> impl Future<Output = Step<T>> + Send {
    ready(Ok(answer))
}

impl IndexSteps for Memory {
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
}

impl OrderSteps for Memory {
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
        ready(answer.ok_or(QueueError::Answer { call: "lay", source: None }))
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
}

//! The acting scheduler erases what is due by its clock, and nothing else.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use poimuri_shared::clock::FixedClock;
use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::orders::Orders;
use poimuri_shared::policy::Policy;
use poimuri_shared::price::Prices;
use poimuri_shared::queue::MemoryQueue;
use poimuri_shared::retention::{Kept, Periods, certificate, keep};
use poimuri_shared::store::layout::{self, KeyOwner};
use poimuri_shared::store::{Folder, MasterKeys, SharedObjects, keys, list_all};

use crate::reconcile;
use crate::service::{Scheduler, SchedulerSettings};

const NOW: &str = "2026-11-01T12:00:00Z";

fn settings() -> SchedulerSettings {
    SchedulerSettings {
        snapshots: PathBuf::from("nowhere"),
        place: None,
        rows_per_task: 1,
        reconcile_every: Duration::from_secs(1),
        every_order: true,
        subscriptions_every: None,
        erase_every: Duration::from_millis(50),
        retention: Periods::default(),
        policy: Policy::default(),
        prices: Prices::default(),
    }
}

/// An order with a key that ended so many days before now; open if none.
fn order(store: &SharedObjects, masters: &MasterKeys, id: &str, days: Option<i64>) -> OrderId {
    let id: OrderId = id.parse().unwrap();
    keys::create(&**store, masters, KeyOwner::Order(&id)).unwrap();
    let orders = Orders::new(Arc::clone(store));
    let now: Timestamp = NOW.parse().unwrap();
    let ended = now - (24 * days.unwrap_or(99)).hours();
    if days.is_some() {
        store.put_data(&layout::open(&id), b"{}").unwrap();
        orders.finish(&id, End { state: OrderState::Cancelled, reason: None, at: ended }).unwrap();
        orders.close(&id).unwrap();
    } else {
        keep(&**store, &Kept::Order(id.clone()), ended).unwrap();
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_by_the_clock_is_erased_by_the_loop() {
    let home = tempfile::tempdir().unwrap();
    let store: SharedObjects = Arc::new(Folder::new(home.path()));
    let masters = Arc::new(MasterKeys::init(&home.path().join("master.key")).unwrap());
    let old = order(&store, &masters, "o-old", Some(31));
    order(&store, &masters, "o-young", Some(29));
    order(&store, &masters, "o-open", None);
    // One that is open and cannot be read stops nothing.
    let damaged: OrderId = "o-damaged".parse().unwrap();
    store.put_data(&layout::open(&damaged), b"{}").unwrap();
    store.put_data(&layout::order(&damaged), b"{").unwrap();
    let clock = Arc::new(FixedClock(NOW.parse().unwrap()));
    let queue = Arc::new(MemoryQueue::embedded());
    let orders = Orders::new(Arc::clone(&store));
    let (scheduler, hints) = Scheduler::new(orders, masters, queue, clock, settings());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(reconcile::run(scheduler, hints, async { drop(stopped.await) }));
    let erased = async {
        while certificate(&*store, &Kept::Order(old.clone())).unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // A few more rounds, in which nothing else may go.
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    tokio::time::timeout(Duration::from_secs(30), erased).await.unwrap();
    stop.send(()).unwrap();
    running.await.unwrap();
    let keys = list_all(&*store, "keys/", 10).unwrap();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(keys.iter().all(|name| name.contains("o-young") || name.contains("o-open")), "{keys:?}");
}

//! Erasure on a folder: only what is due, whole or cut short at every call, told afterwards.

#[path = "../../../tests/integration/subscription_histories/dying.rs"]
mod dying;
mod killed;
mod registers;

use std::sync::Arc;

use super::*;
use crate::lifecycle::{End, OrderState};
use crate::orders::Orders;
use crate::store::commit::{TaskName, commit_partial};
use crate::store::keys::{self, KeyError};
use crate::store::layout::{self, KeyOwner};
use crate::store::{DataWriter, Folder, MasterKeys, Objects, Put, SharedObjects, StoreError, json, list_all};

struct Bench {
    _home: tempfile::TempDir,
    store: SharedObjects,
    masters: MasterKeys,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const ENDED: &str = "2026-03-01T10:00:00Z";

impl Bench {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store: SharedObjects = Arc::new(Folder::new(home.path()));
        let masters = MasterKeys::init(&home.path().join("master.key")).unwrap();
        Self { _home: home, store, masters }
    }

    fn orders(&self) -> Orders {
        Orders::new(Arc::clone(&self.store))
    }

    /// An order with a small and a large partial and a delivery; ended if a moment is given.
    fn order(&self, id: &str, ended: Option<&str>) -> OrderId {
        let id: OrderId = id.parse().unwrap();
        let key = keys::create(&*self.store, &self.masters, KeyOwner::Order(&id)).unwrap();
        let large = vec![7; crate::store::commit::WITHIN_BYTES_MAX + 1];
        for (task, content) in [(0, &b"small"[..]), (1, &large[..])] {
            let name = TaskName { order: &id, stage: "select", task };
            assert_eq!(
                commit_partial(&*self.store, &key, &name, "a", content).unwrap(),
                crate::store::Committed::First
            );
        }
        for name in [layout::order(&id), layout::plan(&id), layout::receipt(&id), layout::open(&id)] {
            assert_eq!(self.store.put_new(&name, b"{}").unwrap(), Put::Created);
        }
        self.store.put_data(&layout::delivery_part(&id, "part.csv", "x"), b"sealed").unwrap();
        self.store.put_data(&layout::delivery_manifest(&id), b"{}").unwrap();
        if let Some(ended) = ended {
            let end = End { state: OrderState::Delivered, reason: None, at: at(ended) };
            self.orders().finish(&id, end).unwrap();
            self.orders().close(&id).unwrap();
        }
        id
    }

    fn names(&self) -> Vec<String> {
        list_all(&*self.store, "", 10_000).unwrap()
    }

    fn erase(&self, as_of: &str) -> Vec<Erasure> {
        erase_all(&self.store, at(as_of))
    }

    fn audit(&self) -> String {
        let names = list_all(&*self.store, "audit/", 1000).unwrap();
        names.iter().map(|name| String::from_utf8(self.store.get(name).unwrap()).unwrap()).collect()
    }
}

fn erase_all(store: &SharedObjects, as_of: Timestamp) -> Vec<Erasure> {
    let mut round = Round::new(Arc::clone(store), Periods::default(), as_of, as_of);
    let mut all = Vec::new();
    while let Some(step) = round.step().unwrap() {
        all.extend(step);
    }
    all
}

fn outcomes(erasures: &[Erasure]) -> Vec<(String, bool)> {
    let is_erased = |erasure: &Erasure| matches!(erasure.outcome, Ok(Outcome::Erased(_)));
    erasures.iter().map(|erasure| (erasure.kept.to_string(), is_erased(erasure))).collect()
}

#[test]
fn nothing_goes_a_second_early_and_all_of_it_when_due() {
    let bench = Bench::new();
    let id = bench.order("o-1", Some(ENDED));
    let before = bench.names();
    // 30 days and a lease of 10 s.
    assert!(bench.erase("2026-03-31T10:00:09Z").is_empty());
    assert_eq!(bench.names(), before);
    let erased = bench.erase("2026-03-31T10:00:10Z");
    assert_eq!(outcomes(&erased), [("data of order o-1".to_owned(), true)]);
    let Ok(Outcome::Erased(certificate)) = &erased[0].outcome else { panic!("not erased") };
    assert_eq!((certificate.begun.objects, certificate.begun.keys, certificate.begun.kept_days), (3, 1, 30));
    let gone =
        |name: &&String| name.contains("/commits/") || name.contains("/data/") || name.starts_with("keys/");
    let names = bench.names();
    assert_eq!(names.iter().find(gone), None);
    for stays in [layout::order(&id), layout::plan(&id), layout::end(&id), layout::receipt(&id)] {
        assert!(names.contains(&stays), "{stays}");
    }
    assert!(names.iter().any(|name| name.starts_with("deliveries/o-1/part.csv")), "its time has not come");
    let key = keys::load(&*bench.store, &bench.masters, KeyOwner::Order(&id));
    assert!(matches!(key, Err(KeyError::Gone { .. })));
    assert!(bench.audit().contains(r#""actor":"retention","action":"data-erased","subject":"order:o-1""#));
    let delivery = bench.erase("2026-04-30T10:00:10Z");
    assert_eq!(outcomes(&delivery), [("delivery of order o-1".to_owned(), true)]);
    assert_eq!(list_all(&*bench.store, "deliveries/", 10).unwrap(), ["deliveries/o-1/manifest"]);
    assert_eq!(list_all(&*bench.store, "retained/", 10).unwrap(), [""; 0]);
    assert!(bench.erase("2099-01-01T00:00:00Z").is_empty());
}

#[test]
fn an_order_that_has_not_ended_is_never_touched() {
    let bench = Bench::new();
    let id = bench.reader();
    keep(&*bench.store, &Kept::Order(id.clone()), at(ENDED)).unwrap();
    keep(&*bench.store, &Kept::Delivery(id), at(ENDED)).unwrap();
    let before = bench.names();
    let held = bench.erase("2099-01-01T00:00:00Z");
    assert_eq!(held.len(), 2);
    assert!(held.iter().all(|erasure| matches!(erasure.outcome, Ok(Outcome::Held(_)))));
    assert_eq!(bench.names(), before);
}

#[test]
fn a_store_without_markers_gets_them() {
    let bench = Bench::new();
    bench.order("o-1", Some(ENDED));
    bench.order("o-2", Some(ENDED));
    for marker in list_all(&*bench.store, "retained/", 10).unwrap() {
        bench.store.delete(&marker).unwrap();
    }
    assert!(bench.erase("2099-01-01T00:00:00Z").is_empty());
    assert_eq!(keep_all(&*bench.store).unwrap(), 4);
    assert_eq!(outcomes(&bench.erase("2099-01-01T00:00:00Z")).len(), 4);
    assert_eq!(keep_all(&*bench.store).unwrap(), 0);
}

#[test]
fn a_lease_must_have_run_out_by_the_clock_whatever_the_operator_asks() {
    let bench = Bench::new();
    bench.order("o-1", Some(ENDED));
    let mut round =
        Round::new(Arc::clone(&bench.store), Periods::default(), at(ENDED), at("2099-01-01T00:00:00Z"));
    let first = round.step().unwrap().unwrap();
    assert!(matches!(first[0].outcome, Ok(Outcome::Held(_))), "{first:?}");
    assert!(json::get::<Certificate>(&*bench.store, &layout::erased("order", "o-1")).unwrap().is_none());
}

#[test]
fn periods_have_bounds() {
    assert!(Periods::default().check().is_ok());
    let long = Periods { register_days: 40_000, ..Periods::default() };
    assert_eq!(long.check().unwrap_err().to_string(), "register_days must be 0 to 36525 days");
    assert_eq!(Periods::default().until(Kind::Order, Timestamp::MAX), Timestamp::MAX);
}

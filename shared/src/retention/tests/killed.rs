//! A round that is killed at any change to the store.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::ToSpan as _;

use super::super::{Kept, Kind, certificate};
use super::{Bench, ENDED, at, erase_all};
use crate::registers::{self, RegisterError};
use crate::store::{DataWriter, Objects, Put, SharedObjects, StoreError, list_all};

/// A store that is lost at its n-th change.
#[derive(Debug)]
struct Dying {
    below: SharedObjects,
    left: AtomicU32,
}

impl Dying {
    fn change(&self, name: &str) -> Result<(), StoreError> {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let dead = || StoreError::from_io("reach", name, std::io::Error::other("killed"));
        left.map(|_| ()).ok().ok_or_else(dead)
    }
}

impl Objects for Dying {
    fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        self.change(name)?;
        self.below.put_new(name, bytes)
    }

    fn create_data(&self, name: &str) -> Result<Box<dyn DataWriter>, StoreError> {
        self.below.create_data(name)
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        self.below.open(name)
    }

    fn exists(&self, name: &str) -> Result<bool, StoreError> {
        self.below.exists(name)
    }

    fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.below.list(prefix, after, limit)
    }

    fn children(&self, folder: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.below.children(folder, after, limit)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.change(name)?;
        self.below.delete(name)
    }

    fn sweep_orphans(&self, older_than: Duration) -> Result<u64, StoreError> {
        self.below.sweep_orphans(older_than)
    }
}

#[test]
fn killed_at_any_change_it_is_done_at_the_next_round() {
    let late = at(ENDED) + (24 * 61).hours();
    let mut survived = 0;
    for changes in 0.. {
        let bench = Bench::new();
        let id = bench.order("o-1", Some(ENDED));
        let dying = Arc::new(Dying { below: Arc::clone(&bench.store), left: AtomicU32::new(changes) });
        let shared: SharedObjects = dying;
        let first = erase_all(&shared, late);
        let whole = first.iter().all(|erasure| erasure.outcome.is_ok());
        erase_all(&bench.store, late);
        for kept in [Kept::Order(id.clone()), Kept::Delivery(id)] {
            let certificate = certificate(&*bench.store, &kept).unwrap().expect("a certificate");
            let objects = if kept.kind() == Kind::Order { 3 } else { 1 };
            assert_eq!(certificate.begun.objects, objects, "{kept} after {changes} changes");
            assert!(bench.audit().contains(&format!("{}:o-1", kept.kind().name())), "{changes}");
        }
        let left = ["retained/", "keys/", "orders/o-1/commits/", "orders/o-1/data/", "orders/o-1/erasing"];
        for prefix in left {
            assert_eq!(list_all(&*bench.store, prefix, 10).unwrap(), [""; 0], "{changes}");
        }
        if whole {
            break;
        }
        survived += 1;
    }
    assert!(survived > 10, "{survived} places to be killed at");
}

#[test]
fn a_removal_killed_at_any_change_goes_on_when_it_is_asked_for_again() {
    let mut survived = 0;
    for changes in 0.. {
        let bench = Bench::new();
        let stored = bench.upload(250_001).unwrap();
        let dying: SharedObjects =
            Arc::new(Dying { below: Arc::clone(&bench.store), left: AtomicU32::new(changes) });
        let is_whole = registers::remove(&dying, &stored.id, "acme", at(ENDED)).is_ok();
        let again = registers::remove(&bench.store, &stored.id, "acme", at(ENDED));
        let is_over = matches!(again, Ok(()) | Err(RegisterError::Erased { .. }));
        assert!(is_over, "after {changes} changes: {again:?}");
        // Of a removal that was over but for its marker, a round removes that.
        erase_all(&bench.store, at(ENDED) + (24 * 61).hours());
        assert_eq!(bench.left(), [""; 0], "after {changes} changes");
        let made = certificate(&*bench.store, &Kept::Register(stored.id)).unwrap().expect("a certificate");
        assert_eq!((made.begun.objects, made.begun.keys), (3, 1), "after {changes} changes");
        assert_eq!(made.begun.asked_by.as_deref(), Some("acme"));
        assert!(bench.audit().contains("register:r-1"), "after {changes} changes");
        if is_whole {
            break;
        }
        survived += 1;
    }
    assert!(survived > 7, "{survived} places to be killed at");
}

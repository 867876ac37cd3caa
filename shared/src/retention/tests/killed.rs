//! A round that is killed at any change to the store.

use jiff::ToSpan as _;

use super::super::{Kept, Kind, certificate};
use super::dying::Dying;
use super::{Bench, ENDED, at, erase_all};
use crate::registers::{self, RegisterError};
use crate::store::list_all;

#[test]
fn killed_at_any_change_it_is_done_at_the_next_round() {
    let late = at(ENDED) + (24 * 61).hours();
    let mut survived = 0;
    for changes in 0.. {
        let bench = Bench::new();
        let id = bench.order("o-1", Some(ENDED));
        let first = erase_all(&Dying::over(&bench.store, changes), late);
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
        let dying = Dying::over(&bench.store, changes);
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

//! Uploaded registers: erased whole, when their days are over or when somebody asks for it.

use std::io::Read;
use std::sync::Arc;

use super::{Bench, ENDED, at, outcomes};
use crate::customer_register::Input;
use crate::document::Format;
use crate::ids::{CustomerId, OrderId, RegisterId};
use crate::lifecycle::{End, OrderState};
use crate::order::parse;
use crate::registers::{self, RegisterError, StoredRegister};
use crate::retention::{Kept, Outcome, certificate, keep};
use crate::store::{Put, layout, list_all};

const ORDER: &[u8] = br#"{"kind":"count","customer":"acme","criteria":{"field":"person.age","between":[1,9]},
    "register":{"id":"r-1","use":"subtract"}}"#;
const LATE: &str = "2026-04-15T10:00:10Z";

fn id() -> RegisterId {
    "r-1".parse().unwrap()
}

fn customer(name: &str) -> CustomerId {
    name.parse().unwrap()
}

impl Bench {
    pub(super) fn upload(&self, rows: usize) -> Result<StoredRegister, RegisterError> {
        self.upload_at(ENDED, &format!("hetu\n{}", "010180-999A\n".repeat(rows)))
    }

    fn upload_at(&self, moment: &str, content: &str) -> Result<StoredRegister, RegisterError> {
        let (id, acme, content) = (id(), customer("acme"), content.as_bytes());
        registers::put(
            &*self.store,
            &self.masters,
            &id,
            &acme,
            at(moment),
            Input::of_stream(content),
            &registers::Given::default(),
        )
    }

    /// What is left of the register: its content, head, key and marker.
    pub(super) fn left(&self) -> Vec<String> {
        let kept = |name: &String| {
            name.starts_with("registers/") && !name.contains("/erased-")
                || name.starts_with("keys/registers/")
                || name.starts_with("retained/register/")
        };
        self.names().into_iter().filter(kept).collect()
    }

    /// An open order that reads the register.
    pub(super) fn reader(&self) -> OrderId {
        let order = self.order("o-1", None);
        let accepted = format!(
            r#"{{"id":"o-1","order":{},"snapshot":"s","snapshot_date":"2026-01-01","reference_date":"2026-01-01",
            "seed":"","seed_set_by_operator":false,"register":"r-1","accepted_at":"{ENDED}","priority":1}}"#,
            serde_json::to_string(&parse::order(ORDER, Format::Json).unwrap().value).unwrap()
        );
        self.store.delete(&layout::order(&order)).unwrap();
        let put = self.store.put_new(&layout::order(&order), accepted.as_bytes()).unwrap();
        assert_eq!(put, Put::Created);
        order
    }

    fn cancel(&self, order: &OrderId) {
        let end = End { state: OrderState::Cancelled, reason: None, at: at(LATE) };
        self.orders().finish(order, end).unwrap();
    }
}

#[test]
fn a_register_goes_after_its_days_unless_an_open_order_needs_it() {
    let bench = Bench::new();
    bench.upload(1).unwrap();
    let order = bench.reader();
    assert_eq!(outcomes(&bench.erase(LATE)), [("register r-1".to_owned(), false)]);
    bench.cancel(&order);
    assert_eq!(outcomes(&bench.erase(LATE)), [("register r-1".to_owned(), true)]);
    let opened = registers::open(&*bench.store, &bench.masters, &id()).map(|_| ());
    assert_eq!(opened.unwrap_err().to_string(), "register r-1 was erased under retention on 2026-04-15");
    assert!(matches!(bench.upload(1), Err(RegisterError::Exists(_))), "an id is one register for good");
}

#[test]
fn a_register_in_parts_is_erased_whole() {
    let bench = Bench::new();
    let stored = bench.upload(250_001).unwrap();
    assert_eq!((stored.parts.len(), bench.left().len()), (2, 5), "parts, head, key and marker");
    assert!(bench.erase("2026-04-15T10:00:09Z").is_empty());
    let erased = bench.erase(LATE);
    let Ok(Outcome::Erased(certificate)) = &erased[0].outcome else { panic!("not erased") };
    assert_eq!((certificate.begun.objects, certificate.begun.keys), (3, 1));
    assert_eq!(certificate.begun.customer, Some(customer("acme")));
    assert_eq!(bench.left(), [""; 0]);
    let part = registers::columns(&*bench.store, &bench.masters, &id(), &stored.parts[1]).map(|_| ());
    assert!(matches!(part, Err(RegisterError::Erased { .. })), "{part:?}");
}

#[test]
fn a_register_in_parts_is_removed_whole_and_at_once() {
    let bench = Bench::new();
    bench.upload(250_001).unwrap();
    registers::remove(&bench.store, &id(), "acme", at(ENDED)).unwrap();
    assert_eq!(bench.left(), [""; 0]);
    let made = certificate(&*bench.store, &Kept::Register(id())).unwrap().unwrap();
    assert_eq!((made.begun.objects, made.begun.keys, made.begun.kept_days), (3, 1, 0));
    assert_eq!(made.begun.asked_by.as_deref(), Some("acme"));
    for line in [
        r#""actor":"acme","action":"key-destroyed","subject":"r-1""#,
        r#""actor":"acme","action":"data-erased","subject":"register:r-1""#,
    ] {
        assert!(bench.audit().contains(line), "{line}");
    }
    let own = registers::find_own(&*bench.store, &id(), &customer("acme")).unwrap_err();
    assert_eq!(own.to_string(), "register r-1 was erased on request on 2026-03-01");
    let others = registers::find_own(&*bench.store, &id(), &customer("posti"));
    assert!(matches!(others, Err(RegisterError::Unknown(_))), "{others:?}");
    assert!(matches!(bench.upload(1), Err(RegisterError::Exists(_))));
}

#[test]
fn a_marker_of_a_removed_register_does_no_harm() {
    let bench = Bench::new();
    bench.upload(1).unwrap();
    registers::remove(&bench.store, &id(), "acme", at(ENDED)).unwrap();
    let (made, audit) = (certificate(&*bench.store, &Kept::Register(id())).unwrap(), bench.audit());
    keep(&*bench.store, &Kept::Register(id()), at(ENDED)).unwrap();
    assert_eq!(outcomes(&bench.erase(LATE)), [("register r-1".to_owned(), true)]);
    assert_eq!(certificate(&*bench.store, &Kept::Register(id())).unwrap(), made);
    assert_eq!(bench.audit(), audit, "it is erased once");
    assert_eq!(bench.left(), [""; 0]);
}

#[test]
fn what_an_open_order_needs_is_not_removed() {
    let bench = Bench::new();
    bench.upload(1).unwrap();
    let order = bench.reader();
    let held = registers::remove(&bench.store, &id(), "acme", at(ENDED)).unwrap_err();
    assert_eq!(held.to_string(), "register r-1 cannot be erased: an open order needs it");
    registers::open(&*bench.store, &bench.masters, &id()).unwrap();
    bench.cancel(&order);
    registers::remove(&bench.store, &id(), "acme", at(ENDED)).unwrap();
    assert_eq!(bench.left(), [""; 0]);
    assert_eq!(list_all(&*bench.store, &layout::all_commits(&order), 10).unwrap().len(), 2);
    let again = registers::remove(&Arc::clone(&bench.store), &id(), "acme", at(ENDED));
    assert!(matches!(again, Err(RegisterError::Erased { .. })), "{again:?}");
}

#[test]
fn a_failed_upload_takes_no_days_from_a_later_one() {
    let bench = Bench::new();
    let faulty = format!("hetu\n{}\"", "010180-999A\n".repeat(250_001));
    assert!(bench.upload_at(ENDED, &faulty).is_err());
    assert_eq!(bench.left().len(), 2, "key and marker");
    let later = bench.upload_at("2026-04-01T10:00:00Z", "hetu\n010180-999A\n").unwrap();
    // The days of the failed upload are over, those of the register are not.
    assert_eq!(outcomes(&bench.erase(LATE)), [("register r-1".to_owned(), false)]);
    assert!(bench.erase(LATE).is_empty(), "its marker is gone");
    assert_eq!(registers::get(&*bench.store, &id()).unwrap(), later);
    registers::open(&*bench.store, &bench.masters, &id()).unwrap();
    assert_eq!(outcomes(&bench.erase("2026-05-16T10:00:10Z")), [("register r-1".to_owned(), true)]);
    assert_eq!(bench.left(), [""; 0]);
}

#[test]
fn an_upload_that_never_succeeded_is_removed_and_its_id_is_free() {
    let bench = Bench::new();
    assert!(bench.upload_at(ENDED, "hetu\n\"").is_err());
    // As an upload that was cut short leaves it.
    bench.store.put_data(&layout::register(&id(), "data.x.000000"), b"sealed").unwrap();
    assert_eq!(outcomes(&bench.erase(LATE)), [("register r-1".to_owned(), true)]);
    assert_eq!(bench.left(), [""; 0]);
    assert!(bench.audit().contains("register:r-1"));
    assert_eq!(certificate(&*bench.store, &Kept::Register(id())).unwrap(), None);
    let missing = registers::get(&*bench.store, &id());
    assert!(matches!(missing, Err(RegisterError::Unknown(_))), "{missing:?}");
    bench.upload_at(LATE, "hetu\n010180-999A\n").unwrap();
}

#[test]
fn what_is_being_erased_is_neither_read_by_new_orders_nor_uploaded_again() {
    let bench = Bench::new();
    bench.upload(1).unwrap();
    let erasing = layout::erasing("register", "r-1");
    assert_eq!(bench.store.put_new(&erasing, b"{}").unwrap(), Put::Created);
    let own = registers::find_own(&*bench.store, &id(), &customer("acme"));
    assert!(matches!(own, Err(RegisterError::Erasing(_))), "{own:?}");
    bench.store.delete(&layout::register(&id(), "register")).unwrap();
    let again = bench.upload(1);
    assert!(matches!(again, Err(RegisterError::Erasing(_))), "{again:?}");
}

#[test]
fn an_upload_whose_parts_were_taken_for_leftovers_fails() {
    let bench = Bench::new();
    let (store, masters) = (&*bench.store, &bench.masters);
    // In the middle of the upload a round finds no head, and its days are over.
    let middle = std::io::Cursor::new(b"hetu\n").chain(Erasing { bench: &bench, is_done: false });
    let put = registers::put(
        store,
        masters,
        &id(),
        &customer("acme"),
        at(ENDED),
        Input::of_stream(middle),
        &registers::Given::default(),
    );
    assert!(matches!(put, Err(RegisterError::Erasing(_))), "{put:?}");
    assert_eq!(bench.left(), [""; 0]);
    bench.upload_at(LATE, "hetu\n010180-999A\n").unwrap();
}

/// Rows of a part and one more; before the last a round erases what it finds.
struct Erasing<'b> {
    bench: &'b Bench,
    is_done: bool,
}

impl Read for Erasing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if std::mem::replace(&mut self.is_done, true) {
            return Ok(0);
        }
        if outcomes(&self.bench.erase(LATE)) != [("register r-1".to_owned(), true)] {
            return Err(std::io::Error::other("nothing was erased"));
        }
        let row = b"010180-999A\n";
        buffer[..row.len()].copy_from_slice(row);
        Ok(row.len())
    }
}

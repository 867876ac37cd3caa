//! Orders whose register goes while they are accepted.

use std::sync::Arc;

use poimuri_shared::customer_register::Input;
use poimuri_shared::document::Format as Written;
use poimuri_shared::order::parse;
use poimuri_shared::store::{Folder, MasterKeys, SharedObjects, layout};

use super::*;

const ORDER: &[u8] = br#"{"kind":"count","customer":"acme","criteria":{"field":"person.age","between":[1,9]},
    "register":{"id":"r-1","use":"subtract"}}"#;
const NOW: &str = "2026-11-01T12:00:00Z";

#[test]
fn an_order_whose_register_began_to_go_is_refused_and_leaves_no_open_order() {
    let home = tempfile::tempdir().unwrap();
    let store: SharedObjects = Arc::new(Folder::new(home.path()));
    let masters = MasterKeys::init(&home.path().join("master.key")).unwrap();
    let (now, id): (Timestamp, RegisterId) = (NOW.parse().unwrap(), "r-1".parse().unwrap());
    let acme = "acme".parse().unwrap();
    let content = Input::of_stream(&b"hetu\n010180-999A\n"[..]);
    registers::put(&*store, &masters, &id, &acme, now, content, &registers::Given::default()).unwrap();
    let orders = Orders::new(Arc::clone(&store));
    let order = parse::order(ORDER, Written::Json).unwrap().value;
    let accepted = AcceptedOrder {
        id: "o-1".parse().unwrap(),
        order,
        snapshot: "s-1".parse().unwrap(),
        snapshot_date: "2026-10-31".parse().unwrap(),
        reference_date: "2026-10-31".parse().unwrap(),
        seed: String::new(),
        seed_set_by_operator: false,
        register: Some(id),
        lists: Vec::new(),
        continuous: None,
        accepted_at: now,
        priority: 1,
        by_customer: false,
    };
    store.put_data(&layout::open(&accepted.id), b"{}").unwrap();
    must_be_there(&orders, &accepted, now).unwrap();
    assert!(orders.end(&accepted.id).unwrap().is_none());
    store.put_data(&layout::erasing("register", "r-1"), b"{}").unwrap();
    let error = must_be_there(&orders, &accepted, now).unwrap_err();
    assert!(format!("{error:?}").contains("register r-1 is being erased"), "{error:?}");
    assert_eq!(orders.end(&accepted.id).unwrap().map(|end| end.state), Some(OrderState::Refused));
    assert!(orders.open().unwrap().is_empty());
}

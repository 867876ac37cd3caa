//! Who is named in the audit log: an operator who acts in a customer's name is an operator there, not the customer.

use std::collections::{BTreeMap, BTreeSet};

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::store::ORDER;
use serde_json::Value;

use crate::customers::register;
use crate::subscription::{apply, evolve};
use crate::subscription_api::{Office, id_of, on_register};

/// What both of them do, once each.
const DONE: [&str; 10] = [
    "register-uploaded",
    "order-refused",
    "order-accepted",
    "subscription-added",
    "subscription-members",
    "subscription-paused",
    "subscription-resumed",
    "delivery-acknowledged",
    "subscription-ended",
    "data-erased",
];

/// Everything that is written down with an actor, by whoever has the token, on every so many-th person.
fn act(office: &Office, token: &str, first: usize) -> String {
    let own = |name: &str| format!("r-{first}-{name}");
    let rows = register(office.people.iter().skip(first).step_by(4));
    let more = register(office.people.iter().skip(first + 2).step_by(4).take(40)).replace("\nA", "\nB");
    for (name, rows) in [("rows", rows.as_str()), ("more", &more), ("gone", "asiakasnro\nB0\nB1\nB2\nB3\n")] {
        office.get(201, (token, "PUT", &format!("registers/{}?customer=acme", own(name))), rows);
    }
    office.get(422, (token, "POST", "orders"), &ORDER.replace("P-2026-0001", "P-2026-0002"));
    office.get(201, (token, "POST", "orders"), ORDER);
    let id = id_of(&office.get(201, (token, "POST", "subscriptions"), &on_register(&own("rows"))));
    let at = |rest: &str| format!("subscriptions/{id}{rest}");
    let named = |name: &str| format!(r#"{{"register":"{}"}}"#, own(name));
    assert_eq!(office.end_of(&id, 0)["state"], "delivered");
    office.get(201, (token, "POST", &at("/members")), &named("more"));
    assert_eq!(office.end_of(&id, 1)["state"], "delivered");
    office.get(200, (token, "POST", &at("/members/remove")), &named("gone"));
    office.get(200, (token, "POST", &at("/pause")), "");
    office.get(200, (token, "POST", &at("/resume")), "");
    office.get(200, (token, "POST", &at("/deliveries/0/acknowledge")), "");
    assert_eq!(office.call(token, "DELETE", &format!("registers/{}", own("gone")), "").status, 204);
    id
}

/// How often each actor did an action.
fn actors(office: &Office) -> BTreeMap<String, BTreeMap<String, u32>> {
    let mut actors = BTreeMap::<String, BTreeMap<String, u32>>::new();
    for line in office.cluster.store.audit().lines().filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        *actors.entry(text("action")).or_default().entry(text("actor")).or_default() += 1;
    }
    actors
}

#[test]
fn whoever_acts_is_named_and_not_in_whose_name() {
    let office = Office::open(1);
    for (token, first) in [(OPERATOR, 0), (CUSTOMER, 1)] {
        let id = act(&office, token, first);
        office.get(200, (token, "POST", &format!("subscriptions/{id}/end")), "");
    }
    let found = actors(&office);
    let both = BTreeSet::from(["acme".to_owned(), "operator".to_owned()]);
    for action in DONE {
        let by = &found[action];
        assert_eq!(by.keys().cloned().collect::<BTreeSet<_>>(), both, "{action}: {by:?}");
    }
    // What the rhythm begins, nobody handed in.
    let id = id_of(&office.get(201, (CUSTOMER, "POST", "subscriptions"), &on_register("r-1-rows")));
    assert_eq!(office.end_of(&id, 0)["state"], "delivered");
    evolve(&office.cluster.store, "source", "later", "9");
    apply(&office.cluster.store, "later-changes", "2026-09-10");
    assert_eq!(office.end_of(&id, 1)["state"], "delivered");
    assert_eq!(actors(&office)["order-accepted"]["scheduler"], 1);
}

//! Continuous updates over HTTP: who may not make a call, and what is refused.

use poimuri_tests::callers::{CUSTOMER, OPERATOR, OTHER};
use serde_json::json;

use crate::customers::register;
use crate::subscription_api::{Office, id_of, on_register};

#[test]
fn a_customer_sees_and_changes_its_own_alone() {
    let office = Office::open(0);
    office.upload("r-1", &register(office.people.iter().step_by(4)));
    let id = id_of(&office.get(201, (CUSTOMER, "POST", "subscriptions"), &on_register("r-1")));
    let unknown = "u-01kbt6v8q5z3f9x2m7c4n1h0ds";
    for (method, rest, body) in [
        ("GET", "", ""),
        ("POST", "/run", ""),
        ("POST", "/pause", ""),
        ("POST", "/resume", ""),
        ("POST", "/end", ""),
        ("POST", "/members", r#"{"register":"r-1"}"#),
        ("POST", "/members/remove", r#"{"register":"r-1"}"#),
        ("GET", "/deliveries/0/manifest", ""),
        ("POST", "/deliveries/0/acknowledge", ""),
    ] {
        let others = office.call(OTHER, method, &format!("subscriptions/{id}{rest}"), body);
        let nobodys = office.call(OTHER, method, &format!("subscriptions/{unknown}{rest}"), body);
        assert_eq!((others.status, nobodys.status), (404, 404), "{method} {rest}: {}", others.body);
        assert_eq!(others.body.replace(&id, unknown), nobodys.body);
        let nobody = office.call("no-token", method, &format!("subscriptions/{id}{rest}"), body);
        assert_eq!(nobody.status, 401, "{method} {rest}");
    }
    for (token, count) in [(OTHER, 0), (CUSTOMER, 1), (OPERATOR, 1)] {
        let listed = office.get(200, (token, "GET", "subscriptions"), "");
        assert_eq!(listed.as_array().unwrap().len(), count, "{token}");
    }
    assert_eq!(office.show(&id)["state"], "loading", "nobody changed it");
    let foreign = office.get(422, (OTHER, "POST", "subscriptions"), &on_register("r-1"));
    assert!(foreign.to_string().contains("this token is for another customer"), "{foreign}");
    assert_eq!(
        office.get(200, (OPERATOR, "POST", &format!("subscriptions/{id}/pause")), "")["state"],
        "paused"
    );
}

#[test]
fn bad_input_is_refused_by_name() {
    let office = Office::open(0);
    office.upload("r-1", &register(office.people.iter().step_by(4)));
    office.upload("r-nokey", &register(office.people.iter().step_by(4)).replace("asiakasnro;", "x;"));
    let good = on_register("r-1");
    for (from, to, word) in [
        ("each-snapshot", "each-week", "rhythm"),
        ("rhythm =", "rythm =", "unknown key"),
        ("P-2026-0002", "P-2026-0001", "permit"),
        ("recipient = \"acme\"", "recipient = \"posti-jakelu\"", "delivery.recipient"),
        ("register =", "snapshot = \"latest\"\nregister =", "snapshot"),
        ("\"subscription\"", "\"update\"", "kind"),
        ("\"r-1\"", "\"r-nokey\"", "register.columns.key"),
        ("id = \"r-1\"", "file = \"customers.csv\"", "upload the register first"),
        ("\"address\"", "[\"name\", \"sex\"]", "permit"),
    ] {
        let refused = office.get(422, (CUSTOMER, "POST", "subscriptions"), &good.replace(from, to));
        let details = refused["details"].to_string();
        assert!(details.contains(word), "{to}: {refused}");
        assert_eq!(refused["error"], "the subscription is refused", "{to}");
    }
    let more = office.get(422, (CUSTOMER, "POST", "subscriptions?register=r-1"), &good);
    assert!(more.to_string().contains("more registers were uploaded"), "{more}");
    office.get(404, (CUSTOMER, "POST", "subscriptions"), &good.replace("r-1", "r-none"));
    assert_eq!(office.get(200, (OPERATOR, "GET", "subscriptions"), ""), json!([]), "nothing is half done");

    let id = id_of(&office.get(201, (CUSTOMER, "POST", "subscriptions"), &good));
    let at = |rest: &str| format!("subscriptions/{id}{rest}");
    for (method, path, body, status) in [
        ("GET", "subscriptions?limit=many".to_owned(), "", 400),
        ("GET", "subscriptions?state=lost".to_owned(), "", 400),
        ("POST", "subscriptions?priority=7".to_owned(), good.as_str(), 400),
        ("DELETE", at(""), "", 405),
        ("POST", at("/run?due=perhaps"), "", 400),
        ("POST", at("/members"), "", 415),
        ("POST", at("/members"), r#"{"register":"../x"}"#, 422),
        ("POST", at("/members"), r#"{"rows":[]}"#, 422),
        ("POST", at("/members"), r#"{"register":"r-1"}"#, 409),
        ("POST", at("/members/remove"), r#"{"register":"r-1"}"#, 409),
        ("POST", at("/end"), r#"{"reason":7}"#, 422),
        ("POST", at("/deliveries/first/acknowledge"), "", 400),
        ("POST", at("/deliveries/0/acknowledge"), "", 404),
        ("GET", at("/deliveries/0/manifest"), "", 404),
        ("GET", at("/deliveries/0/..%2f..%2fpermits"), "", 404),
        ("GET", "subscriptions/..%2f..%2fetc".to_owned(), "", 400),
    ] {
        let problem = office.get(status, (CUSTOMER, method, &path), body);
        assert!(
            problem["error"].as_str().is_some_and(|error| !error.is_empty()),
            "{method} {path}: {problem}"
        );
    }
    office.expect_nobody();
}

//! The scheduler over HTTP: submission with an idempotency key, health, description, progress.

use poimuri_tests::cluster::Cluster;
use poimuri_tests::http::{self, Answer};
use poimuri_tests::store::{ORDER, Store};

fn post(cluster: &Cluster, path: &str, key: &str, body: &str) -> Answer {
    let headers = [("Content-Type", "application/toml"), ("Idempotency-Key", key)];
    http::request(cluster.port(), "POST", path, &headers, body).unwrap()
}

#[test]
fn the_same_key_gives_the_same_order() {
    let cluster = Cluster::start(Store::with_people(20_000, 16), 2);
    let first = post(&cluster, "/v1/orders", "campaign-17", ORDER);
    assert!([200, 201, 202].contains(&first.status), "{} {}", first.head, first.body);
    let again = post(&cluster, "/v1/orders", "campaign-17", ORDER);
    assert!(again.status < 300, "{} {}", again.head, again.body);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(again.json()["id"].as_str(), Some(id.as_str()));
    let other = post(&cluster, "/v1/orders", "campaign-17", &ORDER.replace("size = 1000", "size = 900"));
    assert!([409, 422].contains(&other.status), "{} {}", other.head, other.body);
    assert_eq!(cluster.store.orders().len(), 1);
    assert!(cluster.receipt(&id)["digest"].is_string());
    let late = post(&cluster, "/v1/orders", "campaign-17", ORDER);
    assert_eq!(late.json()["id"].as_str(), Some(id.as_str()));
}

#[test]
fn bad_orders_are_refused_over_http_too() {
    let cluster = Cluster::start(Store::with_people(3_000, 4), 0);
    for (what, body) in [
        ("nothing", String::new()),
        ("no TOML", "[[[".to_owned()),
        ("unknown field", ORDER.replace("person.age", "person.shoe_size")),
        ("recipient is the customer", ORDER.replace("posti-jakelu", "acme")),
    ] {
        let answer = post(&cluster, "/v1/orders", what, &body);
        assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.head, answer.body);
        assert!(answer.json().is_object(), "{what}: {}", answer.body);
    }
    assert!(cluster.store.orders().is_empty());
    // A body without end is answered, or the line is cut; the scheduler goes on.
    let headers = [("Content-Type", "application/toml"), ("Idempotency-Key", "absurd")];
    let body = "# ".repeat(40_000_000);
    if let Some(absurd) = http::request(cluster.port(), "POST", "/v1/orders", &headers, &body) {
        assert!([400, 413].contains(&absurd.status), "{}", absurd.head);
    }
    assert_eq!(cluster.get("/health").unwrap().status, 200);
    assert!(cluster.store.orders().is_empty());
}

#[test]
fn the_api_describes_itself() {
    let cluster = Cluster::start(Store::with_people(3_000, 4), 0);
    let health = cluster.get("/health").unwrap();
    assert_eq!(health.status, 200);
    let described = cluster.get("/openapi.json").unwrap().json();
    assert!(described["openapi"].as_str().is_some_and(|version| version.starts_with("3.")), "{described}");
    assert!(described["paths"].as_object().is_some_and(|paths| paths.len() >= 5));
    assert_eq!(cluster.get("/v1/orders/o-none").unwrap().status, 404);
    assert_eq!(cluster.get("/v1/orders/..%2f..%2fetc").unwrap().status / 100, 4);
}

#[test]
fn every_failure_is_told_in_the_same_form() {
    let cluster = Cluster::start(Store::with_people(3_000, 4), 0);
    for (verb, path, body, status) in [
        ("GET", "/nothing", "", 404),
        ("GET", "/v1/orders/o-none", "", 404),
        ("GET", "/v1/orders?limit=many", "", 400),
        ("GET", "/v1/orders?state=lost", "", 400),
        ("DELETE", "/v1/orders", "", 405),
        ("PUT", "/v1/registers/r-1", "hetu", 400),
        ("PUT", "/v1/orders/o-none/priority", "{", 400),
        ("POST", "/v1/orders?seed=12", ORDER, 422),
    ] {
        let headers = [("Content-Type", "application/json")];
        let answer = http::request(cluster.port(), verb, path, &headers, body).unwrap();
        assert_eq!(answer.status, status, "{verb} {path}: {}", answer.body);
        let problem = answer.json();
        assert!(problem["error"].as_str().is_some_and(|error| !error.is_empty()), "{verb} {path}: {problem}");
    }
}

#[test]
fn what_is_done_over_http_is_in_the_audit_log() {
    let cluster = Cluster::start(Store::with_people(20_000, 4), 0);
    let upload = |id: &str| {
        let path = format!("/v1/registers/{id}?customer=acme");
        http::request(cluster.port(), "PUT", &path, &[], "hetu\n010190-990L\n").unwrap().status
    };
    assert_eq!((upload("r-1"), upload("r-1")), (201, 409));
    let first = post(&cluster, "/v1/orders", "first", ORDER).json()["id"].as_str().unwrap().to_owned();
    let cancelled = post(&cluster, &format!("/v1/orders/{first}/cancel"), "", "");
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    let line = |action: &str, subject: &str| format!(r#""action":"{action}","subject":"{subject}""#);
    let ask = |method: &str| http::request(cluster.port(), method, "/v1/registers/r-1", &[], "").unwrap();
    assert_eq!((ask("GET").status, ask("DELETE").status, upload("r-1")), (200, 204, 409));
    for gone in [ask("GET"), ask("DELETE")] {
        assert_eq!(gone.status, 410, "{}", gone.body);
        assert!(gone.body.contains("erased on request"), "{}", gone.body);
    }
    for expected in [
        line("register-uploaded", "r-1"),
        line("data-erased", "register:r-1"),
        line("order-accepted", &first),
        line("order-cancelled", &first),
    ] {
        let audit = cluster.store.audit();
        assert_eq!(audit.matches(&expected).count(), 1, "{expected}: {audit}");
    }
}

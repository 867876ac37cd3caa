//! Continuous updates over HTTP: a subscription from its first call to its last.

use std::cell::RefCell;
use std::collections::BTreeSet;

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::http::Answer;
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;
use serde_json::{Value, json};

use crate::customers::{Known, people, register};
use crate::subscription::{apply, document, evolve};

/// A cluster with tokens, and everything it answered.
pub(crate) struct Office {
    pub(crate) cluster: Cluster,
    pub(crate) people: Vec<Known>,
    told: RefCell<String>,
}

impl Office {
    pub(crate) fn open(workers: usize) -> Self {
        let store = Store::with_people(6_000, 4);
        let people = people(&store);
        let mut cluster = Cluster::start(store, 0);
        cluster.ask_for_tokens("subscriptions_every = 0.2\n");
        for _ in 0..workers {
            cluster.add_worker();
        }
        Self { cluster, people, told: RefCell::default() }
    }

    #[track_caller]
    pub(crate) fn call(&self, token: &str, method: &str, path: &str, body: &str) -> Answer {
        let answer = self.cluster.call(token, method, &format!("/v1/{path}"), body);
        self.told.borrow_mut().push_str(&answer.body);
        answer
    }

    /// Calls, expects a status, and gives the answer.
    #[track_caller]
    pub(crate) fn get(&self, status: u16, call: (&str, &str, &str), body: &str) -> Value {
        let (token, method, path) = call;
        let answer = self.call(token, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        answer.json()
    }

    #[track_caller]
    pub(crate) fn upload(&self, id: &str, rows: &str) {
        self.get(201, (CUSTOMER, "PUT", &format!("registers/{id}?customer=acme")), rows);
    }

    pub(crate) fn show(&self, id: &str) -> Value {
        self.get(200, (CUSTOMER, "GET", &format!("subscriptions/{id}")), "")
    }

    /// Waits for the end of the order of a step.
    #[track_caller]
    pub(crate) fn end_of(&self, id: &str, step: usize) -> Value {
        wait_for(&format!("the end of step {step}"), LIMIT, || {
            let runs = self.show(id)["runs"].clone();
            runs.get(step).filter(|run| run["state"] != "open").cloned()
        })
    }

    /// Nothing that was answered or logged holds a code or a name of anybody.
    pub(crate) fn expect_nobody(&self) {
        let said = self.told.borrow().clone() + &self.cluster.logs() + &self.cluster.store.audit();
        let is_apart = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '+');
        let words: BTreeSet<&str> = said.split(is_apart).collect();
        for person in &self.people {
            assert!(!words.contains(&*person.code) && !words.contains(&*person.surname));
        }
    }
}

/// The subscription of the tests on an uploaded register.
pub(crate) fn on_register(id: &str) -> String {
    document("each-snapshot").replace("file = \"customers.csv\"", &format!("id = \"{id}\""))
}

pub(crate) fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_customer_subscribes_hears_of_changes_and_ends() {
    let office = Office::open(2);
    office.upload("r-1", &register(office.people.iter().step_by(4)));
    let added = office.get(201, (CUSTOMER, "POST", "subscriptions"), &on_register("r-1"));
    assert_eq!((&added["known"], &added["rhythm"]), (&json!(false), &json!("each-snapshot")));
    let id = id_of(&added);
    let at = |rest: &str| format!("subscriptions/{id}{rest}");
    let loaded = office.end_of(&id, 0);
    assert_eq!((&loaded["state"], &loaded["task"]), (&json!("delivered"), &json!("load")));
    assert_eq!(loaded["order"], added["order"]);
    let shown = office.show(&id);
    assert_eq!((&shown["state"], &shown["unacknowledged"]), (&json!("active"), &json!([0])));
    let members = shown["members"].as_u64().unwrap();
    assert!(members > 1_000, "{members}");

    let paused = office.get(200, (CUSTOMER, "POST", &at("/pause")), "");
    assert_eq!(paused["state"], "paused");
    evolve(&office.cluster.store, "source", "later", "9");
    apply(&office.cluster.store, "later-changes", "2026-09-10");
    let went = office.get(200, (CUSTOMER, "POST", &at("/run")), "");
    assert_eq!((&went["order"], &went["state"]), (&Value::Null, &json!("the subscription is paused")));
    assert_eq!(office.get(200, (CUSTOMER, "POST", &at("/resume")), "")["state"], "active");
    let went = office.get(200, (CUSTOMER, "POST", &at("/run")), "");
    let ran = office.end_of(&id, 1);
    assert_eq!((&ran["state"], &ran["task"]), (&json!("delivered"), &json!("changes")));
    assert_eq!((&went["order"], &ran["from"]), (&ran["order"], &loaded["to"]));
    let went = office.get(200, (CUSTOMER, "POST", &at("/run?due=true")), "");
    assert_eq!((&went["order"], &went["is_over"]), (&Value::Null, &json!(false)));

    // Pause and resume are steps, too.
    let step = ran["step"].as_u64().unwrap();
    assert_eq!(step, 3);
    let manifest = office.get(200, (CUSTOMER, "GET", &at(&format!("/deliveries/{step}/manifest"))), "");
    assert_eq!((&manifest["order"], &manifest["recipient"]), (&ran["order"], &json!("acme")));
    let file = &manifest["files"][0];
    let path = at(&format!("/deliveries/{step}/{}", file["object"].as_str().unwrap()));
    let part = office.call(CUSTOMER, "GET", &path, "");
    let length = format!("content-length: {}\r\n", file["sealed_bytes"]);
    assert!(part.status == 200 && (part.head.to_lowercase() + "\r\n").contains(&length), "{}", part.head);
    assert!(part.body.starts_with("age-encryption.org/v1"), "encrypted as it is stored");
    for known in [false, true] {
        let noted = office.get(200, (CUSTOMER, "POST", &at("/deliveries/0/acknowledge")), "");
        assert_eq!(noted, json!({"id": id, "step": 0, "known": known}));
    }
    assert_eq!(office.show(&id)["unacknowledged"], json!([step]));

    members_come_and_go(&office, &id, members);

    let reason = format!(r#"{{"reason":"asked for by {}"}}"#, office.people[7].code);
    let refused = office.get(422, (CUSTOMER, "POST", &at("/end")), &reason);
    assert!(refused["details"][0].as_str().unwrap().starts_with("reason: "), "{refused}");
    assert_eq!(refused["error"], "the end is refused");
    let ended = office.get(200, (CUSTOMER, "POST", &at("/end")), r#"{"reason":"contract-ended"}"#);
    assert_eq!((&ended["state"], &ended["ended"]), (&json!("ended"), &json!("contract-ended")));
    assert_eq!(office.get(200, (CUSTOMER, "POST", &at("/run")), "")["is_over"], true);
    office.get(409, (CUSTOMER, "POST", &at("/resume")), "");
    let listed = office.get(200, (CUSTOMER, "GET", "subscriptions?state=ended&limit=5"), "");
    assert_eq!((listed[0]["id"].as_str(), listed[0].get("runs")), (Some(id.as_str()), None));
    let audit = office.cluster.store.audit();
    for action in ["added", "members", "paused", "resumed", "ended"] {
        assert!(audit.contains(&format!("\"subscription-{action}\"")), "{action}: {audit}");
    }
    let read = format!(r#""actor":"acme","action":"delivery-read","subject":{}"#, ran["order"]);
    assert!(audit.contains(&read) && audit.contains("\"delivery-acknowledged\""), "{audit}");
    office.expect_nobody();
}

fn members_come_and_go(office: &Office, id: &str, before: u64) {
    let at = |rest: &str| format!("subscriptions/{id}/members{rest}");
    let named = |register: &str| format!(r#"{{"register":"{register}"}}"#);
    let rows = register(office.people.iter().skip(1).step_by(4).take(40)).replace("\nA", "\nB");
    office.upload("r-2", &rows);
    let brought = office.get(201, (CUSTOMER, "POST", &at("")), &named("r-2"));
    let loaded = office.end_of(id, 2);
    assert_eq!((&loaded["state"], &loaded["order"]), (&json!("delivered"), &brought["order"]));
    let count = office.show(id)["members"].as_u64().unwrap();
    assert!((20..=40).contains(&(count - before)), "{before} and then {count}");
    office.upload("r-3", "asiakasnro\nB0\nB1\nB2\nnobody\nnobody\n");
    let taken = office.get(200, (CUSTOMER, "POST", &at("/remove")), &named("r-3"));
    let left = count - taken["removed"].as_u64().unwrap();
    assert!(taken["removed"].as_u64() >= Some(1) && taken["unknown"].as_u64() >= Some(1), "{taken}");
    assert_eq!((taken["left"].as_u64(), office.show(id)["members"].as_u64()), (Some(left), Some(left)));
    let everybody: String = (0..3_000).map(|number| format!("A{number}\n")).collect();
    office.upload("r-4", &format!("asiakasnro\n{everybody}"));
    office.upload("r-5", "hetu\n010190-990L\n");
    for (register, word) in [("r-4", "must keep at least 100"), ("r-5", "register.columns.key")] {
        let refused = office.get(422, (CUSTOMER, "POST", &at("/remove")), &named(register));
        assert_eq!(refused["error"], "the removal is refused");
        assert!(refused["details"][0].as_str().unwrap().contains(word), "{refused}");
    }
    office.get(404, (CUSTOMER, "POST", &at("")), &named("r-none"));
}

#[test]
fn the_same_key_gives_the_same_subscription() {
    let office = Office::open(0);
    office.upload("r-1", &register(office.people.iter().step_by(4)));
    let add = |body: &str, register: &str| {
        let headers = [
            ("Authorization", format!("Bearer {CUSTOMER}")),
            ("Idempotency-Key", "changes-of-acme".to_owned()),
            ("Content-Type", "application/toml".to_owned()),
        ];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let path = format!("/v1/subscriptions?register={register}");
        poimuri_tests::http::request(office.cluster.port(), "POST", &path, &headers, body).unwrap()
    };
    let first = add(&document("each-snapshot"), "r-1");
    assert_eq!(first.status, 201, "{}", first.body);
    office.upload("r-2", &register(office.people.iter().step_by(4)));
    let again = add(&document("each-snapshot"), "r-2");
    assert_eq!(again.status, 200, "{}", again.body);
    let (first, again) = (first.json(), again.json());
    assert_eq!((&first["id"], &first["order"]), (&again["id"], &again["order"]));
    assert_eq!((&first["known"], &again["known"]), (&json!(false), &json!(true)));
    assert_eq!(add(&document("0 6 * * MON"), "r-1").status, 409);
    assert_eq!(office.get(200, (OPERATOR, "GET", "subscriptions"), "").as_array().unwrap().len(), 1);
    assert_eq!(office.cluster.store.audit().matches("\"subscription-added\"").count(), 1);
}

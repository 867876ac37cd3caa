//! Customers who would ask about few persons by way of subscriptions: refused as by way of updates.

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;
use serde_json::Value;

use crate::customers::{Known, people, register};
use crate::subscription::document;

struct Questions {
    cluster: Cluster,
}

impl Questions {
    fn upload(&self, id: &str, rows: &str) {
        let uploaded = self.cluster.call(CUSTOMER, "PUT", &format!("/v1/registers/{id}?customer=acme"), rows);
        assert_eq!(uploaded.status, 201, "{}", uploaded.body);
    }

    /// How the load of a new subscription ends, and why; its id.
    fn subscribe(&self, token: &str, register: &str, rows: &str) -> (String, String, String) {
        self.subscribe_with(token, register, rows, &document("each-snapshot"))
    }

    fn subscribe_with(
        &self,
        token: &str,
        register: &str,
        rows: &str,
        document: &str,
    ) -> (String, String, String) {
        self.upload(register, rows);
        let path = format!("/v1/subscriptions?register={register}");
        let added = self.cluster.call(token, "POST", &path, document);
        assert_eq!(added.status, 201, "{}", added.body);
        let id = added.json()["id"].as_str().unwrap().to_owned();
        let (state, why) = self.last(&id);
        (state, why, id)
    }

    /// How members that are brought end: refused at once, or as their order does.
    fn bring(&self, token: &str, (id, register): (&str, &str), rows: &str) -> (String, String) {
        self.upload(register, rows);
        let body = format!(r#"{{"register":"{register}"}}"#);
        let brought = self.cluster.call(token, "POST", &format!("/v1/subscriptions/{id}/members"), &body);
        if brought.status == 422 {
            return ("refused at once".to_owned(), brought.body);
        }
        assert_eq!(brought.status, 201, "{}", brought.body);
        self.last(id)
    }

    /// How the last order of a subscription ends.
    fn last(&self, id: &str) -> (String, String) {
        wait_for("the end of the load", LIMIT, || {
            let shown: Value =
                self.cluster.call(OPERATOR, "GET", &format!("/v1/subscriptions/{id}"), "").json();
            let run = shown["runs"].as_array().unwrap().last().unwrap().clone();
            let state = run["state"].as_str().unwrap().to_owned();
            (state != "open").then(|| (state, run["reason"].to_string()))
        })
    }
}

#[test]
fn few_persons_cannot_be_asked_about() {
    let store = Store::with_people(3_000, 4);
    let people = people(&store);
    let known: Vec<&Known> =
        people.iter().filter(|person| person.is_disclosable && !person.is_dead).collect();
    let rows = |skip: usize, count: usize| register(known.iter().copied().skip(skip).take(count));
    let mut cluster = Cluster::start(store, 0);
    cluster.ask_for_tokens("\n[policy]\nrepeat_persons = 5\n");
    cluster.add_worker();
    let asked = Questions { cluster };

    let (state, why, _) = asked.subscribe(CUSTOMER, "r-few", &rows(0, 99));
    assert!(state == "void" && why.contains("100 different persons"), "{state}: {why}");
    let (state, why, id) = asked.subscribe(CUSTOMER, "r-1", &rows(0, 200));
    assert_eq!(state, "delivered", "{why}");
    let (state, why, _) = asked.subscribe(CUSTOMER, "r-2", &rows(0, 201));
    assert!(state == "void" && why.contains("policy.repeat_persons"), "one more: {state}: {why}");
    let (state, why, _) = asked.subscribe(OPERATOR, "r-2a", &rows(0, 202));
    assert!(state == "void" && why.contains("update.reviewed"), "two more: {state}: {why}");
    let reviewed = document("each-snapshot").replace("mode =", "reviewed = true, mode =");
    let (state, why, _) = asked.subscribe_with(OPERATOR, "r-3", &rows(0, 202), &reviewed);
    assert_eq!(state, "delivered", "an operator who reviewed it may: {why}");

    // Members: each row is answered, so a few new ones would be a question about those.
    let keyed = |rows: String, letter: &str| rows.replace("\nA", &format!("\n{letter}"));
    let (state, why) = asked.bring(CUSTOMER, (&id, "r-4"), &keyed(rows(300, 1), "B"));
    assert!(state == "refused at once" && why.contains("policy.repeat_persons"), "{state}: {why}");
    let padded = format!("{}{}", rows(100, 20), rows(300, 1).split_once('\n').unwrap().1.replace('A', "B"));
    let (state, why) = asked.bring(CUSTOMER, (&id, "r-5"), &padded);
    assert!(state == "void" && why.contains("policy.repeat_persons"), "one new of 21: {state}: {why}");
    assert_eq!(asked.bring(CUSTOMER, (&id, "r-6"), &keyed(rows(300, 8), "C")).0, "delivered", "eight new");
    assert_eq!(
        asked.bring(CUSTOMER, (&id, "r-7"), &keyed(rows(20, 30), "D")).0,
        "delivered",
        "members already"
    );
    assert_eq!(
        asked.bring(OPERATOR, (&id, "r-8"), &keyed(rows(400, 1), "E")).0,
        "delivered",
        "an operator may"
    );
}

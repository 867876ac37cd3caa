//! Customers who count again and again: refused in time, after a restart too, and each in the audit log.

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::http::Answer;
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;

use crate::customers::{Known, people, register};

fn count(cluster: &Cluster, token: &str, oldest: u32) -> Answer {
    let body = format!(
        r#"{{"kind":"count","customer":"acme","criteria":{{"all":[{{"field":"person.age","between":[30,{oldest}]}},
        {{"field":"person.sex","eq":"2"}}]}}}}"#
    );
    cluster.call(token, "POST", "/v1/orders", &body)
}

/// How an update of a new register ends, and why.
fn update(cluster: &Cluster, token: &str, id: &str, rows: &str) -> (String, String) {
    let path = format!("/v1/registers/{id}?customer=acme");
    assert_eq!(cluster.call(token, "PUT", &path, rows).status, 201);
    let order = format!(
        r#"{{"kind":"update","customer":"acme","permit":"P-2026-0002","purpose":"register-update",
        "register":{{"id":"{id}"}},"update":{{"package":"address","mode":"changes"}},"delivery":{{"recipient":"acme","format":"csv"}}}}"#
    );
    let accepted = cluster.call(token, "POST", "/v1/orders", &order);
    assert_eq!(accepted.status, 201, "{}", accepted.body);
    let path = format!("/v1/orders/{}", accepted.json()["id"].as_str().unwrap());
    wait_for("the end of the update", LIMIT, || {
        let shown = cluster.call(token, "GET", &path, "").json();
        let state = shown["state"].as_str().unwrap_or_default().to_owned();
        ["delivered", "refused", "failed"].contains(&state.as_str()).then(|| (state, shown.to_string()))
    })
}

fn strict(policy: &str) -> Cluster {
    strict_with(Store::with_people(3_000, 4), policy)
}

fn strict_with(store: Store, policy: &str) -> Cluster {
    let mut cluster = Cluster::start(store, 0);
    cluster.ask_for_tokens(&format!("\n[policy]\n{policy}"));
    cluster
}

#[test]
fn counts_that_differ_by_one_condition_are_refused_after_a_few() {
    let mut cluster = strict("near_max = 2\n");
    for oldest in [40, 41, 42] {
        let allowed = count(&cluster, CUSTOMER, oldest);
        assert_eq!(allowed.status, 201, "{oldest}: {}", allowed.body);
    }
    let orders = cluster.store.orders().len();
    for restarted in [false, true] {
        if restarted {
            cluster.replace_scheduler();
            cluster.wait_for_scheduler();
        }
        let refused = count(&cluster, CUSTOMER, 43);
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("policy.near_max"), "{}", refused.body);
        assert_eq!(cluster.store.orders().len(), orders, "a refused order is none");
    }
    assert_eq!(count(&cluster, CUSTOMER, 42).status, 201, "the same again tells nothing");
    assert_eq!(count(&cluster, OPERATOR, 43).status, 201, "operators are only logged");
    let log = cluster.store.audit();
    assert_eq!(log.matches("near-question").count(), 5, "{log}");
    assert_eq!(log.matches(r#""outcome":"refused""#).count(), 2, "{log}");
}

#[test]
fn a_day_has_a_budget_of_counts() {
    let cluster = strict("counts_per_day = 2\n");
    assert_eq!(count(&cluster, CUSTOMER, 40).status, 201);
    assert_eq!(count(&cluster, CUSTOMER, 40).status, 201);
    let spent = count(&cluster, CUSTOMER, 40);
    assert_eq!(spent.status, 422, "{}", spent.body);
    assert!(spent.body.contains("policy.counts_per_day"), "{}", spent.body);
    assert_eq!(count(&cluster, OPERATOR, 40).status, 201);
    assert_eq!(cluster.store.audit().matches("budget-spent").count(), 1);
}

#[test]
fn a_register_that_is_an_earlier_one_but_for_a_row_is_refused() {
    let store = Store::with_people(3_000, 4);
    let people = people(&store);
    let known: Vec<&Known> =
        people.iter().filter(|person| person.is_disclosable && !person.is_dead).collect();
    let mut cluster = strict_with(store, "repeat_persons = 5\n");
    cluster.add_worker();
    let rows = |skip: usize, count: usize| register(known.iter().copied().skip(skip).take(count));
    let state = |token: &str, id: &str, rows: &str| update(&cluster, token, id, rows);
    assert_eq!(state(CUSTOMER, "r-1", &rows(0, 200)).0, "delivered");
    let (ended, why) = state(CUSTOMER, "r-2", &rows(0, 201));
    assert_eq!(ended, "refused", "one more: {why}");
    assert!(why.contains("policy.repeat_persons"), "{why}");
    assert_eq!(state(CUSTOMER, "r-3", &rows(1, 200)).0, "refused", "one exchanged");
    let again = format!("{}P;;Olematon;Olematon;1990-01-01;\n", rows(0, 200));
    assert_eq!(state(CUSTOMER, "r-4", &again).0, "delivered", "the same persons again");
    assert_eq!(state(CUSTOMER, "r-5", &rows(0, 205)).0, "delivered", "five more");
    assert_eq!(state(OPERATOR, "r-6", &rows(0, 202)).0, "delivered", "an operator may");
}

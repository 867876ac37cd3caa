//! Customers who count again and again: refused in time, after a restart too, and each in the audit log.

use poimuri_tests::callers::{CUSTOMER, OPERATOR};
use poimuri_tests::cluster::Cluster;
use poimuri_tests::http::Answer;
use poimuri_tests::store::Store;

fn count(cluster: &Cluster, token: &str, oldest: u32) -> Answer {
    let body = format!(
        r#"{{"kind":"count","customer":"acme","criteria":{{"all":[{{"field":"person.age","between":[30,{oldest}]}},
        {{"field":"person.sex","eq":"2"}}]}}}}"#
    );
    cluster.call(token, "POST", "/v1/orders", &body)
}

fn strict(policy: &str) -> Cluster {
    let mut cluster = Cluster::start(Store::with_people(3_000, 4), 0);
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

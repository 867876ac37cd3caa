//! Customers who count again and again: refused in time, after a restart too, and each in the audit log.

use std::fs;

use poimuri_tests::cluster::Cluster;
use poimuri_tests::http::{self, Answer};
use poimuri_tests::store::Store;

/// Of `operator-token` and `customer-token`.
const TOKENS: &str = r#"
[[token]]
sha256 = "0850123315d21ab90f4f7236408a52ef6dbd6a02a6550e5c10dc73f4d993680e"
[[token]]
sha256 = "e771018d44b6443eef1443347f7cbbf6f90906871a5d8421027c090b051141c4"
customer = "acme"
"#;

fn count(cluster: &Cluster, token: &str, oldest: u32) -> Answer {
    let body = format!(
        r#"{{"kind":"count","customer":"acme","criteria":{{"all":[{{"field":"person.age","between":[30,{oldest}]}},
        {{"field":"person.sex","eq":"2"}}]}}}}"#
    );
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    http::request(cluster.port(), "POST", "/v1/orders", &headers, &body).unwrap()
}

fn strict(policy: &str) -> Cluster {
    let mut cluster = Cluster::start(Store::with_people(3_000, 4), 0);
    cluster.store.file("tokens.toml", TOKENS);
    let settings = fs::read_to_string(cluster.store.folder().join("poimuri.toml")).unwrap();
    cluster.store.file("poimuri.toml", format!("{settings}tokens = \"tokens.toml\"\n\n[policy]\n{policy}"));
    cluster.replace_scheduler();
    cluster.wait_for_scheduler();
    cluster
}

#[test]
fn counts_that_differ_by_one_condition_are_refused_after_a_few() {
    let mut cluster = strict("near_max = 2\n");
    for oldest in [40, 41, 42] {
        let allowed = count(&cluster, "customer-token", oldest);
        assert_eq!(allowed.status, 201, "{oldest}: {}", allowed.body);
    }
    let orders = cluster.store.orders().len();
    for restarted in [false, true] {
        if restarted {
            cluster.replace_scheduler();
            cluster.wait_for_scheduler();
        }
        let refused = count(&cluster, "customer-token", 43);
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("policy.near_max"), "{}", refused.body);
        assert_eq!(cluster.store.orders().len(), orders, "a refused order is none");
    }
    assert_eq!(count(&cluster, "customer-token", 42).status, 201, "the same again tells nothing");
    assert_eq!(count(&cluster, "operator-token", 43).status, 201, "operators are only logged");
    let log = cluster.store.audit();
    assert_eq!(log.matches("near-question").count(), 5, "{log}");
    assert_eq!(log.matches(r#""outcome":"refused""#).count(), 2, "{log}");
}

#[test]
fn a_day_has_a_budget_of_counts() {
    let cluster = strict("counts_per_day = 2\n");
    assert_eq!(count(&cluster, "customer-token", 40).status, 201);
    assert_eq!(count(&cluster, "customer-token", 40).status, 201);
    let spent = count(&cluster, "customer-token", 40);
    assert_eq!(spent.status, 422, "{}", spent.body);
    assert!(spent.body.contains("policy.counts_per_day"), "{}", spent.body);
    assert_eq!(count(&cluster, "operator-token", 40).status, 201);
    assert_eq!(cluster.store.audit().matches("budget-spent").count(), 1);
}

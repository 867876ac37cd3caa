//! What the columns of a customer's list are taken for, and how its pairs become clusters.

use poimuri_tests::store::Store;
use serde_json::Value;

use crate::lists::{DEDUPLICATION, chains, members, records};

const PEOPLE: u64 = 3_000;

/// An order about `members.csv` alone, whose columns it does not name.
fn one_list(asked: &str) -> String {
    let (before, rest) = DEDUPLICATION.split_once("list = [").unwrap();
    let (_, after) = rest.split_once("]\n").unwrap();
    let list = "list = [{ name = \"members\", file = \"members.csv\" }]\n";
    format!("{before}{list}{after}").replace("per = \"person\"", asked)
}

/// The receipt of an order about a list.
fn receipt(store: &Store, order: &str, list: &str) -> Value {
    store.file("members.csv", list);
    store.receipt(order, "2")
}

#[test]
fn a_running_number_in_a_column_of_any_name_is_no_evidence() {
    let store = Store::with_people(1_000, 2);
    let text = members(&records(PEOPLE).0);
    let without: String = text.lines().map(|line| format!("{}\n", line.split_once(',').unwrap().1)).collect();
    // Rows of the same person stand beside each other: their numbers are nearly equal.
    let numbered: String =
        without.lines().enumerate().map(|(row, line)| format!("{},{line}\n", 70_000 + row)).collect();
    let numbered = numbered.replacen("70000", "rivi", 1);
    let order = one_list("per = \"person\"");
    let (expected, found) = (receipt(&store, &order, &without), receipt(&store, &order, &numbered));
    assert_eq!(found["digest"], expected["digest"]);
    assert_eq!(found["deduplication"], expected["deduplication"]);
    assert!(expected["deduplication"]["linked"].as_u64().unwrap() > 100, "{expected}");
}

#[test]
fn headings_that_mean_nothing_are_no_record() {
    let store = Store::with_people(1_000, 2);
    let rows: Vec<String> = members(&records(PEOPLE).0).lines().skip(1).map(str::to_owned).collect();
    let names = rows.iter().map(|row| row.split(',').skip(1).take(2).collect::<Vec<_>>().join(","));
    let names: Vec<String> = names.collect();
    let order = one_list("per = \"person\"").replace("\"newest\", ", "");
    for heading in ["aa,bb\n", ""] {
        let told = receipt(&store, &order, &format!("{heading}{}\n", names.join("\n")));
        assert_eq!(told["deduplication"]["records"].as_u64(), Some(names.len() as u64), "{heading}");
    }
}

#[test]
fn chains_are_one_cluster_where_the_order_says_so() {
    let store = Store::with_people(1_000, 2);
    let text = members(&records(PEOPLE).0) + &chains(0..40);
    let clusters = |more: &str| {
        let order = one_list(&format!("per = \"person\", threshold = 0.5{more}"));
        let keyed = "file = \"members.csv\", columns = { key = \"number\" } }";
        let told = receipt(&store, &order.replace("file = \"members.csv\" }", keyed), &text);
        told["deduplication"]["clusters"].as_u64().unwrap()
    };
    let (usual, connected) = (clusters(""), clusters(", clustering = \"connected\""));
    assert_eq!(clusters(", clustering = \"agreeing\""), usual);
    assert!(connected + 40 <= usual, "{connected} of {usual}");
    let order = DEDUPLICATION.replace(
        "per =",
        "compare = \"between\", partners = \"one-to-one\", clustering = \"connected\", per =",
    );
    store.file("order.toml", order);
    let ended = store.run(["order", "run", "order.toml", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(
        ended.said().contains("deduplication.clustering: connected links whole chains"),
        "{}",
        ended.said()
    );
}

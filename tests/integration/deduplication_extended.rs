//! De-duplications that take over what an earlier one compared: only pairs with a new or changed record are compared.

use std::collections::{BTreeMap, BTreeSet};

use poimuri_tests::store::Store;
use serde_json::{Value, json};

use crate::deduplication_again::{clusters, judged, rows, with};
use crate::linkage::Lists;
use crate::lists::{DEDUPLICATION, Record, guests, members, prepared, records};

const PEOPLE: u64 = 3_000;

fn id(receipt: &Value) -> &str {
    receipt["order"].as_str().unwrap()
}

/// The order that goes on from the one of a receipt, with more in its table.
fn after(receipt: &Value, more: &str) -> String {
    with(&format!("earlier = \"{}\"{more}", id(receipt)))
}

fn extended(receipt: &Value) -> &Value {
    &receipt["deduplication"]["extended"]
}

fn compared(receipt: &Value) -> u64 {
    receipt["deduplication"]["compared"].as_u64().unwrap()
}

fn kept(receipt: &Value) -> u64 {
    extended(receipt)["pairs_kept"].as_u64().unwrap()
}

fn unchanged(records: usize) -> Value {
    json!({ "unchanged": records, "new": 0, "changed": 0, "gone": 0 })
}

/// The weights of pairs by the keys of their records.
fn weights(store: &Store, receipt: &Value) -> BTreeMap<(String, String), String> {
    let pair = |row: Vec<String>| ((row[2].clone(), row[5].clone()), row[6].clone());
    rows(store, receipt).into_iter().map(pair).collect()
}

/// Rows of a list with another surname where the key is one of some.
fn married(text: &str, keys: &[&str]) -> String {
    let row = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if keys.contains(&cells[0]) {
            cells[1] = "Uusinimi";
        }
        cells.join(",") + "\n"
    };
    text.lines().map(row).collect()
}

/// Sets of records that are together.
fn groups(clusters: &BTreeMap<String, String>) -> BTreeSet<BTreeSet<&str>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (key, name) in clusters {
        groups.entry(name).or_default().insert(key);
    }
    groups.into_values().collect()
}

#[test]
fn only_pairs_with_a_new_or_changed_record_are_compared() {
    let store = prepared(PEOPLE);
    let (mut first, mut second) = records(PEOPLE);
    let old = first.len() * 2 / 3;
    store.file("members.csv", members(&first[..old]));
    let before = store.receipt(&with("output = \"pairs\""), "2");
    assert!(before["deduplication"]["extended"].is_null(), "{before}");
    let order = after(&before, ", output = \"pairs\"");
    let same = store.receipt(&order, "1");
    assert_eq!((compared(&same), &same["digest"]), (0, &before["digest"]), "nothing has changed");
    assert_eq!(extended(&same)["records"], unchanged(old + second.len()));
    assert!(kept(&same) > 200, "{same}");

    // A third of the members is new, some have another name, some guests are gone.
    let changed = ["m3", "m14", "m15", "m92", "m65"];
    let gone = second.split_off(second.len() - 20);
    store.file("members.csv", married(&members(&first), &changed));
    store.file("guests.csv", guests(&second));
    let receipts = ["1", "4"].map(|workers| store.receipt(&order, workers));
    assert_eq!(receipts[0]["digest"], receipts[1]["digest"]);
    let [_, receipt] = receipts;
    let (new, all) = (first.len() - old, first.len() + second.len());
    let expected = json!({ "unchanged": all - new - 5, "new": new, "changed": 5, "gone": gone.len() });
    assert_eq!(extended(&receipt)["records"], expected);
    assert_eq!(extended(&receipt)["all_compared"], false);
    let alone = store.receipt(&with("output = \"pairs\""), "2");
    assert!(compared(&receipt) > 0 && compared(&receipt) * 10 < compared(&alone) * 7, "{receipt} {alone}");
    store.run(["order", "verify", id(&receipt)]).expect_done();

    // Pairs of unchanged records are there with the weights they had, although values are more frequent by now.
    let is_fresh = |key: &str| {
        let number: usize = key[1..].parse().unwrap();
        changed.contains(&key) || key.starts_with('m') && number >= old || gone.iter().any(|of| of.key == key)
    };
    let (was, is) = (weights(&store, &before), weights(&store, &receipt));
    let was: Vec<_> = was.iter().filter(|((a, b), _)| !is_fresh(a) && !is_fresh(b)).collect();
    assert!(was.len() > 200 && is.len() > was.len(), "{} {}", was.len(), is.len());
    let other = was.iter().filter(|(pair, weight)| is.get(*pair).is_some_and(|now| now != *weight)).count();
    let lost =
        was.iter().filter(|(pair, weight)| !is.contains_key(*pair) && weight.parse::<f64>().unwrap() > -7.0);
    assert_eq!((other, lost.count()), (0, 0));
    let told = store.run(["order", "receipt", id(&receipt)]).stdout;
    assert!(told.contains(&format!("new {new}, changed 5, gone 20; ")), "{told}");
    assert!(told.contains("pairs keep their weights"), "{told}");

    // The order of rows decides nothing.
    let told = clusters(&store, &store.receipt(&after(&before, ""), "2"));
    first.reverse();
    second.sort_by_key(|record| record.person * 7_919 % 1_009);
    store.file("members.csv", married(&members(&first), &changed));
    store.file("guests.csv", guests(&second));
    assert_eq!(clusters(&store, &store.receipt(&after(&before, ""), "3")), told);
}

#[test]
fn an_order_and_a_stored_result_are_extended_alike() {
    let (store, lists) = (prepared(10), Lists::new());
    let (mut all, second) = records(PEOPLE);
    all.extend(second);
    all.sort_by_key(|record: &Record| record.person * 7_919 % 1_009);
    let old = all.len() * 3 / 4;
    let changed: Vec<&str> = all[..old].iter().step_by(97).map(|record| record.key.as_str()).collect();
    let (before, later) = (members(&all[..old]), married(&members(&all[10..]), &changed));
    let one_list = DEDUPLICATION
        .replace("  { name = \"guests\", file = \"guests.csv\", columns = { key = \"nro\" } },\n", "");
    store.file("members.csv", &before);
    let receipt = store.receipt(&one_list, "2");
    store.file("members.csv", &later);
    let order = one_list.replace("per = ", &format!("earlier = \"{}\", per = ", id(&receipt)));
    let receipt = store.receipt(&order, "2");

    lists.file("before.csv", &before);
    lists.file("later.csv", &later);
    lists.file("linkage.toml", "locale = \"fi\"\n[columns]\nupdated = \"ignored\"\n");
    lists.json("dedup before.csv --id number --settings linkage.toml --out result");
    let told = lists.json("dedup later.csv --id number --settings linkage.toml --out result --extend result");
    assert_eq!(extended(&receipt)["records"], told["extended"]);
    assert_eq!(told["extended"]["gone"], 10);
    let (ours, theirs) = (clusters(&store, &receipt), lists.clusters("result"));
    let (ours, theirs) = (groups(&ours), groups(&theirs));
    assert!(ours == theirs, "{:?}", ours.symmetric_difference(&theirs).collect::<Vec<_>>());
    let pairs = told["counts"]["compared"].as_u64().unwrap();
    assert!(compared(&receipt) < pairs * 2 && pairs < compared(&receipt) * 2, "{receipt} {told}");
}

#[test]
fn chains_go_on_under_other_settings_and_judgements() {
    let store = prepared(PEOPLE);
    let (first, second) = records(PEOPLE);
    let all = first.len() + second.len();
    store.file("members.csv", members(&first[..first.len() / 2]));
    let one = store.receipt(DEDUPLICATION, "2");
    store.file("members.csv", members(&first));
    let two = store.receipt(&after(&one, ""), "2");
    let third = store.receipt(&after(&two, ", output = \"pairs\""), "2");
    assert_eq!((compared(&third), &extended(&third)["records"]), (0, &unchanged(all)));
    assert!(kept(&two) > 200 && kept(&third) > kept(&two), "{two} {third}");
    assert_eq!(third["deduplication"]["threshold"], one["deduplication"]["threshold"]);
    // What the first order left is not needed beside the one before.
    store.run(["order", "verify", id(&third)]).expect_done();
    let fourth = store.receipt(&after(&third, ""), "1");
    assert_eq!(clusters(&store, &fourth), clusters(&store, &two));
    assert_eq!(kept(&fourth), kept(&third));

    let (text, told) = judged(&rows(&store, &third), &first, &second);
    store.file("judged.csv", text);
    let more = ", reviews = { file = \"judged.csv\" }, threshold = 0.6, clustering = \"connected\"";
    let judged = store.receipt(&after(&third, more), "2");
    let together = clusters(&store, &judged);
    told.iter().for_each(|(a, b, same)| assert_eq!(together[a] == together[b], *same, "{a} {b}"));
    assert_eq!((compared(&judged), kept(&judged)), (0, kept(&third)));
    let threshold = judged["deduplication"]["threshold"].as_f64().unwrap();
    assert!((threshold - 0.6).abs() < 1e-9, "{threshold}");
    assert_eq!(judged["deduplication"]["judgements"]["taught"], false);

    // Who was gone for an order is new again.
    store.file("guests.csv", guests(&second[30..]));
    let without = store.receipt(&after(&fourth, ""), "2");
    store.file("guests.csv", guests(&second));
    let again = store.receipt(&after(&without, ""), "2");
    assert_eq!(extended(&without)["records"]["gone"], 30);
    assert_eq!(extended(&again)["records"]["new"], 30);
    assert!(compared(&without) == 0 && compared(&again) > 0, "{again}");
}

#[test]
fn other_pairs_are_compared_again_and_linked_lists_keep_their_partners() {
    let store = prepared(PEOPLE);
    let both = store.receipt(DEDUPLICATION, "2");
    let order = after(&both, ", compare = \"between\"");
    let receipt = store.receipt(&order, "2");
    assert_eq!((kept(&receipt), &extended(&receipt)["all_compared"]), (0, &json!(true)));
    assert!(
        compared(&receipt) > 0 && receipt["deduplication"]["linked"].as_u64().unwrap() > 100,
        "{receipt}"
    );
    let told = store.run(["order", "receipt", id(&receipt)]).stdout;
    assert!(told.contains("all pairs compared again, for the earlier order compared others"), "{told}");

    let same = store.receipt(&after(&receipt, ", compare = \"between\""), "1");
    assert_eq!((compared(&same), &same["digest"]), (0, &receipt["digest"]));
    assert_eq!(extended(&same)["all_compared"], false);
    let (first, second) = records(PEOPLE);
    store.file("members.csv", members(&first[100..]));
    let order = after(&same, ", compare = \"between\"");
    let fewer = ["1", "3"].map(|workers| store.receipt(&order, workers));
    assert_eq!(fewer[0]["digest"], fewer[1]["digest"]);
    assert_eq!((compared(&fewer[0]), &extended(&fewer[0])["records"]["gone"]), (0, &json!(100)));
    assert_eq!(extended(&fewer[0])["records"]["unchanged"], first.len() - 100 + second.len());
}

#[test]
fn records_without_a_key_of_their_own_are_new_in_every_order() {
    let store = prepared(PEOPLE);
    let (first, second) = records(PEOPLE);
    let keyed = guests(&second);
    let rows = keyed.lines().map(|line| line.split_once(';').unwrap().1.to_owned() + "\n");
    store.file("guests.csv", rows.collect::<String>());
    let keyless = |order: &str| order.replace(", columns = { key = \"nro\" }", "");
    let before = store.receipt(&keyless(DEDUPLICATION), "2");
    let receipt = store.receipt(&keyless(&after(&before, "")), "2");
    let (old, new) = (first.len(), second.len());
    let expected = json!({ "unchanged": old, "new": new, "changed": 0, "gone": new });
    assert_eq!(extended(&receipt)["records"], expected);
    assert!(kept(&receipt) > 50 && compared(&receipt) > 0 && compared(&receipt) < compared(&before));
    assert_eq!(receipt["deduplication"]["linked"], before["deduplication"]["linked"]);
}

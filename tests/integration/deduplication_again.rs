//! De-duplications that go on from an earlier one: its model, names of clusters, and what somebody judged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::store::Store;
use poimuri_tests::wait::wait_for;
use serde_json::Value;

use crate::customers::delivered;
use crate::lists::{DEDUPLICATION, Record, guests, members, prepared, records};

const PEOPLE: u64 = 3_000;

pub(crate) fn rows(store: &Store, receipt: &Value) -> Vec<Vec<String>> {
    let rows = delivered(store, receipt["order"].as_str().unwrap());
    rows.iter().map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

/// The cluster of each record by its key.
pub(crate) fn clusters(store: &Store, receipt: &Value) -> BTreeMap<String, String> {
    rows(store, receipt).into_iter().map(|row| (row[2].clone(), row[3].clone())).collect()
}

/// The order with more in its table.
pub(crate) fn with(more: &str) -> String {
    DEDUPLICATION.replace("per = \"person\",", &format!("per = \"person\", {more},"))
}

/// Rows of the output `pairs` with judgements: of linked pairs by turns the same and different, and of the first records of
/// both lists, who are not alike, one the same and the others different. No record is in two of them.
pub(crate) fn judged(
    pairs: &[Vec<String>],
    first: &[Record],
    second: &[Record],
) -> (String, Vec<(String, String, bool)>) {
    let heading = "list_a,row_a,customer_key_a,list_b,row_b,customer_key_b,weight,probability,linked,same";
    let (mut text, mut told) = (format!("{heading}\n"), Vec::new());
    let is_told =
        |told: &[(String, String, bool)], key: &str| told.iter().any(|(a, b, _)| a == key || b == key);
    for pair in pairs {
        let is_free = told.len() < 24 && !is_told(&told, &pair[2]) && !is_told(&told, &pair[5]);
        let is_same = told.len() % 2 == 0;
        let word = if !is_free {
            ""
        } else if is_same {
            "kyllä"
        } else {
            "no"
        };
        writeln!(text, "{},{word}", pair[..9].join(",")).unwrap();
        if is_free {
            told.push((pair[2].clone(), pair[5].clone(), is_same));
        }
    }
    let apart = first.iter().zip(second.iter().rev());
    let apart = apart.filter(|(a, b)| !is_told(&told, &a.key) && !is_told(&told, &b.key)).take(8);
    let apart = apart.enumerate().map(|(at, (a, b))| (a.key.clone(), b.key.clone(), at == 0));
    let apart: Vec<(String, String, bool)> = apart.collect();
    for (a, b, is_same) in &apart {
        writeln!(text, "members,,{a},guests,,{b},,,,{}", if *is_same { "yes" } else { "no" }).unwrap();
    }
    told.extend(apart);
    (text, told)
}

#[test]
fn judged_pairs_are_obeyed_and_learned_from_on_any_number_of_workers() {
    let store = prepared(PEOPLE);
    let (first, second) = records(PEOPLE);
    let before = store.receipt(&with("output = \"pairs\""), "2");
    assert!(before["deduplication"]["judgements"].is_null(), "{before}");
    let (text, told) = judged(&rows(&store, &before), &first, &second);
    store.file("judged.csv", format!("{text}members,1,nobody,guests,1,g1,0,0,no,yes\n"));
    let order = with("reviews = { file = \"judged.csv\" }");
    let mut digests = Vec::new();
    for workers in ["1", "4"] {
        let receipt = store.receipt(&order, workers);
        let clusters = clusters(&store, &receipt);
        for (a, b, is_same) in &told {
            assert_eq!(clusters[a] == clusters[b], *is_same, "{a} {b}");
        }
        let expected = serde_json::json!({ "same": 13, "different": 19, "set_aside": 1, "taught": true });
        assert_eq!(receipt["deduplication"]["judgements"], expected);
        digests.push(receipt["digest"].clone());
        store.run(["order", "verify", receipt["order"].as_str().unwrap()]).expect_done();
    }
    assert_eq!(digests[0], digests[1]);

    // A word that is no judgement, and a file that is none.
    store.file("judged.csv", text.replacen(",no\n", ",perhaps\n", 1));
    store.file("order.toml", &order);
    let ended = store.run(["order", "run", "order.toml", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("deduplication.reviews: line"), "{}", ended.said());
    store.file("judged.csv", "id_a,id_b,same\n1,2,yes\n");
    let ended = store.run(["order", "run", "order.toml", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("there is no column list_a"), "{}", ended.said());
}

#[test]
fn an_order_goes_on_from_an_earlier_one() {
    let store = prepared(PEOPLE);
    let (first, second) = records(PEOPLE);
    store.file("members.csv", members(&first[..first.len() * 2 / 3]));
    let earlier = store.receipt(DEDUPLICATION, "2");
    let (id, before) = (earlier["order"].as_str().unwrap().to_owned(), clusters(&store, &earlier));

    let again = with(&format!("earlier = \"{id}\""));
    let same = store.receipt(&again, "2");
    assert_eq!(same["digest"], earlier["digest"], "nothing has changed");
    assert_eq!(store.committed(same["order"].as_str().unwrap(), "observe"), 0);

    store.file("members.csv", members(&first));
    let (receipt, alone) = (store.receipt(&again, "1"), store.receipt(DEDUPLICATION, "1"));
    let (after, unnamed) = (clusters(&store, &receipt), clusters(&store, &alone));
    let kept =
        |after: &BTreeMap<String, String>| before.iter().filter(|(key, name)| after[*key] == **name).count();
    assert!(kept(&after) * 1_000 >= before.len() * 995, "{} of {}", kept(&after), before.len());
    assert!(kept(&unnamed) < kept(&after), "names would stay by themselves");
    store.run(["order", "verify", receipt["order"].as_str().unwrap()]).expect_done();

    // Names go on from order to order, whatever the order of rows.
    let third = with(&format!("earlier = \"{}\"", receipt["order"].as_str().unwrap()));
    store.file("members.csv", members(&first.into_iter().rev().collect::<Vec<_>>()));
    store.file("guests.csv", guests(&second.into_iter().rev().collect::<Vec<_>>()));
    let receipt = store.receipt(&third, "4");
    assert_eq!(clusters(&store, &receipt), after);
}

#[test]
fn an_earlier_order_that_cannot_be_gone_on_from_is_refused() {
    let store = prepared(300);
    let check = |id: &str, words: &str| {
        store.file("order.toml", with(&format!("earlier = \"{id}\"")));
        let ended = store.run(["order", "run", "order.toml", "--json"]);
        assert_eq!(ended.code, 3, "{}", ended.said());
        assert!(ended.said().contains(words), "{}", ended.said());
    };
    check("o-nothing", "the customer has no de-duplication o-nothing");
    let other = "list = [{ name = \"guests\", file = \"guests.csv\" }]\ndeduplication = { per = \"person\", leave_out = [\"sukunimi\"] }\n";
    let lines = DEDUPLICATION
        .lines()
        .filter(|line| !["list = ", "  {", "]", "deduplication"].iter().any(|begin| line.starts_with(begin)));
    let narrow = store.receipt(
        &format!(
            "{}\n{other}delivery = {{ recipient = \"acme\" }}",
            lines.filter(|line| !line.starts_with("delivery")).collect::<Vec<_>>().join("\n")
        ),
        "1",
    );
    check(narrow["order"].as_str().unwrap(), "the model was made for other columns");

    let id = store.receipt(DEDUPLICATION, "1")["order"].as_str().unwrap().to_owned();
    wait_for("the erasure", LIMIT, || {
        store.run(["retention", "run", "--as-of", "2099-12-31"]).expect_done();
        let commits = store.path().join("orders").join(&id).join("commits");
        (!commits.exists() || std::fs::read_dir(commits).unwrap().next().is_none()).then_some(())
    });
    check(&id, "was erased");
}

#[test]
fn an_earlier_order_is_held_while_an_open_one_needs_it() {
    let store = prepared(300);
    let id = store.receipt(DEDUPLICATION, "1")["order"].as_str().unwrap().to_owned();
    let mut cluster = Cluster::start(store, 0);
    let open = cluster.submit(&with(&format!("earlier = \"{id}\"")));
    let told = wait_for("ten seconds", LIMIT, || {
        let told = cluster.store.run(["retention", "run", "--as-of", "2099-12-31", "--json"]).json();
        told.to_string().contains("an open order needs it").then_some(told)
    });
    assert!(told.to_string().contains(&id), "{told}");
    cluster.add_worker();
    assert_eq!(cluster.receipt(&open)["order"], open.as_str());
}

#[test]
fn what_another_version_left_is_refused() {
    let store = prepared(300);
    for stage in ["encode", "compare", "cluster"] {
        let receipt = store.receipt(DEDUPLICATION, "1");
        let id = receipt["order"].as_str().unwrap();
        let commits = store.path().join("orders").join(id).join("commits");
        let of_stage = std::fs::read_dir(&commits).unwrap().flatten().map(|entry| entry.path());
        let of_stage: Vec<_> =
            of_stage.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(stage)).collect();
        assert!(!of_stage.is_empty(), "{stage}");
        of_stage.iter().for_each(|path| std::fs::remove_file(path).unwrap());
        store.file("order.toml", with(&format!("earlier = \"{id}\"")));
        let ended = store.run(["order", "run", "order.toml", "--json"]);
        assert_eq!(ended.code, 3, "{}", ended.said());
        assert!(ended.said().contains("was made by another version of the program"), "{}", ended.said());
    }
}

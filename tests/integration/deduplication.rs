//! De-duplications of customers' lists: the same bytes however they are carried out, and nobody lost or kept twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use poimuri_tests::cluster::Cluster;
use poimuri_tests::store::Store;
use serde_json::Value;

use crate::customers::delivered;
use crate::lists::{DEDUPLICATION, guests, members, parquet_of, prepared, records};
use crate::workbooks::workbook_of;

const PEOPLE: u64 = 3_000;

fn digest(receipt: &Value) -> String {
    assert!(receipt["deduplication"]["linked"].as_u64().is_some_and(|pairs| pairs > 100), "{receipt}");
    receipt["digest"].as_str().unwrap().to_owned()
}

fn rows(store: &Store, receipt: &Value) -> Vec<Vec<String>> {
    let rows = delivered(store, receipt["order"].as_str().unwrap());
    rows.iter().map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

fn with(from: &str, to: &str) -> String {
    assert!(DEDUPLICATION.contains(from), "{from}");
    DEDUPLICATION.replace(from, to)
}

#[test]
fn workers_and_queues_change_nothing() {
    let store = prepared(PEOPLE);
    let mut digests = Vec::new();
    for workers in ["1", "4"] {
        digests.push((workers.to_owned(), digest(&store.receipt(DEDUPLICATION, workers))));
    }
    let cluster = Cluster::start(store, 4);
    let order = cluster.submit(DEDUPLICATION);
    digests.push(("4 on Redis".to_owned(), digest(&cluster.receipt(&order))));
    cluster.store.run(["order", "verify", &order]).expect_done();
    assert!(digests.iter().all(|(_, digest)| *digest == digests[0].1), "{digests:#?}");
}

#[test]
fn orders_in_between_change_nothing() {
    let store = prepared(PEOPLE);
    // More than a worker keeps the records of, so that they are opened again between an order's tasks.
    let outputs = ["clusters", "survivors", "pairs", "cleaned"];
    let orders = outputs.map(|output| {
        with("per = \"person\", keep", &format!("output = \"{output}\", per = \"person\", keep"))
    });
    let alone = orders.each_ref().map(|order| digest(&store.receipt(order, "1")));
    let cluster = Cluster::start(store, 2);
    let submitted = orders.each_ref().map(|order| cluster.submit(order));
    assert_eq!(submitted.each_ref().map(|order| digest(&cluster.receipt(order))), alone);
}

#[test]
fn an_order_that_is_split_otherwise_comes_to_the_same() {
    let store = prepared(PEOPLE);
    let expected = digest(&store.receipt(DEDUPLICATION, "2"));
    let mut cluster = Cluster::start(store, 0);
    let order = cluster.submit(DEDUPLICATION);
    let file = cluster.store.path().join("orders").join(&order).join("plan");
    let mut plan: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    (plan["columns"], plan["shares"]) = (3.into(), 7.into());
    fs::write(&file, plan.to_string()).unwrap();
    cluster.add_worker();
    assert_eq!(digest(&cluster.receipt(&order)), expected);
    assert_eq!(cluster.store.committed(&order, "encode"), 3);
    assert_eq!(cluster.store.committed(&order, "compare"), 7);
}

#[test]
fn every_record_is_in_a_cluster_and_every_cluster_keeps_one() {
    let store = prepared(PEOPLE);
    let receipt = store.receipt(DEDUPLICATION, "2");
    let rows = rows(&store, &receipt);
    let (members, guests) = records(PEOPLE);
    let person: BTreeMap<String, u64> =
        members.iter().chain(&guests).map(|record| (record.key.clone(), record.person)).collect();
    assert_eq!(rows.len(), person.len());
    let mut kept: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &rows {
        let [_, _, key, cluster, _, survivor, stays] = &row[..] else { panic!("{row:?}") };
        assert_eq!(stays == "yes", survivor.split(':').nth(1) == Some(key), "{row:?}");
        if stays == "yes" {
            kept.entry(cluster).or_default().push(key);
        }
    }
    assert!(kept.values().all(|keys| keys.len() == 1), "a cluster keeps several");
    assert_eq!(kept.len(), rows.iter().map(|row| &row[3]).collect::<BTreeSet<_>>().len());
    // Pairs of the same person, as they are known and as they were found.
    let of = |id: &String| person[id.split(':').nth(1).unwrap()];
    let dropped = rows.iter().filter(|row| row[6] == "no");
    let (right, wrong): (Vec<_>, Vec<_>) = dropped.partition(|row| person[&row[2]] == of(&row[5]));
    let expected = person.len() - person.values().collect::<BTreeSet<_>>().len();
    assert!(right.len() * 100 >= expected * 97, "{} of {expected}", right.len());
    assert!(wrong.len() * 100 <= expected, "{} wrong of {expected}", wrong.len());
    let account = &receipt["deduplication"];
    assert_eq!(account["clusters"].as_u64(), Some(kept.len() as u64));
    assert_eq!(receipt["price"]["dvv"], "0.00", "{receipt}");
    let by_rule = account["survivors"].as_object().unwrap();
    let decided: u64 = by_rule.values().filter_map(Value::as_u64).sum();
    assert_eq!(Some(decided), account["clusters_of_several"].as_u64());
    assert!(by_rule.contains_key("newest"), "{account}");
}

#[test]
fn a_workbook_is_a_list_like_any_other() {
    let store = prepared(PEOPLE);
    let expected = digest(&store.receipt(DEDUPLICATION, "2"));
    store.file("members.xlsx", workbook_of(&members(&records(PEOPLE).0)));
    for sheet in ["", ", sheet = \"Asiakkaat & jäsenet\""] {
        let order = with("\"members.csv\"", &format!("\"members.xlsx\"{sheet}"));
        assert_eq!(digest(&store.receipt(&order, "2")), expected, "{sheet}");
    }
    store.file("order.toml", with("\"members.csv\"", "\"members.xlsx\", sheet = \"Muut\""));
    let ended = store.run(["order", "run", "order.toml", "--json"]);
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("it has: Asiakkaat & jäsenet"), "{}", ended.said());
}

#[test]
fn a_parquet_file_and_an_uploaded_list_are_lists_like_any_other() {
    let store = prepared(PEOPLE);
    let expected = digest(&store.receipt(DEDUPLICATION, "2"));
    let text = members(&records(PEOPLE).0);
    store.file("members.parquet", parquet_of(&text));
    for (file, register) in [("members.parquet", "r-parquet"), ("members.csv", "r-csv")] {
        let order = with("\"members.csv\"", &format!("\"{file}\""));
        assert_eq!(digest(&store.receipt(&order, "2")), expected, "{file}");
        let add =
            ["customer-register", "add", register, "--customer", "acme", "--column", "key=number", file];
        store.run(add).expect_done();
        let order = with("file = \"members.csv\"", &format!("id = \"{register}\""));
        assert_eq!(digest(&store.receipt(&order, "2")), expected, "{register}");
    }
}

#[test]
fn the_order_of_rows_decides_nothing() {
    let store = prepared(PEOPLE);
    let clusters = |store: &Store| -> BTreeSet<(String, String, String)> {
        let receipt = store.receipt(DEDUPLICATION, "2");
        let rows = rows(store, &receipt);
        rows.into_iter().map(|row| (row[2].clone(), row[3].clone(), row[5].clone())).collect()
    };
    let expected = clusters(&store);
    let (mut first, mut second) = records(PEOPLE);
    first.reverse();
    second.sort_by_key(|record| record.person * 7_919 % 1_009);
    store.file("members.csv", members(&first));
    store.file("guests.csv", guests(&second));
    assert_eq!(clusters(&store), expected);
}

#[test]
fn lists_are_compared_within_or_between_as_asked() {
    let store = prepared(PEOPLE);
    let pairs = |compare: &str| -> (u64, BTreeSet<bool>) {
        let to = format!("compare = \"{compare}\", output = \"pairs\", per = \"person\", keep");
        let receipt = store.receipt(&with("per = \"person\", keep", &to), "2");
        let rows = rows(&store, &receipt);
        // What a weight is made of sums to it in its last digit.
        let units = |cell: &String| cell.replace('.', "").parse::<i64>().unwrap();
        for row in &rows {
            assert!(row.len() > 11, "{row:?}");
            assert_eq!(row[9..].iter().map(units).sum::<i64>(), units(&row[6]), "{row:?}");
        }
        let linked = rows.iter().filter(|row| row[8] == "yes");
        let kinds = linked.map(|row| row[0] == row[3]).collect();
        (receipt["deduplication"]["compared"].as_u64().unwrap(), kinds)
    };
    let (within, between, both) = (pairs("within"), pairs("between"), pairs("both"));
    assert_eq!(within.1, BTreeSet::from([true]));
    assert_eq!(both.1, BTreeSet::from([false, true]));
    assert!(between.1.contains(&false));
    assert!(within.0 < both.0 && between.0 < both.0, "{within:?} {between:?} {both:?}");
}

#[test]
fn what_stays_comes_back_with_its_own_columns() {
    let store = prepared(PEOPLE);
    let cleaned =
        store.receipt(&with("per = \"person\", keep", "output = \"cleaned\", per = \"person\", keep"), "2");
    let rows_cleaned = rows(&store, &cleaned);
    let survivors =
        store.receipt(&with("per = \"person\", keep", "output = \"survivors\", per = \"person\", keep"), "2");
    let rows_survivors = rows(&store, &survivors);
    let (first, second) = records(PEOPLE);
    let files = members(&first) + &guests(&second);
    assert_eq!(rows_cleaned.len(), rows_survivors.len());
    for (cleaned, survivor) in rows_cleaned.iter().zip(&rows_survivors) {
        assert_eq!(cleaned[..5], survivor[..], "{cleaned:?}");
        let line = files.lines().find(|line| line.split([',', ';']).next() == Some(&cleaned[2])).unwrap();
        let own: BTreeSet<&str> = line.split([',', ';']).collect();
        let back: BTreeSet<&str> = cleaned[5..].iter().map(String::as_str).collect();
        assert!(own.iter().all(|cell| back.contains(cell)), "{own:?} {back:?}");
    }
}

#[test]
fn a_household_is_kept_once() {
    let store = Store::with_people(1_000, 2);
    let homes: Vec<[String; 4]> = (0..300)
        .map(|n| {
            [
                format!("Suku{}", n % 37),
                format!("Koivukuja {} A {}", 1 + n / 20, 1 + n % 20),
                "00100".into(),
                format!("{}", n % 4),
            ]
        })
        .collect();
    let mut text = "number,surname,first names,birth date,street address,postal code,updated\n".to_owned();
    let names = ["Aino", "Eero", "Toivo", "Lempi"];
    let mut row = 0_u64;
    for (index, [surname, street, code, more]) in homes.iter().enumerate() {
        for member in 0..=more.parse::<usize>().unwrap() {
            let born = format!(
                "19{:02}-{:02}-{:02}",
                30 + (index * 7 + member * 13) % 70,
                1 + index % 12,
                1 + (index + member) % 28
            );
            text.push_str(&format!(
                "m{row},{surname},{}{},{born},{street},{code},\n",
                names[member],
                names[index % 4].to_lowercase()
            ));
            row += 1;
        }
    }
    store.file("members.csv", &text);
    store.file("guests.csv", "nro;etunimet;sukunimi;syntymäaika;postinumero;katuosoite;päivitetty\ng1;Yksin;Oudonlainen;1.1.1950;00200;Muukatu 1 A 1;\n");
    let receipt = store.receipt(&with("per = \"person\"", "per = \"household\""), "2");
    let account = &receipt["deduplication"];
    assert_eq!(account["clusters"].as_u64(), Some(301), "{account}");
    assert_eq!(account["records"].as_u64(), Some(row + 1));
}

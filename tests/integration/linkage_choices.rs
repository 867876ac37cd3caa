//! `poimuri dedup` and `poimuri link` as somebody chooses: columns and identifiers of two languages, rules, clusters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::linkage::Lists;
use crate::lists::{guests, members, records};

const PEOPLE: u64 = 3_000;

#[test]
fn lists_in_two_languages_are_linked_each_by_its_own_identifiers() {
    let (lists, (first, second)) = (Lists::new(), records(PEOPLE));
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", guests(&second));
    lists.json("link members.csv guests.csv --id Number --id-b nro --out linked --partners one-to-one");
    let linked: Vec<Vec<String>> =
        lists.rows("linked/pairs.csv").into_iter().filter(|pair| pair[4] == "true").collect();
    let person: BTreeMap<&str, u64> =
        first.iter().chain(&second).map(|record| (record.key.as_str(), record.person)).collect();
    let right = linked.iter().filter(|pair| person[pair[0].as_str()] == person[pair[1].as_str()]).count();
    assert!(right >= 290 && right * 100 >= linked.len() * 97, "{right} of {}", linked.len());

    let ended = lists.run("link members.csv guests.csv --id number --out refused");
    let said = ended.said();
    assert!(
        ended.code == 3 && said.contains("guests.csv has no column number") && said.contains("--id-b"),
        "{said}"
    );
    lists.file("others.csv", "nro,x,y\n1,Salainen,B\n2,C,D\n");
    let ended = lists.run("link members.csv others.csv --id number --id-b nro --out refused");
    let said = ended.said();
    assert!(ended.code == 3 && said.contains("no column in common") && !said.contains("Salainen"), "{said}");
}

#[test]
fn large_blocks_of_two_lists_are_compared_in_bounds_and_counted() {
    let lists = Lists::new();
    for (file, shift) in [("a.csv", 0), ("b.csv", 40)] {
        let mut text = "number,surname,birth date,sex\n".to_owned();
        for n in 0..4_000 {
            let person = n + shift;
            let sex = if person % 40 == 0 { "m" } else { "f" };
            let (year, month) = (1930 + person % 71, 1 + person % 12);
            writeln!(
                text,
                "{n},Suku{}nen{},{year}-{month:02}-{:02},{sex}",
                person % 97,
                person / 97,
                1 + person % 28
            )
            .unwrap();
        }
        lists.file(file, text);
    }
    lists.file("sex.toml", "rules = [[\"sex\"]]");
    let told = lists.json("link a.csv b.csv --id number --suggest --settings sex.toml");
    let run = lists.json("link a.csv b.csv --id number --out linked --settings sex.toml");
    let count = |value: &Value| value.as_u64().unwrap();
    let (compared, cut) = (count(&run["counts"]["compared"]), count(&run["counts"]["cut"]));
    assert_eq!(compared + cut, 3_900 * 3_900 + 100 * 100);
    assert!(compared > 3_900 * 900 && compared < 3_900 * 1_100, "{compared}");
    assert_eq!(
        (count(&told["suggestions"]["compared"]), count(&told["suggestions"]["cut"])),
        (compared, cut)
    );
    assert_eq!(count(&told["suggestions"]["rules"][0]["cut"]), cut);

    lists.file("none.toml", "rules = []");
    let ended = lists.run("link a.csv b.csv --id number --out refused --settings none.toml");
    assert_eq!(ended.code, 3, "{}", ended.said());
    assert!(ended.said().contains("`rules = []` compares nothing"), "{}", ended.said());
}

#[test]
fn clusters_are_chains_of_linked_pairs_where_that_is_asked_for() {
    let (lists, (first, _)) = (Lists::new(), records(PEOPLE));
    lists.file("list.csv", members(&first));
    lists.file("low.toml", "threshold = 0.02");
    lists.file("connected.toml", "threshold = 0.02\nclustering = \"connected\"");
    let usual = lists.json("dedup list.csv --id number --out usual --settings low.toml");
    let told = lists.json("dedup list.csv --id number --out connected --settings connected.toml");
    lists.json("dedup list.csv --id number --out again --settings low.toml --clustering connected");
    let clusters = lists.clusters("connected");
    assert_eq!(lists.clusters("again"), clusters);
    let count = |told: &Value| told["counts"]["clusters"].as_u64().unwrap();
    assert!(count(&told) < count(&usual), "no chain is cut: {} of {}", count(&told), count(&usual));

    // Whoever is connected by pairs from the threshold on, and nobody else.
    let rows = lists.rows("connected/pairs.csv");
    let mut home: BTreeMap<String, String> = clusters.keys().map(|id| (id.clone(), id.clone())).collect();
    for pair in rows.iter().filter(|pair| pair[3].parse::<f64>().unwrap() >= 0.02) {
        let (from, into) = (home[&pair[0]].clone(), home[&pair[1]].clone());
        home.values_mut().filter(|home| **home == from).for_each(|home| into.clone_into(home));
    }
    let parts = |home: &BTreeMap<String, String>| {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        home.iter().for_each(|(id, home)| parts.entry(home).or_default().push(id));
        let mut parts: Vec<Vec<&str>> = parts.into_values().collect();
        parts.sort();
        parts.into_iter().map(|part| part.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(parts(&clusters), parts(&home));
    let ended =
        lists.run("link list.csv list.csv --id number --out x --partners one-to-one --clustering connected");
    assert!(ended.code == 3 && ended.said().contains("any number of partners"), "{}", ended.said());
}

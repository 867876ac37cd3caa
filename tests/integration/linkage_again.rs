//! Two lists that are linked again later: what was compared stays, clusters keep their names, judgements hold and teach.

use std::collections::BTreeMap;

use crate::linkage::Lists;
use crate::lists::{Record, members, records};

const PEOPLE: u64 = 3_000;

/// Clusters by list and identifier.
fn clusters(lists: &Lists, folder: &str) -> BTreeMap<(String, String), String> {
    let rows = lists.rows(&format!("{folder}/clusters.csv"));
    rows.into_iter().map(|row| ((row[2].clone(), row[0].clone()), row[1].clone())).collect()
}

/// Both lists have numbers from 0: the same identifier is another record in each.
fn numbered(records: &mut [Record]) {
    records.iter_mut().for_each(|record| record.key = record.key[1..].to_owned());
}

#[test]
fn two_linked_lists_are_extended_without_comparing_old_pairs_again() {
    let (lists, (mut first, mut second)) = (Lists::new(), records(PEOPLE));
    numbered(&mut first);
    numbered(&mut second);
    let old = (first.len() * 2 / 3, second.len() * 2 / 3);
    lists.file("a-old.csv", members(&first[..old.0]));
    lists.file("b-old.csv", members(&second[..old.1]));
    lists.file("a.csv", members(&first));
    lists.file("b.csv", members(&second));
    let begun = lists.json("link a-old.csv b-old.csv --id number --out result");
    let before = clusters(&lists, "result");
    let same = lists.json("link a-old.csv b-old.csv --id number --out same --extend result");
    assert_eq!(same["counts"]["compared"].as_u64(), Some(0), "{same}");
    assert_eq!(same["extended"]["unchanged"].as_u64(), Some((old.0 + old.1) as u64));
    assert_eq!(
        (&same["threshold"], &same["counts"]["partners"]),
        (&begun["threshold"], &begun["counts"]["partners"])
    );
    assert_eq!(clusters(&lists, "same"), before);

    let told = lists.json("link a.csv b.csv --id number --out more --extend result");
    let new = first.len() + second.len() - old.0 - old.1;
    assert_eq!(told["extended"]["new"].as_u64(), Some(new as u64), "{told}");
    let most = first.len() * second.len() - old.0 * old.1;
    assert!(told["counts"]["compared"].as_u64().unwrap() <= most as u64, "{told}");
    let after = clusters(&lists, "more");
    let kept = before.iter().filter(|(record, cluster)| after[*record] == **cluster).count();
    assert!(kept * 1_000 >= before.len() * 995, "{kept} of {}", before.len());
    assert!(after.values().any(|cluster| cluster.starts_with("2:")), "clusters of the second list alone");
    let whole = lists.json("link a.csv b.csv --id number --out whole");
    let linked = |told: &serde_json::Value| told["counts"]["linked_pairs"].as_u64().unwrap();
    assert!(linked(&told).abs_diff(linked(&whole)) <= 6, "{told} {whole}");

    // The order of rows changes no name.
    for (file, list) in [("a.csv", &mut first), ("b.csv", &mut second)] {
        list.sort_by_key(|record| record.person * 7_919 % 1_009);
        lists.file(file, members(list));
    }
    lists.json("link a.csv b.csv --id number --out result --extend result");
    assert_eq!(clusters(&lists, "result"), after);

    // What was judged of the pairs of two lists is kept by those that extend it.
    let pair = lists.rows("result/pairs.csv").into_iter().find(|pair| pair[4] == "true").unwrap();
    lists.file("judged.csv", format!("id_a,id_b,same\n{},{},no\n", pair[0], pair[1]));
    lists.json("link a.csv b.csv --id number --out result --extend result --review judged.csv");
    lists.json("link a.csv b.csv --id number --out later --extend result");
    let later = clusters(&lists, "later");
    let cluster = |list: &str, id: &str| &later[&(list.to_owned(), id.to_owned())];
    assert_ne!(cluster("1", &pair[0]), cluster("2", &pair[1]));
}

#[test]
fn a_result_of_two_lists_is_not_extended_by_one() {
    let (lists, (first, second)) = (Lists::new(), records(200));
    lists.file("a.csv", members(&first));
    lists.file("b.csv", members(&second));
    lists.json("link a.csv b.csv --id number --out two");
    lists.json("dedup a.csv --id number --out one");
    for (command, of) in
        [("dedup a.csv --extend two", "two lists"), ("link a.csv b.csv --extend one", "one list")]
    {
        let ended = lists.run(&format!("{command} --id number --out other"));
        assert_eq!(ended.code, 3, "{}", ended.said());
        assert!(ended.said().contains(of), "{}", ended.said());
    }
}

#[test]
fn judgements_of_both_kinds_teach_the_model() {
    let (lists, (first, second)) = (Lists::new(), records(PEOPLE));
    lists.file("a.csv", members(&first));
    lists.file("b.csv", members(&second));
    lists.json("link a.csv b.csv --id number --out result");
    // Pairs that were found are judged the same, records of other people different.
    let pairs = lists.rows("result/pairs.csv");
    let judged = |most: usize| {
        let mut text = "id_a,id_b,same\n".to_owned();
        for ((pair, one), other) in pairs.iter().zip(&first).zip(second.iter().rev()).take(most) {
            assert_ne!(one.person, other.person);
            text.push_str(&format!("{},{},yes\n{},{},no\n", pair[0], pair[1], one.key, other.key));
        }
        text
    };
    let model = |folder: &str| lists.text(&format!("{folder}/model.toml"));
    lists.file("judged.csv", judged(9));
    let told = lists.json("link a.csv b.csv --id number --out few --review judged.csv");
    assert_eq!(
        (&told["judgements"]["taught"], model("few") == model("result")),
        (&false.into(), true),
        "{told}"
    );
    lists.file("judged.csv", judged(12));
    let told = lists.json("link a.csv b.csv --id number --out some --review judged.csv");
    assert_eq!(
        (&told["judgements"]["taught"], model("some") == model("result")),
        (&true.into(), false),
        "{told}"
    );
    // A model that is given is not learned again.
    let told =
        lists.json("link a.csv b.csv --id number --out given --model some/model.toml --review judged.csv");
    assert_eq!(
        (&told["judgements"]["taught"], model("given") == model("some")),
        (&false.into(), true),
        "{told}"
    );
}

//! Pairs of a linkage: each with a waterfall that sums to its weight, any two records explained, and all of it the same in any
//! order of rows.

use serde_json::Value;

use crate::linkage::Lists;
use crate::linkage_report::{DEDUP, MODEL, by_hand, cells, section};
use crate::lists::{members, records};

/// The weight that is told of a pair, after its steps were added up.
#[track_caller]
fn added_up(pair: &Value) -> f64 {
    let millionths = |value: &Value| (value.as_f64().unwrap() * 1e6).round();
    let steps = pair["steps"].as_array().unwrap();
    let sum: f64 = steps.iter().map(|step| millionths(&step["weight"])).sum();
    assert!((sum - millionths(&pair["weight"])).abs() < 0.5, "{pair}");
    pair["weight"].as_f64().unwrap()
}

#[test]
fn any_two_records_are_explained() {
    let lists = by_hand();
    let told = lists.json(&format!("{DEDUP} --explain 3,1 --explain 1,4 --explain 5,4"));
    let pairs = told["pairs"].as_array().unwrap();
    assert_eq!(pairs.iter().map(added_up).collect::<Vec<_>>(), [-2.0, -10.0, 0.0]);
    assert_eq!((pairs[0]["id_a"].as_str(), pairs[0]["linked"].as_bool()), (Some("1"), Some(false)));
    let levels = |pair: &Value| -> Vec<String> {
        pair["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["level"].as_str().unwrap().to_owned())
            .collect()
    };
    let last = "what others have in common too";
    assert_eq!(levels(&pairs[1]), ["any two records", "different", "different", "different", last]);
    assert_eq!(levels(&pairs[2]), ["any two records", "equal", "missing", "missing", last]);
    assert_eq!(pairs[1]["brought_together"], serde_json::json!({ "is_compared": true, "rules": null }));

    let said = lists.run(&format!("{DEDUP} --explain 1,3")).said();
    for line in ["1 and 3: -2.00 bits, probability 0.2000; linked from +0.00 bits", "c      different"] {
        assert!(said.contains(line), "{said}");
    }
    lists.file(
        "ruled.toml",
        MODEL.replace("[fit]\n", "[[rules]]\nkeys = [\"a\"]\n[[rules]]\nkeys = [\"c\", \"b\"]\n[fit]\n"),
    );
    let ruled = "dedup list.csv --id id --model ruled.toml --settings half.toml";
    let told = lists.json(&format!("{ruled} --explain 1,2 --explain 1,3 --explain 4,6"));
    let rules = |at: usize| told["pairs"][at]["brought_together"]["rules"].as_array().unwrap().len();
    assert_eq!([rules(0), rules(1), rules(2)], [2, 1, 0]);
    assert_eq!(told["pairs"][2]["brought_together"]["is_compared"].as_bool(), Some(false));
    let said = lists.run(&format!("{ruled} --explain 4,6")).said();
    assert!(said.contains("-1.00 bits") && said.contains("no blocking rule brings them together"), "{said}");

    let ended = lists.run(&format!("{DEDUP} --explain 1,Secret"));
    assert_eq!(ended.code, 3);
    assert!(ended.said().contains("pair 1 of --explain is no two records"), "{}", ended.said());
    assert!(!ended.said().contains("Secret"), "{}", ended.said());
    assert_eq!(lists.run(&format!("{DEDUP} --explain 1,2 --out x")).code, 2);
}

#[test]
fn every_pair_of_a_list_or_of_two_has_a_waterfall_that_sums_to_its_weight() {
    let (lists, (first, second)) = (Lists::new(), records(1_500));
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", members(&second));
    lists.json("dedup members.csv --id number --out result");
    lists.json("link members.csv guests.csv --id number --out linked");
    for result in ["result", "linked"] {
        let pairs = lists.rows(&format!("{result}/pairs.csv"));
        assert!(pairs.len() > 50, "{}", pairs.len());
        let millionths = |cell: &String| cell.replace('.', "").parse::<i64>().unwrap();
        for pair in &pairs {
            assert_eq!(pair[5..].iter().map(millionths).sum::<i64>(), millionths(&pair[2]), "{pair:?}");
        }
        assert!(pairs.iter().any(|pair| pair[pair.len() - 1] != "0.000000"));
        // The page shows two digits, and these add up as well.
        let page = lists.text(&format!("{result}/report.html"));
        let falls = section(&page, "How pairs came to their weight").split("<h3>").skip(1);
        let hundredths = |text: &str| text.replace(['.', '+'], "").parse::<i64>().unwrap();
        let sums = falls.map(|fall| {
            let weight = fall.split_once("<small>").and_then(|(_, rest)| rest.split_once(" bits")).unwrap().0;
            assert_eq!(cells(fall).iter().map(|row| hundredths(&row[2])).sum::<i64>(), hundredths(weight));
        });
        assert_eq!(sums.count(), 12);
        // What is explained is what was written, under the stored model.
        let (list, model) = match result {
            "result" => ("dedup members.csv", "result/model.toml"),
            _ => ("link members.csv guests.csv", "linked/model.toml"),
        };
        let pair = &pairs[pairs.len() / 2];
        let told =
            lists.json(&format!("{list} --id number --model {model} --explain {},{}", pair[0], pair[1]));
        assert_eq!(format!("{:.6}", added_up(&told["pairs"][0])), pair[2]);
        let steps = told["pairs"][0]["steps"].as_array().unwrap();
        let weights = steps.iter().map(|step| format!("{:.6}", step["weight"].as_f64().unwrap()));
        let parts = &pair[5..pair.len() - 1];
        assert!(
            steps.len() > parts.len() && weights.take(parts.len()).eq(parts.iter().cloned()),
            "{steps:?}"
        );
        assert_eq!(
            told["pairs"][0]["linked"].as_bool().map(|linked| linked.to_string()).as_ref(),
            Some(&pair[4])
        );
    }
    let ended = lists.run("link members.csv guests.csv --id number --explain m1,m2");
    assert_eq!(ended.code, 3, "{}", ended.said());
}

#[test]
fn rows_in_another_order_give_the_same_report_bit_by_bit() {
    let (lists, (mut first, mut second)) = (Lists::new(), records(1_500));
    let run = |folder: &str| {
        lists.json(&format!("dedup members.csv --id number --out {folder}"));
        lists.json(&format!("link members.csv guests.csv --id number --out {folder}-linked"));
    };
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", members(&second));
    run("straight");
    for list in [&mut first, &mut second] {
        list.sort_by_key(|record| record.person * 7_919 % 1_009);
        list[5..].reverse();
    }
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", members(&second));
    run("shuffled");
    for kind in ["", "-linked"] {
        for file in ["report.html", "pairs.csv", "review.csv", "model.toml"] {
            let [straight, shuffled] =
                ["straight", "shuffled"].map(|order| lists.text(&format!("{order}{kind}/{file}")));
            assert!(straight == shuffled, "{kind} {file}");
        }
    }
}

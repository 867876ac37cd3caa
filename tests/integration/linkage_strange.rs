//! `poimuri dedup` and `poimuri link` before they compare, and on lists that nobody would wish for.

use std::fmt::Write as _;

use serde_json::Value;

use crate::linkage::Lists;
use crate::lists::{members, records};

#[test]
fn rules_are_suggested_with_their_counts_before_a_run() {
    let (lists, (first, second)) = (Lists::new(), records(9_000));
    lists.file("members.csv", members(&first));
    lists.file("guests.csv", members(&second));
    for (verb, out) in [("dedup members.csv", "one"), ("link members.csv guests.csv", "two")] {
        let told = lists.json(&format!("{verb} --id number --suggest"));
        let suggestions = &told["suggestions"];
        let rules = suggestions["rules"].as_array().unwrap();
        let picked: Vec<&Value> = rules.iter().filter(|rule| rule["picked"] == true).collect();
        assert!(!picked.is_empty() && picked.len() < rules.len(), "{told}");
        let pairs = |rule: &Value| rule["pairs"].as_u64().unwrap();
        let compared = suggestions["compared"].as_u64().unwrap();
        assert!(
            compared <= picked.iter().map(|rule| pairs(rule)).sum() && compared >= pairs(picked[0]),
            "{told}"
        );
        for rule in rules {
            let (records, block) =
                (rule["records"].as_f64().unwrap(), rule["largest_block"].as_u64().unwrap());
            assert!(records > 0.0 && records <= 1.0 && rule["reach"].as_f64().unwrap() <= 1.0, "{rule}");
            assert!(block >= u64::from(pairs(rule) > 0) * 2, "{rule}");
        }

        // The settings it writes name the rules of a run without settings, and the run compares what was counted.
        let plain = lists.json(&format!("{verb} --id number --out {out}"));
        let keys = |rules: &[&Value]| rules.iter().map(|rule| rule["keys"].clone()).collect::<Vec<_>>();
        let own: Vec<&Value> = plain["rules"].as_array().unwrap().iter().collect();
        assert_eq!(keys(&own), keys(&picked));
        assert_eq!(plain["counts"]["compared"].as_u64(), Some(compared));
        lists.file("linkage.toml", told["settings"].as_str().unwrap());
        lists.json(&format!("{verb} --id number --out again --settings linkage.toml"));
        assert_eq!(lists.clusters("again"), lists.clusters(out));
        let shown = lists.run(&format!("{verb} --id number --suggest --settings linkage.toml"));
        assert!(shown.said().contains("rules = ["), "{}", shown.said());
    }
    assert_eq!(lists.run("dedup members.csv --id number").code, 2, "a run needs a folder for its results");
    assert_eq!(lists.run("dedup members.csv --id number --suggest --out one").code, 2);
}

#[test]
fn strange_lists_have_an_answer() {
    let lists = Lists::new();
    let counts = |name: &str, bytes: &[u8]| {
        lists.file("list.csv", bytes);
        let told = lists.json(&format!("dedup list.csv --id number --out {name}"));
        let count = |what: &str| told["counts"][what].as_u64().unwrap();
        (count("records"), count("clusters"), count("cut"))
    };
    assert_eq!(counts("one", b"number,surname\n1,Salainen\n"), (1, 1, 0));

    // Two people, one of them twice: whatever stands beside the names changes nothing.
    let rows = |more: &str| {
        let heading = "number,surname,first name,birth date,note\n";
        let row = |(key, name): (u32, &str)| format!("{key},{name},{more}\n");
        let people: String = (0..40)
            .map(|n| row((n, &format!("Suku{n},Nimi{n},19{:02}-01-{:02}", 40 + n, 1 + n % 28))))
            .collect();
        format!("{heading}{people}{}", row((100, "Suku7,Nimi7,1947-01-08")))
    };
    assert_eq!(counts("nulls", rows("").as_bytes()), (41, 40, 0));
    assert_eq!(counts("long", rows(&"Salainen ".repeat(12_000)).as_bytes()), (41, 40, 0));

    // Umlauts in two encodings in one file are the same names.
    let text = rows("x").replace("Suku7", "Mäkelä");
    let (before, after) = text.split_at(text.rfind("Mäkelä").unwrap());
    let latin = after.chars().map(|c| u8::try_from(u32::from(c)).unwrap());
    let mixed: Vec<u8> = before.bytes().chain(latin).collect();
    assert_eq!(counts("mixed", &mixed), (41, 40, 0));
}

#[test]
fn lists_without_a_usable_rule_are_compared_in_bounds() {
    let lists = Lists::new();
    // Nothing but columns of few values: every block is too large.
    let mut text = "number,sex,class\n".to_owned();
    (0..20_000)
        .for_each(|n| writeln!(text, "{n},{},{}", ["m", "f"][n % 2], ["a", "b", "c"][n / 7 % 3]).unwrap());
    lists.file("list.csv", text);
    let told = lists.json("dedup list.csv --id number --out few");
    let count = |told: &Value, what: &str| told["counts"][what].as_u64().unwrap();
    assert!(count(&told, "cut") > 0 && count(&told, "compared") < 40_000_000, "{told}");

    // Half of the rows share one name and have nothing else.
    let mut text = "number,surname,first name,birth date\n".to_owned();
    for n in 0..30_000 {
        if n % 2 == 0 {
            writeln!(text, "{n},Salainen,Sama,").unwrap();
        } else {
            writeln!(
                text,
                "{n},Suku{}nen{},Nimi{}a,{}-{:02}-{:02}",
                n % 97,
                n / 97,
                n % 89,
                1930 + n % 71,
                1 + n % 12,
                1 + n % 28
            )
            .unwrap();
        }
    }
    lists.file("list.csv", text);
    let told = lists.json("dedup list.csv --id number --out half");
    assert!(count(&told, "compared") < 40_000_000 && count(&told, "records") == 30_000, "{told}");

    for (what, text, word) in [
        ("equal", "number,surname\n1,Salainen\n2,Salainen\n", "no column tells records apart"),
        ("nulls alone", "number,surname\n1,\n2,\n", "no column tells records apart"),
        ("no record", "number,surname\n", "there is no record"),
        ("repeated", "number,surname\n1,Salainen\n2,B\n1,C\n", "line 4"),
    ] {
        lists.file("list.csv", text);
        let ended = lists.run("dedup list.csv --id number --out refused");
        assert_eq!(ended.code, 3, "{what}: {}", ended.said());
        assert!(
            ended.said().contains(word) && !ended.said().contains("Salainen"),
            "{what}: {}",
            ended.said()
        );
    }
}

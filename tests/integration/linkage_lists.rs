//! `poimuri dedup` and `poimuri link` on lists of few columns and of several partners, and what they say when little can be linked.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::linkage::Lists;
use crate::lists::{members, parquet_of, records};

const SYLLABLES: [&str; 12] = ["ka", "li", "mo", "ra", "su", "ve", "no", "ti", "ha", "pe", "jo", "ly"];

/// A number below `below` that depends on two others.
fn draw(number: usize, salt: usize, below: usize) -> usize {
    let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ (salt as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 29)) % below as u64).unwrap()
}

/// A made-up name that nobody else has.
fn rare(number: usize) -> String {
    let syllable = |at: u32| SYLLABLES[number / 12_usize.pow(at) % 12];
    (0..4).map(syllable).collect()
}

/// The pairs of a result that are linked.
fn linked(lists: &Lists, folder: &str) -> Vec<Vec<String>> {
    lists.rows(&format!("{folder}/pairs.csv")).into_iter().filter(|pair| pair[4] == "true").collect()
}

/// How many linked pairs are right, wrong: an identifier is the person's number and a letter.
fn judged(pairs: &[Vec<String>]) -> (usize, usize) {
    let person = |id: &str| id.trim_end_matches(char::is_alphabetic).to_owned();
    let right = pairs.iter().filter(|pair| person(&pair[0]) == person(&pair[1])).count();
    (right, pairs.len() - right)
}

#[test]
fn a_code_by_which_people_are_reached_links_alone() {
    let lists = Lists::new();
    let (mut emails, mut phones) = ("id,email\n".to_owned(), "id,phone\n".to_owned());
    for person in 0..2_000 {
        let email = format!("{}.{}@posti.example", rare(person * 7), rare(person * 11 + 3));
        let phone = format!("040{:07}", draw(person, 1, 10_000_000));
        writeln!(emails, "{person}a,{email}").unwrap();
        writeln!(phones, "{person}a,{phone}").unwrap();
        if person % 8 == 0 {
            let email = if person % 16 == 0 { email } else { email.replacen('.', "", 1) };
            writeln!(emails, "{person}b,{email}").unwrap();
            writeln!(phones, "{person}b,+358 {}", &phone[1..]).unwrap();
        }
    }
    // An address that many use is nobody's own.
    (0..40).for_each(|row| writeln!(emails, "{}x,info@firma.example", 9_000 + row).unwrap());
    lists.file("emails.csv", emails);
    lists.file("phones.csv", phones);
    // An address of one sign less is somebody else's; a number is the same in another spelling.
    for (kind, known) in [("emails", 125), ("phones", 250)] {
        let ended = lists.run(&format!("dedup {kind}.csv --id id --out {kind} --json"));
        assert!(!ended.said().contains("note:"), "{}", ended.said());
        let (right, wrong) = judged(&linked(&lists, kind));
        assert!(right == known && wrong <= 5, "{kind}: {right} of {known}, {wrong} wrong");
        assert_eq!(ended.json()["note"], Value::Null);
    }
}

#[test]
fn names_alone_link_where_they_are_rare_and_say_so() {
    let lists = Lists::new();
    let (mut parts, mut whole) = ("id,first_name,surname\n".to_owned(), "id,name\n".to_owned());
    let (mut rarely, mut commonly) = (0, 0);
    for person in 0..6_000 {
        // A third have names that hundreds of others have, the rest names of a few.
        let is_common = person % 3 == 0;
        let [first, last] = if is_common {
            [
                ["matti", "maija", "juhani", "anna"][draw(person, 2, 4)].to_owned(),
                ["virtanen", "korhonen", "laine"][draw(person, 3, 3)].to_owned(),
            ]
        } else {
            [rare(draw(person, 4, 900)), rare(person * 3 + 1)]
        };
        for letter in if person % 10 == 0 { &["a", "b"][..] } else { &["a"] } {
            writeln!(parts, "{person}{letter},{first},{last}").unwrap();
            writeln!(whole, "{person}{letter},{first} {last}").unwrap();
        }
        if person % 10 == 0 {
            *if is_common { &mut commonly } else { &mut rarely } += 1
        }
    }
    lists.file("parts.csv", parts);
    lists.file("whole.csv", whole);
    for kind in ["parts", "whole"] {
        let ended = lists.run(&format!("dedup {kind}.csv --id id --out {kind} --json"));
        let (right, wrong) = judged(&linked(&lists, kind));
        assert!(
            right * 20 >= rarely * 19 && wrong * 20 <= right,
            "{kind}: {right} of {rarely}, {wrong} wrong"
        );
        assert!(right < rarely + commonly / 2, "{kind}: {right}");
        assert!(ended.said().contains("note: the list holds names alone"), "{kind}: {}", ended.said());
        assert!(ended.json()["note"].as_str().is_some_and(|note| note.contains("date of birth")), "{kind}");
        assert!(lists.text(&format!("{kind}/report.html")).contains("the list holds names alone"), "{kind}");
    }
}

#[test]
fn a_column_that_many_share_links_nobody_and_says_so() {
    let lists = Lists::new();
    let rows: String = (0..900).map(|row| format!("{row}a,{}\n", rare(draw(row, 5, 60)))).collect();
    lists.file("list.csv", format!("id,surname\n{rows}"));
    let ended = lists.run("dedup list.csv --id id --out result");
    assert_eq!((ended.code, linked(&lists, "result").len()), (0, 0), "{}", ended.said());
    assert!(ended.said().contains("note: the list holds names alone"), "{}", ended.said());
    lists.file("list.csv", format!("id,city\n{rows}"));
    let ended = lists.run("dedup list.csv --id id --out result");
    assert_eq!((ended.code, linked(&lists, "result").len()), (0, 0), "{}", ended.said());
    assert!(
        ended.said().contains("note: no records are linked: the list has one column"),
        "{}",
        ended.said()
    );
}

#[test]
fn names_and_an_address_by_which_people_are_reached_link() {
    let lists = Lists::new();
    let mut text = "id,first_name,surname,email\n".to_owned();
    for person in 0..1_500 {
        let (first, last) = (rare(draw(person, 6, 80)), rare(draw(person, 7, 300)));
        let email = format!("{}{}@posti.example", rare(person * 7), draw(person, 8, 100));
        writeln!(text, "{person}a,{first},{last},{email}").unwrap();
        match person % 24 {
            0 => writeln!(text, "{person}b,{first},{},{email}", last.replacen('a', "aa", 1)).unwrap(),
            8 => writeln!(text, "{person}b,{},{last},{email}", &first[..1]).unwrap(),
            16 => writeln!(text, "{person}b,{first},{last},{}", email.replacen("posti", "mail", 1)).unwrap(),
            _ => {}
        }
    }
    lists.file("list.csv", text);
    lists.json("dedup list.csv --id id --out result");
    let (right, wrong) = judged(&linked(&lists, "result"));
    assert!(right >= 60 && wrong == 0, "{right} of 188, {wrong} wrong");
}

/// Most records of the first and of the second list in one cluster.
fn most(lists: &Lists) -> (usize, usize) {
    let mut clusters: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in lists.rows("result/clusters.csv") {
        let counts = clusters.entry(row[1].clone()).or_default();
        *if row[2] == "1" { &mut counts.0 } else { &mut counts.1 } += 1;
    }
    clusters.values().fold((0, 0), |most, counts| (most.0.max(counts.0), most.1.max(counts.1)))
}

#[test]
fn records_have_as_many_partners_as_they_may() {
    let lists = Lists::new();
    let [mut first, mut second] = ["id,first_name,surname,date_of_birth\n"; 2].map(str::to_owned);
    for person in 0..1_200 {
        let born = format!(
            "19{:02}-{:02}-{:02}",
            20 + draw(person, 9, 80),
            1 + draw(person, 10, 12),
            1 + draw(person, 11, 28)
        );
        let row = format!("{},{},{born}", rare(draw(person, 12, 200)), rare(draw(person, 13, 500)));
        writeln!(first, "{person}a,{row}").unwrap();
        writeln!(second, "{person}b,{row}").unwrap();
        if person % 3 == 0 {
            writeln!(first, "{person}aa,{row}").unwrap();
        }
        if person % 5 == 0 {
            writeln!(second, "{person}bb,{row}").unwrap();
        }
    }
    lists.file("first.csv", first);
    lists.file("second.csv", second);
    for (partners, expected) in
        [("one-to-one", (1, 1)), ("one-to-many", (1, 2)), ("many-to-one", (2, 1)), ("many-to-many", (2, 2))]
    {
        let told =
            lists.json(&format!("link first.csv second.csv --id id --out result --partners {partners}"));
        assert_eq!(told["counts"]["partners"], partners);
        assert_eq!(most(&lists), expected, "{partners}");
        let (right, wrong) = judged(&linked(&lists, "result"));
        assert!(right >= 1_150 && wrong == 0, "{partners}: {right}, {wrong} wrong");
    }
    let told = lists.json("link first.csv second.csv --id id --out result");
    assert_eq!((told["counts"]["partners"].as_str(), most(&lists)), (Some("many-to-many"), (2, 2)));
}

#[test]
fn a_parquet_file_is_linked_as_its_text() {
    let lists = Lists::new();
    let text = members(&records(1_500).0);
    lists.file("members.parquet", parquet_of(&text));
    lists.file("members.csv", text);
    lists.json("dedup members.csv --id number --out text");
    lists.json("dedup members.parquet --id number --out parquet");
    assert!(!linked(&lists, "text").is_empty());
    assert_eq!(linked(&lists, "parquet"), linked(&lists, "text"));
    assert_eq!(lists.clusters("parquet"), lists.clusters("text"));
}

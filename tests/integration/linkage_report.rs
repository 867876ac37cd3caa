//! The report of a linkage and what lies beside it, on a list that is counted by hand.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use crate::linkage::Lists;

/// Of two records that are equal in `a` this speaks 3 bits for one person, in `b` 2 and in `c` 4; if they differ 2, 1 and 4
/// against it. Any two records are 3 bits against it.
pub(crate) const MODEL: &str = r#"
fields = [{ name = "a", kind = "category" }, { name = "b", kind = "category" }, { name = "c", kind = "category" }]
[fit]
groups = []
rounds = 1
[fit.same]
share = 0.125
own = 4294967295
levels = [
  [0.0, 0.125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5],
  [0.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5],
  [0.0, 0.03125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5],
]
[fit.random]
share = 1.0
own = 0
levels = [
  [0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0625],
  [0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.125],
  [0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03125],
]
"#;

/// 1 and 2 are equal, 3 differs from them in `c`, 4 in everything; 5 and 6 each have one value of 4 and nothing else.
const LIST: &str = "id,a,b,c\n1,x,y,z\n2,x,y,z\n3,x,y,w\n4,q,r,s\n5,q,,\n6,,r,\n";

/// The weights of its pairs that are kept, in bits.
const WEIGHTS: [(&str, &str, f64); 12] = [
    ("1", "2", 6.0),
    ("1", "3", -2.0),
    ("2", "3", -2.0),
    ("4", "5", 0.0),
    ("4", "6", -1.0),
    ("5", "6", -3.0),
    ("1", "5", -5.0),
    ("2", "5", -5.0),
    ("3", "5", -5.0),
    ("1", "6", -4.0),
    ("2", "6", -4.0),
    ("3", "6", -4.0),
];

pub(crate) const DEDUP: &str = "dedup list.csv --id id --model model.toml --settings half.toml";

pub(crate) fn by_hand() -> Lists {
    let lists = Lists::new();
    lists.file("list.csv", LIST);
    lists.file("model.toml", MODEL);
    lists.file("half.toml", "threshold = 0.5\n");
    lists
}

fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// A pair whichever comes first.
fn unordered(row: &[String]) -> (String, String) {
    (row[0].clone().min(row[1].clone()), row[0].clone().max(row[1].clone()))
}

/// The part of a page under a heading.
pub(crate) fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let start = page.find(&format!("<h2>{heading}</h2>")).unwrap_or_else(|| panic!("no {heading}"));
    let rest = &page[start + 4..];
    &rest[..rest.find("<h2>").unwrap_or(rest.len())]
}

/// The cells of the rows of a table.
pub(crate) fn cells(section: &str) -> Vec<Vec<String>> {
    let plain = |cell: &str| {
        let text = cell
            .split('<')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
        text.collect::<String>().trim().to_owned()
    };
    let rows = section.split("<tr>").skip(1).filter(|row| row.starts_with("<td"));
    rows.map(|row| {
        let cells = row.split("<td").skip(1).map(|cell| cell.split_once('>').map_or("", |(_, cell)| cell));
        cells.map(plain).collect()
    })
    .collect()
}

#[track_caller]
fn has_row(rows: &[Vec<String>], expected: &[&str]) {
    assert!(rows.iter().any(|row| row == expected), "{expected:?} not in {rows:#?}");
}

#[test]
fn pairs_and_their_parts_are_as_counted_by_hand() {
    let lists = by_hand();
    lists.json(&format!("{DEDUP} --out result"));
    let text = lists.text("result/pairs.csv");
    assert!(text.starts_with("id_a,id_b,weight,probability,linked,prior,weight:a,weight:b,weight:c,rest\n"));
    let pairs = lists.rows("result/pairs.csv");
    assert_eq!(pairs.len(), WEIGHTS.len());
    for (a, b, weight) in WEIGHTS {
        let pair = pairs.iter().find(|row| unordered(row) == (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(pair[2], format!("{weight:.6}"), "{a} and {b}");
        assert_eq!(pair[3], format!("{:.6}", probability(weight)), "{a} and {b}");
        assert_eq!(pair[4], (weight >= 0.0).to_string(), "{a} and {b}");
    }
    let third = pairs.iter().find(|row| unordered(row) == ("1".to_owned(), "3".to_owned())).unwrap();
    assert_eq!(third[5..], ["-3.000000", "3.000000", "2.000000", "-4.000000", "0.000000"]);
    let fifth = pairs.iter().find(|row| unordered(row) == ("4".to_owned(), "5".to_owned())).unwrap();
    assert_eq!(fifth[5..], ["-3.000000", "3.000000", "0.000000", "0.000000", "0.000000"]);
}

#[test]
fn the_report_is_as_counted_by_hand() {
    let lists = by_hand();
    let told = lists.json(&format!("{DEDUP} --out result"));
    let page = lists.text("result/report.html");

    let bars = section(&page, "Pairs by match weight");
    for (bit, pairs) in [(6, 1), (0, 1), (-1, 1), (-2, 2), (-3, 1), (-4, 3), (-5, 3)] {
        assert!(bars.contains(&format!("<title>{bit} bits: {pairs} pairs</title>")), "{bit}: {bars}");
    }
    assert_eq!((bars.matches("<rect").count(), bars.matches("#3a6ea5").count()), (7, 2));

    let total: f64 = WEIGHTS.iter().map(|(_, _, weight)| probability(*weight)).sum();
    let rows = cells(section(&page, "Other thresholds"));
    for (threshold, pairs) in [(0.9, 1), (0.5, 2), (0.3, 3), (0.2, 5), (0.1, 6), (0.05, 9), (0.01, 12)] {
        let above = WEIGHTS.iter().map(|(_, _, weight)| probability(*weight)).filter(|p| *p >= threshold);
        let found: f64 = above.sum();
        let shares = [found / f64::from(pairs), found / total].map(|share| format!("{share:.4}"));
        has_row(&rows, &[&threshold.to_string(), &pairs.to_string(), &shares[0], &shares[1]]);
    }
    has_row(&rows, &["0.5", "2", "0.7423", "0.5718"]);
    has_row(&rows, &["0.99", "0", "–", "0.0000"]);

    // Against themselves 1 to 4 reach 6 bits, 5 none and 6 one less.
    assert_eq!(told["unlinkable"]["records"].as_u64(), Some(1));
    assert!((told["unlinkable"]["share"].as_f64().unwrap() - 1.0 / 6.0).abs() < 1e-9);
    let alone = section(&page, "Records that cannot be linked");
    assert!(alone.contains("<p>1 of 6 records (a share of 0.1667) do not reach the threshold"), "{alone}");
    for bar in
        ["-1 bits: 0 records, 0.0000", "0 bits: 1 records, 0.1667", "6 bits: 2 records, 0.3333", "7 bits: 6"]
    {
        assert!(alone.contains(&format!("<title>{bar}")), "{bar}: {alone}");
    }
    let rows = cells(alone);
    for (probability, records, share) in
        [("0.3", "0", "0.0000"), ("0.4", "1", "0.1667"), ("0.95", "2", "0.3333"), ("0.99", "6", "1.0000")]
    {
        has_row(&rows, &[probability, records, share]);
    }

    let fields = section(&page, "Fields");
    let (a, rest) = fields.split_once("<h3>b ").unwrap();
    let (b, c) = rest.split_once("<h3>c ").unwrap();
    assert_eq!(
        cells(a),
        [["equal", "0.5000", "0.062500", "+3.00"], ["different", "0.1250", "0.500000", "-2.00"]]
    );
    assert_eq!(
        cells(b),
        [["equal", "0.5000", "0.125000", "+2.00"], ["different", "0.2500", "0.500000", "-1.00"]]
    );
    assert_eq!(
        cells(c),
        [["equal", "0.5000", "0.031250", "+4.00"], ["different", "0.0312", "0.500000", "-4.00"]]
    );

    let clusters = section(&page, "Clusters");
    assert!(clusters.contains("2 records stand alone"), "{clusters}");
    let rows = cells(clusters);
    let told: Vec<&[String]> = rows.iter().map(|row| &row[1..]).collect();
    assert_eq!(told, [["2", "1.000", "+6.0"], ["2", "1.000", "+0.0"]]);
    let falls = section(&page, "How pairs came to their weight");
    assert_eq!(falls.matches("<h3>").count(), WEIGHTS.len());
}

#[test]
fn a_bad_chain_is_seen_by_its_density_and_its_weakest_pair() {
    let lists = by_hand();
    lists.file("chain.csv", "id_a,id_b,same\n1,2,yes\n2,3,yes\n3,4,yes\n");
    lists.json(&format!("{DEDUP} --out result --review chain.csv"));
    let rows = cells(section(&lists.text("result/report.html"), "Clusters"));
    // Of six pairs one reaches the threshold; 4 is 10 bits against each of the others.
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0][1..], ["4", "0.167", "-10.0"]);
    let weakest = lists.rows("result/pairs.csv").into_iter().filter(|row| row[2] == "-10.000000");
    assert_eq!(weakest.filter(|row| row[4] == "true").count(), 3);
}

#[test]
fn uncertain_pairs_and_only_these_are_for_review_and_what_is_judged_changes_the_result() {
    let lists = by_hand();
    lists.json(&format!("{DEDUP} --out result"));
    let review = lists.rows("result/review.csv");
    let found: BTreeSet<(String, String)> = review.iter().map(|row| unordered(row)).collect();
    let uncertain = WEIGHTS.iter().filter(|(_, _, weight)| (0.05..0.95).contains(&probability(*weight)));
    let expected: BTreeSet<(String, String)> =
        uncertain.map(|(a, b, _)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!((review.len(), &found), (8, &expected));
    assert_eq!(unordered(&review[0]), ("4".to_owned(), "5".to_owned()), "the least certain comes first");

    let text = lists.text("result/review.csv");
    let judged = text.lines().map(|line| {
        let pair = unordered(&line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let same = match (pair.0.as_str(), pair.1.as_str()) {
            ("4", "5") => "no",
            ("4", "6") => "yes",
            _ => "",
        };
        let cells: Vec<&str> = line.split(',').collect();
        if cells[5] == "same" {
            format!("{line}\n")
        } else {
            [&cells[..5], &[same], &cells[6..]].concat().join(",") + "\n"
        }
    });
    lists.file("judged.csv", judged.collect::<String>());
    let before = lists.clusters("result");
    assert!(before["4"] == before["5"] && before["4"] != before["6"]);
    let told = lists.json(&format!("{DEDUP} --out again --review judged.csv"));
    assert_eq!(told["judgements"]["same"].as_u64(), Some(1));
    let after = lists.clusters("again");
    assert!(after["4"] != after["5"] && after["4"] == after["6"] && after["1"] == after["2"], "{after:?}");
}

#[test]
fn what_lies_in_the_folder_is_for_its_owner_alone() {
    let lists = by_hand();
    lists.json(&format!("{DEDUP} --out one"));
    lists.json(&format!("{DEDUP} --out other"));
    for file in ["clusters.csv", "pairs.csv", "review.csv", "report.html", "model.toml", "state.bin"] {
        let mode = lists.path(&format!("one/{file}")).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let [one, other] =
        ["one", "other"].map(|folder| std::fs::read(lists.path(folder).join("state.bin")).unwrap());
    assert_ne!(one, other);
    for folder in ["one", "other"] {
        let told = lists.json(&format!("dedup list.csv --id id --out more --extend {folder}"));
        assert_eq!(told["extended"]["unchanged"].as_u64(), Some(6), "{told}");
    }
}

//! Permits that allow some keys alone: who is found by others is not looked for, and each row says so.

use std::fmt::Write as _;

use poimuri_tests::store::{Store, UPDATE};
use serde_json::Value;

use crate::customers::{HEADING, Known, delivered, people};

/// Ways to be asked for by: a code, names and date of birth, both, nothing whole.
const KINDS: usize = 4;

/// The way of a row. Most rows have both keys: most must be found.
const fn kind(index: usize) -> usize {
    [0, 1, 2, 3, 2][index % 5]
}

/// A store whose permit allows some keys.
fn allowing(keys: &str) -> Store {
    let store = Store::with_people(10_000, 4);
    let permit = format!(
        r#"
id = "P-2026-0013"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "address", "municipality", "language"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
keys = [{keys}]
"#
    );
    store.file("permit.toml", permit);
    store.run(["permit", "import", "permit.toml"]).expect_done();
    store
}

/// The receipt of an update of people, and status, key and reason of each row.
fn rows(store: &Store, people: &[&Known]) -> (Value, Vec<[String; 3]>) {
    let mut text = format!("{HEADING}\n");
    for (index, person) in people.iter().enumerate() {
        let Known { code, surname, first_names, born, .. } = person;
        let (code, names, born) = match kind(index) {
            0 => (code.as_str(), String::from(";"), ""),
            1 => ("", format!("{surname};{first_names}"), born.as_str()),
            2 => (code.as_str(), format!("{surname};{first_names}"), born.as_str()),
            _ => ("", format!("{surname};{first_names}"), ""),
        };
        writeln!(text, "A{index};{code};{names};{born};").unwrap();
    }
    store.file("customers.csv", text);
    let order = UPDATE.replace("P-2026-0002", "P-2026-0013").replace(", pass_through = true", "");
    let receipt = store.receipt(&order, "2");
    let rows = delivered(store, receipt["order"].as_str().unwrap());
    let cells = |row: String| {
        let cells: Vec<&str> = row.split(',').collect();
        [cells[2], cells[3], cells[cells.len() - 1]].map(str::to_owned)
    };
    (receipt, rows.into_iter().map(cells).collect())
}

fn check(keys: &str, expected: [&str; KINDS]) {
    let store = allowing(keys);
    let people = people(&store);
    // Whether somebody may be disclosed is not looked at where the key is not allowed: the one is as the other.
    let hidden = people.iter().filter(|person| !person.is_disclosable).take(80);
    let living = |person: &&Known| person.is_disclosable && !person.is_dead;
    let chosen: Vec<&Known> = people.iter().filter(living).step_by(3).take(1_600).chain(hidden).collect();
    let (receipt, rows) = rows(&store, &chosen);
    let mut barred = 0;
    for (index, (row, person)) in rows.iter().zip(&chosen).enumerate() {
        let [status, key, reason] = row.each_ref().map(String::as_str);
        let told = format!("{status} {key}{reason}");
        let expected = expected[kind(index)];
        barred += u64::from(status == "50");
        match expected.strip_prefix("found by ") {
            Some(_) if !person.is_disclosable => assert_eq!(status, "20", "{keys}: row {index}: {told}"),
            // Two people may share names and a date of birth.
            Some(by) => assert!(
                ["10", "14"].contains(&status) && key == by || by == "M3" && ["20", "30"].contains(&status),
                "{keys}: row {index}: {told}"
            ),
            None => assert_eq!(told, expected, "{keys}: row {index}"),
        }
    }
    let found = rows.iter().filter(|[status, ..]| status == "10").count();
    assert!(found > 300, "{keys}: {found} found");
    assert_eq!(receipt["update"]["statuses"]["50"].as_u64().unwrap_or(0), barred, "{receipt}");
    assert_eq!(barred > 0, expected.contains(&"50 key-not-permitted"), "{keys}");
    store.run(["order", "verify", receipt["order"].as_str().unwrap()]).expect_done();
}

#[test]
fn a_permit_for_codes_finds_nobody_by_names() {
    check(r#""identity-code""#, ["found by M1", "50 key-not-permitted", "found by M1", "40 no-key"]);
}

#[test]
fn a_permit_for_names_finds_nobody_by_a_code() {
    check(r#""birth-date", "address""#, ["50 key-not-permitted", "found by M3", "found by M3", "40 no-key"]);
}

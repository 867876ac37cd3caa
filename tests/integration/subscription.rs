//! Continuous updates through the real program: months of generations and runs, and everything that ends or interrupts them.

use std::fs;
use std::path::Path;

use jiff::civil::date;
use poimuri_shared::register::changes::{Change, Fact, PartialDate, Prohibition, dvv};
use poimuri_shared::register::hetu::Hetu;
use poimuri_tests::store::{Store, UPDATE};
use serde_json::Value;

use crate::customers::{Known, delivered, people, register};

pub(crate) const REFUSED: i32 = 3;

/// The update of the tests as a subscription.
pub(crate) fn document(rhythm: &str) -> String {
    let update = UPDATE.replace(", pass_through = true", "");
    update.replace("kind = \"update\"", &format!("kind = \"subscription\"\nrhythm = \"{rhythm}\""))
}

/// Subscribes the rows of `customers.csv`.
pub(crate) fn subscribe(store: &Store, rhythm: &str) -> String {
    let file = store.file("subscription.toml", document(rhythm));
    let added = store.run(["subscription", "add", file.to_str().unwrap(), "--json"]).json();
    added["id"].as_str().unwrap().to_owned()
}

pub(crate) fn show(store: &Store, id: &str) -> Value {
    store.run(["subscription", "show", id, "--json"]).json()
}

/// Carries out what is needed; the order of each delivery.
#[track_caller]
pub(crate) fn run(store: &Store, id: &str) -> Vec<String> {
    let told = store.run(["subscription", "run", id, "--workers", "2", "--json"]).json();
    let deliveries = told["deliveries"].as_array().unwrap();
    deliveries.iter().map(|delivery| delivery["order"].as_str().unwrap().to_owned()).collect()
}

/// Publishes the next generation.
pub(crate) fn apply(store: &Store, changes: &str, as_of: &str) {
    let arguments = ["snapshot", "apply", "--base", "latest", "--changes", changes, "--as-of", as_of];
    store.run(arguments).expect_done();
}

pub(crate) fn evolve(store: &Store, from: &str, to: &str, days: &str) {
    let changes = format!("{to}-changes");
    store
        .run(["register", "evolve", "--from", from, "--to", to, "--days", days, "--changes", &changes])
        .expect_done();
}

/// Publishes a generation in which these things happened.
pub(crate) fn happen(store: &Store, (key, as_of): (u64, &str), facts: &[(&Known, Fact)]) {
    let folder = store.folder().join(format!("changes-{key}"));
    fs::create_dir(&folder).unwrap();
    let lines = facts.iter().zip(key..).map(|((person, fact), key)| {
        let at = format!("{as_of}T06:00:00Z").parse().unwrap();
        let facts = vec![fact.clone()];
        dvv::write(&Change { key, at, person: Hetu::parse(&person.code).unwrap(), facts }) + "\n"
    });
    fs::write(folder.join("changes.ndjson"), lines.collect::<String>()).unwrap();
    apply(store, folder.to_str().unwrap(), as_of);
}

/// Cells behind the number of the row and the key.
fn without_key(row: &str) -> String {
    row.splitn(3, ',').nth(2).unwrap().to_owned()
}

#[test]
fn months_pass_in_seconds() {
    let store = Store::with_people(20_000, 4);
    store.file("customers.csv", register(people(&store).iter().step_by(2)));
    let id = subscribe(&store, "0 6 * * MON");
    assert_eq!(run(&store, &id).len(), 1);
    let members = show(&store, &id)["members"].as_u64().unwrap();
    assert!(members > 8_000, "{members}");
    assert!(run(&store, &id).is_empty(), "nothing happened");

    let (mut from, mut flags) = ("source".to_owned(), String::new());
    for week in 1..=12_i64 {
        let to = format!("week-{week}");
        evolve(&store, &from, &to, "7");
        let as_of = date(2026, 9, 1) + jiff::Span::new().days(7 * week);
        apply(&store, &format!("{to}-changes"), &as_of.to_string());
        // A Sunday: nothing is due, except long after the load. The Monday after it, twice.
        for (day, deliveries) in [(0, 0), (1, 1), (1, 0)].into_iter().skip(usize::from(week == 1)) {
            let now = date(2096, 12, 30) + jiff::Span::new().days(7 * week + day);
            let now = format!("{now}T05:00:00Z");
            let due = ["subscription", "run", &id, "--due", "--now", &now, "--json"];
            let told = store.run(due).json();
            assert_eq!(told["deliveries"].as_array().unwrap().len(), deliveries, "{told}");
            for row in told["deliveries"].as_array().unwrap() {
                let rows = delivered(&store, row["order"].as_str().unwrap());
                assert_eq!(row["rows"].as_u64(), Some(rows.len() as u64));
                flags.extend(rows.iter().filter_map(|row| row.split(',').nth(4)));
            }
        }
        from = to;
    }
    for flag in ["A", "M", "N", "D"] {
        assert!(flags.contains(flag), "{flag}: {flags}");
    }
    let shown = show(&store, &id);
    let runs = shown["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 13);
    for pair in runs.windows(2).skip(1) {
        assert_eq!(pair[1]["from"], pair[0]["to"]);
    }
    let last = runs.last().unwrap()["order"].as_str().unwrap();
    store.run(["order", "verify", last]).expect_done();
    assert_eq!(shown["members"].as_u64(), Some(members));
}

#[test]
fn a_withdrawal_betrays_no_cause_and_is_taken_back_in_full() {
    let store = Store::with_people(6_000, 4);
    let all = people(&store);
    store.file("customers.csv", register(all.iter().step_by(2)));
    let id = subscribe(&store, "each-snapshot");
    let loaded = delivered(&store, &run(&store, &id)[0]);
    let found = |row: &&String| ["10", "11"].contains(&row.split(',').nth(2).unwrap());
    let keys: Vec<usize> = loaded
        .iter()
        .filter(found)
        .map(|row| row.split(',').nth(1).unwrap()[1..].parse::<usize>().unwrap())
        .collect();
    let person = |nth: usize| &all[keys[nth] * 2];
    let until = PartialDate::Day(date(2099, 1, 1));
    let begun = [
        (person(1), Fact::Security(Some(until))),
        (person(2), Fact::Prohibition(Prohibition::RegisterUpdate, true)),
        (person(3), Fact::Home(None)),
        // Set and taken back before anybody looked; and what the package does not hold.
        (person(4), Fact::Death(Some(until))),
        (person(4), Fact::Death(None)),
        (person(5), Fact::Occupation(Some("Seppä".to_owned()))),
    ];
    happen(&store, (1, "2026-09-03"), &begun);
    let rows = delivered(&store, &run(&store, &id)[0]);
    let told: Vec<String> = rows.iter().map(|row| without_key(row)).collect();
    assert_eq!(told, vec![told[0].clone(); 3], "{rows:?}");
    assert!(told[0].starts_with("20,,,"), "{rows:?}");

    let ended = [
        (person(1), Fact::Security(None)),
        (person(2), Fact::Prohibition(Prohibition::RegisterUpdate, false)),
    ];
    happen(&store, (7, "2026-09-05"), &ended);
    let rows = delivered(&store, &run(&store, &id)[0]);
    assert_eq!(rows.len(), 2);
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!((cells[2], cells[4]), ("11", ""), "{row}");
        assert!(cells[5..7].iter().chain(&cells[9..13]).all(|cell| !cell.is_empty()), "{row}");
    }
}

#[test]
fn deliveries_are_repeated_until_they_are_acknowledged() {
    let store = Store::with_people(6_000, 4);
    store.file("customers.csv", register(people(&store).iter().step_by(4)));
    let id = subscribe(&store, "each-snapshot");
    run(&store, &id);
    evolve(&store, "source", "later", "60");
    apply(&store, "later-changes", "2026-10-30");
    let order = run(&store, &id).remove(0);
    assert_eq!(show(&store, &id)["runs"][1]["task"], "full", "a gap of more than fourteen days");
    let repeat = |out: &str| store.run(["subscription", "repeat", &id, "--out", out, "--json"]).json();
    let read = |folder: &Path| {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (path.file_name().unwrap().to_owned(), fs::read(path).unwrap()))
            .collect()
    };
    assert_eq!(repeat("one").as_array().unwrap().len(), 2);
    repeat("two");
    let [one, two]: [Vec<_>; 2] = ["one", "two"].map(|out| read(&store.folder().join(out).join(&order)));
    assert!(one == two && one.len() == 2);
    let copy = format!("two/{order}");
    store.run(["delivery", "open", &copy, "--identity", "acme.key", "--out", "opened"]).expect_done();

    // Held until it is acknowledged, and members as long as the subscription lives.
    let erase = ["retention", "run", "--as-of", "2098-01-01", "--json"];
    let held = store.run(erase).json().to_string();
    assert!(held.contains("not acknowledged") && held.contains("a subscription needs it"), "{held}");
    for step in ["0", "1"] {
        store.run(["subscription", "acknowledge", &id, step]).expect_done();
    }
    assert_eq!(store.run(["subscription", "acknowledge", &id, "7"]).code, 4);
    assert_eq!(repeat("three").as_array().unwrap().len(), 0);
    store.run(["subscription", "end", &id]).expect_done();
    let kept = store.run(["retention", "due", "--as-of", "2098-01-01", "--json"]).json().to_string();
    assert!(kept.contains("\"m-o-"), "{kept}");
    assert_eq!(store.run(["subscription", "run", &id]).code, REFUSED);
    assert!(store.audit().contains("subscription-ended"));
}

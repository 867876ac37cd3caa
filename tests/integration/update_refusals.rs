//! Updates that are refused: registers that are too small, padded, damaged or wrongly described.

use std::collections::HashSet;
use std::fmt::Write as _;

use poimuri_tests::cluster::{Cluster, LIMIT};
use poimuri_tests::program::Ended;
use poimuri_tests::store::{SEED, Store, UPDATE};
use poimuri_tests::wait::wait_for;

use crate::customers::{HEADING, Known, people, register};

fn order(store: &Store, order: &str, register: impl AsRef<[u8]>) -> Ended {
    store.file("customers.csv", register);
    let file = store.file("order.toml", order);
    store.run(["order", "run", file.to_str().unwrap(), "--seed", SEED, "--json"])
}

#[track_caller]
fn check_refused(store: &Store, what: &str, text: &str, content: impl AsRef<[u8]>, words: &[&str]) {
    let ended = order(store, text, content);
    assert_eq!(ended.code, 3, "{what}: {}", ended.said());
    for word in words {
        assert!(ended.said().contains(word), "{what}: `{word}` is not in: {}", ended.said());
    }
    assert!(!ended.said().contains("Salainen"), "{what}: {}", ended.said());
    assert!(!store.path().join("deliveries").exists(), "{what}: something was delivered");
}

#[test]
fn a_list_of_few_persons_tells_nothing() {
    let store = Store::with_people(10_000, 4);
    let people = people(&store);
    let seen: Vec<&Known> = people.iter().filter(|person| person.is_disclosable).collect();
    let few = register(seen.iter().copied().step_by(40).take(90));
    check_refused(&store, "90 persons", UPDATE, &few, &["100 different persons"]);
    let many_rows = format!("{few}{}", few.lines().skip(1).map(|row| format!("{row}\n")).collect::<String>());
    check_refused(&store, "90 persons twice", UPDATE, many_rows, &["100 different persons"]);
    let mut padded = register(seen.iter().copied().step_by(40).take(150));
    for row in 0..2_000 {
        writeln!(padded, "P{row};;Salainen{row};Salainen;1990-01-01;").unwrap();
    }
    check_refused(&store, "padded", UPDATE, padded, &["half of the rows"]);
}

#[test]
fn a_column_that_is_named_wrongly_is_hinted_at() {
    let store = Store::with_people(10_000, 4);
    let people = people(&store);
    let seen: Vec<&Known> =
        people.iter().filter(|person| person.is_disclosable).step_by(20).take(300).collect();
    let wrong = UPDATE
        .replace("\"customers.csv\" }", "\"customers.csv\", columns = { identity_code = \"sukunimi\" } }");
    let hint = "register.columns.identity_code: 300 of 300 values in column 3 are no personal identity codes";
    check_refused(
        &store,
        "surname as code",
        &wrong,
        register(seen.iter().copied()),
        &["100 different persons", hint],
    );
    let ended = order(&store, &wrong, register(seen.iter().copied()));
    let said = ended.said();
    let words: HashSet<&str> = said.split(|c: char| !c.is_alphanumeric()).collect();
    assert!(seen.iter().all(|person| !words.contains(&*person.surname)), "{said}");
    // Rightly named, too few are too few, and nothing more is said.
    let few = order(&store, UPDATE, register(seen.iter().copied().take(90)));
    assert!(few.code == 3 && !few.said().contains("values in column"), "{}", few.said());
}

#[test]
fn a_refused_order_is_no_fault_of_a_worker() {
    let store = Store::with_people(5_000, 2);
    let people = people(&store);
    let few = people.iter().filter(|person| person.is_disclosable).take(60);
    store.file("customers.csv", register(few));
    let cluster = Cluster::start(store, 1);
    let order = cluster.submit(UPDATE);
    let shown = wait_for("the refusal", LIMIT, || {
        let shown = cluster.store.run(["order", "show", &order, "--json"]).json();
        (shown["state"] == "refused").then_some(shown)
    });
    assert!(shown.to_string().contains("100 different persons"), "{shown}");
    let told = wait_for("the worker's word", LIMIT, || {
        let logs = cluster.logs();
        logs.contains("order refused").then_some(logs)
    });
    let line = told.lines().find(|line| line.contains("order refused")).unwrap();
    assert!(line.contains("INFO") && line.contains("too-few-persons") && line.contains(&order), "{line}");
    // The next task is claimed after this one is settled.
    let next = cluster.submit(UPDATE);
    wait_for("another refusal", LIMIT, || cluster.logs().contains(&next).then_some(()));
    assert!(!cluster.logs().contains("task given up"), "{}", cluster.logs());
}

#[test]
fn columns_taken_for_what_they_are_not_tell_nothing() {
    let store = Store::with_people(10_000, 4);
    let people = people(&store);
    let register = register(people.iter().filter(|person| person.is_disclosable).step_by(10));
    // There are such columns, and what persons are found by is not in them.
    for columns in [
        "identity_code = \"postinumero\", birth_date = \"asiakasnro\"",
        "identity_code = \"etunimet\", surname = \"hetu\", first_names = \"sukunimi\"",
    ] {
        let wrong = UPDATE
            .replace("\"customers.csv\" }", &format!("\"customers.csv\", columns = {{ {columns} }} }}"));
        assert_ne!(wrong, UPDATE);
        check_refused(&store, columns, &wrong, &register, &["100 different persons"]);
    }
}

#[test]
fn what_is_no_register_is_refused_before_anything_runs() {
    let store = Store::with_people(5_000, 4);
    let wrong =
        UPDATE.replace("\"customers.csv\" }", "\"customers.csv\", columns = { surname = \"nimi\" } }");
    let row = "1;010190-9012;Salainen;Salainen;1990-01-01;00100";
    let good = format!("{HEADING}\n{row}\n");
    check_refused(&store, "wrong column", &wrong, &good, &["register.columns.surname"]);
    check_refused(&store, "no key", UPDATE, "postinumero;sukunimi\n00100;Salainen\n", &["register.columns"]);
    let long = format!("{good}1;;{};x;1990-01-01;\n", "Salainen".repeat(150_000));
    check_refused(&store, "a long row", UPDATE, long, &["line 3", "bytes"]);
    check_refused(&store, "open quote", UPDATE, format!("{good}2;\"Salainen;x\n"), &["line 3", "quote"]);
    check_refused(&store, "NUL", UPDATE, format!("{good}2;\0;x\n"), &["line 3"]);
    check_refused(&store, "empty", UPDATE, format!("{HEADING}\n"), &["empty"]);
    for (section, word) in [
        ("criteria = { field = \"person.sex\", eq = \"1\" }", "criteria"),
        ("reference_date = 2020-01-01", "reference_date"),
        ("sample = { size = 100 }", "sample"),
    ] {
        check_refused(
            &store,
            section,
            &format!("{section}\n{UPDATE}"),
            &good,
            &[word, "no place in an update"],
        );
    }
    let marketing = UPDATE.replace("register-update", "direct-marketing");
    check_refused(&store, "marketing", &marketing, &good, &["purpose"]);
    let elsewhere = UPDATE.replace("recipient = \"acme\"", "recipient = \"posti-jakelu\"");
    check_refused(&store, "to somebody else", &elsewhere, &good, &["goes back to the customer"]);
    let more = UPDATE.replace("\"address\"", "[\"name\", \"sex\"]");
    check_refused(&store, "beyond the permit", &more, &good, &["permit does not allow the fields sex"]);
}

#[test]
fn two_million_invalid_rows_are_counted() {
    let store = Store::with_people(5_000, 4);
    let mut text = format!("{HEADING}\n");
    for row in 0..2_000_000 {
        writeln!(text, "{row};010190-9xx;;;;").unwrap();
    }
    check_refused(&store, "invalid rows", UPDATE, &text, &["100 different persons"]);
    store.file("customers.csv", text);
    let told = store
        .run(["customer-register", "add", "r-bad", "--customer", "acme", "customers.csv", "--json"])
        .json();
    let codes = &told["quality"]["identity_codes"];
    assert_eq!((codes["rows"].as_u64(), codes["valid"].as_u64()), (Some(2_000_000), Some(0)), "{codes}");
    assert_eq!(codes["invalid"]["length"]["count"].as_u64(), Some(2_000_000));
}

#[test]
fn mixed_encodings_are_read_and_reported() {
    let store = Store::with_people(5_000, 4);
    let rows = "1;;Mäki;Åke;1990-01-01;00100\n".repeat(20_000);
    let latin: Vec<u8> = "2;;M\u{e4}ki;\u{c5}ke;1990-01-01;00100\n"
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let text = [format!("{HEADING}\n{rows}").as_bytes(), &latin].concat();
    store.file("customers.csv", text);
    let told = store
        .run(["customer-register", "add", "r-mixed", "--customer", "acme", "customers.csv", "--json"])
        .json();
    assert_eq!(told["form"]["encoding"].as_str(), Some("utf-8"));
    assert_eq!(told["quality"]["mixed_encoding"].as_u64(), Some(1));
    assert_eq!(told["quality"]["mixed_lines"][0].as_u64(), Some(20_002));
    assert!(!told.to_string().contains("Mäki"), "{told}");
    store.run(["customer-register", "show", "r-mixed"]).expect_done();
    store.run(["customer-register", "remove", "r-mixed"]).expect_done();
    assert_eq!(store.run(["customer-register", "show", "r-mixed"]).code, 4);
}

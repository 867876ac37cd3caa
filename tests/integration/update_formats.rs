//! Registers of every form and in several parts, and results in every form: the same rows.

use std::fs::File;
use std::path::Path;

use poimuri_shared::customer_register::{RegisterError, Table};
use poimuri_tests::store::{Store, UPDATE};
use serde_json::Value;

use crate::customers::{HEADING, Known, people, register};
use crate::parquet_tables;
use crate::workbooks::workbook_of;

/// The only delivered file of an order, headings first, read as a register of its form is.
fn delivered(store: &Store, order: &str, format: &str) -> Vec<Vec<String>> {
    let out = store.folder().join(format!("opened-{order}"));
    store
        .run(["delivery", "open", order, "--identity", "acme.key", "--out", out.to_str().unwrap()])
        .expect_done();
    let file = found(&out, format).expect("a delivered file");
    let table = Table::open(File::open(file).unwrap()).unwrap();
    let mut rows = vec![table.form().columns.clone()];
    table
        .each(|row| {
            rows.push((0..row.len()).map(|place| row.cell(place).into_owned()).collect());
            Ok::<(), RegisterError>(())
        })
        .unwrap();
    rows
}

fn found(folder: &Path, format: &str) -> Option<std::path::PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    paths.into_iter().find_map(|path| {
        if path.is_dir() {
            found(&path, format)
        } else {
            path.extension().is_some_and(|end| end == format).then_some(path)
        }
    })
}

#[test]
fn every_form_in_and_every_form_out_has_the_same_rows() {
    let store = Store::with_people(12_000, 4);
    let people = people(&store);
    let text = register(people.iter().step_by(10));
    store.file("customers.csv", &text);
    store.file("customers.xlsx", workbook_of(&text.replace(';', ",")));
    store.file("customers.parquet", parquet_tables::written(&text, &["syntymäaika"]));
    let mut all: Vec<(Value, Vec<Vec<String>>)> = Vec::new();
    for (input, format) in
        [("csv", "csv"), ("csv", "parquet"), ("csv", "xlsx"), ("parquet", "parquet"), ("xlsx", "xlsx")]
    {
        let order = UPDATE.replace("customers.csv", &format!("customers.{input}"));
        let order = order.replace("format = \"csv\"", &format!("format = \"{format}\""));
        let order = order.replace("\"changes\"", "\"current\"");
        let receipt = store.receipt(&order, "2");
        let rows = delivered(&store, receipt["order"].as_str().unwrap(), format);
        store.run(["order", "verify", receipt["order"].as_str().unwrap()]).expect_done();
        all.push((receipt, rows));
    }
    let (first, expected) = &all[0];
    assert_eq!(expected.len(), text.lines().count());
    assert_eq!(expected[0].last().map(String::as_str), Some("own.postinumero"));
    assert!(first["update"]["statuses"]["10"].as_u64().is_some_and(|rows| rows > 500), "{first}");
    for (index, (receipt, rows)) in all.iter().enumerate() {
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(row, expected, "result {index}");
        }
        assert_eq!(rows.len(), expected.len(), "result {index}");
        assert_eq!(receipt["digest"], first["digest"], "result {index}");
        assert_eq!(receipt["update"], first["update"], "result {index}");
    }
}

/// The rows of a register, with so many letters more in each than anybody needs.
fn with_remarks(text: &str, letters: usize) -> String {
    let remark = "x".repeat(letters);
    let mut rows = text.lines().map(|row| format!("{row};{remark}\n"));
    rows.next();
    format!("{HEADING};huomautus\n{}", rows.collect::<String>())
}

/// Numbers of the first row of each part of a stored register.
fn parts(store: &Store, id: &str) -> Vec<u64> {
    let head = std::fs::read(store.path().join("registers").join(id).join("register")).unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["parts"].as_array().unwrap().iter().map(|part| part["first_row"].as_u64().unwrap()).collect()
}

/// What an update of a stored register comes to, and its rows.
fn of_register(store: &Store, id: &str, text: &str) -> (Value, Vec<Vec<String>>) {
    store.file("customers.csv", text);
    store.run(["customer-register", "add", id, "--customer", "acme", "customers.csv"]).expect_done();
    let order = UPDATE.replace("file = \"customers.csv\"", &format!("id = \"{id}\""));
    let receipt = store.receipt(&order.replace(", pass_through = true", ""), "3");
    let rows = delivered(store, receipt["order"].as_str().unwrap(), "csv");
    store.run(["order", "verify", receipt["order"].as_str().unwrap()]).expect_done();
    (receipt, rows)
}

#[test]
fn a_register_in_parts_is_one_register() {
    let store = Store::with_people(6_000, 4);
    let people = people(&store);
    let chosen: Vec<&Known> = people.iter().step_by(4).collect();
    // The same persons once more, in another part.
    let text = register(chosen.iter().chain(&chosen).copied());
    let rows = text.lines().count() - 1;
    let (whole, expected) = of_register(&store, "r-whole", &with_remarks(&text, 1));
    let (in_parts, found) = of_register(&store, "r-parts", &with_remarks(&text, 60_000));
    assert_eq!(parts(&store, "r-whole"), [1]);
    let firsts = parts(&store, "r-parts");
    assert!(firsts.len() > 2 && firsts.is_sorted(), "{firsts:?}");
    assert_eq!(found.len(), rows + 1);
    assert!(found == expected, "rows differ");
    assert_eq!(in_parts["digest"], whole["digest"]);
    assert_eq!(in_parts["update"], whole["update"]);
    let duplicates = in_parts["update"]["statuses"]["41"].as_u64().unwrap();
    let across = found.iter().skip(usize::try_from(firsts[1]).unwrap()).filter(|row| {
        let first = row.last().and_then(|reason| reason.strip_prefix("same-person-as-row-"));
        first.is_some_and(|first| first.parse::<u64>().unwrap() < firsts[1])
    });
    assert!(duplicates > 500 && across.count() > 100, "{in_parts}");
}

#[test]
fn one_row_more_than_a_part_takes_comes_back_too() {
    const ROWS: usize = 250_001;
    let store = Store::with_people(6_000, 4);
    let people = people(&store);
    let mut text = "asiakasnro;hetu\n".to_owned();
    for row in 0..ROWS {
        text += &format!("{row};{}\n", people[row % people.len()].code);
    }
    let (receipt, rows) = of_register(&store, "r-long", &text);
    assert_eq!(parts(&store, "r-long"), [1, 250_000 + 1]);
    assert_eq!((receipt["delivered"].as_u64(), rows.len()), (u64::try_from(ROWS).ok(), ROWS + 1));
    let (last, person) = (&rows[ROWS], (ROWS - 1) % people.len());
    assert_eq!(last[..2], [ROWS.to_string(), (ROWS - 1).to_string()]);
    let first = &rows[person + 1];
    let expected =
        if first[2] == "20" { first[12..].join("") } else { format!("same-person-as-row-{}", person + 1) };
    assert_eq!(last.last(), Some(&expected), "{last:?} {first:?}");
}

//! Updates of customer registers: the same bytes however they are carried out, and nothing of who may not be disclosed.

use std::fmt::Write as _;

use poimuri_tests::cluster::Cluster;
use poimuri_tests::store::{Store, UPDATE};
use serde_json::Value;

use crate::customers::{HEADING, Known, delivered, people, register};

const PEOPLE: u32 = 20_000;

fn digest(receipt: &Value) -> String {
    assert!(receipt["update"]["persons"].as_u64().is_some_and(|persons| persons > 100), "{receipt}");
    assert!(receipt["update"]["approximate"]["M6"].as_u64().is_some_and(|rows| rows > 100), "{receipt}");
    format!("{} {}", receipt["digest"].as_str().unwrap(), receipt["update"]["approximate"])
}

/// A register in which some surnames, of those without a code, have a letter too many.
fn with_slips(people: &[Known]) -> String {
    let slip = |(index, person): (usize, &Known)| Known {
        surname: format!("{}{}", person.surname, if index % 6 == 1 { "x" } else { "" }),
        ..person.clone()
    };
    let people: Vec<Known> = people.iter().step_by(7).enumerate().map(slip).collect();
    register(&people)
}

#[test]
fn workers_shards_and_queues_change_nothing() {
    let mut digests = Vec::new();
    for (shards, workers) in [(1, 1), (16, 4), (64, 1)] {
        let store = Store::with_people(PEOPLE, shards);
        store.file("customers.csv", with_slips(&people(&store)));
        for workers in ["1", "4"] {
            digests.push((shards, workers.to_owned(), digest(&store.receipt(UPDATE, workers))));
        }
        let cluster = Cluster::start(store, workers);
        let order = cluster.submit(UPDATE);
        digests.push((shards, format!("{workers} on Redis"), digest(&cluster.receipt(&order))));
        cluster.store.run(["order", "verify", &order]).expect_done();
    }
    assert!(digests.iter().all(|(.., digest)| *digest == digests[0].2), "{digests:#?}");
}

#[test]
fn every_row_comes_back_in_its_place_with_its_own_columns() {
    let store = Store::with_people(PEOPLE, 4);
    let people = people(&store);
    let text = register(people.iter().step_by(20));
    store.file("customers.csv", &text);
    let receipt = store.receipt(UPDATE, "2");
    let rows = delivered(&store, receipt["order"].as_str().unwrap());
    let own: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), own.len());
    for (index, (row, own)) in rows.iter().zip(own).enumerate() {
        assert!(row.starts_with(&format!("{},A{index},", index + 1)), "{row}");
        assert!(row.ends_with(&own.replace(';', ",")), "{row}");
    }
    let status = |row: &String| row.split(',').nth(2).unwrap().to_owned();
    for (person, row) in people.iter().step_by(20).zip(&rows) {
        let expected: &[&str] = match (person.is_disclosable, person.is_dead) {
            (false, _) => &["20"],
            (true, true) => &["12", "30"],
            (true, false) => &["10", "11", "13", "14", "30"],
        };
        assert!(expected.contains(&status(row).as_str()), "{row}");
    }
    // Every second person is found by a code, the others by name and date of birth: theirs is a death to verify.
    let deaths = |by_name: bool| {
        let rows = rows.iter().enumerate().filter(move |(index, _)| (index % 2 == 1) == by_name);
        rows.map(|(_, row)| row).filter(|row| status(row) == "12").collect::<Vec<_>>()
    };
    assert!(!deaths(false).is_empty() && !deaths(true).is_empty(), "nobody has died");
    assert!(deaths(false).iter().all(|row| row.contains(",M1,D,") && !row.contains("to-verify")));
    assert!(deaths(true).iter().all(|row| row.contains(",M3,D,") && row.contains(",death-to-verify,")));
    let counted: u64 =
        receipt["update"]["statuses"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(counted, rows.len() as u64);
}

#[test]
fn who_may_not_be_disclosed_is_as_if_not_there() {
    let store = Store::with_people(PEOPLE, 4);
    let people = people(&store);
    let hidden: Vec<&Known> = people.iter().filter(|person| !person.is_disclosable).take(60).collect();
    assert!(hidden.len() > 20, "a register without prohibitions");
    let seen: Vec<&Known> =
        people.iter().filter(|person| person.is_disclosable).step_by(9).take(400).collect();
    // Nobody has these names, and nobody this code.
    let nobody = Known {
        code: "010190-990L".into(),
        surname: "Olematon".into(),
        first_names: "Eikukaan".into(),
        born: "1990-01-01".into(),
        is_disclosable: true,
        is_dead: false,
    };
    let run = |of: &dyn Fn(usize, &Known) -> Known| {
        let all: Vec<Known> = hidden.iter().enumerate().map(|(index, person)| of(index, person)).collect();
        store.file("customers.csv", register(all.iter().chain(seen.iter().copied())));
        let order = UPDATE.replace(", pass_through = true", "");
        let receipt = store.receipt(&order, "2");
        let rows = delivered(&store, receipt["order"].as_str().unwrap());
        // Who else is nearly meant depends on what a row says.
        let mut update = receipt["update"].clone();
        for counts in ["approximate", "approximate_persons"] {
            assert!(update.as_object_mut().unwrap().remove(counts).is_some(), "{receipt}");
        }
        (rows, receipt["price"].clone(), update)
    };
    let with_them = run(&|_, person| person.clone());
    let without_them = run(&|_, _| nobody.clone());
    // A code that is theirs with another's name, a name that is theirs with a code nobody has.
    let with_doubt = run(&|index, person| Known {
        surname: if index % 2 == 0 { "Olematon".into() } else { person.surname.clone() },
        first_names: if index % 2 == 0 { "Eikukaan".into() } else { person.first_names.clone() },
        ..person.clone()
    });
    assert_eq!(with_them.0[..hidden.len()], without_them.0[..hidden.len()]);
    assert_eq!(with_them, without_them);
    assert_eq!(with_them, with_doubt);
}

#[test]
fn a_person_comes_back_once() {
    let store = Store::with_people(PEOPLE, 4);
    let people = people(&store);
    let chosen: Vec<&Known> =
        people.iter().filter(|person| person.is_disclosable).step_by(31).take(300).collect();
    let mut twice = chosen.clone();
    twice.extend(&chosen);
    store.file("customers.csv", register(twice));
    let receipt = store.receipt(UPDATE, "2");
    let duplicates = receipt["update"]["statuses"]["41"].as_u64().unwrap();
    let persons = receipt["update"]["persons"].as_u64().unwrap();
    assert_eq!(
        persons + duplicates,
        receipt["update"]["statuses"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(status, _)| ["10", "11", "12", "13", "14", "41"].contains(&status.as_str()))
            .filter_map(|(_, rows)| rows.as_u64())
            .sum::<u64>()
    );
    let rows = delivered(&store, receipt["order"].as_str().unwrap());
    assert!(rows.iter().any(|row| row.contains(",same-person-as-row-1,")), "{duplicates} duplicates");
}

#[test]
fn who_is_found_by_an_address_is_told_an_address_and_no_name() {
    let store = Store::with_people(PEOPLE, 4);
    let people = people(&store);
    let chosen: Vec<&Known> = people.iter().filter(|person| person.is_disclosable).take(300).collect();
    let order = UPDATE.replace(", pass_through = true", "").replace("changes", "current");
    let told = |rows: String| {
        store.file("customers.csv", rows);
        let receipt = store.receipt(&order, "2");
        let rows = delivered(&store, receipt["order"].as_str().unwrap());
        let cells = |row: String| row.split(',').map(str::to_owned).collect::<Vec<String>>();
        rows.into_iter().filter(|row| !row.contains('"')).map(cells).collect::<Vec<_>>()
    };
    let codes: String = chosen.iter().map(|person| format!("A;{};;;;00000\n", person.code)).collect();
    let known = told(format!("{HEADING}\n{codes}"));
    // Row, key, status, key used, flags; surname, given names, call name; language, municipality; street, postal code.
    let mut register = "asiakasnro;sukunimi;etunimet;katuosoite;postinumero\n".to_owned();
    for row in known.iter().filter(|row| ["10", "11"].contains(&row[2].as_str())) {
        assert!(!row[5].is_empty() && !row[10].is_empty(), "{row:?}");
        writeln!(register, "{};{};{};{};{}", row[0], row[5], row[6], row[10], row[11]).unwrap();
    }
    let found = told(register);
    let found: Vec<_> = found.into_iter().filter(|row| row[3] == "M4").collect();
    assert!(found.len() > 100, "{} rows are found by address", found.len());
    for row in &found {
        let before = known.iter().find(|before| before[0] == row[1]).unwrap();
        assert_eq!(row[5..8].concat(), "", "{row:?}");
        assert_eq!(row[8..13], before[8..13], "{row:?}");
    }
}

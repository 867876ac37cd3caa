//! What becomes of members whose codes change, who turn out to be others, who die and live, leave and come back.

use std::collections::BTreeMap;

use jiff::civil::date;
use poimuri_shared::register::changes::{Abroad, Fact, Home, Identity, PartialDate};
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::Snapshot;
use poimuri_tests::store::Store;

use crate::customers::{Known, delivered, people, register};
use crate::subscription::{happen, run, subscribe};

/// Status with flags, and the row, by the customer's key.
fn told(store: &Store, id: &str) -> BTreeMap<String, (String, String)> {
    let orders = run(store, id);
    assert_eq!(orders.len(), 1);
    let cells = |row: String| {
        let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        (cells[1].clone(), (format!("{} {}", cells[2], cells[4]), row))
    };
    delivered(store, &orders[0]).into_iter().map(cells).collect()
}

fn code(person: &Known) -> Hetu {
    Hetu::parse(&person.code).unwrap()
}

#[test]
fn members_are_followed_through_everything() {
    let store = Store::with_people(6_000, 4);
    let all = people(&store);
    store.file("customers.csv", register(all.iter().step_by(2)));
    let id = subscribe(&store, "each-snapshot");
    let loaded = delivered(&store, &run(&store, &id)[0]);
    let found = loaded.iter().filter(|row| ["10", "11"].contains(&row.split(',').nth(2).unwrap()));
    let keys: Vec<String> = found.map(|row| row.split(',').nth(1).unwrap().to_owned()).collect();
    let person = |nth: usize| &all[keys[nth][1..].parse::<usize>().unwrap() * 2];
    let expect = |told: &BTreeMap<String, (String, String)>, expected: &[(usize, &str)]| {
        let found: BTreeMap<&str, &str> =
            told.iter().map(|(key, (status, _))| (key.as_str(), status.as_str())).collect();
        let expected = expected.iter().map(|(nth, status)| (keys[*nth].as_str(), *status)).collect();
        assert_eq!(found, expected, "{told:?}");
    };

    let day = PartialDate::Day(date(2026, 9, 2));
    // Found by a code: whoever was found by name is told no other code.
    let replaced = code(person(0));
    let active = Hetu::new(replaced.birth_date(), replaced.sign(), 998 - replaced.number() % 2).unwrap();
    let abroad = Abroad { country: "752".to_owned(), address: None, since: Some(day) };
    let merged = Identity { replaced: code(person(2)), active: code(person(3)), previous: None };
    let begun = [
        (person(0), Fact::Identity(Identity { replaced, active, previous: None })),
        (person(2), Fact::Identity(merged)),
        (person(4), Fact::Death(Some(day))),
        (person(5), Fact::Home(None)),
        (person(5), Fact::Abroad(Some(abroad))),
    ];
    happen(&store, (1, "2026-09-03"), &begun);
    let first = told(&store, &id);
    expect(&first, &[(0, "11 H"), (2, "41 "), (4, "12 D"), (5, "13 E")]);
    assert!(first[&keys[2]].1.contains(",same-person-as-another-member,"), "{first:?}");

    let dwelling = Some(home_of(&store, person(3)));
    let home =
        Fact::Home(Some(Home { dwelling, since: Some(PartialDate::Day(date(2026, 9, 4))), address: None }));
    let later = [
        (person(4), Fact::Death(None)),
        (person(5), Fact::Abroad(None)),
        (person(5), home.clone()),
        // By the code it had when it became a member.
        (person(0), home),
    ];
    happen(&store, (6, "2026-09-05"), &later);
    let second = told(&store, &id);
    let expected = [(0, "11 A"), (4, "11 D"), (5, "11 I")];
    expect(&second, &expected);
    assert!(second[&keys[0]].1.ends_with(",2026-09-04"), "the day of the move: {second:?}");
    for nth in [4, 5] {
        let cells: Vec<&str> = second[&keys[nth]].1.split(',').collect();
        assert!(cells[5..7].iter().chain(&cells[10..13]).all(|cell| !cell.is_empty()), "{cells:?}");
    }
}

/// The dwelling of a person in the newest snapshot.
fn home_of(store: &Store, person: &Known) -> String {
    let shown = store.run(["snapshot", "show", "latest", "--json"]).json();
    let folder = store.path().join("snapshots").join(shown["id"].as_str().unwrap());
    let snapshot = Snapshot::open(&folder).unwrap();
    let position = snapshot.identity().unwrap().find(code(person).packed()).unwrap().position;
    for index in 0..snapshot.shard_count() {
        let shard = snapshot.shard(index).unwrap();
        if shard.positions().contains(&position) {
            let row = (position - shard.positions().start) as usize;
            let dwelling = shard.persons().unwrap().dwelling[row] as usize;
            return shard.dwellings().unwrap().dwelling_id.value(dwelling).to_owned();
        }
    }
    panic!("a person without a shard");
}

//! Members of subscriptions brought and taken away; what is refused, and the day a permit ends.

use poimuri_tests::store::{AS_OF, Store};

use crate::customers::{delivered, people, register};
use crate::subscription::{REFUSED, apply, document, evolve, run, show, subscribe};

#[test]
fn members_come_and_go_by_file() {
    let store = Store::with_people(6_000, 4);
    let all = people(&store);
    store.file("customers.csv", register(all.iter().step_by(4)));
    let id = subscribe(&store, "each-snapshot");
    let early = store.run(["subscription", "members", &id, "--add", "customers.csv"]);
    assert_eq!(early.code, REFUSED, "while the load is under way: {}", early.said());
    run(&store, &id);
    let count = || store.run(["subscription", "members", &id, "--json"]).json()["members"].as_u64().unwrap();
    let before = count();
    // A small file is well: the subscription as a whole counts.
    store.file("few.csv", register(all.iter().skip(1).step_by(4).take(20)).replace("\nA", "\nB"));
    store.run(["subscription", "members", &id, "--add", "few.csv"]).expect_done();
    let rows = delivered(&store, &run(&store, &id)[0]);
    assert_eq!(rows.len(), 20);
    let found = rows.iter().filter(|row| row.split(',').nth(2).unwrap().starts_with('1')).count() as u64;
    assert!(found > 10 && count() == before + found);
    store.file("gone.csv", "asiakasnro\nB0\nB1\nB2\nnobody\n");
    let gone = store.run(["subscription", "members", &id, "--remove", "gone.csv", "--json"]).json();
    assert_eq!(count(), before + found - gone["removed"].as_u64().unwrap());
    assert!(gone["unknown"].as_u64() >= Some(1));
    let everybody: String = (0..2_000).map(|number| format!("A{number}\n")).collect();
    store.file("everybody.csv", format!("asiakasnro\n{everybody}"));
    let refused = store.run(["subscription", "members", &id, "--remove", "everybody.csv"]);
    assert_eq!(refused.code, REFUSED, "{}", refused.said());
    store.file("nokey.csv", "hetu\n010190-990L\n");
    let refused = store.run(["subscription", "members", &id, "--remove", "nokey.csv"]);
    assert!(refused.code == REFUSED && !refused.said().contains("010190"), "{}", refused.said());
}

#[test]
fn what_may_not_be_is_refused_and_the_permit_ends_it() {
    let store = Store::with_people(6_000, 4);
    let all = people(&store);
    let add = |text: &str| {
        let file = store.file("subscription.toml", text);
        store.run(["subscription", "add", file.to_str().unwrap()])
    };
    store.file("customers.csv", register(&all).replace("asiakasnro;", "x;"));
    assert!(add(&document("each-snapshot")).said().contains("own key"), "without keys");
    store.file("customers.csv", register(all.iter().take(50)));
    for (from, to, expected) in [
        ("each-snapshot", "each-week", "rhythm"),
        ("P-2026-0002", "P-2026-0001", "permit"),
        ("recipient = \"acme\"", "recipient = \"posti-jakelu\"", "recipient"),
        ("register =", "snapshot = \"latest\"\nregister =", "snapshot"),
    ] {
        let refused = add(&document("each-snapshot").replace(from, to));
        assert!(refused.code == REFUSED && refused.said().contains(expected), "{}", refused.said());
    }
    let small = subscribe(&store, "each-snapshot");
    let refused = store.run(["subscription", "run", &small]);
    assert!(
        refused.code == REFUSED && refused.said().contains("100 different persons"),
        "{}",
        refused.said()
    );
    assert_eq!(show(&store, &small)["members"], 0);

    store.file("customers.csv", register(all.iter().step_by(4)));
    let id = subscribe(&store, "each-snapshot");
    run(&store, &id);
    store.run(["subscription", "pause", &id]).expect_done();
    evolve(&store, "source", "later", "10");
    apply(&store, "later-changes", "2026-09-11");
    assert!(run(&store, &id).is_empty());
    store.run(["subscription", "resume", &id]).expect_done();
    let late = store.run(["subscription", "run", &id, "--now", "2100-01-01T00:00:00Z"]);
    assert!(late.code == REFUSED && late.said().contains("2099-12-31"), "{}", late.said());
    let shown = show(&store, &id);
    assert_eq!((&shown["state"], shown["runs"].as_array().unwrap().len()), (&"ended".into(), 1));
    assert_eq!(store.run(["subscription", "run", &id, "--now", &format!("{AS_OF}T00:00:00Z")]).code, 2);
    assert_eq!(store.run(["subscription", "resume", &id]).code, REFUSED);
    assert_eq!(store.run(["subscription", "show", "u-nothing"]).code, 4);
}

//! De-duplications of absurd lists: a clear answer each, and nothing delivered.

use std::fmt::Write as _;

use poimuri_tests::program::Ended;
use poimuri_tests::store::{SEED, Store};
use serde_json::Value;

use crate::lists::DEDUPLICATION;

const HEADING: &str = "number,surname,first names,birth date,street address,postal code,updated";

/// The order on one list.
fn one_list() -> String {
    let second = DEDUPLICATION.lines().find(|line| line.contains("guests.csv")).unwrap();
    DEDUPLICATION.replace(second, "")
}

fn run(store: &Store, order: &str, members: impl AsRef<[u8]>) -> Ended {
    store.file("members.csv", members);
    let file = store.file("order.toml", order);
    store.run(["order", "run", file.to_str().unwrap(), "--seed", SEED, "--json"])
}

#[track_caller]
fn check_refused(store: &Store, what: &str, order: &str, members: &str, words: &[&str]) {
    let ended = run(store, order, members);
    assert_eq!(ended.code, 3, "{what}: {}", ended.said());
    for word in words {
        assert!(ended.said().contains(word), "{what}: `{word}` is not in: {}", ended.said());
    }
    assert!(!ended.said().contains("Salainen"), "{what}: {}", ended.said());
    assert!(!store.path().join("deliveries").exists(), "{what}: something was delivered");
}

/// The account of an order that is carried out.
#[track_caller]
fn account(store: &Store, order: &str, members: impl AsRef<[u8]>) -> Value {
    run(store, order, members).json()["deduplication"].clone()
}

#[test]
fn lists_that_cannot_be_compared_are_refused() {
    let store = Store::with_people(1_000, 2);
    let order = one_list();
    let check = |what: &str, order: &str, members: &str, words: &[&str]| {
        check_refused(&store, what, order, members, words);
    };
    let same: String = (0..500).map(|n| format!("{n},Salainen,A,1990-01-01,Katu 1,00100,\n")).collect();
    check("every value equal", &order, &format!("{HEADING}\n{same}"), &["no column tells records apart"]);
    let nulls: String = (0..500).map(|n| format!("{n},,,,,,\n")).collect();
    check("nulls alone", &order, &format!("{HEADING}\n{nulls}"), &["no column tells records apart"]);
    check("empty", &order, &format!("{HEADING}\n"), &["empty"]);
    let again = format!("{HEADING}\n1,Salainen,A,,,,\n2,B,B,,,,\n1,C,C,,,,\n");
    check("ids repeated", &order, &again, &["list members: 1 rows have a key", "lines 4"]);
    let none = format!("{HEADING}\n1,Salainen,A,,,,\n,B,B,,,,\n");
    check("an id is missing", &order, &none, &["1 rows have no value", "lines 3"]);
    check("no column", &order, "number,updated\n1,2026-01-01\n", &["no column that every list has"]);
    let wrong = order.replace("key = \"number\"", "key = \"numero\"");
    check("wrong heading", &wrong, &format!("{HEADING}\n{same}"), &["list[0].columns.key"]);
}

#[test]
fn orders_that_ask_for_what_cannot_be_are_refused() {
    let store = Store::with_people(1_000, 2);
    let good = format!("{HEADING}\n1,Salainen,A,,,,\n2,B,B,,,,\n");
    let order = one_list();
    let with = |from: &str, to: &str| {
        assert!(order.contains(from), "{from}");
        order.replace(from, to)
    };
    let keep = "keep = [\"newest\", \"list-priority\", \"random\"]";
    let rows = [
        (with("recipient = \"acme\"", "recipient = \"posti-jakelu\""), "goes back to the customer alone"),
        (with("P-2026-0003", "P-2026-0002"), "permit is not for orders of kind deduplication"),
        (with("register-update", "direct-marketing"), "permit is not for this purpose"),
        (with("per = \"person\"", "per = \"family\""), "deduplication.per: must be one of"),
        (with(keep, "keep = [\"random\", \"random\"]"), "deduplication.keep[1]: stands in the list already"),
        (with(keep, "threshold = 1.5"), "deduplication.threshold: must be a probability"),
        (with(keep, "partners = \"one-to-one\""), "deduplication.partners: is for two lists"),
        (with("format = \"csv\"", "fields = [\"name\"]"), "leave it out"),
        (format!("register = {{ file = \"members.csv\" }}\n{order}"), "has no place in a de-duplication"),
        (with("\"members\"", "\"a b\""), "a list's name must be"),
        (with("file = \"members.csv\"", "id = \"r-none\""), "r-none"),
    ];
    for (order, word) in rows {
        let ended = run(&store, &order, &good);
        assert!(ended.code == 3 || ended.code == 4, "{word}: {}", ended.said());
        assert!(ended.said().contains(word), "{word}: {}", ended.said());
    }
    assert!(!store.path().join("deliveries").exists());
}

#[test]
fn strange_lists_have_an_answer() {
    let store = Store::with_people(1_000, 2);
    let order = one_list();
    let one = account(&store, &order, format!("{HEADING}\n1,Salainen,A,1990-01-01,Katu 1,00100,\n"));
    assert_eq!((one["records"].as_u64(), one["clusters"].as_u64()), (Some(1), Some(1)));
    // Half of the rows have the same name and nothing else: too many to be compared with each other.
    let mut text = format!("{HEADING}\n");
    for n in 0..12_000 {
        if n % 2 == 0 {
            writeln!(text, "{n},Salainen,Sama,,,,").unwrap();
        } else {
            let (a, b) = (n % 97, n / 97);
            let born = format!("{}-{:02}-{:02}", 1930 + n % 71, 1 + n % 12, 1 + n % 28);
            writeln!(text, "{n},Suku{a}nen{b},Nimi{b}a{a},{born},Katu {a} A {b},{:05},", 100 + n % 900)
                .unwrap();
        }
    }
    let half = account(&store, &order, &text);
    assert_eq!(half["records"].as_u64(), Some(12_000));
    assert!(half["compared"].as_u64().unwrap() < 30_000_000, "{half}");
    // Two people, one twice, beside a column of nulls, of very long texts, or of two encodings in one file.
    for more in ["", &"Salainen ".repeat(12_000)] {
        let row = |n: u32, key: u32| {
            format!("{key},Suku{n},Nimi{n},19{:02}-01-{:02},Katu {n},00100,,{more}\n", 40 + n, 1 + n % 28)
        };
        let people: String = (0..40).map(|n| row(n, n)).collect();
        let text = format!("{}\n{people}{}", format_args!("{HEADING},note"), row(7, 100));
        let found = account(&store, &order, &text);
        assert_eq!((found["records"].as_u64(), found["clusters"].as_u64()), (Some(41), Some(40)), "{found}");
        let text = text.replace("Suku7", "Mäkelä");
        let (before, after) = text.split_at(text.rfind("Mäkelä").unwrap());
        let latin = after.chars().map(|c| u8::try_from(u32::from(c)).unwrap());
        let mixed: Vec<u8> = before.bytes().chain(latin).collect();
        let found = account(&store, &order, mixed);
        assert_eq!((found["records"].as_u64(), found["clusters"].as_u64()), (Some(41), Some(40)), "{found}");
    }
    // Without a key that tells rows apart, rows are known by their number, and the receipt says so.
    let keyless = order.replace(", columns = { key = \"number\" }", "");
    let twice = account(&store, &keyless, "number,surname,first names,updated\n1,A,B,\n1,C,D,\n2,E,F,\n");
    assert_eq!(twice["lists"][0]["known_by"], "row");
}

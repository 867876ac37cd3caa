//! Bad orders, criteria and registers: each refused by line or field, nothing half done, nobody named.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use poimuri_tests::program::Ended;
use poimuri_tests::store::{ORDER, RECIPIENT, SEED, Store};

pub(crate) const REFUSED: i32 = 3;
const NOT_FOUND: i32 = 4;

/// Fails unless the command was refused with these words, without a panic and without leaving an order behind.
#[track_caller]
fn check_refused(store: &Store, what: &str, ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, code, "{what}: {}", ended.said());
    let said = ended.said().to_lowercase();
    assert!(!said.contains("panicked") && !said.contains("backtrace"), "{what}: {said}");
    for word in words {
        assert!(said.contains(&word.to_lowercase()), "{what}: `{word}` is not in: {said}");
    }
    assert!(store.orders().is_empty(), "{what}: left {:?}", store.orders());
}

fn run(store: &Store, file: &Path) -> Ended {
    store.run(["order", "run", file.to_str().unwrap(), "--seed", SEED])
}

/// `(what is wrong, replaced, by what, exit code, words the message must have)`.
pub(crate) type Row = (&'static str, &'static str, &'static str, i32, &'static [&'static str]);

#[track_caller]
pub(crate) fn check_orders(rows: &[Row]) {
    let store = Store::with_people(3_000, 4);
    for (what, from, to, code, words) in rows {
        assert!(ORDER.contains(from), "{what}: the order has no {from}");
        let file = store.file("bad.toml", ORDER.replacen(from, to, 1));
        check_refused(&store, what, &run(&store, &file), *code, words);
    }
}

const ORDERS: &[Row] = &[
    ("unknown kind", r#"kind = "extraction""#, r#"kind = "harvest""#, REFUSED, &["kind"]),
    ("unknown key", r#"keep = "random""#, "keep = \"random\"\nkeeep = 1", REFUSED, &["keeep"]),
    ("unknown keep", r#"keep = "random""#, r#"keep = "tallest""#, REFUSED, &["keep"]),
    ("unknown purpose", r#"purpose = "direct-marketing""#, r#"purpose = "curiosity""#, REFUSED, &["purpose"]),
    ("no customer", r#"customer = "acme""#, "", REFUSED, &["customer"]),
    ("customer as a path", r#"customer = "acme""#, r#"customer = "../acme""#, REFUSED, &["customer"]),
    ("size 0", "size = 1000", "size = 0", REFUSED, &["size"]),
    ("negative size", "size = 1000", "size = -5", REFUSED, &["size"]),
    ("weight 0", "weight = 60", "weight = 0", REFUSED, &["weight"]),
    ("negative weight", "weight = 60", "weight = -1", REFUSED, &["weight"]),
    ("weight is not a number", "weight = 60", "weight = nan", REFUSED, &["weight"]),
    ("two groups of one name", r#"name = "rest""#, r#"name = "women""#, REFUSED, &["name"]),
    ("unknown format", r#"format = "csv""#, r#"format = "xls""#, REFUSED, &["format"]),
    ("unknown delivered field", r#""age"]"#, r#""shoe_size"]"#, REFUSED, &["shoe_size"]),
    ("identity codes", r#""age"]"#, r#""person_id"]"#, REFUSED, &["person_id"]),
    ("no fields", r#"["name", "address", "age"]"#, "[]", REFUSED, &["fields"]),
    (
        "recipient unknown",
        r#"recipient = "posti-jakelu""#,
        r#"recipient = "nobody""#,
        REFUSED,
        &["recipient"],
    ),
    (
        "recipient is the customer",
        r#"recipient = "posti-jakelu""#,
        r#"recipient = "acme""#,
        REFUSED,
        &["recipient"],
    ),
    ("permit unknown", "P-2026-0001", "P-1999-0001", REFUSED, &["permit"]),
    (
        "permit of another holder",
        r#"customer = "acme""#,
        r#"customer = "other""#,
        REFUSED,
        &["permit", "holder"],
    ),
    ("field not in the permit", r#""age"]"#, r#""birth_date"]"#, REFUSED, &["permit", "birth_date"]),
    (
        "missing register",
        "[dedup]",
        "[register]\nfile = \"nowhere.csv\"\nuse = \"subtract\"\n\n[dedup]",
        NOT_FOUND,
        &["register.file"],
    ),
    (
        "unknown register",
        "[dedup]",
        "[register]\nid = \"nowhere\"\nuse = \"subtract\"\n\n[dedup]",
        NOT_FOUND,
        &["nowhere"],
    ),
    (
        "unknown snapshot",
        "[criteria]",
        "snapshot = \"1999-01-01-ffffffff\"\n\n[criteria]",
        NOT_FOUND,
        &["snapshot"],
    ),
    (
        "impossible reference date",
        "[criteria]",
        "reference_date = 2026-02-30\n\n[criteria]",
        REFUSED,
        &["line"],
    ),
];

#[test]
fn orders_are_refused_by_field() {
    check_orders(ORDERS);
}

#[test]
fn a_syntax_error_is_told_by_line() {
    let store = Store::with_people(3_000, 4);
    let toml = store.file("bad.toml", ORDER.replacen("[dedup]", "[dedup", 1));
    check_refused(&store, "TOML", &run(&store, &toml), REFUSED, &["line"]);
    let json = store.file("bad.json", "{\n \"kind\": \"extraction\",\n \"customer\": ,\n}");
    check_refused(&store, "JSON", &run(&store, &json), REFUSED, &["line 3"]);
    let binary = store.file("bad.toml", [0_u8, 159, 146, 150, 255]);
    check_refused(&store, "not text", &run(&store, &binary), REFUSED, &["bad.toml"]);
    let empty = store.file("bad.toml", "");
    check_refused(&store, "empty", &run(&store, &empty), REFUSED, &[]);
    check_refused(&store, "missing", &run(&store, Path::new("none.toml")), NOT_FOUND, &["none.toml"]);
}

#[test]
fn absurdly_deep_criteria_are_refused() {
    let store = Store::with_people(3_000, 4);
    for depth in [200, 10_000, 200_000] {
        let leaf = r#"{"field":"person.age","eq":30}"#;
        let deep = format!("{}{leaf}{}", r#"{"not":"#.repeat(depth), "}".repeat(depth));
        let file = store.file("deep.json", deep);
        let ended = store.run(["count", file.to_str().unwrap()]);
        check_refused(&store, "deep JSON", &ended, REFUSED, &[]);
        let leaf = r#"field = "person.age", eq = 30"#;
        let deep = format!("{}{leaf}{}", "not = {".repeat(depth), "}".repeat(depth));
        let file = store.file("deep.toml", deep);
        let ended = store.run(["count", file.to_str().unwrap()]);
        check_refused(&store, "deep TOML", &ended, REFUSED, &[]);
    }
}

#[test]
fn an_order_file_of_a_gigabyte_is_refused_at_once() {
    let store = Store::with_people(3_000, 4);
    for name in ["huge.toml", "huge.json"] {
        let path = store.folder().join(name);
        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        let started = Instant::now();
        check_refused(&store, name, &run(&store, &path), REFUSED, &["bytes"]);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}

#[test]
fn a_sample_larger_than_its_group_fails_if_the_order_says_so() {
    let store = Store::with_people(3_000, 4);
    let order = ORDER.replace("size = 1000", "size = 1000000\nshortage = \"fail\"");
    let file = store.file("order.toml", order);
    let ended = run(&store, &file);
    assert!([3, 6].contains(&ended.code), "{}", ended.said());
    assert!(ended.said().contains("size") || ended.said().contains("short"), "{}", ended.said());
}

#[test]
fn a_delivery_that_would_be_too_small_is_refused() {
    let store = Store::with_people(3_000, 4);
    let file = store.file("order.toml", ORDER.replace("size = 1000", "size = 50"));
    let ended = run(&store, &file);
    assert!([3, 6].contains(&ended.code), "{}", ended.said());
    assert!(ended.said().contains("100") || ended.said().contains("20"), "{}", ended.said());
}

#[test]
fn seeds_are_64_hexadecimal_digits() {
    let store = Store::with_people(3_000, 4);
    let file = store.file("order.toml", ORDER);
    for seed in ["", "12", "zz", &"g".repeat(64), &"0".repeat(63), &"0".repeat(66), "0x12"] {
        let ended = store.run(["order", "run", file.to_str().unwrap(), "--seed", seed]);
        assert!([2, 3].contains(&ended.code), "{seed}: {}", ended.said());
        assert!(ended.said().contains("64"), "{seed}: {}", ended.said());
        assert!(store.orders().is_empty());
    }
}

#[test]
fn a_key_that_is_none_and_a_permit_that_is_none_are_refused() {
    let store = Store::new();
    let key = store.run(["recipient", "add", "someone", "--key", "age1nonsense"]);
    assert!([2, 3].contains(&key.code), "{}", key.said());
    let again = store.run(["recipient", "keygen", "--out", "posti.key"]);
    assert_eq!(again.code, REFUSED, "a key file is never overwritten: {}", again.said());
    let listed = store.run(["recipient", "list", "--json"]).said();
    assert!(listed.contains(RECIPIENT) && !listed.contains("someone"), "{listed}");
    let permit = store.file("bad.toml", "id = \"P-1\"\nholder = \"acme\"\nvalid_from = 2026-01-01\n");
    let ended = store.run(["permit", "import", permit.to_str().unwrap()]);
    assert_eq!(ended.code, REFUSED, "{}", ended.said());
    assert!(!store.run(["permit", "list", "--json"]).said().contains("\"P-1\""));
}

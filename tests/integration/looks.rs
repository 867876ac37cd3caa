//! Looking at a customer register: its form, what its columns mean, counts and ten masked rows, on the command line and over
//! HTTP; nothing of a row in clear, and nothing stored by a look.

use poimuri_tests::callers::{CUSTOMER, OTHER};
use poimuri_tests::cluster::Cluster;
use poimuri_tests::http::Answer;
use poimuri_tests::store::Store;
use serde_json::{Value, json};

/// What no answer may hold.
const SECRETS: [&str; 5] = ["Salainen", "Köyhä", "131052", "308T", "Kotikuja"];

/// Twenty-five rows: a code that many have, one that is wrong, an empty one; a key and a row that come again.
fn file(heading: &str) -> String {
    let row = |number: u32| match number {
        3 => "3;131052-308X;Salainen;Köyhä Åke;\"Kotikuja 3; A 4\"\n".to_owned(),
        4 => "3;;Salainen;Köyhä;Kotikuja\n".to_owned(),
        6 => "5;131052-308T;Salainen;Köyhä Åke;Kotikuja 5\n".to_owned(),
        7 => "5;131052-308T;Salainen;Köyhä Åke;Kotikuja 7\n".to_owned(),
        number => format!("{number};131052-308T;Salainen;Köyhä Åke;Kotikuja {number}\n"),
    };
    heading.to_owned() + &(1..=25).map(row).collect::<String>()
}

/// The first ten rows as they may be shown.
fn masked() -> Value {
    let row = |number: u32| match number {
        3 => json!(["9", "999999-999A", "Aaaaaaaa", "Aaaaa Aaa", "Aaaaaaaa 9; A 9"]),
        4 => json!(["9", "", "Aaaaaaaa", "Aaaaa", "Aaaaaaaa"]),
        10 => json!(["99", "******-****", "Aaaaaaaa", "Aaaaa Aaa", "Aaaaaaaa 99"]),
        _ => json!(["9", "******-****", "Aaaaaaaa", "Aaaaa Aaa", "Aaaaaaaa 9"]),
    };
    (1..=10).map(row).collect()
}

#[track_caller]
fn check_hidden(said: &str) {
    for secret in SECRETS {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

/// Form, meaning, counts and preview of the file with usual headings.
#[track_caller]
fn check(told: &Value) {
    check_hidden(&told.to_string());
    let form = json!({"kind": "csv", "encoding": "utf-8", "separator": ";", "is_quoted": true, "has_heading": true,
        "columns": ["asiakasnro", "hetu", "sukunimi", "etunimet", "osoite"]});
    assert_eq!(told["form"], form);
    let columns = json!({"key": "asiakasnro", "identity_code": "hetu", "surname": "sukunimi",
        "first_names": "etunimet", "street_address": "osoite"});
    assert_eq!(told["columns"], columns);
    let quality = &told["quality"];
    let exactly = |count: u64| json!({"count": count, "is_estimate": false});
    assert_eq!((&quality["rows"], &quality["uneven"]), (&json!(25), &json!(0)), "{quality}");
    assert_eq!(
        (&quality["repeated_rows"], &quality["repeated_keys"]),
        (&exactly(1), &exactly(3)),
        "{quality}"
    );
    assert_eq!(quality["empty"], json!({"identity_code": 1}));
    let codes = &quality["identity_codes"];
    assert_eq!((&codes["valid"], &codes["duplicates"]), (&json!(23), &json!(22)), "{codes}");
    assert_eq!(codes["invalid"], json!({"check": {"count": 1, "first_lines": [4]}}));
    assert_eq!((&told["preview"], &told["doubts"]), (&masked(), &Value::Null));
}

const HEADING: &str = "asiakasnro;hetu;sukunimi;etunimet;osoite\n";

#[test]
fn ten_masked_rows_are_shown_before_and_after_a_file_is_stored() {
    let store = Store::new();
    store.file("customers.csv", file(HEADING));
    let add = ["customer-register", "add", "r-1", "--customer", "acme", "customers.csv"];
    let [a, b, c, d, e, f] = add;
    check(&store.run([a, b, c, d, e, f, "--look", "--json"]).json());
    let none = store.run(["customer-register", "list", "--json"]).json();
    assert_eq!(none, json!([]), "a look stores nothing");
    let looked = store.run([a, b, c, d, e, f, "--look"]);
    check_hidden(&looked.said());
    let lines: Vec<&str> = looked.stdout.lines().collect();
    let at = lines.iter().position(|line| line.contains("the first 10 rows")).unwrap();
    let rows: Vec<&str> = lines[at + 1..].to_vec();
    assert_eq!(rows.len(), 10, "{}", looked.stdout);
    assert_eq!(rows[0], "  9 | ******-**** | Aaaaaaaa | Aaaaa Aaa | Aaaaaaaa 9");
    assert!(looked.stdout.contains("  3 rows have the key of an earlier row"), "{}", looked.stdout);
    check(&store.run([a, b, c, d, e, f, "--json"]).json());
    check(&store.run(["customer-register", "show", "r-1", "--json"]).json());
}

#[test]
fn files_without_headings_are_counted_by_the_columns_that_are_named() {
    let store = Store::new();
    store.file("customers.csv", file(""));
    let add = ["customer-register", "add", "r-1", "--customer", "acme", "customers.csv", "--json"];
    let [a, b, c, d, e, f, g] = add;
    let told = store.run([a, b, c, d, e, f, g]).json();
    check_hidden(&told.to_string());
    assert_eq!(
        (&told["form"]["has_heading"], &told["form"]["columns"][1]),
        (&json!(false), &json!("column 2"))
    );
    assert_eq!((&told["columns"], &told["preview"]), (&json!({}), &masked()));
    assert!(told["fault"].as_str().unwrap().contains("identity code"), "{told}");
    assert_eq!(told["quality"]["identity_codes"], Value::Null);
    let columns = ["--column", "identity_code=Column 2", "--column", "key=column 1"];
    let [h, i, j, k] = columns;
    let shown = store.run(["customer-register", "show", "r-1", h, i, j, k, "--json"]).json();
    assert_eq!(shown["columns"], json!({"identity_code": "column 2", "key": "column 1"}));
    assert_eq!((&shown["fault"], &shown["quality"]["identity_codes"]["valid"]), (&Value::Null, &json!(23)));
    assert_eq!(shown["quality"]["repeated_rows"]["count"], json!(1));
    let again = store.run([a, b, "r-2", d, e, f, g, h, i, j, k]).json();
    for what in ["columns", "quality", "preview"] {
        assert_eq!(again[what], shown[what], "{what}");
    }
    assert_eq!(store.run(["customer-register", "show", "r-2", "--json"]).json(), again);
    let wrong = store.run([a, b, "r-3", d, e, f, "--column", "surname=column 9"]);
    assert_eq!(wrong.code, 3, "{}", wrong.said());
    assert!(wrong.said().contains("register.columns.surname"), "{}", wrong.said());
    assert_eq!(store.run(["customer-register", "show", "r-3"]).code, 4);
}

#[test]
fn what_the_command_line_shows_is_shown_over_http() {
    let mut cluster = Cluster::start(Store::new(), 0);
    cluster.ask_for_tokens("");
    let text = file(HEADING);
    let call = |token: &str, method: &str, path: &str, body: &str| -> Answer {
        let answer = cluster.call(token, method, &format!("/v1/{path}"), body);
        check_hidden(&answer.body);
        answer
    };
    let looked = call(CUSTOMER, "POST", "looks", &text);
    assert_eq!(looked.status, 200, "{}", looked.body);
    check(&looked.json());
    assert_eq!(call("nobody", "POST", "looks", &text).status, 401);
    assert_eq!(call(CUSTOMER, "GET", "registers", "").json(), json!([]), "a look stores nothing");
    let stored = call(CUSTOMER, "PUT", "registers/r-1?customer=acme", &text);
    assert_eq!(stored.status, 201, "{}", stored.body);
    check(&stored.json());
    let shown = call(CUSTOMER, "GET", "registers/r-1", "");
    check(&shown.json());
    assert_eq!((&shown.json()["id"], &shown.json()["customer"]), (&json!("r-1"), &json!("acme")));
    assert_eq!(call(OTHER, "GET", "registers/r-1", "").status, 404);

    let wrong =
        call(CUSTOMER, "GET", "registers/r-1?column=identity_code=sukunimi&column=surname=etunimet", "")
            .json();
    let doubt = "register.columns.identity_code: 25 of 25 values in column 3 are no personal identity codes; is it the \
                 right column?";
    assert_eq!(wrong["doubts"], json!([doubt]));
    let headless = call(CUSTOMER, "POST", "looks?column=identity_code%3Dcolumn+2", &file("")).json();
    assert_eq!(
        (&headless["quality"]["identity_codes"]["valid"], &headless["preview"]),
        (&json!(23), &masked())
    );
    for (query, body, status, word) in [
        ("?column=surname=nimi", text.as_str(), 422, "register.columns.surname"),
        ("?column=hetu=nimi", &text, 400, "identity_code"),
        ("?colour=red", &text, 400, "column"),
        ("", "hetu\n\"131052-308T\n", 422, "line 2"),
    ] {
        let refused = call(CUSTOMER, "POST", &format!("looks{query}"), body);
        assert_eq!(refused.status, status, "{query}: {}", refused.body);
        assert!(refused.body.contains(word), "{query}: {}", refused.body);
    }
    check_hidden(&cluster.logs());
}

//! A look at a file before it is uploaded, by the Rust client and the Python client: the same values of CSV, Parquet and
//! workbooks, and the same errors.

use std::path::Path;
use std::process::Command;

use poimuri_client::{Client, ClientError};
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::registers::Given;
use poimuri_tests::callers::CUSTOMER;
use poimuri_tests::cluster::Cluster;
use poimuri_tests::store::Store;
use serde_json::{Value, json};

use crate::parquet_tables;
use crate::workbooks::workbook_of;

/// Headings that are usual, and two that must be named and cannot stand in a URL as they are.
const HEADINGS: [&str; 5] = ["asiakasnro", "hetu", "Nimi & muu", "Päivä = synt.", "katuosoite"];
const NAMED: [(&str, &str); 2] = [("surname", "Nimi & muu"), ("birth_date", "Päivä = synt.")];
const SHEET: &str = "Asiakkaat & jäsenet";

/// What a look is given, as the program of a partner has it.
type Asked<'a> = (&'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

/// Twelve rows: one code that is wrong and one that is missing, a key and a row that come again.
fn table() -> String {
    let row = |number: u32| match number {
        3 => "3;131052-308X;Köyhä;1952-10-13;Kotikuja 3\n".to_owned(),
        4 => "4;;Köyhä;1952-10-13;Kotikuja\n".to_owned(),
        7 => "5;131052-308T;Köyhä;1952-10-13;Kotikuja 5\n".to_owned(),
        8 => "5;131052-308T;Köyhä;1952-10-13;Kotikuja 8\n".to_owned(),
        number => format!("{number};131052-308T;Köyhä;1952-10-13;Kotikuja {number}\n"),
    };
    HEADINGS.join(";") + "\n" + &(1..=12).map(row).collect::<String>()
}

/// The first ten rows as they may be shown.
fn masked() -> Value {
    let row = |number: u32| match number {
        3 => json!(["9", "999999-999A", "Aaaaa", "9999-99-99", "Aaaaaaaa 9"]),
        4 => json!(["9", "", "Aaaaa", "9999-99-99", "Aaaaaaaa"]),
        10 => json!(["99", "******-****", "Aaaaa", "9999-99-99", "Aaaaaaaa 99"]),
        _ => json!(["9", "******-****", "Aaaaa", "9999-99-99", "Aaaaaaaa 9"]),
    };
    (1..=10).map(row).collect()
}

/// A text in ISO 8859-1.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

/// The scheduler, and the files of the test beside its store.
fn cluster() -> Cluster {
    let mut cluster = Cluster::start(Store::new(), 0);
    cluster.ask_for_tokens("");
    let (store, text) = (&cluster.store, table());
    let parquet = parquet_tables::written(&text, &["Päivä = synt."]);
    store.file("damaged.parquet", &parquet[..parquet.len() - 9]);
    store.file("customers.parquet", parquet);
    store.file("customers.xlsx", workbook_of(&text.replace(';', ",").replace('&', "&amp;")));
    store.file("customers.csv", latin(&text));
    store.file("quotes.csv", "hetu\n\"131052-308T\n");
    cluster
}

fn url(cluster: &Cluster) -> String {
    format!("http://127.0.0.1:{}", cluster.port())
}

/// A look by the Rust client: what it is, or the kind of error with what is told.
fn rust(cluster: &Cluster, token: &str, (file, sheet, named): Asked<'_>) -> Value {
    let mut columns = RegisterColumns::default();
    for (field, heading) in named {
        match *field {
            "surname" => columns.surname = Some((*heading).to_owned()),
            "birth_date" => columns.birth_date = Some((*heading).to_owned()),
            _ => panic!("{field}"),
        }
    }
    let client = Client::new(&url(cluster)).unwrap().with_token(token);
    let path = cluster.store.folder().join(file);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match runtime.block_on(client.look_at_file(&path, &Given { sheet, columns })) {
        Ok(look) => serde_json::to_value(look).unwrap(),
        Err(ClientError::Refused { message, details }) => {
            json!({"refused": message, "details": details})
        }
        Err(ClientError::Forbidden(message)) => json!({"forbidden": message}),
        Err(error) => panic!("{error:?}"),
    }
}

/// What a partner's program does: a look at the bytes of a file, and at the file.
const PROGRAM: &str = r#"
import json, sys
from poimuri import Client, PoimuriError

url, token, asked = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
name, sheet, named = asked
# A whole file is read before the answer, however short other calls are.
client = Client(url, token=token, timeout=0.02)

def look(data):
    try:
        return client.look_at_file(data, sheet=sheet, columns=dict(named))
    except PoimuriError as error:
        kind = {401: "forbidden", 422: "refused"}.get(error.status, error.status)
        return {kind: str(error).split(": ")[0], "details": error.details}

with open(name, "rb") as file:
    streamed = look(file)
with open(name, "rb") as file:
    whole = look(file.read())
print(json.dumps([streamed, whole]))
"#;

/// The same by the Python client.
fn python(cluster: &Cluster, token: &str, asked: Asked<'_>) -> Value {
    let store = &cluster.store;
    store.file("program.py", PROGRAM);
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/python");
    let mut python = Command::new("python3");
    python.current_dir(store.folder()).env("PYTHONPATH", library);
    python.args(["-B", "program.py", &url(cluster), token, &json!(asked).to_string()]);
    let ended = python.output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(told[0], told[1], "a file is sent in pieces, and bytes whole");
    told[0].clone()
}

#[test]
fn both_clients_see_the_same_of_csv_parquet_and_workbooks() {
    let cluster = cluster();
    for (name, sheet, form) in [
        ("customers.csv", None, json!({"kind": "csv", "encoding": "iso-8859-1", "separator": ";"})),
        ("customers.parquet", None, json!({"kind": "parquet"})),
        ("customers.xlsx", Some(SHEET), json!({"kind": "xlsx", "sheet": SHEET})),
    ] {
        let asked = (name, sheet, &NAMED[..]);
        let told = rust(&cluster, CUSTOMER, asked);
        assert_eq!(python(&cluster, CUSTOMER, asked), told, "{name}");
        for (what, value) in form.as_object().unwrap() {
            assert_eq!(told["form"][what], *value, "{name}: {what}");
        }
        assert_eq!(
            (&told["form"]["has_heading"], &told["form"]["columns"]),
            (&json!(true), &json!(HEADINGS))
        );
        let columns = json!({"key": "asiakasnro", "identity_code": "hetu", "surname": "Nimi & muu",
            "birth_date": "Päivä = synt.", "street_address": "katuosoite"});
        assert_eq!(
            (&told["columns"], &told["fault"], &told["doubts"]),
            (&columns, &Value::Null, &Value::Null)
        );
        assert_eq!(told["preview"], masked(), "{name}");
        let quality = &told["quality"];
        let exactly = |count: u64| json!({"count": count, "is_estimate": false});
        assert_eq!((&quality["rows"], &quality["uneven"]), (&json!(12), &json!(0)), "{name}: {quality}");
        assert_eq!(quality["repeated_rows"], exactly(1), "{name}: {quality}");
        assert_eq!(quality["repeated_keys"], exactly(2), "{name}: {quality}");
        assert_eq!(quality["empty"], json!({"identity_code": 1}), "{name}");
        assert_eq!(quality["invalid_birth_dates"]["count"], json!(0), "{name}: {quality}");
        let codes = &quality["identity_codes"];
        assert_eq!((&codes["valid"], &codes["duplicates"]), (&json!(10), &json!(9)), "{name}: {codes}");
        assert_eq!(codes["invalid"]["check"]["count"], json!(1), "{name}: {codes}");
    }
    let registers = cluster.call(CUSTOMER, "GET", "/v1/registers", "").json();
    assert_eq!(registers, json!([]), "a look stores nothing");
}

#[test]
fn both_clients_are_told_why_a_file_cannot_be_read() {
    let cluster = cluster();
    for (asked, word) in [
        (("quotes.csv", None, &[][..]), "line 2"),
        (("damaged.parquet", None, &[]), "Parquet"),
        (("customers.xlsx", Some("Muut & muut"), &[]), SHEET),
        (("customers.csv", None, &[("surname", "Nimi")]), "register.columns.surname"),
    ] {
        let told = rust(&cluster, CUSTOMER, asked);
        assert_eq!(python(&cluster, CUSTOMER, asked), told);
        assert_eq!(told["refused"], "the register is refused", "{asked:?}: {told}");
        assert!(told["details"].to_string().contains(word), "{asked:?}: {told}");
        assert!(!told.to_string().contains("131052"), "{told}");
    }
    let asked = ("customers.csv", None, &[][..]);
    let told = rust(&cluster, "nobody", asked);
    assert!(told["forbidden"].is_string(), "{told}");
    assert_eq!(python(&cluster, "nobody", asked)["forbidden"], told["forbidden"]);
    let client = Client::new(&url(&cluster)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let missing = runtime.block_on(client.look_at_file(Path::new("/nowhere"), &Given::default()));
    assert!(matches!(missing, Err(ClientError::File(_))), "{missing:?}");
}

#[test]
fn a_long_file_that_is_refused_at_its_beginning_tells_why() {
    let cluster = cluster();
    let text = "hetu;nimi\n".to_owned() + &"131052-308T;Köyhä\n".repeat(3_000_000);
    cluster.store.file("long.csv", text);
    let asked = ("long.csv", None, &[("surname", "suku")][..]);
    let told = rust(&cluster, CUSTOMER, asked);
    assert!(told["details"].to_string().contains("register.columns.surname"), "{told}");
    assert_eq!(python(&cluster, CUSTOMER, asked), told);
    let told = rust(&cluster, "nobody", asked);
    assert!(told["forbidden"].is_string(), "{told}");
    assert_eq!(python(&cluster, "nobody", asked)["forbidden"], told["forbidden"]);
}

#[test]
fn a_long_file_that_is_read_once_it_is_there_is_waited_for() {
    let cluster = cluster();
    let rows = "131052-308T;Köyhä\n".repeat(300_000);
    cluster.store.file("long.parquet", parquet_tables::written(&format!("hetu;sukunimi\n{rows}"), &[]));
    let asked = ("long.parquet", None, &[][..]);
    let told = rust(&cluster, CUSTOMER, asked);
    assert_eq!(told["quality"]["rows"], 300_000, "{told}");
    assert_eq!(python(&cluster, CUSTOMER, asked), told);
}

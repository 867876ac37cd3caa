//! What an update tells, flag by flag, of people the source files are read for; the whole package `basic`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use poimuri_tests::store::{AS_OF, Store};
use serde_json::Value;

use crate::customers::delivered;
use crate::parquet_tables::TextRow;
use crate::source_people::people;

const PERMIT: &str = r#"
id = "P-2026-0012"
holder = "acme"
services = ["update"]
purposes = ["register-update"]
fields = ["name", "sex", "mother_tongue", "municipality", "address", "foreign_address", "foreign_country", "moved_in",
  "emigrated_on", "death_date"]
recipients = ["acme"]
valid_from = 2020-01-01
valid_to = 2099-12-31
"#;
const ORDER: &str = r#"
kind = "update"
customer = "acme"
permit = "P-2026-0012"
purpose = "register-update"
register = { file = "customers.csv" }
update = { package = "basic", mode = "changes" }
delivery = { recipient = "acme", format = "csv" }
"#;
const HEADING: &str =
    "asiakasnro;hetu;sukunimi;etunimet;katuosoite;postinumero;kotikunta;äidinkieli;sukupuoli;muutospäivä";
/// Columns between the flags and the reason.
const ITEMS: [&str; 14] = [
    "surname",
    "first_names",
    "call_name",
    "sex",
    "mother_tongue",
    "municipality",
    "street_address",
    "postal_code",
    "post_office",
    "foreign_address",
    "foreign_country",
    "moved_in",
    "emigrated_on",
    "death_date",
];
const PLACE: [&str; 5] = ["municipality", "street_address", "postal_code", "post_office", "moved_in"];
const NAMES: [&str; 3] = ["surname", "first_names", "call_name"];
/// Persons of each kind of row at most.
const MOST: usize = 40;

/// A kind of row: its name; by column what it says beside the identity code; status and flags; the items that are told.
/// What is said is a text, `@item` of the person, or the first of two texts that is not the person's.
type Kind = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static [&'static str]);

const ELSEWHERE: (&str, &str) = ("katuosoite", "Olematonkatu 1 A 1");
/// A row of a person whose day of moving in is known, of data as new as the register's.
const NEWER: [(&str, &str); 3] = [ELSEWHERE, ("muutospäivä", AS_OF), ("known", "@moved_in")];
const LANGUAGE: (&str, &str) = ("äidinkieli", "fi|sv");

const KINDS: &[Kind] = &[
    ("death", &[], "12 D", &["death_date"]),
    ("abroad", &[], "13 E", &["foreign_address", "foreign_country", "emigrated_on"]),
    ("code", &[("hetu", "@previous_ids")], "11 H", &[]),
    ("former surname", &[("sukunimi", "@former_surnames")], "11 NF", &NAMES),
    ("surname", &[("sukunimi", "Olematon"), ("etunimet", "@first_names")], "11 N", &NAMES),
    ("nothing differs", &[("katuosoite", "@street_address"), ("postinumero", "@postal_code")], "10 ", &[]),
    ("postal code", &[("katuosoite", "@street_address"), ("postinumero", "00000")], "11 P", &PLACE),
    ("address", &[ELSEWHERE], "11 A", &PLACE),
    ("municipality", &[("kotikunta", "091|837")], "11 M", &PLACE),
    ("lived abroad", &[("kotikunta", "200")], "11 MI", &PLACE),
    ("language", &[LANGUAGE], "11 L", &["mother_tongue"]),
    ("sex", &[("sukupuoli", "1|2")], "11 S", &["sex"]),
    ("newer", &NEWER, "10 C", &[]),
    ("newer, and language", &[NEWER[0], NEWER[1], NEWER[2], LANGUAGE], "11 LC", &["mother_tongue"]),
];

fn lives(person: &TextRow) -> bool {
    person.contains_key("street_address") && !person.contains_key("death_date")
}

/// The item that a column of the customer is compared with.
fn item(column: &str) -> &str {
    let items = [("kotikunta", "municipality"), ("äidinkieli", "mother_tongue"), ("sukupuoli", "sex")];
    items.iter().find(|(name, _)| *name == column).map_or(column, |(_, item)| item)
}

/// What a row of a kind says of a person; nothing if the person is not of that kind.
fn says(person: &TextRow, (_, said, outcome, _): &Kind) -> Option<TextRow> {
    let is_dead = person.contains_key("death_date");
    let is_of_kind = match &outcome[..2] {
        "12" => is_dead,
        "13" => !is_dead && !lives(person) && person.contains_key("emigrated_on"),
        _ => lives(person),
    };
    let text = |(column, text): &(&str, &str)| {
        let text = match (text.strip_prefix('@'), text.split_once('|')) {
            (Some(item), _) => person.get(item)?.clone(),
            (None, Some((one, other))) => {
                let own = person.get(item(column)).filter(|own| !own.is_empty())?;
                if own == one { other.to_owned() } else { one.to_owned() }
            }
            (None, None) => (*text).to_owned(),
        };
        Some(((*column).to_owned(), text))
    };
    if is_of_kind { said.iter().map(text).collect() } else { None }
}

fn row(key: &str, person: &TextRow, said: &TextRow) -> String {
    let cell = |column: &str| {
        let code = || if column == "hetu" { person["person_id"].clone() } else { String::new() };
        said.get(column).cloned().unwrap_or_else(code)
    };
    let cells: Vec<String> = HEADING.split(';').skip(1).map(cell).collect();
    format!("{key};{}\n", cells.join(";"))
}

fn told(store: &Store, order: &str) -> (Value, Vec<Vec<String>>) {
    let receipt = store.receipt(order, "2");
    let rows = delivered(store, receipt["order"].as_str().unwrap());
    // No value of the made-up register holds a comma or a quotation mark but addresses abroad.
    let cells = |row: String| {
        let quoted = row
            .split('"')
            .enumerate()
            .map(|(at, text)| if at % 2 == 1 { text.replace(',', "\u{1}") } else { text.to_owned() });
        let row = quoted.collect::<String>();
        row.split(',').map(|cell| cell.replace('\u{1}', ",")).collect()
    };
    (receipt, rows.into_iter().map(cells).collect())
}

fn store() -> Store {
    let store = Store::with_people(20_000, 4);
    store.file("permit.toml", PERMIT);
    store.run(["permit", "import", "permit.toml"]).expect_done();
    store
}

#[test]
fn each_flag_comes_with_its_items_and_no_others() {
    let store = store();
    let people = people(&store);
    let (mut text, mut expected) = (format!("{HEADING}\n"), Vec::new());
    let mut left: Vec<&TextRow> = people.iter().collect();
    for kind in KINDS {
        let before = expected.len();
        // A person stands in one row alone.
        left.retain(|person| {
            let said = if expected.len() < before + MOST { says(person, kind) } else { None };
            if let Some(said) = &said {
                text += &row(&format!("K{}", expected.len()), person, said);
                expected.push((*person, kind));
            }
            said.is_none()
        });
        assert!(expected.len() > before + 4, "{}: {} persons", kind.0, expected.len() - before);
    }
    store.file("customers.csv", &text);
    let (receipt, rows) = told(&store, ORDER);
    assert_eq!(rows.len(), expected.len());
    for (cells, (person, (name, _, outcome, items))) in rows.iter().zip(&expected) {
        assert_eq!(format!("{} {}", cells[2], cells[4]), *outcome, "{name}: {cells:?}");
        assert_eq!(cells[3], if *name == "code" { "M2" } else { "M1" }, "{name}");
        for (item, cell) in ITEMS.iter().zip(&cells[5..]) {
            let value = person.get(*item).filter(|_| items.contains(item));
            assert_eq!(Some(cell).filter(|cell| !cell.is_empty()), value, "{name}: {item}: {cells:?}");
        }
    }
    let counts = &receipt["update"]["flags"];
    let mut flags = BTreeMap::<char, u64>::new();
    for flag in expected.iter().flat_map(|(_, (.., outcome, _))| outcome.chars().skip(3)) {
        *flags.entry(flag).or_default() += 1;
    }
    assert_eq!(flags.len(), 12, "each flag: {flags:?}");
    for (flag, rows) in flags {
        assert_eq!(counts[flag.to_string()].as_u64(), Some(rows), "{flag}: {counts}");
    }
}

#[test]
fn the_whole_package_is_what_the_register_holds() {
    let store = store();
    let people = people(&store);
    let mut text = format!("{HEADING}\n");
    for (index, person) in people.iter().enumerate() {
        writeln!(text, "{}", row(&index.to_string(), person, &TextRow::new()).trim_end()).unwrap();
    }
    store.file("customers.csv", &text);
    let (_, rows) = told(&store, &ORDER.replace("changes", "current"));
    assert_eq!(rows.len(), people.len());
    let mut abroad = 0;
    for (cells, person) in rows.iter().zip(&people) {
        let items: &[&str] = match cells[2].as_str() {
            "10" => &ITEMS,
            "12" => &["death_date"],
            "13" => &["foreign_address", "foreign_country", "emigrated_on"],
            _ => &[],
        };
        abroad += u32::from(cells[2] == "13" && !cells[5 + 9].is_empty());
        for (item, cell) in ITEMS.iter().zip(&cells[5..]) {
            let value = person.get(*item).filter(|value| items.contains(item) && !value.is_empty());
            assert_eq!(Some(cell).filter(|cell| !cell.is_empty()), value, "{item}: {cells:?}");
        }
        let is_dead = person.contains_key("death_date");
        assert_eq!(cells[2] == "12", is_dead, "{cells:?}");
        assert_eq!(cells[2] == "10", lives(person), "{cells:?}");
    }
    assert!(abroad > 10, "{abroad} addresses abroad");
}

//! Two lists of made-up people, some of whom are in both or twice in one, with what somebody typed wrong.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use poimuri_tests::store::Store;

/// A de-duplication of the lists in `members.csv` and `guests.csv`.
pub(crate) const DEDUPLICATION: &str = r#"
kind = "deduplication"
customer = "acme"
permit = "P-2026-0003"
purpose = "register-update"
list = [
  { name = "members", file = "members.csv", priority = 200, columns = { key = "number" } },
  { name = "guests", file = "guests.csv", columns = { key = "nro" } },
]
deduplication = { per = "person", keep = ["newest", "list-priority", "random"] }
delivery = { recipient = "acme", format = "csv" }
"#;

const FIRST: [&str; 16] = [
    "Matti", "Maija", "Juhani", "Anneli", "Kalle", "Liisa", "Timo", "Ritva", "Eino", "Helmi", "Oskari",
    "Sanni", "Väinö", "Ilona", "Aleksi", "Kerttu",
];
const LAST: [&str; 16] = [
    "Virtanen",
    "Korhonen",
    "Nieminen",
    "Mäkelä",
    "Laine",
    "Heikkilä",
    "Koskela",
    "Salonen",
    "Lehto",
    "Rantanen",
    "Jokinen",
    "Savola",
    "Ahonen",
    "Hiltunen",
    "Pesonen",
    "Kettunen",
];
const ENDS: [&str; 8] = ["", "la", "maa", "niemi", "salo", "ranta", "järvi", "koski"];
const STREETS: [&str; 8] =
    ["Koulukatu", "Rantatie", "Kirkkokatu", "Mäkitie", "Asemakatu", "Puistokatu", "Metsätie", "Satamakatu"];

/// A made-up person in columns: surname, first name, date of birth, street address, postal code.
type Person = [String; 5];

const fn mixed(number: u64) -> u64 {
    let x = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

fn person(number: u64) -> Person {
    let m = mixed(number);
    let pick = |salt: u32, of: u64| m.rotate_right(salt) % of;
    let word = |of: &[&str], salt: u32| of[usize::try_from(pick(salt, of.len() as u64)).unwrap()].to_owned();
    [
        word(&LAST, 3) + &word(&ENDS, 17),
        word(&FIRST, 29),
        format!("{}-{:02}-{:02}", 1930 + pick(7, 78), 1 + pick(13, 12), 1 + pick(41, 28)),
        format!("{} {} A {}", word(&STREETS, 23), 1 + pick(37, 60), 1 + pick(51, 40)),
        format!("{:05}", 100 + 10 * pick(47, 900)),
    ]
}

/// The same person as somebody else typed it.
fn slip(of: &Person, number: u64) -> Person {
    let mut twin = of.clone();
    match number % 4 {
        0 => twin[0] = twin[0].replacen('n', "nn", 1),
        1 => twin[1].truncate(twin[1].char_indices().nth(3).map_or(0, |(at, _)| at)),
        2 => twin[3].clear(),
        _ => twin[4] = "99999".to_owned(),
    }
    twin
}

/// A record: what the customer calls it, whose it is, the row.
pub(crate) struct Record {
    pub(crate) key: String,
    pub(crate) person: u64,
    cells: Person,
}

/// Members are all people of the first half, every ninth twice; guests the others, and every fifth member.
pub(crate) fn records(people: u64) -> (Vec<Record>, Vec<Record>) {
    let (mut members, mut guests) = (Vec::new(), Vec::new());
    for number in 0..people {
        let cells = person(number);
        let twin = slip(&cells, mixed(number) >> 40);
        let is_member = number % 2 == 0;
        if is_member && number % 5 == 0 {
            guests.push((number, twin.clone()));
        }
        if is_member && number % 9 == 0 {
            members.push((number, twin));
        }
        if is_member { &mut members } else { &mut guests }.push((number, cells));
    }
    let named = |list: Vec<(u64, Person)>, letter: char| {
        let record = |(at, (person, cells))| Record { key: format!("{letter}{at}"), person, cells };
        list.into_iter().enumerate().map(record).collect::<Vec<_>>()
    };
    (named(members, 'm'), named(guests, 'g'))
}

/// The members as a file with English headings.
pub(crate) fn members(records: &[Record]) -> String {
    let mut text = "number,surname,first names,birth date,street address,postal code,updated\n".to_owned();
    for Record { key, person, cells: [surname, first, born, street, code] } in records {
        let day = 1 + person % 28;
        writeln!(text, "{key},{surname},{first},{born},{street},{code},2026-03-{day:02}").unwrap();
    }
    text
}

/// The guests as a file with Finnish headings, columns in another order.
pub(crate) fn guests(records: &[Record]) -> String {
    let mut text = "nro;etunimet;sukunimi;syntymäaika;postinumero;katuosoite;päivitetty\n".to_owned();
    for Record { key, person, cells: [surname, first, born, street, code] } in records {
        let [year, month, day] = born.split('-').collect::<Vec<_>>()[..] else { continue };
        let of = 1 + person % 12;
        writeln!(text, "{key};{first};{surname};{day}.{month}.{year};{code};{street};1.{of}.2026").unwrap();
    }
    text
}

/// A Parquet file of the cells of a simple CSV text.
pub(crate) fn parquet_of(text: &str) -> Vec<u8> {
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let heading = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let columns = heading.into_iter().enumerate().map(|(index, name)| {
        let cells = StringArray::from_iter_values(rows.iter().map(|row| row[index]));
        (name, Arc::new(cells) as ArrayRef)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A store with both lists as files.
pub(crate) fn prepared(people: u64) -> Store {
    let store = Store::with_people(1_000, 2);
    let (first, second) = records(people);
    store.file("members.csv", members(&first));
    store.file("guests.csv", guests(&second));
    store
}

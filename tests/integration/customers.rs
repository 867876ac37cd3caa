//! Customer registers of people in a test's snapshot, read from the snapshot's own files.

use std::fmt::Write as _;
use std::fs;

use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::Snapshot;
use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::tables::{NULL_I32, flag};
use poimuri_tests::store::Store;

pub(crate) const HEADING: &str = "asiakasnro;hetu;sukunimi;etunimet;syntymäaika;postinumero";

/// The day of the data, 2026-09-01, since 1970-01-01.
const AS_OF_DAY: i32 = 20_697;

/// A person as a customer knows it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) code: String,
    pub(crate) surname: String,
    pub(crate) first_names: String,
    pub(crate) born: String,
    /// Whether an ordinary customer may be told of the person.
    pub(crate) is_disclosable: bool,
    pub(crate) is_dead: bool,
}

/// Everybody in the only snapshot of a store.
pub(crate) fn people(store: &Store) -> Vec<Known> {
    let folder = store.path().join("snapshots");
    let named = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let folder = named.into_iter().find(|path| path.join("manifest.json").exists()).unwrap();
    let snapshot = Snapshot::open(&folder).unwrap();
    let surnames = snapshot.dictionary(Dict::Surname).unwrap();
    let first_names = snapshot.dictionary(Dict::FirstNames).unwrap();
    let mut people = Vec::new();
    for index in 0..snapshot.shard_count() {
        let shard = snapshot.shard(index).unwrap();
        let persons = shard.persons().unwrap();
        for row in 0..persons.id.len() {
            let code = Hetu::from_packed(persons.id[row]).unwrap();
            let date = code.birth_date();
            let until = persons.security_until[row];
            let is_protected = until != NULL_I32 && until >= AS_OF_DAY;
            people.push(Known {
                code: String::from_utf8(code.to_text().to_vec()).unwrap(),
                surname: surnames.text(persons.surname[row]).unwrap().to_owned(),
                first_names: first_names.text(persons.first_names[row]).unwrap().to_owned(),
                born: date.to_string(),
                is_disclosable: persons.flags[row] & flag::NO_REGISTER_UPDATE == 0 && !is_protected,
                is_dead: persons.flags[row] & flag::DEAD != 0,
            });
        }
    }
    people
}

/// A register of people: every second by identity code, the others by name and date of birth.
pub(crate) fn register<'a>(people: impl IntoIterator<Item = &'a Known>) -> String {
    let mut text = format!("{HEADING}\n");
    for (index, person) in people.into_iter().enumerate() {
        let Known { code, surname, first_names, born, .. } = person;
        let (code, born) = if index % 2 == 0 { (code.as_str(), "") } else { ("", born.as_str()) };
        writeln!(text, "A{index};{code};{surname};{first_names};{born};00000").unwrap();
    }
    text
}

/// The rows of an update's delivery, without header, as they are in the file.
pub(crate) fn delivered(store: &Store, order: &str) -> Vec<String> {
    let out = store.folder().join(format!("opened-{order}"));
    if !out.exists() {
        let out = out.to_str().unwrap().to_owned();
        store.run(["delivery", "open", order, "--identity", "acme.key", "--out", &out]).expect_done();
    }
    let mut files = Vec::new();
    let mut open = vec![out];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "csv") {
                files.push(path);
            }
        }
    }
    files.sort();
    let rows = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        text.split("\r\n").skip(1).filter(|row| !row.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    });
    rows.collect()
}

//! A register of a few rows, and changes put into its source rows the slow way.

mod events;

use jiff::civil::date;
use serde_json::{Value, json};

use crate::register::changes::{Change, Fact};
use crate::register::hetu::Hetu;
use crate::snapshot::build::tests::small::{Rows, hetu, prt};

const NAMES: [&str; 6] = ["Mäkelä", "Virtanen", "af Björksten", "Öhman", "Mäkelä-Virtanen", "Ng"];
const TOWNS: [&str; 3] = ["091", "837", "478"];

/// Source rows, and the changes that led to them.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) rows: Rows,
    pub(super) changes: Vec<Change>,
    next_code: u16,
    merges: usize,
    dwellings: usize,
}

/// One of some things, by a number.
fn pick<T: Copy>(of: &[T], number: usize) -> T {
    of[number % of.len()]
}

fn code(text: &str) -> Hetu {
    Hetu::parse(text).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Model {
    /// Some people in some dwellings, drawn from numbers.
    pub(super) fn new(people: usize, dwellings: usize, numbers: &[usize]) -> Self {
        let mut rows = Rows::default();
        let number = |index: usize| numbers[index % numbers.len()];
        for home in 0..dwellings {
            let building = prt(u32::try_from(home / 2).unwrap());
            if home % 2 == 0 {
                let town = pick(&TOWNS, number(home));
                rows.buildings.push(json!({
                    "building_id": building, "municipality": town, "code_version": "1994",
                    "heating_source": "01", "conn_water": home % 3 == 0, "completed": "1980-05-06",
                    "permit_id": (home % 4 == 0).then_some("3000000017"), "floors": home,
                }));
                for address in 1..=1 + home % 2 {
                    rows.addresses.push(json!({
                        "building_id": building, "address_no": address, "street_fi": "Kirkkokatu",
                        "street_sv": (home % 3 == 0).then_some("Kyrkogatan"), "house_number": home.to_string(),
                        "postal_code": format!("0{}100", home % 7), "post_office_fi": "HELSINKI",
                    }));
                }
                rows.owners.push(json!({"building_id": building, "owner_type": "10"}));
            }
            rows.dwellings.push(json!({
                "dwelling_id": format!("{building}1A00{}0", home % 2), "building_id": building,
                "address_no": 1, "stair": "A", "apartment": format!("00{}", home % 2), "rooms": 1 + home % 4,
            }));
        }
        let mut model = Self { rows, changes: Vec::new(), next_code: 2, merges: 0, dwellings };
        for person in 0..people {
            model.inhabitant(person, number(person), number(person + 3));
        }
        model
    }

    fn fresh_code(&mut self) -> String {
        self.next_code += 1;
        hetu(date(1970, 1, 1), self.next_code)
    }

    fn inhabitant(&mut self, person: usize, one: usize, two: usize) {
        let id = self.fresh_code();
        let home = one % (self.dwellings + 1);
        let dwelling = self.rows.dwellings.get(home).map(|row| row["dwelling_id"].clone());
        self.rows.persons.push(json!({
            "person_id": id, "first_names": "Maija Liisa", "surname": pick(&NAMES, one), "sex": "2",
            "call_name": (!two.is_multiple_of(3)).then_some("Liisa"), "birth_date": "1970-01-01", "mother_tongue": "fi",
            "municipality": pick(&TOWNS, two), "dwelling_id": dwelling, "no_marketing": two.is_multiple_of(2),
            "former_surnames": (two.is_multiple_of(4)).then(|| vec![pick(&NAMES, two)]), "care_of": "c/o Ng",
            "moved_in": dwelling.is_some().then_some("2001-02-03"), "occupation": pick(&NAMES, two + 1),
        }));
        for owned in 0..two % 3 {
            let building =
                self.rows.buildings[(one + owned) % self.rows.buildings.len()]["building_id"].clone();
            let owner_type = pick(&["01", "02"], person);
            self.rows.owners.push(json!({
                "building_id": building, "person_id": id, "owner_type": owner_type,
            }));
        }
        for stay in 0..one % 3 {
            self.rows.previous.push(json!({
                "person_id": id, "street_fi": format!("Ojakuja {stay}"), "postal_code": "00200",
                "until": "2001-02-03",
            }));
        }
        let mut seen = std::collections::BTreeSet::new();
        self.rows.owners.retain(|row| row["person_id"].is_null() || seen.insert(row.to_string()));
    }

    fn tell(&mut self, person: &str, facts: Vec<Fact>) {
        let key = 100 + u64::try_from(self.changes.len()).unwrap();
        let at = "2026-06-30T10:00:00Z".parse().unwrap();
        self.changes.push(Change { key, at, person: code(person), facts });
    }

    /// One thing that happens, chosen by numbers: to the source rows, and as a change.
    pub(super) fn happen(&mut self, what: usize, who: usize, how: usize) {
        if self.rows.persons.is_empty() || what.is_multiple_of(15) {
            return self.born(how);
        }
        let place = who % self.rows.persons.len();
        let person = text(&self.rows.persons[place]["person_id"]);
        let facts = match what % 15 {
            1 => self.renamed(place, how),
            2 | 3 => self.moved(place, how),
            4 => self.emigrated(place, how),
            5 => return self.recoded(place, how),
            6 => return self.merged(place, how),
            7 => self.bound(place, how),
            other => self.told(place, other, how),
        };
        self.tell(&person, facts);
    }

    /// The source rows in the end: what came by a merge stands last, and nothing is owned twice.
    pub(super) fn source(mut self) -> Rows {
        for rows in [&mut self.rows.owners, &mut self.rows.previous] {
            rows.sort_by_key(|row| row["merge"].as_u64().map_or(0, |number| number + 1));
        }
        let mut seen = std::collections::BTreeSet::new();
        self.rows.owners.retain(|row| {
            let key = ["building_id", "person_id", "owner_type"].map(|column| row[column].to_string());
            row["person_id"].is_null() || seen.insert(key)
        });
        self.rows
    }
}

//! What may happen to a model's people.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Model, NAMES, TOWNS, code, pick, text};
use crate::register::changes::{
    Abroad, Address, Fact, Home, Identity, Left, NameKind, PartialDate, Prohibition,
};
use crate::register::hetu::Hetu;

fn day(month: i8, number: usize) -> Date {
    date(2026, month, 1 + i8::try_from(number % 28).unwrap())
}

fn push(row: &mut Value, column: &str, value: &str) {
    if row[column].is_null() {
        row[column] = json!([]);
    }
    row[column].as_array_mut().unwrap().push(json!(value));
}

impl Model {
    pub(super) fn born(&mut self, how: usize) {
        let id = self.fresh_code();
        let on = day(1, how);
        let (surname, town) = (pick(&NAMES, how), pick(&TOWNS, how / 3));
        self.rows.persons.push(json!({
            "person_id": id, "first_names": "Otso", "surname": surname, "sex": "1", "birth_date": on.to_string(),
            "mother_tongue": "sv", "municipality": town, "names_since": on.to_string(),
        }));
        let names = Fact::Names {
            first_names: "Otso".to_owned(),
            surname: surname.to_owned(),
            since: Some(PartialDate::Year(date(2026, 1, 1))),
        };
        // The year alone is told: the names are borne since the birth at the earliest.
        let facts = vec![
            names,
            Fact::Registered(PartialDate::Day(on)),
            Fact::Sex(1),
            Fact::MotherTongue("sv".to_owned()),
            Fact::Municipality(town.to_owned()),
        ];
        self.tell(&id, facts);
    }

    pub(super) fn renamed(&mut self, place: usize, how: usize) -> Vec<Fact> {
        let row = &mut self.rows.persons[place];
        let (old, new, since) = (text(&row["surname"]), pick(&NAMES, how), day(2, how));
        let first_names = text(&row["first_names"]);
        let last = row["former_surnames"].as_array().and_then(|names| names.last());
        if last != Some(&json!(old)) {
            push(row, "former_surnames", &old);
        }
        row["surname"] = json!(new);
        row["names_since"] = json!(since.to_string());
        let names =
            Fact::Names { first_names, surname: new.to_owned(), since: Some(PartialDate::Day(since)) };
        vec![names, Fact::FormerName(NameKind::Surname, old)]
    }

    pub(super) fn moved(&mut self, place: usize, how: usize) -> Vec<Fact> {
        let row = &mut self.rows.persons[place];
        let (id, since) = (row["person_id"].clone(), day(3, how));
        let left = Left {
            address: Address {
                street_fi: "Vanha tie".to_owned(),
                house_number: Some(how.to_string()),
                postal_code: "00300".to_owned(),
                ..Address::default()
            },
            since: None,
            until: PartialDate::Month(date(2026, 2, 1)),
        };
        self.rows.previous.push(json!({
            "person_id": id, "street_fi": "Vanha tie", "house_number": how.to_string(),
            "postal_code": "00300", "until": "2026-02-28",
        }));
        let home = self.rows.dwellings.get(how % (self.dwellings + 2)).map(|row| text(&row["dwelling_id"]));
        row["dwelling_id"] = json!(home);
        row["moved_in"] = json!(home.is_some().then(|| since.to_string()));
        let withheld = Home { dwelling: None, since: None, address: None };
        let home = match home {
            Some(dwelling) => Fact::Home(Some(Home {
                dwelling: Some(dwelling),
                since: Some(PartialDate::Day(since)),
                address: None,
            })),
            None => Fact::Home((how.is_multiple_of(2)).then_some(withheld)),
        };
        vec![Fact::Left(left), home]
    }

    pub(super) fn emigrated(&mut self, place: usize, how: usize) -> Vec<Fact> {
        let row = &mut self.rows.persons[place];
        let (gone, since) = (how.is_multiple_of(2), day(4, how));
        let address = (how.is_multiple_of(4)).then(|| "Storgatan 5, Stockholm".to_owned());
        row["foreign_country"] = json!(gone.then_some("752"));
        row["foreign_address"] = json!(address);
        row["emigrated_on"] = json!(gone.then(|| since.to_string()));
        let since = Some(PartialDate::Day(since));
        vec![Fact::Abroad(gone.then(|| Abroad { country: "752".to_owned(), address, since }))]
    }

    pub(super) fn recoded(&mut self, place: usize, how: usize) {
        let new = self.fresh_code();
        let row = &mut self.rows.persons[place];
        let old = text(&row["person_id"]);
        let known_by = row["previous_ids"].as_array().and_then(|codes| codes.first()).map(text);
        row["person_id"] = json!(new);
        push(row, "previous_ids", &old);
        let all: Vec<Hetu> =
            row["previous_ids"].as_array().unwrap().iter().map(|code| super::code(&text(code))).collect();
        for row in self.rows.owners.iter_mut().chain(&mut self.rows.previous) {
            if row["person_id"] == json!(old) {
                row["person_id"] = json!(new);
            }
        }
        let previous = (how.is_multiple_of(2)).then_some(all);
        let identity = Identity { replaced: code(&old), active: code(&new), previous };
        // Told of the old code, of an older one, or of the one that is new.
        let person = pick(&[Some(&old), known_by.as_ref(), Some(&new)], how).cloned().unwrap_or(old);
        self.tell(&person, vec![Fact::Identity(identity)]);
    }

    pub(super) fn merged(&mut self, place: usize, how: usize) {
        let other = how % self.rows.persons.len();
        if other == place {
            return;
        }
        let gone = self.rows.persons[place].clone();
        let (from, to) = (text(&gone["person_id"]), text(&self.rows.persons[other]["person_id"]));
        let stays = &mut self.rows.persons[other];
        push(stays, "previous_ids", &from);
        for code in gone["previous_ids"].as_array().into_iter().flatten() {
            push(stays, "previous_ids", &text(code));
        }
        self.rows.persons.remove(place);
        for row in self.rows.owners.iter_mut().chain(&mut self.rows.previous) {
            if row["person_id"] == json!(from) {
                row["person_id"] = json!(to);
                if row["merge"].is_null() {
                    row["merge"] = json!(self.merges);
                }
            }
        }
        self.merges += 1;
        let identity = Identity { replaced: code(&from), active: code(&to), previous: None };
        let person = if how.is_multiple_of(2) { from } else { to };
        self.tell(&person, vec![Fact::Identity(identity)]);
    }

    pub(super) fn bound(&mut self, place: usize, how: usize) -> Vec<Fact> {
        let other = text(&self.rows.persons[how % self.rows.persons.len()]["person_id"]);
        let row = &mut self.rows.persons[place];
        let married = how.is_multiple_of(3);
        row["spouse_id"] = json!(married.then_some(&other));
        let guarded = how.is_multiple_of(2);
        let mut guardians = row["guardian_ids"].as_array().cloned().unwrap_or_default();
        guardians.retain(|code| guarded || *code != json!(other));
        if guarded && !guardians.contains(&json!(other)) {
            guardians.push(json!(other));
        }
        row["guardian_ids"] = json!(guardians);
        vec![Fact::Spouse(married.then(|| code(&other))), Fact::Guardian(code(&other), guarded)]
    }

    /// One column, or a few.
    pub(super) fn told(&mut self, place: usize, what: usize, how: usize) -> Vec<Fact> {
        let row = &mut self.rows.persons[place];
        let (even, on) = (how.is_multiple_of(2), day(5, how));
        let day = PartialDate::Day(on);
        match what {
            8 => {
                row["death_date"] = json!(even.then(|| on.to_string()));
                vec![Fact::Death(even.then_some(day))]
            }
            9 => {
                row["mother_tongue"] = json!(if even { "ru" } else { "98" });
                row["service_language"] = json!(even.then_some("sv"));
                let tongue = text(&row["mother_tongue"]);
                vec![Fact::MotherTongue(tongue), Fact::ServiceLanguage(even.then(|| "sv".to_owned()))]
            }
            10 => {
                let which = pick(&Prohibition::ALL, how);
                row[which.column()] = json!(even);
                vec![Fact::Prohibition(which, even)]
            }
            11 => {
                let until = if how.is_multiple_of(4) { "9999-12-31" } else { "2027-12-31" };
                row["security_until"] = json!(even.then_some(until));
                let until = PartialDate::Year(if until.starts_with('9') {
                    date(9999, 1, 1)
                } else {
                    date(2027, 1, 1)
                });
                vec![Fact::Security(even.then_some(until))]
            }
            12 => {
                row["occupation"] = json!(even.then_some("opettaja"));
                row["call_name"] = json!(even.then_some("Maija"));
                let text = |text: &str| even.then(|| text.to_owned());
                vec![Fact::Occupation(text("opettaja")), Fact::CallName(text("Maija"))]
            }
            13 => {
                let (sex, town) = (pick(&["", "1", "2"], how), pick(&TOWNS, how));
                row["sex"] = json!(sex);
                row["municipality"] = json!(town);
                vec![Fact::Sex(u8::try_from(how % 3).unwrap()), Fact::Municipality(town.to_owned())]
            }
            _ => {
                row["birth_date"] = json!("1969-12-31");
                vec![Fact::BirthDate(PartialDate::Day(date(1969, 12, 31)))]
            }
        }
    }
}

//! The six files in memory, each row judged: by itself, as one of several, and by what it depends on.

use std::path::Path;

use super::columns::Broken;
use super::error::BuildError;
use super::intern::Interners;
use super::keys::{DwellingIds, rows, sorted};
use super::rules::{BIRTH_DAYS, Reason, Shape};
use super::table::Table;
use super::values::{Take, Values};
use crate::register::source::SourceFile;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// A register in memory. Only rows that are kept by their table count.
pub(super) struct Register {
    pub(super) buildings: Table,
    /// Has the derived column `building`: row of `buildings`.
    pub(super) addresses: Table,
    /// Likewise.
    pub(super) dwellings: Table,
    pub(super) dwelling_ids: DwellingIds,
    pub(super) persons: Table,
    /// Has the derived columns `building` and `person`: rows of those tables, [`NO_ROW`] without a person.
    pub(super) owners: Table,
    /// Has the derived column `person`.
    pub(super) previous: Table,
    pub(super) interners: Interners,
}

impl Register {
    pub(super) fn tables(&self) -> [&Table; 6] {
        [&self.persons, &self.dwellings, &self.buildings, &self.addresses, &self.owners, &self.previous]
    }

    pub(super) fn tables_mut(&mut self) -> [&mut Table; 6] {
        let Self { persons, dwellings, buildings, addresses, owners, previous, .. } = self;
        [persons, dwellings, buildings, addresses, owners, previous]
    }

    /// Reads the folder. `done` is told after each file.
    pub(super) fn read(folder: &Path, done: &dyn Fn()) -> Result<Self, BuildError> {
        for file in SourceFile::ALL {
            // A folder is refused before the work begins.
            super::source::Source::open(folder, file)?;
        }
        let interners = Interners::new();
        let mut buildings = Table::read(folder, SourceFile::Buildings, BUILDINGS, &interners)?;
        let (building_rows, broken) =
            sorted(buildings.codes("building_id").iter().copied(), buildings.kept());
        buildings.verdicts.reject("building_id", broken);
        done();
        let mut addresses = Table::read(folder, SourceFile::Addresses, ADDRESSES, &interners)?;
        join_building(&mut addresses, &building_rows);
        judge_addresses(&mut addresses);
        done();
        let mut dwellings = Table::read(folder, SourceFile::Dwellings, DWELLINGS, &interners)?;
        join_building(&mut dwellings, &building_rows);
        let (codes, texts) = dwellings.take_texts("dwelling_id");
        let (dwelling_ids, broken) = DwellingIds::new(codes, texts, dwellings.kept());
        dwellings.verdicts.reject("dwelling_id", broken);
        done();
        let mut persons = Table::read(folder, SourceFile::Persons, &persons(&dwelling_ids), &interners)?;
        judge_dates(&mut persons);
        let (person_rows, broken) = sorted(persons.ids("person_id").iter().copied(), persons.kept());
        persons.verdicts.reject("person_id", broken);
        done();
        let mut owners = Table::read(folder, SourceFile::Owners, OWNERS, &interners)?;
        join_building(&mut owners, &building_rows);
        join_person(&mut owners, &person_rows);
        judge_owners(&mut owners);
        done();
        let mut previous = Table::read(folder, SourceFile::PreviousAddresses, PREVIOUS, &interners)?;
        join_person(&mut previous, &person_rows);
        judge_stays(&mut previous);
        done();
        Ok(Self { buildings, addresses, dwellings, dwelling_ids, persons, owners, previous, interners })
    }
}

fn broken(rows: impl Iterator<Item = bool>, reason: Reason) -> Broken {
    (0..).zip(rows).filter(|(_, broken)| *broken).map(|(row, _)| (row, reason)).collect()
}

fn join_building(table: &mut Table, building_rows: &[(u32, u32)]) {
    let found = rows(building_rows, table.codes("building_id"));
    let unknown = broken(found.iter().map(|row| *row == NO_ROW), Reason::UnknownBuilding);
    table.verdicts.reject("building_id", unknown);
    table.add("building", Values::Codes(found));
}

fn join_person(table: &mut Table, person_rows: &[(u64, u32)]) {
    let ids = table.ids("person_id");
    let found = rows(person_rows, ids);
    let unknown = found.iter().zip(ids).map(|(row, id)| *row == NO_ROW && *id != 0);
    let unknown = broken(unknown, Reason::UnknownPerson);
    table.verdicts.reject("person_id", unknown);
    table.add("person", Values::Codes(found));
}

fn judge_addresses(table: &mut Table) {
    let places = table.codes("building").iter().zip(table.numbers("address_no"));
    let (_, broken) = sorted(places.map(|(building, number)| (*building, *number)), table.kept());
    table.verdicts.reject("address_no", broken);
}

fn judge_dates(table: &mut Table) {
    let birth = table.numbers("birth_date");
    let impossible = birth.iter().map(|day| *day != NULL_I32 && !BIRTH_DAYS.contains(day));
    let impossible = broken(impossible, Reason::ImpossibleDate);
    let early = ["names_since", "death_date", "moved_in", "emigrated_on"].map(|column| {
        let days = table.numbers(column).iter().zip(birth);
        (column, broken(days.map(|(day, birth)| *day != NULL_I32 && day < birth), Reason::BeforeBirth))
    });
    table.verdicts.reject("birth_date", impossible);
    for (column, broken) in early {
        table.verdicts.reject(column, broken);
    }
}

/// The same owner of the same building once; owners without a code may be several.
fn judge_owners(table: &mut Table) {
    let (people, types) = (table.codes("person"), table.codes("owner_type"));
    let kept: Vec<bool> =
        table.kept().iter().zip(people).map(|(kept, person)| *kept && *person != NO_ROW).collect();
    let keys = table.codes("building").iter().zip(people).zip(types);
    let (_, broken) = sorted(keys.map(|((building, person), of)| (*building, *person, *of)), &kept);
    table.verdicts.reject("person_id", broken);
}

fn judge_stays(table: &mut Table) {
    let days = table.numbers("since").iter().zip(table.numbers("until"));
    let backwards = broken(days.map(|(since, until)| since > until), Reason::BackwardsDates);
    table.verdicts.reject("until", backwards);
}

type Plan<'a> = [(&'static str, Take<'a>)];

const fn code(dict: Dict, shape: Shape) -> Take<'static> {
    Take::Code(dict, shape)
}

const BUILDINGS: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("use_1994", code(Dict::Use1994, Shape::Digits(3))),
    ("class_2018", code(Dict::Class2018, Shape::Digits(4))),
    ("heating_method", code(Dict::HeatingMethod, Shape::Some(4))),
    ("heating_source", code(Dict::HeatingSource, Shape::Some(4))),
    ("code_version", code(Dict::CodeVersion, Shape::Some(16))),
    ("conn_sewer", Take::Flag),
    ("conn_water", Take::Flag),
    ("conn_electricity", Take::Flag),
    ("conn_gas", Take::Flag),
    ("conn_cable", Take::Flag),
    ("completed", Take::Date),
    ("permit_id", Take::Text(Shape::Any)),
    ("permit_date", Take::Date),
    ("permit_action", code(Dict::PermitAction, Shape::PermitAction)),
    ("floors", Take::Int),
    ("floor_area_m2", Take::Int),
    ("north", Take::Int),
    ("east", Take::Int),
    ("municipality", code(Dict::Municipality, Shape::Digits(3))),
];

const ADDRESSES: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("address_no", Take::Int),
    ("street_fi", code(Dict::Street, Shape::Any)),
    ("street_sv", code(Dict::Street, Shape::Any)),
    ("house_number", code(Dict::HouseNumber, Shape::Any)),
    ("postal_code", code(Dict::PostalCode, Shape::Digits(5))),
    ("post_office_fi", code(Dict::PostOffice, Shape::Any)),
    ("post_office_sv", code(Dict::PostOffice, Shape::Any)),
];

const DWELLINGS: &Plan<'static> = &[
    ("dwelling_id", Take::Text(Shape::Some(32))),
    ("building_id", Take::Building),
    ("address_no", Take::Int),
    ("stair", code(Dict::Stair, Shape::Any)),
    ("apartment", code(Dict::Apartment, Shape::Any)),
    ("divider", code(Dict::Divider, Shape::Any)),
    ("rooms", Take::Int),
    ("area_m2", Take::Int),
];

const OWNERS: &Plan<'static> = &[
    ("building_id", Take::Building),
    ("person_id", Take::Hetu),
    ("owner_type", code(Dict::OwnerType, Shape::Some(4))),
];

const PREVIOUS: &Plan<'static> = &[
    ("person_id", Take::Hetu),
    ("street_fi", code(Dict::Street, Shape::Any)),
    ("street_sv", code(Dict::Street, Shape::Any)),
    ("house_number", code(Dict::HouseNumber, Shape::Any)),
    ("stair", code(Dict::Stair, Shape::Any)),
    ("apartment", code(Dict::Apartment, Shape::Any)),
    ("divider", code(Dict::Divider, Shape::Any)),
    ("postal_code", code(Dict::PostalCode, Shape::Digits(5))),
    ("since", Take::Date),
    ("until", Take::Date),
];

fn persons(dwellings: &DwellingIds) -> [(&'static str, Take<'_>); 29] {
    [
        ("person_id", Take::Hetu),
        ("previous_ids", Take::HetuList),
        ("first_names", code(Dict::FirstNames, Shape::Any)),
        ("call_name", code(Dict::GivenName, Shape::Any)),
        ("surname", code(Dict::Surname, Shape::Any)),
        ("former_surnames", Take::CodeList(Dict::Surname)),
        ("former_first_names", Take::CodeList(Dict::FirstNames)),
        ("names_since", Take::Date),
        ("sex", Take::Sex),
        ("birth_date", Take::Date),
        ("death_date", Take::Date),
        ("mother_tongue", code(Dict::MotherTongue, Shape::Language)),
        ("service_language", code(Dict::MotherTongue, Shape::ServiceLanguage)),
        ("municipality", code(Dict::Municipality, Shape::Digits(3))),
        ("dwelling_id", Take::Dwelling(dwellings)),
        ("moved_in", Take::Date),
        ("emigrated_on", Take::Date),
        ("foreign_country", code(Dict::Country, Shape::Digits(3))),
        ("foreign_address", Take::Text(Shape::Any)),
        ("care_of", Take::Text(Shape::Any)),
        ("occupation", code(Dict::Occupation, Shape::Most(35))),
        ("guardian_ids", Take::HetuList),
        ("spouse_id", Take::Hetu),
        ("security_until", Take::Date),
        ("no_marketing", Take::Flag),
        ("no_register_update", Take::Flag),
        ("no_contact_info", Take::Flag),
        ("no_directory", Take::Flag),
        ("no_genealogy", Take::Flag),
    ]
}

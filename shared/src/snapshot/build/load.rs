//! The six files in memory, each row judged: by itself, as one of several, and by what it depends on.

use std::path::Path;

use super::columns::Broken;
use super::error::BuildError;
use super::intern::Interners;
use super::keys::{DwellingIds, rows, sorted};
use super::plans::{ADDRESSES, BUILDINGS, DWELLINGS, OWNERS, PREVIOUS, persons};
use super::rules::{BIRTH_DAYS, Reason};
use super::table::Table;
use super::values::Values;
use crate::register::source::SourceFile;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// A register in memory. Only rows that are kept by their table count.
pub(crate) struct Register {
    pub(crate) buildings: Table,
    /// Has the derived column `building`: row of `buildings`.
    pub(crate) addresses: Table,
    /// Likewise.
    pub(crate) dwellings: Table,
    pub(crate) dwelling_ids: DwellingIds,
    pub(crate) persons: Table,
    /// Has the derived columns `building` and `person`: rows of those tables, [`NO_ROW`] without a person.
    pub(crate) owners: Table,
    /// Has the derived column `person`.
    pub(crate) previous: Table,
    pub(crate) interners: Interners,
}

impl Register {
    pub(crate) fn tables(&self) -> [&Table; 6] {
        [&self.persons, &self.dwellings, &self.buildings, &self.addresses, &self.owners, &self.previous]
    }

    pub(crate) fn tables_mut(&mut self) -> [&mut Table; 6] {
        let Self { persons, dwellings, buildings, addresses, owners, previous, .. } = self;
        [persons, dwellings, buildings, addresses, owners, previous]
    }

    /// Reads the folder. `done` is told after each file.
    pub(crate) fn read(folder: &Path, done: &dyn Fn()) -> Result<Self, BuildError> {
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
    drop(table.take("building_id"));
    table.add("building", Values::Codes(found));
}

fn join_person(table: &mut Table, person_rows: &[(u64, u32)]) {
    let ids = table.ids("person_id");
    let found = rows(person_rows, ids);
    let unknown = found.iter().zip(ids).map(|(row, id)| *row == NO_ROW && *id != 0);
    let unknown = broken(unknown, Reason::UnknownPerson);
    table.verdicts.reject("person_id", unknown);
    drop(table.take("person_id"));
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

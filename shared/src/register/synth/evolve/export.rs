//! A register in memory as source files: the rows that stay, in their order.

use std::path::Path;
use std::sync::MutexGuard;

use arrow_array::RecordBatch;
use rayon::prelude::*;

use crate::register::building_id::BuildingId;
use crate::register::hetu::Hetu;
use crate::register::source::SourceFile;
use crate::register::synth::output::Output;
use crate::register::synth::table::{Row, Table as Rows};
use crate::register::synth::{RowCounts, SynthError};
use crate::snapshot::build::intern::Interner;
use crate::snapshot::build::load::Register;
use crate::snapshot::build::table::Table;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// Rows of one row group.
const GROUP: usize = 65_536;

/// Row groups made at the same time.
const WINDOW: usize = 4;

/// A register and its texts at hand.
struct Source<'r> {
    register: &'r Register,
    interners: Vec<MutexGuard<'r, Interner>>,
}

/// Writes the six files.
pub(super) fn write(register: &Register, folder: &Path) -> Result<RowCounts, SynthError> {
    let interners = Dict::ALL.iter().map(|dict| register.interners.lock(*dict)).collect();
    let source = Source { register, interners };
    let rows = |file| source.write(folder, file);
    Ok(RowCounts {
        persons: rows(SourceFile::Persons)?,
        dwellings: rows(SourceFile::Dwellings)?,
        buildings: rows(SourceFile::Buildings)?,
        addresses: rows(SourceFile::Addresses)?,
        owners: rows(SourceFile::Owners)?,
        previous_addresses: rows(SourceFile::PreviousAddresses)?,
    })
}

fn code(packed: u64) -> Option<String> {
    Hetu::from_packed(packed).map(|code| code.to_text().map(char::from).iter().collect())
}

fn number(value: i32) -> Option<i32> {
    (value != NULL_I32).then_some(value)
}

impl Source<'_> {
    const fn table(&self, file: SourceFile) -> &Table {
        match file {
            SourceFile::Persons => &self.register.persons,
            SourceFile::Dwellings => &self.register.dwellings,
            SourceFile::Buildings => &self.register.buildings,
            SourceFile::Addresses => &self.register.addresses,
            SourceFile::Owners => &self.register.owners,
            SourceFile::PreviousAddresses => &self.register.previous,
        }
    }

    fn write(&self, folder: &Path, file: SourceFile) -> Result<u64, SynthError> {
        let mut output = Output::create(folder, file)?;
        let kept: Vec<u32> = self.table(file).kept_rows().collect();
        for window in kept.chunks(GROUP * WINDOW) {
            let groups: Vec<_> = window.par_chunks(GROUP).map(|rows| self.group(file, rows)).collect();
            for group in groups {
                output.append(&group.map_err(SynthError::Columns)?)?;
            }
        }
        output.finish()
    }

    fn group(&self, file: SourceFile, rows: &[u32]) -> Result<RecordBatch, arrow_schema::ArrowError> {
        let mut group = Rows::new(file);
        for row in rows {
            let (mut to, row) = (group.row(), *row as usize);
            match file {
                SourceFile::Persons => self.person(&mut to, row),
                SourceFile::Dwellings => self.dwelling(&mut to, row),
                SourceFile::Buildings => self.building(&mut to, row),
                SourceFile::Addresses => self.address(&mut to, row),
                SourceFile::Owners => self.owner(&mut to, row),
                SourceFile::PreviousAddresses => self.stay(&mut to, row),
            }
        }
        group.finish()
    }

    /// A text by its code; null has none.
    fn text(&self, dict: Dict, code: u32) -> Option<&str> {
        let place = Dict::ALL.iter().position(|other| *other == dict)?;
        (code != 0).then(|| self.interners.get(place).map_or("", |interner| interner.text(code)))
    }

    fn building_id(&self, building: u32) -> String {
        let number = self.register.buildings.codes("building_id")[building as usize];
        BuildingId::new(number).map_or_else(String::new, |id| id.to_string())
    }

    fn person(&self, to: &mut Row<'_>, row: usize) {
        let persons = &self.register.persons;
        let text = |dict, column| self.text(dict, persons.codes(column)[row]);
        let day = |column| number(persons.numbers(column)[row]);
        let codes = |column| -> Vec<String> {
            persons.id_lists(column).get(row).iter().filter_map(|packed| code(*packed)).collect()
        };
        let names = |dict, column| -> Vec<&str> {
            persons.code_lists(column).get(row).iter().filter_map(|name| self.text(dict, *name)).collect()
        };
        let free = |column| {
            let (codes, texts) = persons.texts(column);
            (codes[row] as usize).checked_sub(1).map(|index| texts.get(index))
        };
        let flag = |column| persons.small(column)[row] != 0;
        let dwelling = persons.codes("dwelling_id")[row];
        let dwelling = (dwelling != NO_ROW).then(|| self.register.dwelling_ids.text(dwelling));
        let (previous, guardians) = (codes("previous_ids"), codes("guardian_ids"));
        to.maybe(code(persons.ids("person_id")[row]).as_deref())
            .list(previous.iter().map(String::as_str))
            .maybe(text(Dict::FirstNames, "first_names"))
            .maybe(text(Dict::GivenName, "call_name"))
            .maybe(text(Dict::Surname, "surname"))
            .list(names(Dict::Surname, "former_surnames"))
            .list(names(Dict::FirstNames, "former_first_names"))
            .date(day("names_since"))
            .text(["", "1", "2"].get(usize::from(persons.small("sex")[row])).copied().unwrap_or(""))
            .date(day("birth_date"))
            .date(day("death_date"))
            .maybe(text(Dict::MotherTongue, "mother_tongue"))
            .maybe(text(Dict::MotherTongue, "service_language"))
            .maybe(text(Dict::Municipality, "municipality"))
            .maybe(dwelling)
            .date(day("moved_in"))
            .date(day("emigrated_on"))
            .maybe(text(Dict::Country, "foreign_country"))
            .maybe(free("foreign_address"))
            .maybe(free("care_of"))
            .maybe(text(Dict::Occupation, "occupation"))
            .list(guardians.iter().map(String::as_str))
            .maybe(code(persons.ids("spouse_id")[row]).as_deref())
            .date(day("security_until"))
            .flag(flag("no_marketing"))
            .flag(flag("no_register_update"))
            .flag(flag("no_contact_info"))
            .flag(flag("no_directory"))
            .flag(flag("no_genealogy"));
    }

    fn dwelling(&self, to: &mut Row<'_>, row: usize) {
        let dwellings = &self.register.dwellings;
        let text = |dict, column| self.text(dict, dwellings.codes(column)[row]);
        let whole = |column| number(dwellings.numbers(column)[row]);
        to.text(self.register.dwelling_ids.text(u32::try_from(row).unwrap_or(NO_ROW)))
            .text(&self.building_id(dwellings.codes("building")[row]))
            .int(whole("address_no"))
            .maybe(text(Dict::Stair, "stair"))
            .maybe(text(Dict::Apartment, "apartment"))
            .maybe(text(Dict::Divider, "divider"))
            .int(whole("rooms"))
            .int(whole("area_m2"));
    }

    fn building(&self, to: &mut Row<'_>, row: usize) {
        let buildings = &self.register.buildings;
        let text = |dict, column| self.text(dict, buildings.codes(column)[row]);
        let whole = |column| number(buildings.numbers(column)[row]);
        let flag = |column| buildings.small(column)[row] != 0;
        let (codes, texts) = buildings.texts("permit_id");
        let permit = (codes[row] as usize).checked_sub(1).map(|index| texts.get(index));
        to.text(&self.building_id(u32::try_from(row).unwrap_or(NO_ROW)))
            .maybe(text(Dict::Use1994, "use_1994"))
            .maybe(text(Dict::Class2018, "class_2018"))
            .maybe(text(Dict::HeatingMethod, "heating_method"))
            .maybe(text(Dict::HeatingSource, "heating_source"))
            .maybe(text(Dict::CodeVersion, "code_version"))
            .flag(flag("conn_sewer"))
            .flag(flag("conn_water"))
            .flag(flag("conn_electricity"))
            .flag(flag("conn_gas"))
            .flag(flag("conn_cable"))
            .date(whole("completed"))
            .maybe(permit)
            .date(whole("permit_date"))
            .maybe(text(Dict::PermitAction, "permit_action"))
            .int(whole("floors"))
            .int(whole("floor_area_m2"))
            .int(whole("north"))
            .int(whole("east"))
            .maybe(text(Dict::Municipality, "municipality"));
    }

    fn address(&self, to: &mut Row<'_>, row: usize) {
        let addresses = &self.register.addresses;
        let text = |dict, column| self.text(dict, addresses.codes(column)[row]);
        to.text(&self.building_id(addresses.codes("building")[row]))
            .int(number(addresses.numbers("address_no")[row]))
            .maybe(text(Dict::Street, "street_fi"))
            .maybe(text(Dict::Street, "street_sv"))
            .maybe(text(Dict::HouseNumber, "house_number"))
            .maybe(text(Dict::PostalCode, "postal_code"))
            .maybe(text(Dict::PostOffice, "post_office_fi"))
            .maybe(text(Dict::PostOffice, "post_office_sv"));
    }

    fn person_code(&self, person: u32) -> Option<String> {
        code(*self.register.persons.ids("person_id").get(person as usize)?)
    }

    fn owner(&self, to: &mut Row<'_>, row: usize) {
        let owners = &self.register.owners;
        to.text(&self.building_id(owners.codes("building")[row]))
            .maybe(self.person_code(owners.codes("person")[row]).as_deref())
            .maybe(self.text(Dict::OwnerType, owners.codes("owner_type")[row]));
    }

    fn stay(&self, to: &mut Row<'_>, row: usize) {
        let stays = &self.register.previous;
        let text = |dict, column| self.text(dict, stays.codes(column)[row]);
        let day = |column| number(stays.numbers(column)[row]);
        to.maybe(self.person_code(stays.codes("person")[row]).as_deref())
            .maybe(text(Dict::Street, "street_fi"))
            .maybe(text(Dict::Street, "street_sv"))
            .maybe(text(Dict::HouseNumber, "house_number"))
            .maybe(text(Dict::Stair, "stair"))
            .maybe(text(Dict::Apartment, "apartment"))
            .maybe(text(Dict::Divider, "divider"))
            .maybe(text(Dict::PostalCode, "postal_code"))
            .date(day("since"))
            .date(day("until"));
    }
}

//! The people of a small register as a table.

use arrow_array::StringArray;
use arrow_array::builder::{ListBuilder, StringBuilder, UInt32Builder, UInt64Builder};
use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::tables::{NO_ROW, Persons, flag};

use super::tables::{Texts, numbers};
use super::{Dwelling, Person, World};

fn flags(person: &Person, world: &World) -> u16 {
    let has_address = person.dwelling.is_some_and(|at| world.dwellings[at].has_address);
    [
        (person.no_marketing, flag::NO_MARKETING),
        (person.dead, flag::DEAD),
        (has_address, flag::HAS_ADDRESS),
        (person.security_until.is_some(), flag::SECURITY),
        (person.no_register_update, flag::NO_REGISTER_UPDATE),
    ]
    .into_iter()
    .fold(0, |flags, (is_set, bit)| if is_set { flags | bit } else { flags })
}

pub(super) fn persons(world: &World, texts: &Texts) -> Persons {
    let people = &world.people;
    let row = |at: Option<usize>| at.map_or(NO_ROW, |at| u32::try_from(at).unwrap());
    let dwelling = |person: &Person| -> Option<&Dwelling> { person.dwelling.map(|at| &world.dwellings[at]) };
    let postal = |person: &Person| {
        dwelling(person).filter(|d| d.has_address).map(|d| world.buildings[d.building].postal_code)
    };
    let language = |text: Option<&str>| texts.code(Dict::MotherTongue, text);
    let mut care_of = StringBuilder::new();
    people.iter().for_each(|_| care_of.append_null());
    let mut no_ids = ListBuilder::new(UInt64Builder::new());
    let mut no_codes = ListBuilder::new(UInt32Builder::new());
    people.iter().for_each(|_| (no_ids.append(true), no_codes.append(true)).0);
    let (no_ids, no_codes) = (no_ids.finish(), no_codes.finish());
    Persons {
        id: people.iter().map(|p| p.id).collect(),
        flags: people.iter().map(|p| flags(p, world)).collect(),
        sex: people.iter().map(|p| p.sex.parse().unwrap_or(0)).collect(),
        birth_date: people.iter().map(|p| p.birth).collect(),
        death_date: numbers(people.iter().map(|p| p.dead.then_some(0))),
        security_until: numbers(people.iter().map(|p| p.security_until)),
        moved_in: numbers(people.iter().map(|p| p.moved_in)),
        emigrated_on: numbers(people.iter().map(|_| None)),
        names_since: numbers(people.iter().map(|_| None)),
        mother_tongue: people.iter().map(|p| language(Some(p.mother_tongue))).collect(),
        service_language: people.iter().map(|p| language(p.service_language)).collect(),
        municipality: people.iter().map(|_| 1).collect(),
        region: people.iter().map(|p| texts.code(Dict::Region, p.region)).collect(),
        postal_code: people.iter().map(|p| texts.code(Dict::PostalCode, postal(p))).collect(),
        surname: people.iter().map(|p| texts.code(Dict::Surname, Some(p.surname))).collect(),
        first_names: people.iter().map(|p| texts.code(Dict::FirstNames, Some(p.first_names))).collect(),
        call_name: people.iter().map(|p| texts.code(Dict::GivenName, p.call_name)).collect(),
        occupation: people.iter().map(|p| texts.code(Dict::Occupation, p.occupation)).collect(),
        foreign_country: people.iter().map(|_| 0).collect(),
        dwelling: people.iter().map(|p| row(p.dwelling)).collect(),
        building: people.iter().map(|p| row(dwelling(p).map(|d| d.building))).collect(),
        spouse_id: people.iter().map(|_| 0).collect(),
        foreign_address: StringArray::new_null(people.len()),
        care_of: care_of.finish(),
        previous_ids: no_ids.clone(),
        guardian_ids: no_ids,
        former_surnames: no_codes.clone(),
        former_first_names: no_codes,
    }
}

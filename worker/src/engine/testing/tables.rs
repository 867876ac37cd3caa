//! A small register as the tables and dictionaries of a snapshot.

use std::collections::BTreeMap;

use arrow_array::builder::{ListBuilder, UInt32Builder};
use arrow_array::{ListArray, StringArray};
use arrow_buffer::ScalarBuffer;
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary, fold};
use poimuri_shared::snapshot::tables::{
    Addresses, BuildingColumns, Buildings, Dwellings, NO_ROW, NULL_I32, Owned, Persons, PreviousAddresses,
};

use crate::engine::{Dictionaries, EngineError, Tables};

use super::persons::persons;
use super::{
    Building, CODES, FIRST_NAMES, GIVEN_NAMES, LANGUAGES, OCCUPATIONS, POSTAL_CODES, Person, STREETS,
    SURNAMES, World,
};

/// The dictionaries of every test register.
#[derive(Debug)]
pub(in crate::engine) struct Texts(BTreeMap<Dict, Dictionary>);

fn sorted<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let mut texts = texts.to_vec();
    texts.sort_by_key(|text| (fold(text), (*text).to_owned()));
    texts
}

fn links(of: &[&str], to: &[&str], linked: impl Fn(&str, &str) -> bool) -> ListArray {
    let mut lists = ListBuilder::new(UInt32Builder::new());
    for one in sorted(of) {
        for (code, other) in (1..).zip(sorted(to)) {
            if linked(one, other) {
                lists.values().append_value(code);
            }
        }
        lists.append(true);
    }
    lists.finish()
}

impl Texts {
    pub(in crate::engine) fn new() -> Self {
        let plain: [(Dict, &[&str]); 18] = [
            (Dict::Surname, &SURNAMES),
            (Dict::Street, &STREETS),
            (Dict::HouseNumber, &["1", "2a"]),
            (Dict::Stair, &["A"]),
            (Dict::Apartment, &["000", "001", "012"]),
            (Dict::Divider, &["b"]),
            (Dict::PostalCode, &POSTAL_CODES),
            (Dict::PostOffice, &["HELSINKI", "HELSINGFORS"]),
            (Dict::Municipality, &["049", "091"]),
            (Dict::Region, &["01", "21"]),
            (Dict::MotherTongue, &LANGUAGES),
            (Dict::Occupation, &OCCUPATIONS),
            (Dict::Use1994, &CODES),
            (Dict::Class2018, &["0110"]),
            (Dict::HeatingMethod, &["1"]),
            (Dict::HeatingSource, &["01", "02", "04"]),
            (Dict::CodeVersion, &["1994"]),
            (Dict::PermitAction, &["new", "extension"]),
        ];
        let mut all: BTreeMap<Dict, Dictionary> = plain
            .into_iter()
            .map(|(dict, texts)| (dict, Dictionary::new(StringArray::from(sorted(texts)), None)))
            .collect();
        let has = |whole: &str, given: &str| whole.split(' ').any(|part| part == given);
        let whole = links(&FIRST_NAMES, &GIVEN_NAMES, has);
        let given = links(&GIVEN_NAMES, &FIRST_NAMES, |given, whole| has(whole, given));
        all.insert(Dict::FirstNames, Dictionary::new(StringArray::from(sorted(&FIRST_NAMES)), Some(whole)));
        all.insert(Dict::GivenName, Dictionary::new(StringArray::from(sorted(&GIVEN_NAMES)), Some(given)));
        Self(all)
    }

    pub(super) fn code<T: TryFrom<u32>>(&self, dict: Dict, text: Option<&str>) -> T {
        let code = text.map_or(0, |text| self.0[&dict].code(text).unwrap());
        T::try_from(code).ok().unwrap()
    }
}

impl Dictionaries for Texts {
    fn dictionary(&self, which: Dict) -> Result<&Dictionary, EngineError> {
        self.0.get(&which).ok_or(EngineError::TableAbsent("dictionary"))
    }
}

/// The tables of one shard.
#[derive(Debug)]
pub(in crate::engine) struct Owning {
    persons: Persons,
    dwellings: Dwellings,
    buildings: Buildings,
    addresses: Addresses,
    owned: Owned,
    previous: PreviousAddresses,
}

/// The tables of the shards of a register, in their order.
pub(in crate::engine) fn in_order(parts: &[Owning]) -> Vec<Tables<'_>> {
    let (mut tables, mut first) = (Vec::new(), 0);
    for (shard, part) in (0..).zip(parts) {
        tables.push(part.tables(shard, first));
        first += part.persons.id.len() as u64;
    }
    tables
}

impl Owning {
    pub(in crate::engine) const fn tables(&self, shard: u32, first_position: u64) -> Tables<'_> {
        Tables {
            shard,
            first_position,
            persons: &self.persons,
            dwellings: Some(&self.dwellings),
            buildings: Some(&self.buildings),
            addresses: Some(&self.addresses),
            owned: Some(&self.owned),
            previous: Some(&self.previous),
        }
    }

    pub(in crate::engine) fn of(world: &World, texts: &Texts) -> Self {
        Self {
            persons: persons(world, texts),
            dwellings: dwellings(world, texts),
            buildings: buildings(world, texts),
            addresses: addresses(&world.buildings, texts),
            owned: owned(world, texts),
            previous: nowhere_before(),
        }
    }
}

fn row(at: usize) -> u32 {
    u32::try_from(at).unwrap()
}

/// The first person of a home or of a later one.
fn first(world: &World, of: impl Fn(&Person) -> Option<usize>, at: usize) -> u32 {
    row(world.people.partition_point(|person| of(person).is_some_and(|of| of < at)))
}

fn dwellings(world: &World, texts: &Texts) -> Dwellings {
    let dwellings = &world.dwellings;
    let living = |at: usize| world.residents(at).iter().filter(|person| !person.dead).count();
    let start = |at: usize| first(world, |person| person.dwelling, at);
    Dwellings {
        building: dwellings.iter().map(|d| row(d.building)).collect(),
        address: dwellings.iter().map(|d| if d.has_address { row(d.building) } else { NO_ROW }).collect(),
        person_start: (0..dwellings.len()).map(start).collect(),
        person_end: start(usize::MAX),
        living: (0..dwellings.len()).map(|at| u16::try_from(living(at)).unwrap()).collect(),
        rooms: numbers(dwellings.iter().map(|d| d.rooms)),
        area_m2: numbers(dwellings.iter().map(|_| None)),
        address_no: dwellings.iter().map(|_| 1).collect(),
        stair: dwellings.iter().map(|_| 1).collect(),
        apartment: dwellings.iter().map(|d| texts.code(Dict::Apartment, d.apartment)).collect(),
        divider: dwellings.iter().map(|_| 0).collect(),
        dwelling_id: StringArray::new_null(dwellings.len()),
    }
}

fn buildings(world: &World, texts: &Texts) -> Buildings {
    let (dwellings, buildings) = (&world.dwellings, &world.buildings);
    let start = |at: usize| first(world, |p| p.dwelling.map(|home| dwellings[home].building), at);
    Buildings {
        columns: columns(&buildings.iter().collect::<Vec<_>>(), texts),
        municipality: buildings.iter().map(|_| 1).collect(),
        person_start: (0..buildings.len()).map(start).collect(),
        dwelling_start: (0..buildings.len())
            .map(|at| row(dwellings.iter().position(|d| d.building >= at).unwrap_or(dwellings.len())))
            .collect(),
        address_start: (0..buildings.len()).map(row).collect(),
        person_end: start(usize::MAX),
        dwelling_end: row(dwellings.len()),
        address_end: row(buildings.len()),
        permit_id: StringArray::new_null(buildings.len()),
    }
}

fn addresses(buildings: &[Building], texts: &Texts) -> Addresses {
    Addresses {
        address_no: buildings.iter().map(|_| 1).collect(),
        street_fi: buildings.iter().map(|b| texts.code(Dict::Street, Some(b.street_fi))).collect(),
        street_sv: buildings.iter().map(|b| texts.code(Dict::Street, b.street_sv)).collect(),
        house_number: buildings.iter().map(|_| texts.code(Dict::HouseNumber, Some("2a"))).collect(),
        postal_code: buildings.iter().map(|b| texts.code(Dict::PostalCode, Some(b.postal_code))).collect(),
        post_office_fi: buildings.iter().map(|_| texts.code(Dict::PostOffice, Some("HELSINKI"))).collect(),
        post_office_sv: buildings.iter().map(|_| texts.code(Dict::PostOffice, Some("HELSINGFORS"))).collect(),
    }
}

fn owned(world: &World, texts: &Texts) -> Owned {
    let owners = || world.people.iter().enumerate().flat_map(|(at, p)| p.owns.iter().map(move |b| (at, b)));
    Owned {
        person: owners().map(|(at, _)| row(at)).collect(),
        owner_type: owners().map(|_| 1).collect(),
        columns: columns(&owners().map(|(_, building)| building).collect::<Vec<_>>(), texts),
    }
}

/// Nobody has lived anywhere else.
fn nowhere_before() -> PreviousAddresses {
    let (codes, small): (ScalarBuffer<u32>, ScalarBuffer<u16>) = (Vec::new().into(), Vec::new().into());
    PreviousAddresses {
        person: codes.clone(),
        street_fi: codes.clone(),
        street_sv: codes.clone(),
        house_number: codes,
        stair: small.clone(),
        apartment: small.clone(),
        divider: small.clone(),
        postal_code: small,
        since: Vec::new().into(),
        until: Vec::new().into(),
    }
}

pub(super) fn numbers(values: impl Iterator<Item = Option<i32>>) -> ScalarBuffer<i32> {
    values.map(|value| value.unwrap_or(NULL_I32)).collect()
}

fn columns(buildings: &[&Building], texts: &Texts) -> BuildingColumns {
    let none = || buildings.iter().map(|_| 0).collect();
    let of = |number: fn(&Building) -> Option<i32>| numbers(buildings.iter().map(|b| number(b)));
    BuildingColumns {
        building_id: buildings.iter().map(|_| 1).collect(),
        use_1994: buildings.iter().map(|b| texts.code(Dict::Use1994, b.use_1994)).collect(),
        class_2018: none(),
        heating_method: none(),
        heating_source: buildings.iter().map(|b| texts.code(Dict::HeatingSource, b.heating_source)).collect(),
        code_version: none(),
        connections: buildings.iter().map(|b| b.connections).collect(),
        permit_action: buildings.iter().map(|b| texts.code(Dict::PermitAction, b.permit_action)).collect(),
        completed: of(|b| b.completed),
        permit_date: of(|_| None),
        floors: of(|b| b.floors),
        floor_area_m2: of(|_| None),
        north: of(|b| b.north),
        east: of(|b| b.east),
    }
}

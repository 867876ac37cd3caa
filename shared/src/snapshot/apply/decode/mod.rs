//! A published snapshot as a register in memory: what a build would have read from its source files.
//!
//! Codes of its dictionaries are kept as they are: each is interned in its order. Rows stand in the order of the
//! snapshot, so the row of a person is its position. Regions are derived anew.

mod columns;

use std::sync::Arc;

use arrow_array::types::{UInt32Type, UInt64Type};

use self::columns::{joined, lists, moved, starts, texts};
use crate::register::source::SourceFile;
use crate::snapshot::build::intern::Interners;
use crate::snapshot::build::keys::{DwellingIds, rows};
use crate::snapshot::build::load::Register;
use crate::snapshot::build::plans::{ADDRESSES, BUILDINGS, DWELLINGS, OWNERS, PREVIOUS, persons as plan};
use crate::snapshot::build::table::{Table, coded};
use crate::snapshot::build::values::Values;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{
    Addresses, Buildings, Dwellings, NO_ROW, OtherOwners, Owned, Persons, PreviousAddresses, flag,
};
use crate::snapshot::{Shard, Snapshot, SnapshotError};

/// `codes` and `numbers` columns of a table under their own names.
macro_rules! columns {
    ($shards:expr; codes $($code:ident)*; numbers $($number:ident)*) => {
        vec![
            $((stringify!($code), Values::Codes(joined($shards, |shard| &shard.$code[..], u32::from))),)*
            $((stringify!($number), Values::Numbers(joined($shards, |shard| &shard.$number[..], i32::from))),)*
        ]
    };
}

/// The tables of all shards.
struct Tables<'s> {
    persons: Vec<&'s Persons>,
    dwellings: Vec<&'s Dwellings>,
    buildings: Vec<&'s Buildings>,
    addresses: Vec<&'s Addresses>,
    owned: Vec<&'s Owned>,
    other_owners: Vec<&'s OtherOwners>,
    previous: Vec<&'s PreviousAddresses>,
}

/// Takes a snapshot apart.
pub(super) fn decode(snapshot: &Snapshot) -> Result<Register, SnapshotError> {
    let shards: Vec<Arc<Shard>> =
        (0..snapshot.shard_count()).map(|index| snapshot.shard(index)).collect::<Result<_, _>>()?;
    let interners = intern(snapshot)?;
    macro_rules! each {
        ($table:ident) => {
            shards.iter().map(|shard| shard.$table()).collect::<Result<Vec<_>, _>>()?
        };
    }
    let tables = Tables {
        persons: each!(persons),
        dwellings: each!(dwellings),
        buildings: each!(buildings),
        addresses: each!(addresses),
        owned: each!(owned),
        other_owners: each!(other_owners),
        previous: each!(previous_addresses),
    };
    Ok(tables.register(interners))
}

/// All texts, so that the code met is the code written.
fn intern(snapshot: &Snapshot) -> Result<Interners, SnapshotError> {
    let interners = Interners::new();
    for dict in Dict::ALL.into_iter().filter(|dict| *dict != Dict::Region) {
        let (dictionary, mut interner) = (snapshot.dictionary(dict)?, interners.lock(dict));
        for code in 1..=dictionary.len() {
            interner.intern(dictionary.text(code).unwrap_or_default());
        }
    }
    Ok(interners)
}

impl Tables<'_> {
    fn register(&self, interners: Interners) -> Register {
        let dwelling_starts = starts(self.dwellings.iter().map(|table| table.rooms.len()));
        let building_starts = starts(self.buildings.iter().map(|table| table.municipality.len()));
        let buildings = self.buildings();
        let dwellings = self.dwellings(&building_starts);
        let (codes, texts) = texts(&self.dwellings, |table| &table.dwelling_id);
        let (dwelling_ids, _) = DwellingIds::new(codes, texts, dwellings.kept());
        let addresses = self.addresses(&building_starts);
        let persons = self.persons(&dwelling_starts, &dwelling_ids);
        let person_starts = starts(self.persons.iter().map(|table| table.id.len()));
        let owners = self.owners(&buildings, &person_starts, &building_starts);
        let previous = self.previous(&person_starts);
        Register { buildings, addresses, dwellings, dwelling_ids, persons, owners, previous, interners }
    }

    fn buildings(&self) -> Table {
        let all = &self.buildings[..];
        let kinds: Vec<_> = all.iter().map(|table| &table.columns).collect();
        let mut columns = columns!(
            &kinds;
            codes building_id use_1994 class_2018 heating_method heating_source code_version permit_action;
            numbers completed permit_date floors floor_area_m2 north east
        );
        // The order of `order::criteria::Connection`.
        let connections = ["conn_sewer", "conn_water", "conn_electricity", "conn_gas", "conn_cable"];
        for (name, bit) in connections.into_iter().zip([1, 2, 4, 8, 16_u8]) {
            let flags = joined(&kinds, |table| &table.connections[..], |bits| u8::from(bits & bit != 0));
            columns.push((name, Values::Small(flags)));
        }
        columns.extend(columns!(all; codes municipality; numbers));
        let (codes, texts) = texts(all, |table| &table.permit_id);
        columns.push(("permit_id", Values::Texts(codes, texts)));
        let rows = all.iter().map(|table| table.municipality.len()).sum();
        Table::made(SourceFile::Buildings, rows, columns, coded(BUILDINGS))
    }

    fn dwellings(&self, building_starts: &[u32]) -> Table {
        let all = &self.dwellings[..];
        let mut columns = columns!(all; codes stair apartment divider; numbers rooms area_m2 address_no);
        let buildings = moved(all, building_starts, |table| &table.building);
        columns.push(("building", Values::Codes(buildings)));
        let rows = all.iter().map(|table| table.rooms.len()).sum();
        Table::made(SourceFile::Dwellings, rows, columns, coded(DWELLINGS))
    }

    fn addresses(&self, building_starts: &[u32]) -> Table {
        let all = &self.addresses[..];
        let mut columns = columns!(
            all;
            codes street_fi street_sv house_number postal_code post_office_fi post_office_sv;
            numbers address_no
        );
        let rows = all.iter().map(|table| table.address_no.len()).sum();
        let mut of = Vec::with_capacity(rows);
        for (buildings, start) in self.buildings.iter().zip(building_starts) {
            for (building, number) in (0..buildings.municipality.len()).zip(*start..) {
                of.extend(buildings.addresses(building).map(|_| number));
            }
        }
        columns.push(("building", Values::Codes(of)));
        Table::made(SourceFile::Addresses, rows, columns, coded(ADDRESSES))
    }

    fn persons(&self, dwelling_starts: &[u32], dwelling_ids: &DwellingIds) -> Table {
        let all = &self.persons[..];
        let mut columns = columns!(
            all;
            codes surname first_names call_name mother_tongue service_language municipality foreign_country
                occupation;
            numbers birth_date death_date security_until moved_in emigrated_on names_since
        );
        let dwellings = moved(all, dwelling_starts, |table| &table.dwelling);
        columns.push(("dwelling_id", Values::Codes(dwellings)));
        columns.push(("person_id", Values::Ids(joined(all, |table| &table.id[..], |id| id))));
        columns.push(("spouse_id", Values::Ids(joined(all, |table| &table.spouse_id[..], |id| id))));
        columns.push(("sex", Values::Small(joined(all, |table| &table.sex[..], |sex| sex))));
        for (name, bit) in [
            ("no_marketing", flag::NO_MARKETING),
            ("no_register_update", flag::NO_REGISTER_UPDATE),
            ("no_contact_info", flag::NO_CONTACT_INFO),
            ("no_directory", flag::NO_DIRECTORY),
            ("no_genealogy", flag::NO_GENEALOGY),
        ] {
            let set = joined(all, |table| &table.flags[..], |flags| u8::from(flags & bit != 0));
            columns.push((name, Values::Small(set)));
        }
        let (codes, addresses) = texts(all, |table| &table.foreign_address);
        columns.push(("foreign_address", Values::Texts(codes, addresses)));
        let (codes, lines) = texts(all, |table| &table.care_of);
        columns.push(("care_of", Values::Texts(codes, lines)));
        columns.extend([
            ("previous_ids", Values::IdLists(lists::<UInt64Type>(all, |table| &table.previous_ids))),
            ("guardian_ids", Values::IdLists(lists::<UInt64Type>(all, |table| &table.guardian_ids))),
            ("former_surnames", Values::CodeLists(lists::<UInt32Type>(all, |table| &table.former_surnames))),
            (
                "former_first_names",
                Values::CodeLists(lists::<UInt32Type>(all, |table| &table.former_first_names)),
            ),
        ]);
        let rows = all.iter().map(|table| table.id.len()).sum();
        Table::made(SourceFile::Persons, rows, columns, coded(&plan(dwelling_ids)))
    }

    /// Persons' buildings first, then those of others: the order of equal rows is that of the source.
    fn owners(&self, buildings: &Table, person_starts: &[u32], building_starts: &[u32]) -> Table {
        let (owned, other) = (&self.owned[..], &self.other_owners[..]);
        let mut known: Vec<(u32, u32)> = buildings.codes("building_id").iter().copied().zip(0..).collect();
        known.sort_unstable();
        let numbers: Vec<u32> = joined(owned, |table| &table.columns.building_id[..], |number| number);
        let mut building = rows(&known, &numbers);
        building.extend(moved(other, building_starts, |table| &table.building));
        let mut person = moved(owned, person_starts, |table| &table.person);
        person.resize(building.len(), NO_ROW);
        let mut types = joined(owned, |table| &table.owner_type[..], u32::from);
        types.extend(joined(other, |table| &table.owner_type[..], u32::from));
        let rows = building.len();
        let columns = vec![
            ("building", Values::Codes(building)),
            ("person", Values::Codes(person)),
            ("owner_type", Values::Codes(types)),
        ];
        Table::made(SourceFile::Owners, rows, columns, coded(OWNERS))
    }

    fn previous(&self, person_starts: &[u32]) -> Table {
        let all = &self.previous[..];
        let mut columns = columns!(
            all;
            codes street_fi street_sv house_number stair apartment divider postal_code;
            numbers since until
        );
        let people = moved(all, person_starts, |table| &table.person);
        columns.push(("person", Values::Codes(people)));
        let rows = all.iter().map(|table| table.until.len()).sum();
        Table::made(SourceFile::PreviousAddresses, rows, columns, coded(PREVIOUS))
    }
}

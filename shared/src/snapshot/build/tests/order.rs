//! The global order against its definition, and what must not depend on shards.

use std::collections::BTreeMap;
use std::fs::File;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use rayon::ThreadPoolBuilder;

use super::small::{Place, Rows};
use crate::register::codes::region_of;
use crate::register::hetu::Hetu;
use crate::snapshot::dictionary::{Dict, fold};
use crate::snapshot::tables::NO_ROW;
use crate::snapshot::{Snapshot, catalog, verify};

fn rows(place: &Place, file: &str) -> Vec<RecordBatch> {
    let file = File::open(place.folder.path().join(file)).unwrap();
    ParquetRecordBatchReader::try_new(file, 1 << 20).unwrap().map(Result::unwrap).collect()
}

/// Each row as its texts, its whole numbers and its days by name.
struct Row<'a>(&'a RecordBatch, usize);

impl Row<'_> {
    fn text(&self, column: &str) -> String {
        let column = self.0.column_by_name(column).unwrap();
        if column.is_valid(self.1) {
            column.as_string::<i32>().value(self.1).to_owned()
        } else {
            String::new()
        }
    }

    fn number(&self, column: &str) -> i32 {
        self.0.column_by_name(column).unwrap().as_primitive::<Int32Type>().value(self.1)
    }

    fn day(&self, column: &str) -> i32 {
        self.0.column_by_name(column).unwrap().as_primitive::<Date32Type>().value(self.1)
    }
}

fn each(batches: &[RecordBatch]) -> impl Iterator<Item = Row<'_>> {
    batches.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| Row(batch, row)))
}

/// The codes of all persons in the order of the contract, computed the slow way.
fn expected(place: &Place) -> Vec<u64> {
    let mut first: BTreeMap<String, (i32, [String; 3])> = BTreeMap::new();
    for row in each(&rows(place, "addresses.parquet")) {
        let number = row.number("address_no");
        let address = ["postal_code", "street_fi", "house_number"].map(|column| row.text(column));
        let known = first.entry(row.text("building_id")).or_insert_with(|| (number, address.clone()));
        if number < known.0 {
            *known = (number, address);
        }
    }
    let mut buildings = BTreeMap::new();
    for row in each(&rows(place, "buildings.parquet")) {
        let (id, municipality) = (row.text("building_id"), row.text("municipality"));
        let region = region_of(&municipality).unwrap_or("").to_owned();
        let address = first.get(&id).map(|(_, address)| address.clone()).unwrap_or_default();
        buildings.insert(id.clone(), (region, municipality, address, id));
    }
    let dwellings = rows(place, "dwellings.parquet");
    let dwellings: BTreeMap<_, _> =
        each(&dwellings).map(|row| (row.text("dwelling_id"), row.text("building_id"))).collect();
    let persons = rows(place, "persons.parquet");
    let mut persons: Vec<_> = each(&persons)
        .map(|row| {
            let (dwelling, id) = (row.text("dwelling_id"), row.text("person_id"));
            let home = dwellings
                .get(&dwelling)
                .map(|building| (buildings[building].clone(), dwelling.clone(), row.day("birth_date")));
            (home.is_none(), home, id)
        })
        .collect();
    persons.sort();
    persons.into_iter().map(|(.., id)| Hetu::parse(&id).unwrap().packed()).collect()
}

fn ids(snapshot: &Snapshot) -> Vec<u64> {
    let shards = (0..snapshot.shard_count()).map(|index| snapshot.shard(index).unwrap());
    shards.flat_map(|shard| shard.persons().unwrap().id.to_vec()).collect()
}

#[test]
fn the_order_is_that_of_the_contract_whatever_the_shards() {
    let place = Place::synthetic(3_000);
    let expected = expected(&place);
    for shards in [1, 2, 7, 64] {
        let snapshot = place.build(shards);
        assert_eq!(ids(&snapshot), expected, "{shards} shards");
        let index = snapshot.identity().unwrap();
        let positions: Vec<_> = (0_u32..).take(expected.len()).map(Some).collect();
        assert_eq!(index.resolve(&expected), positions);
        let mixed: Vec<u64> =
            expected.iter().flat_map(|code| [code ^ 1, *code, code << 30, code + 1]).collect();
        let one_by_one: Vec<_> =
            mixed.iter().map(|code| index.find(*code).map(|found| found.position)).collect();
        assert_eq!(index.resolve(&mixed), one_by_one);
        assert!((0..snapshot.shard_count()).all(|shard| holds_together(&snapshot, shard)));
        assert!(verify::verify(snapshot.folder(), &|_, _| ()).unwrap().damaged.is_empty());
    }
}

/// References within a shard point both ways alike.
fn holds_together(snapshot: &Snapshot, shard: u32) -> bool {
    let shard = snapshot.shard(shard).unwrap();
    let (persons, dwellings) = (shard.persons().unwrap(), shard.dwellings().unwrap());
    let (buildings, addresses) = (shard.buildings().unwrap(), shard.addresses().unwrap());
    for building in 0..buildings.municipality.len() {
        assert!(buildings.residents(building).all(|person| persons.building[person] as usize == building));
        assert!(buildings.dwellings(building).all(|row| dwellings.building[row] as usize == building));
        let own = buildings.addresses(building);
        for dwelling in buildings.dwellings(building).filter(|row| dwellings.address[*row] != NO_ROW) {
            let address = dwellings.address[dwelling] as usize;
            assert!(own.contains(&address));
            assert_eq!(addresses.address_no[address], dwellings.address_no[dwelling]);
            let postal_code = addresses.postal_code[address];
            assert!(dwellings.residents(dwelling).all(|person| persons.postal_code[person] == postal_code));
        }
    }
    for dwelling in 0..dwellings.building.len() {
        assert!(dwellings.residents(dwelling).all(|person| persons.dwelling[person] as usize == dwelling));
    }
    let living = (0..persons.id.len()).filter(|row| persons.dwelling[*row] != NO_ROW);
    assert_eq!(living.count(), buildings.person_end as usize);
    assert!(shard.owned().unwrap().person.is_sorted());
    assert!(shard.previous_addresses().unwrap().person.is_sorted());
    assert!(shard.other_owners().unwrap().building.is_sorted());
    true
}

#[test]
fn the_same_files_give_the_same_snapshot() {
    let place = Place::synthetic(500);
    let built = place.try_build(4).unwrap();
    assert!(!built.existed);
    let alone = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let again = alone.install(|| place.try_build(4)).unwrap();
    assert!(again.existed);
    assert_eq!(again.manifest, built.manifest);
    let other = place.try_build(5).unwrap();
    assert_ne!(other.manifest.id, built.manifest.id);
    let snapshots = place.options().snapshots;
    assert_eq!(catalog::list(&snapshots).unwrap().len(), 2);
    let left: Vec<_> =
        std::fs::read_dir(&snapshots).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn dictionaries_are_sorted_and_linked() {
    let place = Place::synthetic(1_000);
    let snapshot = place.build(2);
    for dict in Dict::ALL {
        let dictionary = snapshot.dictionary(dict).unwrap();
        let texts: Vec<_> = (1..=dictionary.len()).map(|code| dictionary.text(code).unwrap()).collect();
        assert!(texts.is_sorted_by(|a, b| (fold(a), *a) < (fold(b), *b)), "{}", dict.name());
    }
    let (whole, given) =
        (snapshot.dictionary(Dict::FirstNames).unwrap(), snapshot.dictionary(Dict::GivenName).unwrap());
    for code in 1..=whole.len() {
        let parts: Vec<_> = whole.links(code).iter().copied().map(|part| given.text(part).unwrap()).collect();
        assert_eq!(parts.join(" "), whole.text(code).unwrap());
        assert!(whole.links(code).iter().all(|part| given.links(*part).contains(&code)));
    }
}

#[test]
fn a_small_register_reads_as_it_was_written() {
    let place = Place::new(Rows::villages(5));
    let snapshot = place.build(2);
    let shard = snapshot.shard(0).unwrap();
    let persons = shard.persons().unwrap();
    let surname = snapshot.dictionary(Dict::Surname).unwrap().text(persons.surname[0]);
    assert_eq!(surname, Some("Mäkelä"));
    assert_eq!(snapshot.dictionary(Dict::Region).unwrap().text(u32::from(persons.region[0])), Some("01"));
    let marketing: u16 = (0..2)
        .map(|s| snapshot.shard(s).unwrap())
        .map(|shard| shard.persons().unwrap().flags.iter().map(|flags| flags & 1).sum::<u16>())
        .sum();
    assert_eq!(marketing, 3);
    let owned = shard.owned().unwrap();
    assert_eq!(owned.columns.building_id, shard.buildings().unwrap().columns.building_id);
    assert!(owned.columns.north.iter().all(|north| *north == 6_670_000));
    let place = Place::new(Rows::default());
    let empty = place.build(4);
    assert_eq!((empty.shard_count(), empty.manifest().totals.population), (1, 0));
    assert_eq!(empty.shard(0).unwrap().persons().unwrap().id.len(), 0);
    assert_eq!(empty.identity().unwrap().resolve(&[1, 0, u64::MAX]), [None; 3]);
}

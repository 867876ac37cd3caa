//! What holds for every synthetic register: nothing in it breaks a rule, and its shape is that of the country.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use self::read::Read;
use super::calendar::{FOREVER, LAST_DAY, first_day};
use super::{RowCounts, SynthError, SynthOptions, write};
use crate::register::building_id::BuildingId;
use crate::register::codes;
use crate::register::hetu::Hetu;
use crate::register::source::SourceFile;

const POPULATION: u64 = 40_000;

fn made(population: u64, seed: u64) -> (tempfile::TempDir, RowCounts) {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { population, seed, out_dir: folder.path().to_owned() };
    let rows = write(&options, &|_, _| {}).unwrap();
    (folder, rows)
}

fn set(texts: &[String]) -> BTreeSet<&str> {
    texts.iter().map(String::as_str).collect()
}

#[test]
fn same_seed_same_bytes_on_any_number_of_threads() {
    let bytes = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        // Enough for several row groups.
        let (folder, _) = pool.install(|| made(200_000, seed));
        SourceFile::ALL.map(|file| std::fs::read(folder.path().join(file.file_name())).unwrap())
    };
    let one = bytes(1, 9);
    assert!(one == bytes(3, 9));
    assert!(one.iter().zip(&bytes(2, 10)).all(|(a, b)| a != b));
}

#[test]
fn people_have_test_codes_of_their_own() {
    let (folder, rows) = made(POPULATION, 1);
    let persons = Read::file(folder.path(), SourceFile::Persons);
    let (ids, births, sexes) = (persons.sure("person_id"), persons.dates("birth_date"), persons.texts("sex"));
    assert_eq!(ids.len() as u64, rows.persons);
    let mut seen = BTreeSet::new();
    for ((id, birth), sex) in ids.iter().zip(&births).zip(&sexes) {
        let code = Hetu::parse(id).unwrap();
        assert!(code.number() >= 900 && seen.insert(code.packed()));
        let days = (code.birth_date() - jiff::civil::date(1970, 1, 1)).get_days();
        assert_eq!(Some(days), *birth);
        match sex.as_deref() {
            Some("1") => assert!(!code.number().is_multiple_of(2)),
            Some("2") => assert!(code.number().is_multiple_of(2)),
            other => assert_eq!(other, Some("")),
        }
    }
    for previous in persons.lists("previous_ids").into_iter().flatten() {
        assert!(seen.insert(Hetu::parse(&previous).unwrap().packed()));
    }
    let known = set(&ids);
    let guardians = persons.lists("guardian_ids").concat();
    let spouses: Vec<String> = persons.texts("spouse_id").into_iter().flatten().collect();
    assert!(guardians.len() > 5_000 && spouses.len() > 8_000);
    assert!(guardians.iter().chain(&spouses).all(|id| known.contains(id.as_str())));
    let signs: BTreeSet<u8> = ids.iter().map(|id| id.as_bytes()[6]).collect();
    assert_eq!(signs.len(), 13);
}

#[test]
fn rows_of_files_fit_each_other() {
    let (folder, _) = made(POPULATION, 2);
    let read = |file| Read::file(folder.path(), file);
    let (persons, dwellings) = (read(SourceFile::Persons), read(SourceFile::Dwellings));
    let (people, homes) = (persons.sure("person_id"), dwellings.sure("dwelling_id"));
    let buildings = read(SourceFile::Buildings).sure("building_id");
    let (people, home_set, building_set) = (set(&people), set(&homes), set(&buildings));
    assert_eq!((home_set.len(), building_set.len()), (homes.len(), buildings.len()));
    assert!(buildings.iter().all(|id| BuildingId::parse(id).is_ok()));
    assert!(
        homes.iter().zip(dwellings.sure("building_id")).all(|(home, building)| home.starts_with(&building))
    );
    assert!(persons.texts("dwelling_id").iter().flatten().all(|id| home_set.contains(id.as_str())));
    let (addresses, owners) = (read(SourceFile::Addresses), read(SourceFile::Owners));
    for file in [&dwellings, &addresses, &owners] {
        assert!(file.sure("building_id").iter().all(|id| building_set.contains(id.as_str())));
    }
    let numbered: Vec<_> =
        addresses.sure("building_id").into_iter().zip(addresses.numbers("address_no")).collect();
    assert_eq!(numbered.iter().collect::<BTreeSet<_>>().len(), numbered.len());
    assert!(owners.texts("person_id").iter().flatten().all(|id| people.contains(id.as_str())));
    let previous = read(SourceFile::PreviousAddresses);
    assert!(previous.sure("person_id").iter().all(|id| people.contains(id.as_str())));
    let (since, until) = (previous.dates("since"), previous.dates("until"));
    assert!(since.iter().zip(&until).all(|(since, until)| since.is_none_or(|since| Some(since) < *until)));
}

#[test]
fn codes_and_dates_are_possible() {
    let (folder, _) = made(POPULATION, 3);
    let persons = Read::file(folder.path(), SourceFile::Persons);
    assert!(persons.sure("municipality").iter().all(|code| codes::is_municipality(code)));
    assert!(persons.sure("mother_tongue").iter().all(|code| codes::is_mother_tongue(code)));
    assert!(persons.texts("occupation").iter().flatten().all(|text| text.chars().count() <= 35));
    let births = persons.dates("birth_date");
    for column in ["names_since", "death_date", "moved_in", "emigrated_on"] {
        for (date, birth) in persons.dates(column).into_iter().zip(&births) {
            assert!(date.is_none_or(|date| date <= LAST_DAY && Some(date) >= *birth), "{column}");
        }
    }
    for (moved, died) in persons.dates("moved_in").into_iter().zip(persons.dates("death_date")) {
        assert!(moved.zip(died).is_none_or(|(moved, died)| moved <= died));
    }
    let buildings = Read::file(folder.path(), SourceFile::Buildings);
    let (uses, versions) = (buildings.texts("use_1994"), buildings.sure("code_version"));
    let (methods, sources) = (buildings.texts("heating_method"), buildings.texts("heating_source"));
    let (floors, electricity) = (buildings.numbers("floors"), buildings.flags("conn_electricity"));
    for row in 0..uses.len() {
        let (method, source) = (methods[row].as_deref(), sources[row].as_deref());
        let small = matches!(uses[row].as_deref(), Some("011" | "012" | "013" | "021" | "022"));
        let flat = matches!(uses[row].as_deref(), Some("691" | "111"));
        assert!(uses[row].as_deref().is_none_or(codes::is_use_1994));
        assert!(method.is_none_or(|method| codes::heating_methods(&versions[row]).contains(&method)));
        assert!(source.is_none_or(|source| codes::heating_sources(&versions[row]).contains(&source)));
        assert_eq!(source.is_some(), method.is_some_and(|method| !matches!(method, "5" | "07")));
        assert!(source != Some("04") || electricity[row]);
        assert!(!small || method.is_some());
        assert!(
            floors[row].is_none_or(|floors| floors >= 1 && (!small || floors <= 3) && (!flat || floors == 1))
        );
    }
    assert!(buildings.texts("class_2018").iter().flatten().all(|code| codes::is_class_2018(code)));
    assert!(buildings.texts("permit_action").iter().flatten().all(|code| codes::is_permit_action(code)));
    let owners = Read::file(folder.path(), SourceFile::Owners);
    assert!(owners.sure("owner_type").iter().all(|code| codes::is_owner_type(code)));
}

/// Shares in tenths of a per cent, each with what it should be and how far it may be off.
#[test]
fn the_shape_is_that_of_the_country() {
    let (folder, _) = made(POPULATION, 4);
    let persons = Read::file(folder.path(), SourceFile::Persons);
    let deaths = persons.dates("death_date");
    let towns = persons.sure("municipality");
    let living: Vec<bool> = deaths
        .iter()
        .zip(&towns)
        .map(|(death, town)| death.is_none() && codes::municipality(town).is_some())
        .collect();
    assert_eq!(living.iter().filter(|living| **living).count() as u64, POPULATION);
    let check = |what: &str, marks: &[bool], expected: u64, tolerance: u64| {
        let count = marks.iter().zip(&living).filter(|(mark, living)| **mark && **living).count() as u64;
        let share = (count * 1000 + POPULATION / 2) / POPULATION;
        assert!(share.abs_diff(expected) <= tolerance, "{what}: {share} ‰ instead of {expected}");
    };
    let births: Vec<i32> = persons.dates("birth_date").into_iter().map(Option::unwrap).collect();
    let since = |age| first_day(2026 - age);
    check("under 15", &births.iter().map(|birth| *birth >= since(15)).collect::<Vec<_>>(), 146, 1);
    check("65 and over", &births.iter().map(|birth| *birth < since(65)).collect::<Vec<_>>(), 236, 1);
    let of = |column: &str, value: &str| -> Vec<bool> {
        persons.texts(column).iter().map(|text| text.as_deref() == Some(value)).collect()
    };
    check("men", &of("sex", "1"), 493, 3);
    check("Finnish", &of("mother_tongue", "fi"), 841, 8);
    check("Swedish", &of("mother_tongue", "sv"), 51, 6);
    check("Russian", &of("mother_tongue", "ru"), 18, 4);
    check("Helsinki", &of("municipality", "091"), 121, 3);
    check(
        "without dwelling",
        &persons.texts("dwelling_id").iter().map(Option::is_none).collect::<Vec<_>>(),
        12,
        2,
    );
    for (column, expected) in [
        ("no_marketing", 80),
        ("no_register_update", 50),
        ("no_contact_info", 60),
        ("no_directory", 30),
        ("no_genealogy", 25),
    ] {
        check(column, &persons.flags(column), expected, 6);
    }
    let security = persons.dates("security_until");
    check(
        "security",
        &security.iter().map(|day| day.is_some_and(|day| day > LAST_DAY)).collect::<Vec<_>>(),
        2,
        2,
    );
    assert!(security.contains(&Some(FOREVER)));
}

#[test]
fn households_share_what_they_share() {
    let (folder, _) = made(POPULATION, 5);
    let persons = Read::file(folder.path(), SourceFile::Persons);
    let mut homes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let deaths = persons.dates("death_date");
    for (row, home) in persons.texts("dwelling_id").into_iter().enumerate() {
        if let Some(home) = home.filter(|_| deaths[row].is_none()) {
            homes.entry(home).or_default().push(row);
        }
    }
    let security = persons.dates("security_until");
    assert!(homes.values().all(|rows| rows.iter().all(|row| security[*row] == security[rows[0]])));
    let share =
        |test: fn(usize) -> bool| homes.values().filter(|rows| test(rows.len())).count() * 100 / homes.len();
    let (one, two) = (share(|size| size == 1), share(|size| size == 2));
    assert!((44..=52).contains(&one) && (28..=35).contains(&two), "{one} {two}");
    assert!(homes.values().any(|rows| rows.len() > 8));
    let marketing = persons.flags("no_marketing");
    let both = |rows: &&Vec<usize>| rows.len() == 2 && marketing[rows[0]] && marketing[rows[1]];
    let pairs = homes.values().filter(|rows| rows.len() == 2).count();
    // Were neighbours independent, 0.64 % of the pairs would both forbid.
    assert!(homes.values().filter(both).count() * 100 > pairs);
}

#[test]
fn small_registers_are_whole_and_impossible_ones_are_refused() {
    for population in [1, 2, 10, 308] {
        let (folder, rows) = made(population, 6);
        let persons = Read::file(folder.path(), SourceFile::Persons);
        let towns = persons.sure("municipality");
        let living = persons.dates("death_date").into_iter().zip(&towns);
        let living =
            living.filter(|(death, town)| death.is_none() && codes::municipality(town).is_some()).count();
        assert_eq!(living as u64, population);
        assert!(rows.persons >= population);
    }
    let folder = tempfile::tempdir().unwrap();
    let out_dir = folder.path().join("register");
    let refuse = |population| {
        write(&SynthOptions { population, seed: 1, out_dir: out_dir.clone() }, &|_, _| {}).unwrap_err()
    };
    assert!(matches!(refuse(0), SynthError::Empty));
    assert!(matches!(refuse(50_000_000), SynthError::Identities { .. }));
    assert!(!out_dir.exists());
}

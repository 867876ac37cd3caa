//! A snapshot that is not as it was published is refused, and the file named.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::small::{Place, Rows, hetu};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::{Snapshot, SnapshotError, Verify, verify};

/// Opens the snapshot and reads everything.
fn read(folder: &std::path::Path, verify: Verify) -> Result<(), SnapshotError> {
    let snapshot = Snapshot::open_with(folder, verify)?;
    for index in 0..snapshot.shard_count() {
        let shard = snapshot.shard(index)?;
        shard.persons()?;
        shard.dwellings()?;
        shard.buildings()?;
        shard.addresses()?;
        shard.owned()?;
        shard.other_owners()?;
        shard.previous_addresses()?;
    }
    for dict in Dict::ALL {
        snapshot.dictionary(dict)?;
    }
    snapshot.identity().map(drop)
}

fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.file_name().unwrap() != "manifest.json");
    files.sort();
    files
}

#[test]
fn every_file_is_missed_and_every_change_is_seen() {
    let place = Place::new(Rows::villages(6));
    let folder = place.try_build(2).unwrap().folder;
    read(&folder, Verify::OnFirstMap).unwrap();
    for file in files(&folder) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let sound = fs::read(&file).unwrap();
        let check = |what: &str, error: Option<SnapshotError>| {
            let error = error.unwrap_or_else(|| panic!("{name} {what} is not seen")).to_string();
            assert!(error.contains(name), "{name} {what}: {error}");
        };
        fs::remove_file(&file).unwrap();
        check("missing", read(&folder, Verify::No).err());
        fs::write(&file, &sound[..sound.len() / 2]).unwrap();
        check("truncated", read(&folder, Verify::No).err());
        for at in [0, sound.len() / 2, sound.len() - 1] {
            let mut damaged = sound.clone();
            damaged[at] ^= 1;
            fs::write(&file, &damaged).unwrap();
            let mut found = verify::verify(&folder, &|_, _| ()).unwrap().damaged;
            assert_eq!(found.len(), 1);
            check("changed", found.pop());
            if name != "rejects.parquet" {
                check("changed and mapped", read(&folder, Verify::OnFirstMap).err());
            }
        }
        fs::write(&file, &sound).unwrap();
    }
    read(&folder, Verify::OnFirstMap).unwrap();
}

#[test]
fn damage_that_nobody_verifies_is_no_panic() {
    let place = Place::new(Rows::villages(3));
    let folder = place.try_build(1).unwrap().folder;
    let file = folder.join("shard-0000.persons.arrow");
    let sound = fs::read(&file).unwrap();
    // Footer and heads: whatever they say, the reader stays within the file.
    for at in (0..sound.len()).step_by(7) {
        let mut damaged = sound.clone();
        damaged[at] ^= 0xff;
        fs::write(&file, &damaged).unwrap();
        let _any = read(&folder, Verify::No);
    }
}

#[test]
fn manifests_are_judged() {
    let place = Place::new(Rows::villages(2));
    let folder = place.try_build(1).unwrap().folder;
    let path = folder.join("manifest.json");
    let sound: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let check = |change: &dyn Fn(&mut Value), expected: &str| {
        let mut manifest = sound.clone();
        change(&mut manifest);
        fs::write(&path, manifest.to_string()).unwrap();
        let error = Snapshot::open(&folder).unwrap_err().to_string();
        assert!(error.contains("manifest.json") && error.contains(expected), "{error}");
    };
    check(&|manifest| manifest["format"] = json!(2), "format version 2");
    check(&|manifest| *manifest = json!({"format": 7, "other": true}), "format version 7");
    check(&|manifest| manifest["shards"] = json!("x"), "is damaged");
    check(&|manifest| manifest["dictionaries"][0]["bytes"] = json!(1), "digest");
    check(&|manifest| manifest["as_of"] = json!("2020-01-01"), "digest");
    fs::remove_file(&path).unwrap();
    assert!(matches!(Snapshot::open(&folder), Err(SnapshotError::Missing(_))));
}

#[test]
fn active_codes_win_over_previous_ones_and_those_of_two_people_lead_nowhere() {
    let mut rows = Rows::villages(3);
    let old = hetu("1970-01-09".parse().unwrap(), 500);
    let id = |rows: &Rows, index: usize| rows.persons[index]["person_id"].clone();
    let packed = |text: &Value| crate::register::hetu::Hetu::parse(text.as_str().unwrap()).unwrap().packed();
    let (first, second, third) = (id(&rows, 0), id(&rows, 1), id(&rows, 2));
    let forked = hetu("1970-01-09".parse().unwrap(), 502);
    rows.persons[2]["previous_ids"] = json!([forked, first]);
    rows.persons[1]["previous_ids"] = json!([old, forked, old]);
    let snapshot = Place::new(rows);
    let snapshot = snapshot.build(1);
    let index = snapshot.identity().unwrap();
    let find = |code: &Value| index.find(packed(code)).map(|found| (found.position, found.previous));
    assert_eq!(find(&first), Some((0, false)), "the same code as somebody's previous one");
    assert_eq!(find(&second), Some((1, false)));
    assert_eq!(find(&third), Some((2, false)));
    assert_eq!(find(&json!(old)), Some((1, true)));
    assert_eq!(find(&json!(forked)), None, "of two people nobody's");
    assert_eq!(index.find(7), None);
    assert_eq!(index.resolve(&[packed(&third), 0, packed(&json!(old))]), [Some(2), None, Some(1)]);
}

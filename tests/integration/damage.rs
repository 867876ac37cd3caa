//! Damaged, truncated, newer and missing files of a snapshot: refused by name, never a wrong answer.

use std::fs;
use std::path::{Path, PathBuf};

use poimuri_tests::store::{ORDER, SEED, Store};

const CRITERIA: &str = r#"{"field":"person.age","between":[18,80]}"#;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

/// Files of the only snapshot, in order of names.
fn snapshot_files(store: &Store) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&store.path().join("snapshots"), &mut found);
    found.sort();
    found
}

fn persons(store: &Store) -> PathBuf {
    let is_persons = |path: &PathBuf| path.to_string_lossy().contains("persons");
    snapshot_files(store).into_iter().filter(is_persons).nth(1).expect("a shard of persons")
}

/// Fails unless verify, count and order each refuse the snapshot by the name of the file.
#[track_caller]
fn check_named(store: &Store, id: &str, what: &str, file: &Path) {
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let criteria = store.file("criteria.json", CRITERIA);
    let order = store.file("order.toml", ORDER);
    let verify = store.run(["snapshot", "verify", id]);
    let run = store.run(["order", "run", order.to_str().unwrap(), "--seed", SEED]);
    for (command, ended) in [("verify", verify), ("order run", run)] {
        assert!([3, 4, 6].contains(&ended.code), "{what}, {command}: {} {}", ended.code, ended.said());
        assert!(ended.said().contains(&name), "{what}, {command}: {name} is not in: {}", ended.said());
        assert!(!ended.said().contains("panicked"), "{what}, {command}: {}", ended.said());
    }
    let count = store.run(["count", criteria.to_str().unwrap()]);
    assert!(!count.said().contains("panicked"), "{what}: {}", count.said());
    assert!(count.code == 0 || count.said().contains(&name), "{what}, count: {}", count.said());
}

#[test]
fn a_whole_snapshot_is_verified() {
    let store = Store::new();
    store.synth(5_000);
    let id = store.build(8);
    store.run(["snapshot", "verify", &id]).expect_done();
    assert!(store.run(["snapshot", "list", "--json"]).said().contains(&id));
    assert_eq!(store.run(["snapshot", "verify", "2020-01-01-00000000"]).code, 4);
}

#[test]
fn a_flipped_bit_is_refused_by_name() {
    let store = Store::new();
    store.synth(5_000);
    let id = store.build(8);
    let file = persons(&store);
    let whole = fs::read(&file).unwrap();
    for place in [0, whole.len() / 2, whole.len() - 20] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(&file, bytes).unwrap();
        check_named(&store, &id, &format!("bit at {place}"), &file);
    }
    fs::write(&file, whole).unwrap();
    store.run(["snapshot", "verify", &id]).expect_done();
}

#[test]
fn truncated_empty_and_missing_files_are_refused_by_name() {
    let store = Store::new();
    store.synth(5_000);
    let id = store.build(8);
    let file = persons(&store);
    let whole = fs::read(&file).unwrap();
    for length in [0, 8, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        check_named(&store, &id, &format!("{length} bytes"), &file);
    }
    fs::remove_file(&file).unwrap();
    check_named(&store, &id, "missing", &file);
}

#[test]
fn every_file_of_a_snapshot_is_under_a_checksum() {
    let store = Store::new();
    store.synth(3_000);
    let id = store.build(2);
    for file in snapshot_files(&store) {
        let whole = fs::read(&file).unwrap();
        let mut bytes = whole.clone();
        let place = whole.len() / 3;
        bytes[place] = bytes[place].wrapping_add(1);
        fs::write(&file, bytes).unwrap();
        let ended = store.run(["snapshot", "verify", &id]);
        assert_ne!(ended.code, 0, "{} was changed and passed", file.display());
        fs::write(&file, whole).unwrap();
    }
    store.run(["snapshot", "verify", &id]).expect_done();
}

#[test]
fn a_newer_format_is_refused() {
    let store = Store::new();
    store.synth(3_000);
    let id = store.build(2);
    let manifest =
        snapshot_files(&store).into_iter().find(|file| file.to_string_lossy().contains("manifest")).unwrap();
    let text = fs::read_to_string(&manifest).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let format = value.as_object().unwrap().keys().find(|key| key.contains("format")).unwrap().clone();
    value[&format] = serde_json::json!(9_999);
    fs::write(&manifest, value.to_string()).unwrap();
    let criteria = store.file("criteria.json", CRITERIA);
    for ended in [store.run(["snapshot", "verify", &id]), store.run(["count", criteria.to_str().unwrap()])] {
        assert!([3, 6].contains(&ended.code), "{}", ended.said());
        assert!(ended.said().contains("9999") || ended.said().contains("newer"), "{}", ended.said());
    }
}

//! Lines that are long, broken, twice, late or missing; in any order and any number of files.

use std::fs;

use super::*;

/// What was read; key, file and line of what would be applied; file, line and reason of what is left out.
type Read = (ChangeFiles, Vec<(u64, u32, u32)>, Vec<(u32, u32, Reason)>);

fn read(files: &[(&str, &[u8])], before: &Before) -> Read {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let found = ChangeFiles::read(folder.path(), before).unwrap();
    let lines = found.lines.iter().map(|line| (line.place.key.unwrap(), line.place.file, line.place.line));
    let faults = found.faults.iter();
    let faults = faults.map(|fault| (fault.place.file, fault.place.line, fault.left_out.reason));
    let (lines, faults) = (lines.collect(), faults.collect());
    for line in &found.lines {
        assert!(found.bytes(line).unwrap().starts_with(b"{"));
    }
    (found, lines, faults)
}

fn key(number: u64) -> String {
    format!("{{\"kirjausavain\":{number}}}")
}

#[test]
fn lines_are_taken_by_key() {
    let first = format!("\u{feff}{}\r\n\n  {}\r\n", key(3), key(1));
    let second = format!("{}\n{}", key(2), key(4));
    let files: [(&str, &[u8]); 3] =
        [("b.ndjson", second.as_bytes()), ("a.ndjson", first.as_bytes()), ("readme.txt", b"x")];
    let (found, lines, faults) = read(&files, &Before::default());
    assert_eq!(lines, [(1, 0, 3), (2, 1, 1), (3, 0, 1), (4, 1, 2)]);
    assert_eq!(faults, [(0, 3, Reason::OutOfOrder), (1, 1, Reason::OutOfOrder)]);
    assert_eq!((found.read, found.out_of_order, found.repeated), (4, 2, 0));
}

#[test]
fn what_comes_twice_or_not_at_all_is_told() {
    let other = "{\"kirjausavain\":6,\"muutospv\":\"x\"}";
    let text = [&key(5), &key(6), &key(6), other, &key(9), &key(2), &key(3)].map(|line| format!("{line}\n"));
    let before = Before { last_key: Some(4), missing: vec![2..=2] };
    let (found, lines, faults) = read(&[("a.ndjson", text.concat().as_bytes())], &before);
    assert_eq!(lines, [(5, 0, 1), (6, 0, 2), (9, 0, 5)]);
    let expected = [
        (0, 3, Reason::ToldBefore),
        (0, 4, Reason::KeyTwice),
        (0, 5, Reason::KeysMissing),
        (0, 6, Reason::OutOfOrder),
        (0, 6, Reason::Late),
        (0, 7, Reason::ToldBefore),
        (0, 7, Reason::OutOfOrder),
    ];
    assert_eq!(faults, expected);
    assert_eq!((found.repeated, found.missing), (2, vec![7..=8]));
}

#[test]
fn long_and_broken_lines_are_told_in_bounded_memory() {
    let long = format!("{{\"kirjausavain\":2,\"x\":\"{}\"}}", "a".repeat(3 << 20));
    let text = format!("{}\n{long}\nnot json\n{{\"a\":1}}\n\u{1}\n{}\n", key(1), key(3));
    let (_, lines, faults) = read(&[("a.ndjson", text.as_bytes())], &Before::default());
    assert_eq!(lines, [(1, 0, 1), (3, 0, 6)]);
    let expected = [
        (0, 2, Reason::TooLong),
        (0, 3, Reason::NotJson),
        (0, 4, Reason::Missing),
        (0, 5, Reason::NotJson),
        (0, 6, Reason::KeysMissing),
    ];
    assert_eq!(faults, expected);
}

#[test]
fn a_folder_without_changes_and_a_file_that_changes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let none = ChangeFiles::read(folder.path(), &Before::default());
    assert!(matches!(none, Err(FilesError::None(_))));
    let missing = ChangeFiles::read(&folder.path().join("x"), &Before::default());
    assert!(matches!(missing, Err(FilesError::Read(..))));
    let file = folder.path().join("a.ndjson");
    fs::write(&file, key(1)).unwrap();
    let found = ChangeFiles::read(folder.path(), &Before::default()).unwrap();
    fs::write(&file, key(2)).unwrap();
    assert!(matches!(found.bytes(&found.lines[0]), Err(FilesError::Changed(_))));
}

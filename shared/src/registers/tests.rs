//! Registers stored, read back in parts, and removed.

use std::io::Read as _;

use super::*;
use crate::customer_register::Input;
use crate::store::Folder;

struct House {
    _folder: tempfile::TempDir,
    store: SharedObjects,
    masters: MasterKeys,
}

fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let masters = MasterKeys::init(&folder.path().join("master.key")).unwrap();
    House { store: Arc::new(Folder::new(folder.path())), _folder: folder, masters }
}

impl House {
    fn put(&self, id: &str, content: &[u8]) -> Result<StoredRegister, RegisterError> {
        let now = "2026-11-01T00:00:00Z".parse().unwrap();
        put(
            &*self.store,
            &self.masters,
            &id.parse().unwrap(),
            &"acme".parse().unwrap(),
            now,
            Input::of_stream(content),
            &Given::default(),
        )
    }

    fn content(&self, id: &str) -> String {
        let mut back = String::new();
        open(&*self.store, &self.masters, &id.parse().unwrap()).unwrap().read_to_string(&mut back).unwrap();
        back
    }
}

#[test]
fn a_register_is_sealed_and_read_back() {
    let house = house();
    let content = b"hetu\n010180-999A\n";
    let stored = house.put("r-1", content).unwrap();
    assert_eq!(stored.bytes, 17);
    assert_eq!(house.content("r-1").as_bytes(), content);
    let sealed = house.store.get(&stored.parts[0].object).unwrap();
    assert!(!sealed.windows(6).any(|bytes| bytes == b"010180"));
    assert!(matches!(house.put("r-1", content), Err(RegisterError::Exists(_))));
    let missing = open(&*house.store, &house.masters, &"r-2".parse().unwrap());
    assert!(matches!(missing.map(|_| ()), Err(RegisterError::Unknown(_))));
}

#[test]
fn rows_keep_their_lines_and_become_utf_8() {
    let house = house();
    house.put("r-1", b"hetu;nimi\r\n\r\n131052-308T;M\xe4ki\r\n;\"a;\"\"b\"\"\nc\"\r\nx;y\r\n").unwrap();
    assert_eq!(house.content("r-1"), "hetu;nimi\n\n131052-308T;Mäki\n;\"a;\"\"b\"\"\nc\"\nx;y\n");
}

#[test]
fn a_large_register_has_parts_that_follow_each_other() {
    let house = house();
    let mut text = "hetu;nro\n".to_owned();
    for number in 0..600_000 {
        text.push_str(&format!("131052-308T;{number}\n"));
    }
    let stored = house.put("r-1", text.as_bytes()).unwrap();
    let starts: Vec<_> = stored.parts.iter().map(|part| (part.first_row, part.rows)).collect();
    assert_eq!(starts, [(1, 250_000), (250_001, 250_000), (500_001, 100_000)]);
    assert_eq!(house.content("r-1"), text);
    let part = &stored.parts[1];
    let columns = columns(&*house.store, &house.masters, &stored.id, part).unwrap();
    let first = columns.row(0);
    assert_eq!((columns.len(), first.line, &*first.cell(1)), (250_000, 250_002, "250000"));
    assert_eq!(stored.quality.rows, 600_000);
}

#[test]
fn long_rows_make_smaller_parts() {
    let house = house();
    let row = format!("131052-308T;{}\n", "x".repeat(1_000_000));
    let stored = house.put("r-1", format!("hetu;teksti\n{}", row.repeat(150)).as_bytes()).unwrap();
    let rows: Vec<_> = stored.parts.iter().map(|part| part.rows).collect();
    assert_eq!(rows, [68, 68, 14]);
    assert_eq!(house.content("r-1").len(), 12 + 150 * row.len());
}

#[test]
fn what_is_no_table_leaves_nothing() {
    let house = house();
    for (content, word) in
        [(&b"hetu\n\"a\n"[..], "line 2"), (b"", "empty"), (b"hetu\n", "empty"), (b"a\0", "NUL")]
    {
        let error = house.put("r-1", content).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(list(&*house.store).unwrap().is_empty());
}

#[test]
fn a_removed_register_cannot_be_read() {
    let house = house();
    let stored = house.put("r-1", b"hetu\n010180-999A\n").unwrap();
    assert_eq!(list(&*house.store).unwrap(), std::slice::from_ref(&stored));
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    remove(&house.store, &stored.id, "acme", now).unwrap();
    assert!(list(&*house.store).unwrap().is_empty());
    assert!(!house.store.exists(&stored.parts[0].object).unwrap());
    assert!(matches!(remove(&house.store, &stored.id, "acme", now), Err(RegisterError::Erased { .. })));
    let missing = remove(&house.store, &"r-2".parse().unwrap(), "acme", now);
    assert!(matches!(missing, Err(RegisterError::Unknown(_))));
}

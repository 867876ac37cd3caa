//! Lists of every usual form, and faulty ones.

use std::fs;
use std::path::PathBuf;

use super::*;

fn table(paths: &[&Path], id: &str, sheet: Option<&str>) -> Outcome<Table> {
    let lists: Vec<(&Path, &str)> = paths.iter().map(|path| (*path, id)).collect();
    open(&lists, sheet)?.read()
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn lists_of_every_usual_form_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let text = "nro;nimi;kunta\n1;Mäki;Åbo\n2;\"Mäki\";\n";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mark = format!("\u{feff}{text}");
    let wide: Vec<u8> = mark.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let tabs = text.replace(';', "\t").replace('\n', "\r\n");
    for (name, bytes) in [
        ("utf8", text.as_bytes()),
        ("latin", &latin),
        ("mark", mark.as_bytes()),
        ("wide", &wide),
        ("tabs", tabs.as_bytes()),
    ] {
        let table = table(&[&written(folder.path(), name, bytes)], "nro", None).unwrap();
        assert!(table.ids.iter().eq(["1", "2"]), "{name}");
        assert!(table.columns[0].texts.iter().eq(["", "Mäki"]), "{name}");
        assert_eq!(table.columns[0].codes, [1, 1], "{name}");
        assert_eq!((table.columns[1].texts.text(1), table.columns[1].codes[1]), ("Åbo", 0), "{name}");
    }
}

#[test]
fn of_two_lists_the_shared_columns_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let first = written(folder.path(), "a.csv", b"id,name,town\n1,Ann,X\n");
    let second = written(folder.path(), "b.csv", b"name,age,id\nAnn,4,1\nBo,5,2\n");
    let table = table(&[&first, &second], "id", None).unwrap();
    assert_eq!((table.first_rows, table.rows(), table.columns.len()), (1, 3, 1));
    assert_eq!(table.columns[0].codes, [1, 1, 2]);
}

#[test]
fn cells_in_another_encoding_are_read_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..40_000).map(|row| format!("{row},nimi {}\n", row % 9)).collect();
    // Far behind the beginning; one after another the last two would be a letter.
    let bytes = [b"id,name\n", rows.as_bytes(), b"a,M\xe4ki\nb,\xc3\nc,\xa4\nd,M\xc3\xa4ki\n"].concat();
    let list = table(&[&written(folder.path(), "mixed", &bytes)], "id", None).unwrap();
    assert_eq!((list.rows(), &list.ids[39_999], &list.ids[40_003]), (40_004, "39999", "d"));
    let (regular, mixed) = list.columns[0].codes.split_at(40_000);
    assert!((0..).zip(regular).all(|(row, code)| *code == row % 9 + 1));
    assert_eq!(mixed, [10, 11, 12, 10]);
    assert!(list.columns[0].texts.iter().skip(10).eq(["Mäki", "Ã", "¤"]));
}

#[test]
fn repeated_identifiers_are_told_by_their_lines() {
    let folder = tempfile::tempdir().unwrap();
    let text = b"id,name\n1,a\n\n2,\"b\nc\"\n1,d\n\n3,e\n2,f\n";
    let first = written(folder.path(), "first", b"id,name\n1,a\n9,b\n");
    let failure = table(&[&first, &written(folder.path(), "twice", text)], "id", None).unwrap_err();
    let message = failure.to_text();
    assert!(message.contains("twice: 2 identifiers stand in an earlier row too"), "{message}");
    assert!(message.contains("line 6\n") && message.contains("line 9\n"), "{message}");
}

#[test]
fn faulty_lists_are_refused_by_line_and_without_values() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("id,name\n1,{}\n", "Secret".repeat(200_000));
    let rows: [(&str, &[u8], &str); 9] = [
        ("empty", b"", "is empty"),
        ("no column", b"number,Secret\n1,Secret\n", "has no column id"),
        ("cells", b"id,name\n1,Secret,x\n", "line 2: 3 cells, the heading has 2"),
        ("no identifier", b"id,name\n1,a\n ,Secret\n", "line 3: no value in the column id"),
        ("twice", b"id,name\n1,Secret\n1,Secret\n", "1 identifiers stand in an earlier row too"),
        ("quote", b"id,name\n1,\"Secret\n2,b\n", "line 2: a quote opens and does not close"),
        ("NUL", b"id,name\n1,Sec\0ret\n", "line 2: a NUL byte"),
        ("long", long.as_bytes(), "line 2: the line has more than 1048576 bytes"),
        ("wide", b"\xff\xfei\0d\0,", "line 1: the text is not in the encoding"),
    ];
    for (name, bytes, expected) in rows {
        let failure = table(&[&written(folder.path(), name, bytes)], "id", None).unwrap_err();
        let message = failure.to_text();
        assert!(message.contains(expected), "{name}: {message}");
        assert!(!message.contains("Secret"), "{name}: {message}");
    }
}

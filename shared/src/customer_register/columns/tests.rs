//! What went into columns comes out of them, also through a file.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::customer_register::{RegisterError, Table};

fn read(text: &str) -> Columns {
    let table = Table::text(text.as_bytes()).unwrap();
    let mut rows = ColumnsBuilder::new(table.form().columns.len());
    table
        .each(|row| {
            rows.push(row);
            Ok::<(), RegisterError>(())
        })
        .unwrap();
    rows.take()
}

fn columns(rows: &[Vec<String>]) -> Columns {
    let lines = rows.iter().map(|row| row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>());
    let lines: Vec<String> = lines.map(|cells| cells.join(";")).collect();
    let text = format!("asiakasnro;sukunimi;katuosoite\n{}\n", lines.join("\n"));
    read(&text)
}

fn told(columns: &Columns) -> Vec<(u64, Vec<String>)> {
    let cells = |row: Row<'_>| (0..row.len()).map(|place| row.cell(place).into_owned()).collect();
    columns.rows().map(|row| (row.line, cells(row))).collect()
}

#[test]
fn texts_that_come_again_are_kept_once() {
    let rows: Vec<Vec<String>> = (0..3_000)
        .map(|row| vec![format!("k{row}"), format!("{:05}", row % 700), format!("x{}", row % 1_600)])
        .collect();
    let columns = columns(&rows);
    let is_coded = |place| matches!(columns.column(place), Some(Column::Coded { .. }));
    assert_eq!([0, 1, 2].map(is_coded), [false, true, false]);
    let expected: Vec<_> = (2..).zip(rows).collect();
    assert_eq!(told(&columns), expected);
    let made = AtomicUsize::new(0);
    let numbers = columns.column(1).unwrap().map(|text| {
        made.fetch_add(1, Ordering::Relaxed);
        text.parse::<usize>().unwrap()
    });
    assert_eq!(made.into_inner(), 700);
    assert!((0..3_000).all(|row| numbers[row] == row % 700));
    assert_eq!(columns.column(0).unwrap().map(str::len)[2_999], 5);
}

#[test]
fn identity_codes_are_kept_as_numbers() {
    let written = ["131052-308T", " 131052-308t ", "131052\u{a0}-308T", "", "131052-308U", "131052-308T x"];
    let birth = jiff::civil::date(1952, 10, 13);
    let other =
        |row: u16| str::from_utf8(&Hetu::new(birth, b'-', row + 2).unwrap().to_text()).unwrap().to_owned();
    let cells =
        |texts: &mut dyn Iterator<Item = String>| columns(&texts.map(|text| vec![text]).collect::<Vec<_>>());
    let all: Vec<String> = written.iter().map(|text| (*text).to_owned()).chain((0..40).map(other)).collect();
    // Of many, of few, and of those that come again.
    let many = cells(&mut all.iter().cloned());
    let few = cells(&mut all.iter().cloned().chain((0..90).map(|row| format!("katu {row}"))));
    let again = cells(&mut all.iter().cloned().chain(all.iter().cloned().cycle().take(900)));
    for (columns, is_kept) in [(&many, true), (&few, false), (&again, false)] {
        let mut file = Vec::new();
        columns.write(&mut file).unwrap();
        let read = Columns::read(file.as_slice()).unwrap();
        assert!(read == *columns);
        assert_eq!([0, 1].map(|place| read.identity_codes[place].is_some()), [is_kept, false]);
        for row in 0..columns.len() {
            let expected = code(read.column(0).unwrap().text(row).as_bytes()).map(Hetu::packed);
            assert_eq!(read.identity_code(0, row), expected);
        }
    }
    let faults = [Reason::Empty, Reason::Check, Reason::Length];
    assert_eq!([3, 4, 5].map(|row| many.identity_code(0, row).unwrap_err()), faults);
    assert_eq!(many.identity_code(0, 1), many.identity_code(0, 0));
    assert_eq!(many.identity_code(9, 0), Err(Reason::Empty));
}

#[test]
fn rows_are_as_wide_as_the_headings() {
    let text = "asiakasnro;sukunimi;katuosoite\n\n1\n\"x\ny\";2;3;4;5\n;;z\n";
    let columns = read(text);
    let row = |line, cells: [&str; 3]| (line, cells.map(str::to_owned).to_vec());
    assert_eq!(told(&columns), [row(3, ["1", "", ""]), row(4, ["x\ny", "2", "3"]), row(6, ["", "", "z"]),]);
    assert_eq!(columns.row(0).cell(7), "");
}

#[test]
fn what_is_no_file_of_columns_is_refused() {
    let mut file = Vec::new();
    columns(&[vec!["a".to_owned()]]).write(&mut file).unwrap();
    for bad in [&b""[..], b"hetu\n", &file[..file.len() / 2]] {
        let error = Columns::read(bad).unwrap_err();
        assert!(matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof));
    }
}

proptest! {
    #[test]
    fn a_file_holds_what_was_written(
        rows in proptest::collection::vec(proptest::collection::vec("[a-cå ]{0,3}", 3), 1..2_500),
    ) {
        let columns = columns(&rows);
        let mut file = Vec::new();
        columns.write(&mut file).unwrap();
        prop_assert!(Columns::read(file.as_slice()).unwrap() == columns);
        let wanted: Vec<Vec<String>> = told(&columns).into_iter().map(|(_, cells)| cells).collect();
        prop_assert_eq!(wanted, rows);
    }
}

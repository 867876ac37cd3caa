//! What files are taken for, and that it makes no difference how they come.

use std::io::{Seek as _, Write as _};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::customer_register::Table;

#[test]
fn files_are_told_by_their_first_bytes() {
    let told = |bytes: &[u8], sheet| {
        let mut text = String::new();
        let content = content(Input::of_stream(bytes), sheet)?;
        let mut read = content.text;
        read.read_to_string(&mut text).map_err(RegisterError::of_io)?;
        Ok::<_, RegisterError>(text)
    };
    assert_eq!(told(b"PA", None).unwrap(), "PA");
    assert_eq!(told(b"hetu\n", None).unwrap(), "hetu\n");
    assert!(matches!(told(b"hetu\n", Some("x")), Err(RegisterError::NoWorkbook)));
    assert!(matches!(told(b"PAR1...", None), Err(RegisterError::Parquet(_))));
    assert!(matches!(told(b"PK\x03\x04...", None), Err(RegisterError::Workbook(_))));
    let old = told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None).unwrap_err().to_string();
    assert!(old.contains("(.xls) or has a password"), "{old}");
}

/// A file on a disk with these bytes.
fn on_disk(bytes: &[u8]) -> Input<'static> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    Input::of_file(file).unwrap()
}

fn records(input: Input<'_>) -> Result<Vec<Vec<String>>, RegisterError> {
    let table = Table::open_as(input, &Reading { sheet: None, is_headed: true })?;
    let mut records = vec![table.form().columns.clone()];
    table.each(|row| {
        records.push((0..row.len()).map(|place| row.cell(place).into_owned()).collect());
        Ok::<(), RegisterError>(())
    })?;
    Ok(records)
}

/// The same rows as CSV, Parquet of several row groups, and a workbook.
fn three_forms() -> [Vec<u8>; 3] {
    let row = |row: usize| [format!("{row}"), format!("Mäki-{}", row % 37), format!("Ranta \"{row}\" A; 1")];
    let rows: Vec<[String; 3]> = (0..9_000).map(row).collect();
    let headings = ["nro", "sukunimi", "katuosoite"];
    let csv =
        |cells: [&str; 3]| cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(";") + "\n";
    let mut text = csv(headings);
    rows.iter().for_each(|row| text.push_str(&csv(row.each_ref().map(String::as_str))));
    let column = |place: usize| {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row[place].as_str()))) as ArrayRef
    };
    let columns = headings.iter().enumerate().map(|(place, name)| (*name, column(place)));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2_000)).build();
    let mut parquet = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    parquet.write(&batch).unwrap();
    let row = |cells: [&str; 3]| {
        let cell =
            |cell: &str| format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", cell.replace('"', "&quot;"));
        format!("<row>{}</row>", cells.map(cell).concat())
    };
    let sheet: String = rows.iter().map(|cells| row(cells.each_ref().map(String::as_str))).collect();
    let sheet = format!("<worksheet><sheetData>{}{sheet}</sheetData></worksheet>", row(headings));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("_rels/.rels", r#"<R><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.xml"/></R>"#),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="a" id="1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", r#"<R><Relationship Id="1" Type="x/worksheet" Target="s.xml"/></R>"#),
        ("xl/s.xml", &sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    [text.into_bytes(), parquet.into_inner().unwrap(), zip.finish().unwrap().into_inner()]
}

#[test]
fn every_form_gives_the_same_records_from_a_disk_and_as_a_stream() {
    let forms = three_forms();
    let expected = records(Input::of_stream(&forms[0][..])).unwrap();
    assert_eq!(expected.len(), 9_001);
    assert_eq!(expected[8_000], ["7999", "Mäki-7", "Ranta \"7999\" A; 1"]);
    for (bytes, form) in forms.iter().zip(["csv", "parquet", "xlsx"]) {
        assert!(records(on_disk(bytes)).unwrap() == expected, "{form} on a disk");
        // In pieces of odd sizes, as they come over a network.
        let pieces = bytes
            .chunks(7_919)
            .fold(Box::new(io::empty()) as Box<dyn Read>, |before, piece| Box::new(before.chain(piece)));
        assert!(records(Input::of_stream(pieces)).unwrap() == expected, "{form} as a stream");
    }
}

#[test]
fn what_is_cut_or_has_another_end_is_a_fault_from_a_disk_and_as_a_stream() {
    let [_csv, parquet, workbook] = three_forms();
    for (bytes, expected) in
        [(parquet, "the Parquet file cannot be read"), (workbook, "the workbook cannot be")]
    {
        let mut wrong = bytes.clone();
        let end = wrong.len();
        wrong[end - 20..].reverse();
        for damaged in [&wrong[..], &bytes[..end - 8], &bytes[..end / 2], &bytes[..100], &bytes[..4]] {
            for input in [on_disk(damaged), Input::of_stream(damaged)] {
                let message = records(input).unwrap_err().to_string();
                assert!(message.contains(expected), "{} bytes: {message}", damaged.len());
            }
        }
    }
}

/// Gives some bytes and then breaks off.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::ConnectionReset.into()),
            count => Ok(count),
        }
    }
}

#[test]
fn a_stream_that_breaks_off_is_no_fault_of_the_file() {
    let [csv, parquet, workbook] = three_forms();
    for bytes in [csv, parquet, workbook] {
        for cut in [2, bytes.len() / 2, bytes.len()] {
            let broken = records(Input::of_stream(Broken(&bytes[..cut])));
            let Err(RegisterError::Io(error)) = broken else { panic!("{cut}: {:?}", broken.map(|_| ())) };
            assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        }
    }
}

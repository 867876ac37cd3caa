//! Deliveries from rows to what the recipient opens.

mod opening;
mod workbook;

use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use poimuri_shared::ids::OrderId;
use poimuri_shared::order::Format;
use poimuri_shared::order::delivered::Column;
use poimuri_shared::recipient::keygen;
use poimuri_shared::store::{Folder, Objects, StoreError, layout};
use sha2::{Digest as _, Sha256};

use super::{DeliverError, DeliverySummary, DeliveryWriter, Identities, Limits, Meta, fields, open_stored};

const ROWS: &str = "Virtanen,\"Matti \"\"M\"\" Juhani\",\"Katu 1, A\r\n2\",00100,41,1985-03-01\r\n\
                    Öberg,,Gatan 3 B,65100,,\r\n\
                    O'Hara,Aino,Tie 5,33100,7,2019-02-28\r\n";

const COLUMNS: [Column; 6] = [
    Column::Surname,
    Column::FirstNames,
    Column::StreetAddress,
    Column::PostalCode,
    Column::Age,
    Column::BirthDate,
];

struct Bench {
    home: tempfile::TempDir,
    objects: Folder,
    order: OrderId,
    key: String,
}

/// Makes a key pair; the public key.
fn key_in(identity: &Path) -> String {
    let made = keygen();
    made.write(identity).unwrap();
    made.public.to_string()
}

fn bench() -> Bench {
    let home = tempfile::tempdir().unwrap();
    let objects = Folder::new(home.path().join("store"));
    let key = key_in(&home.path().join("identity"));
    Bench { home, objects, order: "o-1".parse().unwrap(), key }
}

fn meta() -> Meta {
    Meta {
        snapshot: "2026-11-01-ab".parse().unwrap(),
        permit: "P-2026-0001".parse().unwrap(),
        recipient: "posti-jakelu".parse().unwrap(),
        created: "2026-11-01T00:00:00Z".parse().unwrap(),
    }
}

impl Bench {
    fn writer(&self, format: Format, limits: Limits) -> DeliveryWriter<'_> {
        DeliveryWriter::new(&self.objects, &self.order, format, fields(&COLUMNS), &self.key, limits).unwrap()
    }

    fn deliver(
        &self,
        format: Format,
        limits: Limits,
        rows: &[&str],
    ) -> Result<DeliverySummary, DeliverError> {
        let mut writer = self.writer(format, limits);
        for part in rows {
            writer.push_rows(part.as_bytes())?;
        }
        writer.finish(meta())
    }

    fn open(&self) -> Vec<(String, Vec<u8>)> {
        let identities = Identities::load(&self.home.path().join("identity")).unwrap();
        let opened =
            open_stored(&self.objects, &self.order, &identities, &self.home.path().join("out")).unwrap();
        opened.files.iter().map(|path| (file_name(path), std::fs::read(path).unwrap())).collect()
    }

    fn objects(&self) -> Vec<String> {
        self.objects.list(&layout::delivery(&self.order), "", 100).unwrap()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn by_rows(part_rows_max: u64) -> Limits {
    Limits { part_rows_max, ..Limits::default() }
}

#[test]
fn csv_arrives_as_it_was_with_a_header() {
    let bench = bench();
    let summary = bench.deliver(Format::Csv, Limits::default(), &[ROWS]).unwrap();
    assert_eq!((summary.rows, summary.files.len()), (3, 1));
    assert_eq!(summary.digest, hex::encode(Sha256::digest(ROWS)));
    let header = "surname,first_names,street_address,postal_code,age,birth_date\r\n";
    assert_eq!(bench.open(), [("o-1.csv".to_owned(), format!("{header}{ROWS}").into_bytes())]);
}

#[test]
fn parts_depend_on_rows_alone() {
    let rows = "a,b,c,d,1,\r\n".repeat(25);
    let check = |limits: Limits, pieces: &[&str], expected: &[u64]| {
        let bench = bench();
        let summary = bench.deliver(Format::Csv, limits, pieces).unwrap();
        let counts: Vec<u64> = summary.files.iter().map(|file| file.rows).collect();
        assert_eq!(counts, expected);
        assert_eq!(summary.digest, hex::encode(Sha256::digest(&rows)));
        let files = bench.open();
        assert!(expected.len() == 1 || files[0].0 == "o-1-001.csv");
        let lines: usize = files.iter().map(|(_, text)| text.split(|byte| *byte == b'\n').count() - 2).sum();
        assert_eq!(lines, 25);
    };
    let (a, b) = rows.split_at(12 * 7);
    let (c, d) = b.split_at(12);
    let ten = by_rows(10);
    check(ten, &[&rows], &[10, 10, 5]);
    check(ten, &[a, c, "", d], &[10, 10, 5]);
    check(by_rows(25), &[a, b], &[25]);
    let bytes = |part_bytes_max| Limits { part_bytes_max, ..Limits::default() };
    check(bytes(12 * 9 + 11), &[a, b], &[9, 9, 7]);
    check(bytes(1), &[&rows], &[1; 25]);
}

#[test]
fn nothing_to_deliver_is_a_delivery_too() {
    for (format, files) in [(Format::Csv, 1), (Format::Parquet, 1), (Format::Xlsx, 1), (Format::Fixed, 2)] {
        let bench = bench();
        let summary = bench.deliver(format, Limits::default(), &[]).unwrap();
        assert_eq!((summary.rows, summary.files.len()), (0, files));
        assert_eq!(summary.digest, hex::encode(Sha256::digest("")));
        assert_eq!(bench.open().len(), files);
    }
}

#[test]
fn parquet_is_typed_and_its_digest_is_that_of_the_rows() {
    let bench = bench();
    let summary = bench.deliver(Format::Parquet, Limits::default(), &[ROWS]).unwrap();
    assert_eq!(summary.digest, hex::encode(Sha256::digest(ROWS)));
    bench.open();
    let file = std::fs::File::open(bench.home.path().join("out/o-1.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let [batch] = batches.as_slice() else { panic!("one batch") };
    let text = |column: usize| batch.column(column).as_string::<i32>().iter().collect::<Vec<_>>();
    assert_eq!(text(0), [Some("Virtanen"), Some("Öberg"), Some("O'Hara")]);
    assert_eq!(text(1), [Some("Matti \"M\" Juhani"), None, Some("Aino")]);
    assert_eq!(text(2)[0], Some("Katu 1, A\r\n2"));
    let ages: Vec<_> = batch.column(4).as_primitive::<Int32Type>().iter().collect();
    assert_eq!(ages, [Some(41), None, Some(7)]);
    let births: Vec<_> = batch.column(5).as_primitive::<Date32Type>().iter().collect();
    assert_eq!(births, [Some(5538), None, Some(17955)]);
    assert_eq!(batch.schema().field(0).name(), "surname");
    assert!(Arc::strong_count(&batch.schema()) > 0);
}

#[test]
fn fixed_rows_are_as_wide_as_the_layout_says() {
    let bench = bench();
    bench.deliver(Format::Fixed, Limits::default(), &[ROWS]).unwrap();
    let files = bench.open();
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    assert_eq!(files[0].0, "o-1.txt");
    let layout: serde_json::Value = serde_json::from_slice(&files[1].1).unwrap();
    let row_width = layout["row_width"].as_u64().unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3);
    let field = |line: &str, index: usize| {
        let place = |key: &str| usize::try_from(layout["fields"][index][key].as_u64().unwrap()).unwrap();
        line.chars().skip(place("from") - 1).take(place("width")).collect::<String>()
    };
    for line in &lines {
        assert_eq!(u64::try_from(line.chars().count()).unwrap(), row_width);
    }
    assert_eq!(field(lines[0], 2).trim_end(), "Katu 1, A  2");
    assert_eq!(field(lines[1], 0).trim_end(), "Öberg");
    assert_eq!((field(lines[0], 4), field(lines[1], 4)), (" 41".to_owned(), "   ".to_owned()));
    assert_eq!(field(lines[2], 5), "2019-02-28");
}

#[test]
fn a_second_attempt_delivers_nothing_again() {
    let bench = bench();
    let first = bench.deliver(Format::Csv, by_rows(2), &[ROWS]).unwrap();
    let before = bench.objects();
    let second = bench.deliver(Format::Csv, by_rows(2), &[ROWS]).unwrap();
    assert!(!first.was_there && second.was_there);
    assert_eq!((first.files, first.digest), (second.files, second.digest));
    assert_eq!(bench.objects(), before);
    let other = bench.deliver(Format::Csv, by_rows(2), &["a,b,c,d,1,\r\n"]);
    assert!(matches!(other, Err(DeliverError::Conflict { .. })));
    let left = bench.objects();
    assert!(before.iter().all(|object| left.contains(object)));
    assert_eq!(left.len(), before.len() + 1, "the evidence");
}

#[test]
fn an_abandoned_attempt_leaves_no_delivery() {
    let bench = bench();
    let mut writer = bench.writer(Format::Csv, by_rows(1));
    writer.push_rows(ROWS.as_bytes()).unwrap();
    drop(writer);
    let identities = Identities::load(&bench.home.path().join("identity")).unwrap();
    let error =
        open_stored(&bench.objects, &bench.order, &identities, &bench.home.path().join("out")).unwrap_err();
    assert!(matches!(error, DeliverError::Store(StoreError::Missing { .. })));
    assert_eq!(bench.objects().len(), 2, "parts that no manifest names");
}

#[test]
fn wrong_rows_are_named_by_number_and_never_quoted() {
    let check = |format: Format, rows: &str, expected: &str| {
        let error =
            bench().deliver(format, Limits::default(), &["a,b,c,d,1,\r\n", rows]).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    };
    check(Format::Csv, "secret,", "CRLF");
    check(Format::Parquet, "secret,b,c,d,1\r\n", "row 2");
    check(Format::Parquet, "a,b,c,d,secret,\r\n", "row 2");
    check(Format::Parquet, "a,b,c,d,1,secret\r\n", "row 2");
    check(Format::Xlsx, "a,b,c,d,secret,\r\n", "row 2");
    check(Format::Fixed, "secret\r\n", "row 2");
}

#[test]
fn a_key_that_is_none_is_refused() {
    let bench = bench();
    for key in ["", "age1", "age1xyz", "AGE-SECRET-KEY-1"] {
        let made =
            DeliveryWriter::new(&bench.objects, &bench.order, Format::Csv, vec![], key, Limits::default());
        assert!(matches!(made, Err(DeliverError::RecipientKey)), "{key}");
    }
}

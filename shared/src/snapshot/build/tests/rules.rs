//! Rows that break a rule are left out whole, reported without values, and counted against the limit.

use std::fs::File;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use jiff::civil::date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use serde_json::{Value, json};

use super::small::{Place, Rows, hetu, prt, write_file};
use crate::register::source::SourceFile;
use crate::snapshot::build::{BuildError, BuildOptions, build};

/// File, row, column and reason of each rejected row.
fn report(path: &std::path::Path) -> Vec<(String, i64, String, String)> {
    let mut found = Vec::new();
    for batch in ParquetRecordBatchReader::try_new(File::open(path).unwrap(), 1024).unwrap() {
        let batch = batch.unwrap();
        let text = |column: usize, row| batch.column(column).as_string::<i32>().value(row).to_owned();
        for row in 0..batch.num_rows() {
            let number = batch.column(1).as_primitive::<Int64Type>().value(row);
            found.push((text(0, row), number, text(2, row), text(3, row)));
        }
    }
    found
}

fn rejects(rows: Rows) -> Vec<(String, i64, String, String)> {
    let place = Place::new(rows);
    let built = place.try_build(2).unwrap();
    report(&built.folder.join("rejects.parquet"))
}

#[test]
fn each_rule_is_found_in_its_column() {
    use SourceFile::{Addresses, Buildings, Dwellings, Owners, Persons, PreviousAddresses};
    let stranger = hetu(date(1950, 2, 3), 77);
    let rows: Vec<(SourceFile, &str, Value, &str)> = vec![
        (Persons, "person_id", json!("010170-0023"), "wrong check character"),
        (Persons, "person_id", json!("0101700023"), "eleven characters"),
        (Persons, "person_id", json!("320170-0028"), "begin with a date"),
        (Persons, "person_id", Value::Null, "missing"),
        (Persons, "sex", json!("3"), "not in its code list"),
        (Persons, "mother_tongue", json!("FIN"), "wrong length"),
        (Persons, "service_language", json!("en"), "not in its code list"),
        (Persons, "municipality", json!("91"), "wrong length"),
        (Persons, "surname", Value::Null, "missing"),
        (Persons, "dwelling_id", json!("nowhere"), "dwelling is unknown"),
        (Persons, "birth_date", json!("1700-01-01"), "date is impossible"),
        (Persons, "death_date", json!("1969-12-31"), "before the birth"),
        (Persons, "moved_in", json!("1969-12-31"), "before the birth"),
        (Persons, "occupation", json!("x".repeat(36)), "wrong length"),
        (Persons, "spouse_id", json!("x"), "eleven characters"),
        (Persons, "previous_ids", json!([stranger, "x"]), "eleven characters"),
        (Persons, "foreign_country", json!("SE"), "wrong length"),
        (Dwellings, "building_id", json!(prt(99)), "building is unknown"),
        (Dwellings, "rooms", json!(-1), "negative"),
        (Dwellings, "address_no", Value::Null, "missing"),
        (Buildings, "building_id", json!("100012345A"), "wrong check character"),
        (Buildings, "class_2018", json!("110"), "wrong length"),
        (Buildings, "permit_action", json!("repair"), "not in its code list"),
        (Addresses, "postal_code", json!("0010A"), "wrong form"),
        (Addresses, "building_id", json!(prt(99)), "building is unknown"),
        (Owners, "person_id", json!(stranger), "person is unknown"),
        (PreviousAddresses, "since", json!("2001-06-01"), "end is before"),
    ];
    for (file, column, value, reason) in rows {
        let mut rows = Rows::villages(4);
        rows.file(file)[2][column] = value;
        let found = rejects(rows);
        let (name, row, at, why) = found.iter().find(|(name, ..)| name == file.file_name()).unwrap();
        let at = if column == "since" {
            assert_eq!(at, "until");
            column
        } else {
            at
        };
        assert_eq!((name.as_str(), *row, at), (file.file_name(), 2, column), "{reason}");
        assert!(why.contains(reason), "{column}: {why}, wanted {reason}");
    }
}

#[test]
fn rows_follow_what_they_depend_on() {
    let mut rows = Rows::villages(4);
    rows.buildings[1]["code_version"] = Value::Null;
    let found: Vec<_> = rejects(rows).into_iter().map(|(file, row, column, _)| (file, row, column)).collect();
    let expected = [
        ("persons.parquet", "dwelling_id"),
        ("dwellings.parquet", "building_id"),
        ("buildings.parquet", "code_version"),
        ("addresses.parquet", "building_id"),
        ("owners.parquet", "building_id"),
        ("previous_addresses.parquet", "person_id"),
    ];
    assert_eq!(found, expected.map(|(file, column)| (file.to_owned(), 1, column.to_owned())));
}

#[test]
fn of_duplicates_the_first_stays() {
    let mut rows = Rows::villages(3);
    for file in SourceFile::ALL {
        let mut again = rows.file(file)[0].clone();
        again["surname"] = json!("Toinen");
        rows.file(file).push(again);
    }
    // Stays are no keys: somebody may have lived somewhere twice.
    let found: Vec<_> =
        rejects(rows.clone()).into_iter().map(|(file, row, _, why)| (file, row, why)).collect();
    let files = ["persons", "dwellings", "buildings", "addresses", "owners"];
    let expected = files.map(|file| (format!("{file}.parquet"), 3, "row is there already".to_owned()));
    assert_eq!(found, expected);
    let place = Place::new(rows);
    let names = place.build(1);
    let names = names.dictionary(crate::snapshot::dictionary::Dict::Surname).unwrap();
    assert_eq!(names.code("Toinen"), None, "what is left out leaves no text");
    assert_eq!(names.len(), 1);
}

#[test]
fn too_many_rejects_publish_nothing_and_leave_the_report() {
    let mut rows = Rows::villages(20);
    rows.persons[3]["sex"] = json!("9");
    let place = Place::new(rows);
    // One of 120 rows, and the two that hang on it.
    let share = 100.0 * 3.0 / 120.0;
    let limited = |max_rejects| build(&BuildOptions { max_rejects, ..place.options() }, &|_| ());
    let Err(BuildError::TooManyRejects { rejected, rows, report: path, .. }) = limited(share - 0.01) else {
        panic!("built above the limit")
    };
    assert_eq!((rejected, rows, report(&path).len()), (3, 120, 3));
    assert!(crate::snapshot::catalog::list(&place.options().snapshots).unwrap().is_empty());
    let built = limited(share).unwrap();
    assert_eq!(built.manifest.rejected.iter().map(|count| count.rows).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(built.manifest.totals.population, 19);
}

#[test]
fn a_folder_without_a_column_is_refused() {
    for file in SourceFile::ALL {
        for column in file.columns() {
            let mut rows = Rows::villages(2);
            let place = Place::new(rows.clone());
            write_file(place.folder.path(), file, rows.file(file), Some(column.name));
            let error = place.try_build(1).unwrap_err().to_string();
            assert_eq!(error, format!("source file {} has no column {}", file.file_name(), column.name));
        }
    }
    let place = Place::new(Rows::villages(2));
    std::fs::copy(place.folder.path().join("owners.parquet"), place.folder.path().join("addresses.parquet"))
        .unwrap();
    assert!(matches!(place.try_build(1), Err(BuildError::NoColumn { file: "addresses.parquet", .. })));
    std::fs::remove_file(place.folder.path().join("buildings.parquet")).unwrap();
    assert!(matches!(place.try_build(1), Err(BuildError::Open { file: "buildings.parquet", .. })));
    std::fs::write(place.folder.path().join("buildings.parquet"), "no parquet").unwrap();
    assert!(matches!(place.try_build(1), Err(BuildError::Parquet { file: "buildings.parquet", .. })));
}

//! Registers of a few rows, written from JSON, and snapshots of them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray};
use jiff::civil::{Date, date};
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::register::building_id::BuildingId;
use crate::register::hetu::Hetu;
use crate::register::source::{Column, Kind, SourceFile};
use crate::register::synth::{SynthOptions, write};
use crate::snapshot::Snapshot;
use crate::snapshot::build::{BuildError, BuildOptions, Built, build};

/// Days since 1970-01-01.
pub(crate) fn day(text: &str) -> i32 {
    (text.parse::<Date>().unwrap() - date(1970, 1, 1)).get_days()
}

/// A valid identity code.
pub(crate) fn hetu(birth: Date, number: u16) -> String {
    let sign = if birth.year() < 2000 { b'-' } else { b'A' };
    String::from_utf8(Hetu::new(birth, sign, number).unwrap().to_text().to_vec()).unwrap()
}

/// A valid building identifier.
pub(crate) fn prt(number: u32) -> String {
    BuildingId::new(number).unwrap().to_string()
}

fn column(column: &Column, rows: &[Value]) -> ArrayRef {
    let values = rows.iter().map(|row| &row[column.name]);
    match column.kind {
        Kind::Text => {
            Arc::new(values.map(|value| value.as_str().map(str::to_owned)).collect::<StringArray>())
        }
        Kind::Date => Arc::new(values.map(|value| value.as_str().map(day)).collect::<Date32Array>()),
        Kind::Int => {
            let number = |value: &Value| value.as_i64().map(|number| i32::try_from(number).unwrap());
            Arc::new(values.map(number).collect::<Int32Array>())
        }
        Kind::Bool => {
            Arc::new(values.map(|value| Some(value.as_bool().unwrap_or(false))).collect::<BooleanArray>())
        }
        Kind::TextList => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for value in values {
                lists.append_option(value.as_array().map(|list| {
                    list.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Vec<_>>()
                }));
            }
            Arc::new(lists.finish())
        }
    }
}

/// Writes a source file; keys that are left out are null or false. `skip` names a column left out whole.
pub(crate) fn write_file(folder: &Path, file: SourceFile, rows: &[Value], skip: Option<&str>) {
    let columns = file.columns().iter().filter(|column| Some(column.name) != skip);
    // Nullable throughout: a required null must be found by its row.
    let fields = columns.map(|of| (of.name, column(of, rows), true));
    let batch = RecordBatch::try_from_iter_with_nullable(fields).unwrap();
    let target = File::create(folder.join(file.file_name())).unwrap();
    let mut writer = ArrowWriter::try_new(target, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// Rows of the six files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    pub(crate) persons: Vec<Value>,
    pub(crate) dwellings: Vec<Value>,
    pub(crate) buildings: Vec<Value>,
    pub(crate) addresses: Vec<Value>,
    pub(crate) owners: Vec<Value>,
    pub(crate) previous: Vec<Value>,
}

impl Rows {
    pub(crate) fn file(&mut self, file: SourceFile) -> &mut Vec<Value> {
        match file {
            SourceFile::Persons => &mut self.persons,
            SourceFile::Dwellings => &mut self.dwellings,
            SourceFile::Buildings => &mut self.buildings,
            SourceFile::Addresses => &mut self.addresses,
            SourceFile::Owners => &mut self.owners,
            SourceFile::PreviousAddresses => &mut self.previous,
        }
    }

    /// `count` people, each in a house of their own that they own.
    pub(crate) fn villages(count: u16) -> Self {
        let mut rows = Self::default();
        for number in 0..count {
            let building = prt(u32::from(number));
            let person = hetu(date(1970, 1, 1 + i8::try_from(number % 28).unwrap()), 2 + number);
            let dwelling = format!("{building}1A001 ");
            rows.buildings.push(json!({
                "building_id": building, "municipality": "091", "code_version": "1994", "north": 6_670_000,
            }));
            rows.addresses.push(json!({
                "building_id": building, "address_no": 1, "street_fi": "Kirkkokatu",
                "house_number": number.to_string(), "postal_code": "00100", "post_office_fi": "HELSINKI",
            }));
            rows.dwellings.push(json!({
                "dwelling_id": dwelling, "building_id": building, "address_no": 1, "stair": "A", "rooms": 3,
            }));
            rows.persons.push(json!({
                "person_id": person, "first_names": "Maija Liisa", "call_name": "Liisa", "surname": "Mäkelä",
                "sex": "2", "birth_date": format!("1970-01-{:02}", 1 + number % 28), "mother_tongue": "fi",
                "municipality": "091", "dwelling_id": dwelling, "no_marketing": number % 2 == 0,
            }));
            rows.owners.push(json!({"building_id": building, "person_id": person, "owner_type": "02"}));
            rows.previous.push(json!({
                "person_id": person, "street_fi": "Ojakuja", "postal_code": "00200", "until": "2001-05-31",
            }));
        }
        rows
    }

    pub(crate) fn write(&mut self, folder: &Path) {
        for file in SourceFile::ALL {
            write_file(folder, file, self.file(file), None);
        }
    }
}

/// A folder with source files and a folder of snapshots.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new(mut rows: Rows) -> Self {
        let folder = TempDir::new().unwrap();
        rows.write(folder.path());
        Self { folder }
    }

    pub(crate) fn synthetic(population: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let options = SynthOptions { population, seed: 3, out_dir: folder.path().to_owned() };
        write(&options, &|_, _| ()).unwrap();
        Self { folder }
    }

    pub(crate) fn options(&self) -> BuildOptions {
        BuildOptions {
            from: self.folder.path().to_owned(),
            as_of: date(2026, 9, 1),
            shards: Some(3),
            max_rejects: 100.0,
            snapshots: self.folder.path().join("snapshots"),
            built: "2026-09-02T03:04:05Z".parse().unwrap(),
        }
    }

    pub(crate) fn try_build(&self, shards: u32) -> Result<Built, BuildError> {
        build(&BuildOptions { shards: Some(shards), ..self.options() }, &|_| ())
    }

    pub(crate) fn build(&self, shards: u32) -> Snapshot {
        Snapshot::open(&self.try_build(shards).unwrap().folder).unwrap()
    }
}

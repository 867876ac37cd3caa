//! Every format version ever written is still read: `tests/fixtures/compat/v<version>`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::register::hetu::Hetu;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::{FORMAT_VERSION, Table};
use crate::snapshot::tables::NO_ROW;
use crate::snapshot::{Snapshot, Verify};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/compat")
}

/// What a reader makes of a snapshot, as lines: persons with their homes, then what they own.
fn dump(snapshot: &Snapshot) -> String {
    let text = |dict, code: u32| snapshot.dictionary(dict).unwrap().text(code).unwrap_or("").to_owned();
    let mut out = String::new();
    for index in 0..snapshot.shard_count() {
        let shard = snapshot.shard(index).unwrap();
        let (persons, dwellings) = (shard.persons().unwrap(), shard.dwellings().unwrap());
        let addresses = shard.addresses().unwrap();
        for (row, id) in persons.id.iter().enumerate() {
            let found = snapshot.identity().unwrap().find(*id).unwrap();
            let code = Hetu::from_packed(*id).unwrap().to_text();
            let names = [
                text(Dict::Surname, persons.surname[row]),
                text(Dict::FirstNames, persons.first_names[row]),
                text(Dict::Municipality, u32::from(persons.municipality[row])),
                text(Dict::MotherTongue, u32::from(persons.mother_tongue[row])),
            ];
            write!(out, "{} {} {}", found.position, String::from_utf8_lossy(&code), names.join(" ")).unwrap();
            write!(out, " {} {} {}", persons.birth_date[row], persons.death_date[row], persons.flags[row])
                .unwrap();
            if persons.dwelling[row] != NO_ROW {
                let home = persons.dwelling[row] as usize;
                write!(out, " {} {}", dwellings.dwelling_id.value(home), dwellings.living[home]).unwrap();
                let address = dwellings.address[home] as usize;
                write!(out, " {}", text(Dict::Street, addresses.street_fi[address])).unwrap();
                write!(out, " {}", text(Dict::PostalCode, u32::from(addresses.postal_code[address])))
                    .unwrap();
            }
            out.push('\n');
        }
        let owned = shard.owned().unwrap();
        for (row, person) in owned.person.iter().enumerate() {
            let columns = &owned.columns;
            let (building, north) = (columns.building_id[row], columns.north[row]);
            let source = text(Dict::HeatingSource, u32::from(columns.heating_source[row]));
            writeln!(out, "owns {person} {building} {north} {source} {}", columns.connections[row]).unwrap();
        }
        let stays = shard.previous_addresses().unwrap();
        for (row, person) in stays.person.iter().enumerate() {
            let street = text(Dict::Street, stays.street_fi[row]);
            writeln!(out, "left {person} {street} {} {}", stays.since[row], stays.until[row]).unwrap();
        }
    }
    out
}

#[test]
fn every_version_is_read_as_it_was() {
    for version in 1..=FORMAT_VERSION {
        let folder = fixtures().join(format!("v{version}"));
        let snapshot = Snapshot::open_with(&folder.join("snapshot"), Verify::OnFirstMap).unwrap();
        assert_eq!(snapshot.manifest().format, version);
        let expected = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
        assert_eq!(dump(&snapshot), expected, "version {version}");
    }
}

/// Tables and their columns, one to a line.
fn columns() -> String {
    let mut out = String::new();
    for table in Table::ALL {
        for column in table.columns() {
            let nullable = if column.nullable { " null" } else { "" };
            writeln!(out, "{} {} {:?}{nullable}", table.name(), column.name, column.kind).unwrap();
        }
    }
    out
}

#[test]
fn the_columns_written_are_those_of_the_version() {
    // Whoever changes them decides here whether old readers understand the files, and adds a version if not.
    let kept = fixtures().join(format!("v{FORMAT_VERSION}/columns.txt"));
    assert_eq!(columns(), std::fs::read_to_string(kept).unwrap());
}

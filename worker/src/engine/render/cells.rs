//! The values of one column for a block of rows, looked up and not yet written.

use arrow_array::{Array as _, StringArray};
use jiff::civil::Date;
use poimuri_shared::order::criteria::Connection;
use poimuri_shared::order::delivered::Column;
use poimuri_shared::register::hetu::Hetu;
use poimuri_shared::snapshot::dictionary::Dictionary;
use poimuri_shared::snapshot::tables::{BuildingColumns, Dwellings, NO_ROW, NULL_I32};

use crate::engine::EngineError;
use crate::engine::days::age;
use crate::engine::tables::Tables;

use super::Rendered;
use super::address::{Address, addresses, post_offices};
use super::csv;

/// The names of connections, in the order of their bits.
const CONNECTIONS: [(Connection, &str); 5] = [
    (Connection::Sewer, "sewer"),
    (Connection::Water, "water"),
    (Connection::Electricity, "electricity"),
    (Connection::Gas, "gas"),
    (Connection::Cable, "cable"),
];

/// Looked-up values; null and absent are empty texts.
pub(super) enum Cells<'a> {
    Texts(Vec<&'a str>),
    Days(Vec<i32>),
    Numbers(Vec<i32>),
    Connections(Vec<u8>),
    Addresses(Vec<Address<'a>>),
    Codes(Vec<u64>),
}

impl Cells<'_> {
    /// Writes the value of a row of the block, unquoted.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        match self {
            Self::Texts(texts) => out.extend_from_slice(texts[row].as_bytes()),
            Self::Days(days) if days[row] == NULL_I32 => {}
            Self::Days(days) => csv::date(out, days[row]),
            Self::Numbers(numbers) if numbers[row] == NULL_I32 => {}
            Self::Numbers(numbers) => csv::number(out, numbers[row]),
            Self::Connections(bits) => {
                let names = CONNECTIONS.iter().filter(|(connection, _)| bits[row] & *connection as u8 != 0);
                for (index, (_, name)) in names.enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    out.extend_from_slice(name.as_bytes());
                }
            }
            Self::Addresses(addresses) => addresses[row].write(out),
            Self::Codes(codes) => {
                out.extend(Hetu::from_packed(codes[row]).into_iter().flat_map(Hetu::to_text));
            }
        }
    }
}

/// The text of a code; empty for null.
pub(super) fn text(texts: &Dictionary, code: u32) -> &str {
    texts.text(code).unwrap_or_default()
}

impl Rendered {
    /// Looks up a block of rows.
    pub(super) fn cells<'a>(
        &'a self,
        tables: &Tables<'a>,
        rows: &[u32],
        on: Date,
    ) -> Result<Cells<'a>, EngineError> {
        let persons = tables.persons;
        let texts = |codes: &[u32]| self.texts_of(rows, |row| codes[row]);
        let small = |codes: &[u8]| self.texts_of(rows, |row| u32::from(codes[row]));
        let middle = |codes: &[u16]| self.texts_of(rows, |row| u32::from(codes[row]));
        let births = || rows.iter().map(|row| persons.birth_date[*row as usize]);
        Ok(match self.column {
            Column::Surname => texts(&persons.surname),
            Column::FirstNames => texts(&persons.first_names),
            Column::CallName => texts(&persons.call_name),
            Column::Occupation => texts(&persons.occupation),
            Column::PostalCode => middle(&persons.postal_code),
            Column::Municipality => middle(&persons.municipality),
            Column::Region => small(&persons.region),
            Column::MotherTongue => small(&persons.mother_tongue),
            Column::ServiceLanguage => small(&persons.service_language),
            Column::StreetAddress => Cells::Addresses(addresses(&self.texts, self.swedish, tables, rows)?),
            Column::PostOffice => Cells::Texts(post_offices(&self.texts, self.swedish, tables, rows)?),
            Column::CareOf => free_texts(&persons.care_of, rows),
            Column::ForeignAddress => free_texts(&persons.foreign_address, rows),
            Column::ForeignCountry => middle(&persons.foreign_country),
            Column::DeathDate => Cells::Days(days(&persons.death_date, rows)),
            Column::EmigratedOn => Cells::Days(days(&persons.emigrated_on, rows)),
            Column::Language => {
                let of = |row: &u32| match self.text_of(u32::from(persons.mother_tongue[*row as usize])) {
                    known @ ("fi" | "sv" | "") => known,
                    _ => "other",
                };
                Cells::Texts(rows.iter().map(of).collect())
            }
            Column::Sex => {
                let digit = |row: &u32| ["", "1", "2"].get(usize::from(persons.sex[*row as usize]));
                Cells::Texts(rows.iter().map(|row| digit(row).copied().unwrap_or_default()).collect())
            }
            Column::Age => Cells::Numbers(births().map(|birth| age(birth, on)).collect()),
            Column::BirthDate => Cells::Days(births().collect()),
            Column::MovedIn => Cells::Days(days(&persons.moved_in, rows)),
            Column::IdentityCode => Cells::Codes(rows.iter().map(|row| persons.id[*row as usize]).collect()),
            Column::Size => of_dwellings(tables, rows, 0, |table, at| i32::from(table.living[at]))?,
            Column::Rooms => of_dwellings(tables, rows, NULL_I32, |table, at| table.rooms[at])?,
            Column::AreaM2 => of_dwellings(tables, rows, NULL_I32, |table, at| table.area_m2[at])?,
            Column::Use1994 => self.of_homes(tables, rows, |home| &home.use_1994)?,
            Column::Class2018 => self.of_homes(tables, rows, |home| &home.class_2018)?,
            Column::HeatingMethod => self.of_homes(tables, rows, |home| &home.heating_method)?,
            Column::HeatingSource => self.of_homes(tables, rows, |home| &home.heating_source)?,
            Column::CodeVersion => self.of_homes(tables, rows, |home| &home.code_version)?,
            Column::PermitAction => self.of_homes(tables, rows, |home| &home.permit_action)?,
            Column::Connections => Cells::Connections(homes(tables, rows, 0, |home| &home.connections)?),
            Column::Completed => Cells::Days(homes(tables, rows, NULL_I32, |home| &home.completed)?),
            Column::PermitDate => Cells::Days(homes(tables, rows, NULL_I32, |home| &home.permit_date)?),
            Column::Floors => Cells::Numbers(homes(tables, rows, NULL_I32, |home| &home.floors)?),
            Column::FloorAreaM2 => Cells::Numbers(homes(tables, rows, NULL_I32, |home| &home.floor_area_m2)?),
            Column::North => Cells::Numbers(homes(tables, rows, NULL_I32, |home| &home.north)?),
            Column::East => Cells::Numbers(homes(tables, rows, NULL_I32, |home| &home.east)?),
        })
    }

    /// The text of a code of the column's only dictionary.
    pub(super) fn text_of(&self, code: u32) -> &str {
        self.texts.first().map_or("", |texts| text(texts, code))
    }

    /// Texts of codes of the column's only dictionary.
    fn texts_of<'a>(&'a self, rows: &[u32], code: impl Fn(usize) -> u32) -> Cells<'a> {
        let Some(texts) = self.texts.first() else { return Cells::Texts(vec![""; rows.len()]) };
        Cells::Texts(rows.iter().map(|row| text(texts, code(*row as usize))).collect())
    }

    /// Texts of a building's codes.
    fn of_homes<'a>(
        &'a self,
        tables: &Tables<'a>,
        rows: &[u32],
        codes: fn(&BuildingColumns) -> &[u8],
    ) -> Result<Cells<'a>, EngineError> {
        let texts = self.texts.first().ok_or(EngineError::Unfit("delivery"))?;
        let codes = homes(tables, rows, 0, codes)?;
        Ok(Cells::Texts(codes.into_iter().map(|code| text(texts, u32::from(code))).collect()))
    }
}

fn days(column: &[i32], rows: &[u32]) -> Vec<i32> {
    rows.iter().map(|row| column[*row as usize]).collect()
}

/// Texts that stand in the table itself.
fn free_texts<'a>(texts: &'a StringArray, rows: &[u32]) -> Cells<'a> {
    let text = |row: &u32| match *row as usize {
        row if texts.is_valid(row) => texts.value(row),
        _ => "",
    };
    Cells::Texts(rows.iter().map(text).collect())
}

fn of_dwellings<'a>(
    tables: &Tables<'_>,
    rows: &[u32],
    absent: i32,
    value: fn(&Dwellings, usize) -> i32,
) -> Result<Cells<'a>, EngineError> {
    let dwellings = tables.dwellings()?;
    let of_person = |row: &u32| match tables.persons.dwelling[*row as usize] {
        NO_ROW => absent,
        dwelling => value(dwellings, dwelling as usize),
    };
    Ok(Cells::Numbers(rows.iter().map(of_person).collect()))
}

/// The values of a column of the buildings lived in.
fn homes<T: Copy>(
    tables: &Tables<'_>,
    rows: &[u32],
    absent: T,
    column: fn(&BuildingColumns) -> &[T],
) -> Result<Vec<T>, EngineError> {
    let values = column(&tables.buildings()?.columns);
    let of_person = |row: &u32| match tables.persons.building[*row as usize] {
        NO_ROW => absent,
        building => values[building as usize],
    };
    Ok(rows.iter().map(of_person).collect())
}

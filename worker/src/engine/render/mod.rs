//! Drawn rows as CSV: RFC 4180, UTF-8, CRLF, one byte form for equal rows.
//!
//! Bound by cache misses: each block of rows is first looked up column by column, so that many
//! misses are on their way at once, and then written row by row.

mod address;
mod cell_reader;
mod cells;
pub(crate) mod csv;
mod residence;

use jiff::civil::Date;
use poimuri_shared::order::delivered::{Column, Item, Topic, columns};
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};

use super::EngineError;
use super::tables::{Dictionaries, Needs, Tables};
pub(crate) use address::swedish;
pub(crate) use cell_reader::CellReader;
use cells::Cells;
pub(crate) use residence::Residence;

/// Rows looked up before they are written.
const BLOCK_ROWS: usize = 4096;

/// Rendering, compiled: columns with the dictionaries they need.
#[derive(Debug)]
pub(crate) struct Renderer {
    columns: Vec<Rendered>,
    on: Date,
}

/// One column of a delivery.
#[derive(Debug)]
struct Rendered {
    column: Column,
    /// The texts behind its codes; several for addresses.
    texts: Vec<Dictionary>,
    /// The code of Swedish, where the column depends on it.
    swedish: Option<u32>,
}

/// Rendered rows: bytes, and how many of them are each row's.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) csv: Vec<u8>,
    pub(crate) lengths: Vec<u32>,
}

/// The header row of a delivery.
#[must_use]
pub fn header(fields: &[Item]) -> Vec<u8> {
    let names: Vec<&str> = columns(fields).into_iter().map(Column::name).collect();
    format!("{}\r\n", names.join(",")).into_bytes()
}

impl Renderer {
    pub(crate) fn new(fields: &[Item], texts: &dyn Dictionaries, on: Date) -> Result<Self, EngineError> {
        let compiled: Result<Vec<Rendered>, EngineError> = columns(fields)
            .into_iter()
            .map(|column| {
                let dicts = dictionaries_of(column);
                let loaded: Result<Vec<Dictionary>, EngineError> =
                    dicts.iter().map(|dict| texts.dictionary(*dict).cloned()).collect();
                let is_bilingual = matches!(column, Column::StreetAddress | Column::PostOffice);
                let swedish = if is_bilingual { swedish(texts)? } else { None };
                Ok(Rendered { column, texts: loaded?, swedish })
            })
            .collect();
        Ok(Self { columns: compiled?, on })
    }

    /// Tables besides persons that the columns need.
    pub(crate) fn needs(&self) -> Needs {
        self.columns.iter().map(|rendered| needs_of(rendered.column)).fold(Needs::default(), Needs::or)
    }

    /// Renders rows of a shard, ascending.
    pub(crate) fn render(&self, tables: &Tables<'_>, rows: &[u32]) -> Result<Lines, EngineError> {
        let mut lines =
            Lines { csv: Vec::with_capacity(rows.len() * 80), lengths: Vec::with_capacity(rows.len()) };
        for block in rows.chunks(BLOCK_ROWS) {
            let cells: Result<Vec<Cells<'_>>, EngineError> =
                self.columns.iter().map(|rendered| rendered.cells(tables, block, self.on)).collect();
            write_block(&cells?, block.len(), &mut lines);
        }
        Ok(lines)
    }

    /// The columns in their order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Column> + '_ {
        self.columns.iter().map(|rendered| rendered.column)
    }

    /// Number of columns.
    pub(crate) const fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// Renders rows of a shard, in any order, with chosen columns: `given` are those of each row, as bits in the order of the
    /// columns; the others are empty. Cells have commas between and lines no end.
    pub(crate) fn chosen(
        &self,
        tables: &Tables<'_>,
        rows: &[u32],
        given: &[u64],
    ) -> Result<Lines, EngineError> {
        let mut lines =
            Lines { csv: Vec::with_capacity(rows.len() * 96), lengths: Vec::with_capacity(rows.len()) };
        for (rows, given) in rows.chunks(BLOCK_ROWS).zip(given.chunks(BLOCK_ROWS)) {
            let columns: Result<Vec<Given<'_>>, EngineError> = (0_u32..)
                .zip(&self.columns)
                .map(|(index, rendered)| {
                    let is_given = |given: &u64| given >> index & 1 == 1;
                    let rows =
                        rows.iter().zip(given).filter_map(|(row, given)| is_given(given).then_some(*row));
                    let cells = rendered.cells(tables, &rows.collect::<Vec<u32>>(), self.on)?;
                    Ok(Given { bit: 1 << index, cells, next: 0 })
                })
                .collect();
            write_given(&mut columns?, given, &mut lines);
        }
        Ok(lines)
    }
}

/// A column of a block of rows: the bit of those it is given of, its values of those, and the next of these.
struct Given<'a> {
    bit: u64,
    cells: Cells<'a>,
    next: usize,
}

fn write_given(columns: &mut [Given<'_>], given: &[u64], lines: &mut Lines) {
    for given in given {
        let begin = lines.csv.len();
        for (index, column) in columns.iter_mut().enumerate() {
            if index > 0 {
                lines.csv.push(b',');
            }
            if given & column.bit != 0 {
                csv::field(&mut lines.csv, |out| column.cells.write(column.next, out));
                column.next += 1;
            }
        }
        lines.lengths.push(u32::try_from(lines.csv.len() - begin).unwrap_or(u32::MAX));
    }
}

fn write_block(columns: &[Cells<'_>], rows: usize, lines: &mut Lines) {
    for row in 0..rows {
        let begin = lines.csv.len();
        for (index, cells) in columns.iter().enumerate() {
            if index > 0 {
                lines.csv.push(b',');
            }
            csv::field(&mut lines.csv, |out| cells.write(row, out));
        }
        if columns.len() == 1 && lines.csv.len() == begin {
            // A line without a character would be no row to many readers.
            lines.csv.extend_from_slice(b"\"\"");
        }
        lines.csv.extend_from_slice(b"\r\n");
        lines.lengths.push(u32::try_from(lines.csv.len() - begin).unwrap_or(u32::MAX));
    }
}

fn dictionaries_of(column: Column) -> &'static [Dict] {
    match column {
        Column::Surname => &[Dict::Surname],
        Column::FirstNames => &[Dict::FirstNames],
        Column::CallName => &[Dict::GivenName],
        Column::StreetAddress => {
            &[Dict::Street, Dict::HouseNumber, Dict::Stair, Dict::Apartment, Dict::Divider]
        }
        Column::PostalCode => &[Dict::PostalCode],
        Column::PostOffice => &[Dict::PostOffice],
        Column::MotherTongue | Column::ServiceLanguage => &[Dict::MotherTongue],
        Column::Municipality => &[Dict::Municipality],
        Column::Language => &[Dict::MotherTongue],
        Column::ForeignCountry => &[Dict::Country],
        Column::Region => &[Dict::Region],
        Column::Occupation => &[Dict::Occupation],
        Column::Use1994 => &[Dict::Use1994],
        Column::Class2018 => &[Dict::Class2018],
        Column::HeatingMethod => &[Dict::HeatingMethod],
        Column::HeatingSource => &[Dict::HeatingSource],
        Column::CodeVersion => &[Dict::CodeVersion],
        Column::PermitAction => &[Dict::PermitAction],
        Column::CareOf
        | Column::Age
        | Column::BirthDate
        | Column::Sex
        | Column::MovedIn
        | Column::Size
        | Column::Rooms
        | Column::AreaM2
        | Column::Connections
        | Column::Completed
        | Column::PermitDate
        | Column::Floors
        | Column::FloorAreaM2
        | Column::North
        | Column::East
        | Column::DeathDate
        | Column::EmigratedOn
        | Column::IdentityCode
        | Column::ForeignAddress => &[],
    }
}

fn needs_of(column: Column) -> Needs {
    let is_of_address = matches!(column, Column::StreetAddress | Column::PostOffice);
    let is_of_dwelling = is_of_address || column.topic() == Topic::Dwelling;
    Needs {
        dwellings: is_of_dwelling,
        addresses: is_of_address,
        buildings: column.topic() == Topic::Building,
        ..Needs::default()
    }
}

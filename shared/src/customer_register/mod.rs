//! A customer's register: a CSV file, read as a stream in bounded memory, or a Parquet file or Excel workbook, which
//! becomes one.
//!
//! ```text
//! bytes ─► UTF-8 or ASCII-like bytes ─► layout (separator, heading, column) ─► records ─► packed codes
//!                                    └► form (separator, heading, encoding)  ─► records ─► rows of text ─► columns
//! ```
//!
//! An extraction needs the codes alone ([`read`]); codes are ASCII, so a file in UTF-8, Windows-1252 or ISO-8859 is
//! read as it is. An update needs whole rows ([`Table`]), by the meaning of their columns ([`Mapping`]); they are kept
//! taken apart ([`Columns`]).
//! UTF-16 is converted. Faulty rows are counted by reason with the first few line numbers; no value
//! of a row appears anywhere.

mod account;
mod anywhere;
mod columnar;
mod columns;
mod content;
mod dates;
mod distinct;
mod encoding;
mod form;
mod heading;
mod headings;
mod layout;
pub mod lists;
mod mapping;
pub(crate) mod mask;
mod naming;
pub(crate) mod quality;
mod records;
pub mod reviews;
mod source;
mod table;
mod workbook;

use std::io::{self, Read};
use std::time::Duration;

pub use account::{Invalid, Reason, RegisterAccount, code};
pub use columns::{Column, Columns, ColumnsBuilder};
pub use content::{Input, Reading};
pub use dates::date;
pub use distinct::Repeated;
pub use encoding::Encoding;
pub use form::{FileKind, Form};
pub use mapping::{Field, Mapping, MappingError};
pub use mask::masked;
pub use naming::{NamingError, named_columns};
pub use quality::Quality;
pub use table::{Row, Table};
pub use workbook::WorkbookFault;

use account::Codes;
use records::{Fault, Record, Records};
use source::Source;

use crate::error::{Disposed, Disposition};

/// A line, and a quoted cell over several lines, has at most this many bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;
/// Different codes of a register at most: more than there are people on file, ever.
pub const CODES_MAX: usize = 20_000_000;

/// A register, read.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerRegister {
    /// Codes as [`crate::register::hetu::Hetu::packed`], ascending, each once.
    pub codes: Vec<u64>,
    /// What was found on the way.
    pub account: RegisterAccount,
}

impl std::fmt::Debug for CustomerRegister {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerRegister({} codes)", self.codes.len())
    }
}

/// A register that is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Reading failed.
    #[error("read the register")]
    Io(#[source] io::Error),
    /// The copy of a stream that is read from its end.
    #[error(
        "the register cannot be set aside to be read from its end: the folder for temporary files is full or cannot be written (TMPDIR, else /tmp)"
    )]
    Aside(#[source] io::Error),
    /// Nothing in it.
    #[error("the register is empty")]
    Empty,
    /// A NUL byte: no text, or UTF-16 without its mark.
    #[error(
        "line {0}: a NUL byte; the register must be a text in UTF-8, Windows-1252 or UTF-16 with a byte order mark"
    )]
    Nul(u64),
    /// Bytes that are no text of the encoding its mark names.
    #[error("line {0}: the text is not in the encoding its byte order mark names")]
    Undecodable(u64),
    /// A quote that opens and does not close.
    #[error("line {0}: a quote opens and does not close")]
    OpenQuote(u64),
    /// A quote that closes in the middle of a cell.
    #[error("line {0}: text follows a closing quote")]
    BrokenQuote(u64),
    /// Too long a line.
    #[error("line {0}: the line has more than {LINE_BYTES_MAX} bytes")]
    LongLine(u64),
    /// No column of codes.
    #[error(
        "no column of personal identity codes: none has a usual heading (hetu, henkilötunnus, personbeteckning, identity_code), and none holds codes"
    )]
    NoColumn,
    /// The heading the order names is not there.
    #[error("line 1: no column has the heading the order names for the identity code")]
    NoSuchHeading,
    /// Not one row is good.
    #[error("no row of {} holds a valid personal identity code: {}", .0.rows, .0.faults())]
    AllInvalid(RegisterAccount),
    /// A workbook that cannot be read.
    #[error("the workbook cannot be read: {0}")]
    Workbook(#[from] WorkbookFault),
    /// A sheet is named, and the file has none.
    #[error("a sheet is named, but the file is no Excel workbook")]
    NoWorkbook,
    /// Parquet that cannot be read.
    #[error("the Parquet file cannot be read: {0}")]
    Parquet(&'static str),
    /// Wider than any table.
    #[error("line 1: the register has more than 1000 columns")]
    TooManyColumns,
    /// More codes than people.
    #[error("the register has more than {CODES_MAX} different codes")]
    TooMany,
}

/// Reads a register. `heading` names the column of codes, if the order does.
///
/// # Errors
/// The register cannot be used at all.
pub fn read(input: impl Read, heading: Option<&str>) -> Result<CustomerRegister, RegisterError> {
    let mut source = Source::open(input)?;
    let layout = layout::detect(source.sample()?, heading)?;
    let mut records = Records::new(layout.separator, 1);
    let column = layout.column;
    let mut rows = Rows { codes: Codes::default(), column, is_heading: layout.has_heading, is_full: false };
    while let Some(chunk) = source.chunk()? {
        records.feed(chunk, |line, record| rows.take(line, record))?;
        if rows.is_full {
            return Err(RegisterError::TooMany);
        }
    }
    records.finish(|line, record| rows.take(line, record))?;
    if rows.is_full { Err(RegisterError::TooMany) } else { rows.codes.finish() }
}

/// The rows as they come.
struct Rows {
    codes: Codes,
    /// Index of the column of codes.
    column: usize,
    /// Whether the next row is the heading.
    is_heading: bool,
    is_full: bool,
}

impl Rows {
    fn take(&mut self, line: u64, record: &Record) {
        if !std::mem::take(&mut self.is_heading) {
            self.is_full |= self.codes.add(line, record.cell(self.column)).is_err();
        }
    }
}

impl RegisterError {
    /// What a reader failed with, if it was one of these on its way.
    fn of_io(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(told) => told,
            Err(error) => Self::Io(error),
        }
    }
}

impl From<Fault> for RegisterError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Nul(line) => Self::Nul(line),
            Fault::OpenQuote(line) => Self::OpenQuote(line),
            Fault::BrokenQuote(line) => Self::BrokenQuote(line),
            Fault::LongLine(line) => Self::LongLine(line),
        }
    }
}

impl Disposed for RegisterError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Io(_) | Self::Aside(_) => Disposition::Retry(Duration::from_secs(5)),
            Self::Empty
            | Self::Nul(_)
            | Self::Undecodable(_)
            | Self::OpenQuote(_)
            | Self::BrokenQuote(_)
            | Self::LongLine(_)
            | Self::NoColumn
            | Self::NoSuchHeading
            | Self::AllInvalid(_)
            | Self::Workbook(_)
            | Self::NoWorkbook
            | Self::Parquet(_)
            | Self::TooManyColumns
            | Self::TooMany => Disposition::Refuse,
        }
    }
}

#[cfg(test)]
mod tests;

//! A register as an Excel workbook (`.xlsx`), read as the text of a table: one sheet, row by row.
//!
//! ```text
//! bytes ─► package (ZIP: parts within limits) ─► sheets, number formats, shared strings ─► rows ─► text
//! ```
//!
//! A ZIP file is read from its end, where its parts are listed; the sheet is never whole in memory, the shared strings
//! are. Every part is inflated as a stream that ends where a limit is passed, whatever the file says of itself, and XML is read event by
//! event into buffers of bounded size: a file made to burst costs no more than the limits below.
//!
//! Cells are told as a customer would write them: whole numbers without a decimal point, numbers with a format of
//! zeros (`00000`) with their leading zeros, dates in ISO 8601, formulas by the value stored with them. A line break
//! within a cell becomes a blank, so that the line of a message is the row of the sheet.

mod cell;
mod fault;
mod formats;
mod package;
mod sheet;
mod sheets;
mod strings;
#[cfg(test)]
mod tests;
mod value;
mod xml;

use std::io::{self, Read};

pub use fault::WorkbookFault;

use self::package::Package;
use self::sheet::Sheet;
use self::strings::Strings;
use super::RegisterError;
use super::anywhere::Anywhere;

/// What ZIP files, and so workbooks, begin with.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";
/// What compound files begin with: older workbooks, and those with a password.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// A workbook has at most this many bytes, compressed.
pub(super) const FILE_BYTES_MAX: u64 = 512 << 20;
/// Parts of a workbook at most.
const PARTS_MAX: usize = 4_096;
/// All parts together, inflated, have at most this many bytes, as the file says.
const INFLATED_BYTES_MAX: u64 = 8 << 30;
/// A sheet, inflated, has at most this many bytes.
const SHEET_BYTES_MAX: u64 = 4 << 30;
/// The shared strings, inflated, have at most this many bytes.
const STRINGS_BYTES_MAX: u64 = 1 << 30;
/// Any other part, inflated, has at most this many bytes.
const PART_BYTES_MAX: u64 = 16 << 20;
/// A part inflates to at most this many times its size...
const RATIO_MAX: u64 = 200;
/// ...unless it has fewer bytes than this.
const RATIO_FREE_BYTES: u64 = 1 << 20;
/// Bytes of one piece of XML: a mark with its attributes, or the text between two.
const EVENT_BYTES_MAX: usize = 1 << 20;
/// Marks of XML that are open at once.
const DEPTH_MAX: usize = 64;
/// Rows of a sheet, as the format has it.
const ROWS_MAX: u32 = 1_048_576;
/// Cells of a sheet that are not empty.
const CELLS_MAX: u64 = 100_000_000;
/// Bytes of a cell: 32,767 characters, as the format has it.
const CELL_BYTES_MAX: usize = 4 * 32_767;
/// Different strings of a workbook.
const STRINGS_MAX: usize = 20_000_000;
/// Text made of a sheet has at most this many times the sheet's bytes: a short reference can stand for a long string...
const TEXT_RATIO_MAX: u64 = 8;
/// ...unless it has fewer bytes than this.
const TEXT_FREE_BYTES: u64 = 16 << 20;

/// A sheet as text: the cells of a row between `;`, all quoted.
pub(super) struct Text {
    sheet: Sheet,
    bytes: Vec<u8>,
    given: usize,
    made: u64,
    most: u64,
    /// The name of the sheet.
    pub(super) name: String,
}

impl Text {
    /// Opens a workbook; `sheet` is the name of the sheet to read, otherwise the first that is not hidden.
    ///
    /// # Errors
    /// It is no workbook or a damaged one, is larger than the limits, or has no such sheet.
    pub(super) fn open(file: Anywhere, sheet: Option<&str>) -> Result<Self, RegisterError> {
        let package = Package::open(file)?;
        let sheets = sheets::read(&package)?;
        let chosen = sheets.choose(sheet)?;
        let strings = match &sheets.strings {
            Some(path) => Strings::read(package.part(path, STRINGS_BYTES_MAX)?)?,
            None => Strings::default(),
        };
        let formats = match &sheets.styles {
            Some(path) => formats::read(package.part(path, PART_BYTES_MAX)?)?,
            None => Vec::new(),
        };
        let part = package.part(&chosen.path, SHEET_BYTES_MAX)?;
        let most = part.inflated().saturating_mul(TEXT_RATIO_MAX).max(TEXT_FREE_BYTES);
        let sheet = Sheet::new(part, strings, formats, sheets.is_1904);
        Ok(Self { sheet, bytes: Vec::new(), given: 0, made: 0, most, name: chosen.name.clone() })
    }

    fn next(&mut self) -> Result<bool, WorkbookFault> {
        self.bytes.clear();
        self.given = 0;
        let is_there = self.sheet.next(&mut self.bytes)?;
        self.made += u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        if self.made > self.most { Err(WorkbookFault::LargeText) } else { Ok(is_there) }
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() {
            if !self.next().map_err(|fault| io::Error::other(RegisterError::from(fault)))? {
                return Ok(0);
            }
        }
        let rest = self.bytes.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

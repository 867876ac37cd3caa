//! A register as text again: the rows of all parts, each on its own line number.

use std::io::{self, Read};

use super::{Part, StoredRegister, read_columns};
use crate::customer_register::Columns;
use crate::store::Objects;
use crate::store::key::OrderKey;

/// Rows written at once.
const ROWS: usize = 4096;

/// A register being read as CSV in UTF-8.
pub(super) struct Text<'o> {
    objects: &'o dyn Objects,
    key: OrderKey,
    separator: char,
    parts: std::vec::IntoIter<Part>,
    open: Option<(Columns, usize)>,
    bytes: Vec<u8>,
    given: usize,
    /// Line the next byte goes to.
    line: u64,
}

impl<'o> Text<'o> {
    pub(super) fn new(objects: &'o dyn Objects, key: OrderKey, register: StoredRegister) -> Self {
        let StoredRegister { form, parts, .. } = register;
        let (separator, parts) = (form.separator, parts.into_iter());
        let mut text =
            Self { objects, key, separator, parts, open: None, bytes: Vec::new(), given: 0, line: 1 };
        if form.has_heading {
            text.row(1, form.columns.iter().map(String::as_str));
        }
        text
    }

    /// Writes the next rows; whether there were any.
    fn more(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        self.given = 0;
        let Some((columns, next)) = self.open.take() else {
            let Some(part) = self.parts.next() else { return Ok(false) };
            let columns = read_columns(self.objects, &self.key, &part).map_err(io::Error::other)?;
            self.open = Some((columns, 0));
            return Ok(true);
        };
        let end = columns.len().min(next + ROWS);
        for row in (next..end).map(|index| columns.row(index)) {
            let cells: Vec<_> = (0..row.len()).map(|place| row.cell(place)).collect();
            self.row(row.line, cells.iter().map(AsRef::as_ref));
        }
        self.open = (end < columns.len()).then_some((columns, end));
        Ok(true)
    }

    /// Writes cells on a line of that number.
    fn row<'c>(&mut self, line: u64, cells: impl ExactSizeIterator<Item = &'c str>) {
        self.bytes.extend((self.line..line).map(|_blank| b'\n'));
        self.line = self.line.max(line);
        let is_single = cells.len() == 1;
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                self.bytes.extend_from_slice(self.separator.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if cell.contains([self.separator, '"', '\n', '\r']) || is_single && cell.is_empty() {
                // Line ends within a cell are counted as the reader counts them.
                self.line += u64::try_from(cell.matches(['\n', '\r']).count()).unwrap_or(0);
                self.bytes.push(b'"');
                self.bytes.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                self.bytes.push(b'"');
            } else {
                self.bytes.extend_from_slice(cell.as_bytes());
            }
        }
        self.bytes.push(b'\n');
        self.line += 1;
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() && !buffer.is_empty() {
            if !self.more()? {
                return Ok(0);
            }
        }
        let rest = &self.bytes[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

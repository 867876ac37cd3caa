//! A register as rows of text, one after another.

use std::borrow::Cow;
use std::io::Read;

use super::columns::Columns;
use super::content::{Content, Input, Reading, content};
use super::form::{FileKind, Form};
use super::records::{Record, Records};
use super::source::Source;
use super::{Encoding, RegisterError};

/// One row of a register.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line it begins on, from 1.
    pub line: u64,
    cells: Cells<'a>,
}

/// Where the cells of a row are.
#[derive(Debug)]
enum Cells<'a> {
    /// In a file that is being read.
    Record(&'a Record, Encoding),
    /// In columns, by its index.
    Columns(&'a Columns, usize),
}

impl<'a> Row<'a> {
    pub(super) const fn of_columns(columns: &'a Columns, line: u64, index: usize) -> Self {
        Self { line, cells: Cells::Columns(columns, index) }
    }

    /// The text of a cell as it is in the file; empty if the row has no such.
    #[must_use]
    #[inline]
    pub fn cell(&self, place: usize) -> Cow<'_, str> {
        match self.cells {
            Cells::Record(record, encoding) => encoding.text(record.cell(place)).0,
            Cells::Columns(columns, index) => {
                Cow::Borrowed(columns.column(place).map(|column| column.text(index)).unwrap_or_default())
            }
        }
    }

    /// The bytes of a cell as they are in the file; none if the row has no such.
    #[must_use]
    #[inline]
    pub fn bytes(&self, place: usize) -> &[u8] {
        match self.cells {
            Cells::Record(record, _) => record.cell(place),
            Cells::Columns(columns, index) => {
                columns.column(place).map(|column| column.text(index).as_bytes()).unwrap_or_default()
            }
        }
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.cells {
            Cells::Record(record, _) => record.len(),
            Cells::Columns(columns, _) => columns.width(),
        }
    }

    /// Whether the row has no cell at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a cell is written in another encoding than the file.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        match self.cells {
            Cells::Record(record, encoding) => {
                (0..record.len()).any(|place| encoding.text(record.cell(place)).1)
            }
            Cells::Columns(..) => false,
        }
    }
}

/// A register being read.
#[derive(Debug)]
pub struct Table<R> {
    source: Source<R>,
    form: Form,
    records: Records,
    is_heading_due: bool,
}

impl<'a> Table<Box<dyn Read + 'a>> {
    /// Opens a register that is read once, CSV, Parquet or workbook, and finds its form.
    ///
    /// # Errors
    /// It is empty, or none of these.
    pub fn open(stream: impl Read + 'a) -> Result<Self, RegisterError> {
        Self::open_as(Input::of_stream(stream), &Reading::default())
    }

    /// Opens a register with what is known of it.
    ///
    /// # Errors
    /// It is empty, none of these, or has no such sheet.
    pub fn open_as(input: Input<'a>, reading: &Reading<'_>) -> Result<Self, RegisterError> {
        Self::open_named(input, reading, &[])
    }

    /// As [`Table::open_as`]; a first row that has one of the `named` headings holds headings.
    ///
    /// # Errors
    /// It is empty, none of these, or has no such sheet.
    pub(crate) fn open_named(
        input: Input<'a>,
        reading: &Reading<'_>,
        named: &[&str],
    ) -> Result<Self, RegisterError> {
        let Content { text, kind, sheet } = content(input, reading.sheet)?;
        let is_headed = reading.is_headed || kind == FileKind::Parquet;
        let mut table = Self::with_form(text, |sample| Form::named(sample, is_headed, named))?;
        (table.form.kind, table.form.sheet) = (kind, sheet);
        Ok(table)
    }
}

impl<R: Read> Table<R> {
    /// Opens a register as text and finds its form.
    ///
    /// # Errors
    /// It is empty or no text.
    pub fn text(input: R) -> Result<Self, RegisterError> {
        Self::with_form(input, Form::detect)
    }

    fn with_form(
        input: R,
        form: impl FnOnce(&[u8]) -> Result<Form, RegisterError>,
    ) -> Result<Self, RegisterError> {
        let source = Source::open(input)?;
        let form = form(source.sample()?)?;
        let records = Records::new(form.separator_byte(), 1);
        Ok(Self { source, is_heading_due: form.has_heading, form, records })
    }

    /// How it is written.
    pub const fn form(&self) -> &Form {
        &self.form
    }

    /// Hands out every row but the headings, until one is refused.
    ///
    /// # Errors
    /// It is no table, or what `take` fails with.
    pub fn each<E: From<RegisterError>>(self, take: impl FnMut(&Row<'_>) -> Result<(), E>) -> Result<(), E> {
        let Self { mut source, form, mut records, is_heading_due } = self;
        let mut hand = Hand { take, encoding: form.encoding, is_heading_due, failed: None };
        let mut faulty = Ok(());
        while let Some(chunk) = source.chunk().map_err(E::from)? {
            faulty = records.feed(chunk, |line, record| hand.over(line, record));
            if faulty.is_err() || hand.failed.is_some() {
                break;
            }
        }
        if faulty.is_ok() && hand.failed.is_none() {
            faulty = records.finish(|line, record| hand.over(line, record));
        }
        match hand.failed {
            Some(error) => Err(error),
            None => faulty.map_err(|fault| E::from(RegisterError::from(fault))),
        }
    }
}

/// Hands over rows until one is refused.
struct Hand<F, E> {
    take: F,
    encoding: Encoding,
    is_heading_due: bool,
    failed: Option<E>,
}

impl<E, F: FnMut(&Row<'_>) -> Result<(), E>> Hand<F, E> {
    fn over(&mut self, line: u64, record: &Record) {
        if !std::mem::take(&mut self.is_heading_due) && self.failed.is_none() {
            let cells = Cells::Record(record, self.encoding);
            self.failed = (self.take)(&Row { line, cells }).err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<(u64, String)>, RegisterError> {
        let mut rows = Vec::new();
        Table::open(text)?.each(|row| {
            let cells: Vec<_> = (0..row.len()).map(|index| row.cell(index)).collect();
            rows.push((row.line, cells.join("|")));
            Ok::<(), RegisterError>(())
        })?;
        Ok(rows)
    }

    #[test]
    fn rows_are_read_whole_in_every_encoding() {
        let expected = [(2, "Mäki|131052-308T".to_owned()), (3, "Š;\"x|".to_owned())];
        let text = "sukunimi;hetu\nMäki;131052-308T\n\"Š;\"\"x\";\n";
        assert_eq!(rows(text.as_bytes()).unwrap(), expected);
        assert_eq!(rows(format!("\u{feff}{text}").as_bytes()).unwrap(), expected);
        let latin = |s: u8| {
            let byte = |c: char| if c == 'Š' { s } else { u8::try_from(u32::from(c)).unwrap() };
            text.chars().map(byte).collect::<Vec<u8>>()
        };
        assert_eq!(rows(&latin(0x8a)).unwrap(), expected);
        assert_eq!(rows(&latin(0xa6)).unwrap(), expected);
    }

    #[test]
    fn a_refused_row_ends_the_reading() {
        let mut seen = 0;
        let refused = Table::open(&b"hetu\na\nb\n"[..]).unwrap().each(|_| {
            seen += 1;
            Err(RegisterError::TooMany)
        });
        assert!(matches!(refused, Err(RegisterError::TooMany)));
        assert_eq!(seen, 1);
    }
}

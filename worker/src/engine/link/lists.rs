//! Rows of one list, or of two to be linked, into a table of codes.

use std::cmp::Reverse;

use poimuri_shared::customer_register::Encoding;
use rayon::prelude::*;

use super::ids::Ids;
use super::numbers::{narrow, wide};
use super::table::{Column, Table};
use super::texts::Coding;

/// Rows whose columns are encoded side by side.
const BATCH: usize = 16_384;
/// Bytes of them at most, for lists with long rows.
const BATCH_BYTES: usize = 4 << 20;

/// Rows that are not encoded yet, in columns. Cells are as they are in their file.
pub struct Batch {
    columns: Vec<Cells>,
    rows: usize,
    bytes: usize,
}

/// The cells of a column, one after another.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<u32>,
}

impl Cells {
    fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| wide(*start)..wide(*end))
    }

    /// All cells as one text, if each is text of an encoding that is UTF-8.
    fn text(&self, encoding: Encoding) -> Option<&str> {
        let text = str::from_utf8(&self.bytes).ok().filter(|_| encoding == Encoding::Utf8)?;
        self.ends.iter().all(|end| text.is_char_boundary(wide(*end))).then_some(text)
    }

    /// Gives the cells their codes, in their order.
    fn encode(&self, encoding: Encoding, coding: &mut Coding, codes: &mut Vec<u32>) {
        let take = |code| codes.push(code);
        match self.text(encoding) {
            Some(text) => coding.code_all(self.ranges().map(|range| &text[range]), take),
            None => coding.code_all(self.ranges().map(|range| encoding.text(&self.bytes[range]).0), take),
        }
    }
}

impl Batch {
    /// For rows with so many cells.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { columns: (0..width).map(|_| Cells::default()).collect(), rows: 0, bytes: 0 }
    }

    /// Adds the cells of a row in the order of the compared columns.
    pub fn push<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            let cell = cell.trim_ascii();
            column.bytes.extend_from_slice(cell);
            column.ends.push(narrow(column.bytes.len()));
            self.bytes += cell.len();
        }
        self.rows += 1;
    }

    /// Whether it is to be encoded before it grows further.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.rows >= BATCH || self.bytes >= BATCH_BYTES
    }

    /// Takes all rows out; their room stays for others.
    pub fn clear(&mut self) {
        for column in &mut self.columns {
            column.bytes.clear();
            column.ends.clear();
        }
        (self.rows, self.bytes) = (0, 0);
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Batch({} rows)", self.rows)
    }
}

/// Gathers lists.
pub struct Lists {
    table: Table,
    /// By column, its texts.
    codings: Vec<Coding>,
    has_first: bool,
}

impl std::fmt::Debug for Lists {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lists({:?})", self.table)
    }
}

impl Lists {
    /// Of lists that are compared by columns of these names.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let columns = names.into_iter().map(|name| Column { name, ..Column::default() });
        let table = Table { columns: columns.collect(), ..Table::default() };
        let codings = table.columns.iter().map(|_| Coding::default()).collect();
        Self { table, codings, has_first: false }
    }

    /// The identifiers so far, those of the first list first: those of the next list are put behind them.
    #[must_use]
    pub fn ids(&mut self) -> Ids {
        std::mem::take(&mut self.table.ids)
    }

    /// Encodes the next rows of a list, its columns side by side: the longest first, so that none is left for the end.
    pub fn encode(&mut self, batch: &Batch, encoding: Encoding) {
        let Self { table, codings, .. } = self;
        let columns = table.columns.iter_mut().zip(codings).zip(&batch.columns);
        let mut columns: Vec<_> = columns.collect();
        columns.sort_by_key(|(_, cells)| Reverse(cells.bytes.len()));
        let columns = columns.into_par_iter().with_max_len(1);
        columns.for_each(|((column, coding), cells)| cells.encode(encoding, coding, &mut column.codes));
    }

    /// Ends a list all of whose rows are encoded, with the identifiers of all rows so far.
    pub fn end(&mut self, ids: Ids) {
        self.table.ids = ids;
        if !std::mem::replace(&mut self.has_first, true) {
            self.table.first_rows = self.table.ids.len();
        }
    }

    /// The table of all lists.
    #[must_use]
    pub fn finish(self) -> Table {
        let Self { mut table, codings, .. } = self;
        table
            .columns
            .iter_mut()
            .zip(codings)
            .for_each(|(column, coding)| column.texts = coding.finish().into());
        table
    }
}

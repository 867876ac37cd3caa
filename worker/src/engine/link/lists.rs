//! Rows of one list, or of two to be linked, into a table of codes.

use std::borrow::Cow;

use rayon::prelude::*;

use super::table::{Column, Table};
use super::texts::Coding;

/// Rows gathered before their columns are encoded side by side.
const BATCH: usize = 16_384;
/// Bytes gathered at most, for lists with long rows.
const BATCH_BYTES: usize = 16 << 20;

/// The text of a cell's bytes.
pub type Decode = dyn Fn(&[u8]) -> Cow<'_, str> + Sync;

/// Gathers lists. Cells come as they are in their file.
pub struct Lists {
    table: Table,
    /// By column, its texts.
    codings: Vec<Coding>,
    has_first: bool,
    /// Cells of rows that are not encoded yet, row by row.
    bytes: Vec<u8>,
    /// Where each cell ends in them.
    ends: Vec<usize>,
}

impl std::fmt::Debug for Lists {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lists({:?})", self.table)
    }
}

impl Lists {
    /// Of lists with these headings only the columns that all have are compared, the identifier `id` aside.
    #[must_use]
    pub fn new(headings: &[&[String]], id: &str) -> Self {
        let is_shared = |name: &String| name != id && headings.iter().all(|list| list.contains(name));
        let mut names: Vec<String> = Vec::new();
        for name in headings.iter().copied().flatten() {
            if is_shared(name) && !names.contains(name) {
                names.push(name.clone());
            }
        }
        let codings = names.iter().map(|_| Coding::default()).collect();
        let columns = names.into_iter().map(|name| Column { name, ..Column::default() });
        let table = Table { columns: columns.collect(), ..Table::default() };
        Self { table, codings, has_first: false, bytes: Vec::new(), ends: Vec::new() }
    }

    /// Where the compared columns are among the headings of a list.
    #[must_use]
    pub fn places(&self, headings: &[String]) -> Vec<usize> {
        let place = |column: &Column| headings.iter().position(|name| *name == column.name);
        self.table.columns.iter().map(|column| place(column).unwrap_or(0)).collect()
    }

    /// Identifiers so far, those of the first list first.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.table.ids
    }

    /// Adds a row: its identifier, and its cells in the order of the compared columns.
    pub fn push<'c>(&mut self, id: String, cells: impl Iterator<Item = &'c [u8]>, decode: &Decode) {
        self.table.ids.push(id);
        for cell in cells {
            self.bytes.extend_from_slice(cell.trim_ascii());
            self.ends.push(self.bytes.len());
        }
        if self.ends.len() >= BATCH * self.table.columns.len() || self.bytes.len() >= BATCH_BYTES {
            self.encode(decode);
        }
    }

    /// Ends a list.
    pub fn end(&mut self, decode: &Decode) {
        self.encode(decode);
        if !std::mem::replace(&mut self.has_first, true) {
            self.table.first_rows = self.table.ids.len();
        }
    }

    /// The table of all lists.
    #[must_use]
    pub fn finish(self) -> Table {
        let Self { mut table, codings, .. } = self;
        table.columns.iter_mut().zip(codings).for_each(|(column, coding)| column.texts = coding.finish());
        table
    }

    fn encode(&mut self, decode: &Decode) {
        let Self { table, codings, bytes, ends, .. } = self;
        let width = table.columns.len();
        let cell = |index: usize| {
            let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            ends.get(index).and_then(|end| bytes.get(start..*end)).unwrap_or_default()
        };
        table.columns.par_iter_mut().zip(codings).enumerate().for_each(|(place, (column, coding))| {
            let cells = (place..ends.len()).step_by(width.max(1)).map(cell);
            column.codes.extend(cells.map(|cell| coding.code(&decode(cell))));
        });
        bytes.clear();
        ends.clear();
    }
}

//! Rows of one list, or of two to be linked, into a table of codes.

use std::borrow::Cow;

use rayon::prelude::*;

use super::load::LOADED;
use super::table::{Column, Table};
use super::texts::Coding;

/// Rows whose columns are encoded side by side.
const BATCH: usize = 16_384;
/// Bytes of them at most, for lists with long rows.
const BATCH_BYTES: usize = 4 << 20;

/// The text of a cell's bytes.
pub type Decode = dyn Fn(&[u8]) -> Cow<'_, str> + Sync;

/// Rows that are not encoded yet. Cells are as they are in their file.
#[derive(Default)]
pub struct Batch {
    /// Cells, row by row.
    bytes: Vec<u8>,
    /// Where each cell ends in them.
    ends: Vec<usize>,
    rows: usize,
}

impl Batch {
    /// Adds the cells of a row in the order of the compared columns.
    pub fn push<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) {
        for cell in cells {
            self.bytes.extend_from_slice(cell.trim_ascii());
            self.ends.push(self.bytes.len());
        }
        self.rows += 1;
    }

    /// Whether it is to be encoded before it grows further.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.rows >= BATCH || self.bytes.len() >= BATCH_BYTES
    }

    fn cell(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
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
        Self { table, codings, has_first: false }
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

    /// Encodes the next rows of a list, its columns side by side.
    pub fn encode(&mut self, batch: &Batch, decode: &Decode) {
        let Self { table, codings, .. } = self;
        let width = table.columns.len().max(1);
        table.columns.par_iter_mut().zip(codings).enumerate().for_each(|(place, (column, coding))| {
            let mut cells = (place..batch.ends.len()).step_by(width).map(|index| batch.cell(index));
            let mut texts = Vec::with_capacity(LOADED);
            loop {
                texts.extend(cells.by_ref().take(LOADED).map(decode));
                if texts.is_empty() {
                    break;
                }
                coding.codes(&texts, |code| column.codes.push(code));
                texts.clear();
            }
        });
    }

    /// Ends a list all of whose rows are encoded, with their identifiers.
    pub fn end(&mut self, ids: Vec<String>) {
        self.table.ids.extend(ids);
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

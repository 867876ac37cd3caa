//! Rows of one list, or of two to be linked, into a table of codes.

use std::hash::BuildHasherDefault;

use hashbrown::HashMap;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3Default;

use super::table::{Column, Table};

/// Rows gathered before their columns are encoded side by side.
const BATCH: usize = 16_384;
/// Bytes gathered at most, for lists with long rows.
const BATCH_BYTES: usize = 16 << 20;

type Codes = HashMap<Box<[u8]>, u32, BuildHasherDefault<Xxh3Default>>;

/// The text of a cell's bytes.
pub type Decode = dyn Fn(&[u8]) -> String + Sync;

/// Gathers lists. Cells come as they are in their file and are made text once for each different one.
pub struct Lists {
    table: Table,
    codes: Vec<Codes>,
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
        let codes = names.iter().map(|_| Codes::default()).collect();
        let columns =
            names.into_iter().map(|name| Column { name, texts: vec![String::new()], codes: Vec::new() });
        let table = Table { columns: columns.collect(), ..Table::default() };
        Self { table, codes, has_first: false, bytes: Vec::new(), ends: Vec::new() }
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
        self.table
    }

    fn encode(&mut self, decode: &Decode) {
        let Self { table, codes, bytes, ends, .. } = self;
        let width = table.columns.len();
        let cell = |index: usize| {
            let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            ends.get(index).and_then(|end| bytes.get(start..*end)).unwrap_or_default()
        };
        table.columns.par_iter_mut().zip(codes.par_iter_mut()).enumerate().for_each(
            |(place, (column, codes))| {
                let cells = (place..ends.len()).step_by(width.max(1)).map(cell);
                column.codes.extend(cells.map(|cell| code(&mut column.texts, codes, cell, decode)));
            },
        );
        bytes.clear();
        ends.clear();
    }
}

/// The code of a cell, a new one where its bytes are new.
fn code(texts: &mut Vec<String>, codes: &mut Codes, cell: &[u8], decode: &Decode) -> u32 {
    if cell.is_empty() {
        return 0;
    }
    if let Some(code) = codes.get(cell) {
        return *code;
    }
    texts.push(decode(cell));
    let code = u32::try_from(texts.len() - 1).unwrap_or(u32::MAX);
    codes.insert(cell.into(), code);
    code
}

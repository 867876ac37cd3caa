//! What a part's rows hold of the customer's own besides their keys: what comes back, and the address as it is written.

use poimuri_shared::customer_register::{Field, Mapping, Row};

/// The cells of the rows of a part, one after another.
#[derive(Debug)]
pub struct OwnRows {
    key: Option<usize>,
    address: Option<usize>,
    passed: usize,
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
}

/// Cells of a row besides those that are passed through.
const HEAD: usize = 2;

impl OwnRows {
    /// No rows yet. Of each row the first `passed` cells come back.
    #[must_use]
    pub fn new(mapping: &Mapping, passed: usize) -> Self {
        Self {
            key: mapping.column(Field::Key),
            address: mapping.column(Field::StreetAddress),
            passed,
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Takes up the next row.
    pub fn push(&mut self, row: &Row<'_>) {
        for column in [self.key, self.address].into_iter().chain((0..self.passed).map(Some)) {
            if let Some(column) = column {
                self.text.push_str(&row.cell(column));
            }
            self.ends.push(self.text.len());
        }
    }

    fn cell(&self, row: u32, cell: usize) -> &str {
        let index = row as usize * (HEAD + self.passed) + cell;
        let at = |index: usize| self.ends.get(index).copied().unwrap_or(0);
        let start = index.checked_sub(1).map_or(0, at);
        self.text.get(start..at(index)).unwrap_or_default()
    }

    /// The customer's key of a row.
    pub(super) fn key(&self, row: u32) -> &str {
        self.cell(row, 0)
    }

    /// The address line of a row.
    pub(super) fn address(&self, row: u32) -> &str {
        self.cell(row, 1)
    }

    /// The cells that come back behind the others.
    pub(super) fn passed(&self, row: u32) -> Vec<&str> {
        (0..self.passed).map(|cell| self.cell(row, HEAD + cell)).collect()
    }
}

//! What a part's rows hold of the customer's own besides their keys: what comes back, and the address as it is written.

use poimuri_shared::customer_register::{Columns, Field, Mapping};

/// The cells of the rows of a part.
#[derive(Debug, Clone, Copy)]
pub struct OwnRows<'a> {
    columns: &'a Columns,
    key: Option<usize>,
    address: Option<usize>,
    passed: usize,
}

impl<'a> OwnRows<'a> {
    /// Of each row the first `passed` cells come back.
    #[must_use]
    pub fn new(mapping: &Mapping, passed: usize, columns: &'a Columns) -> Self {
        let (key, address) = (mapping.column(Field::Key), mapping.column(Field::StreetAddress));
        Self { columns, key, address, passed }
    }

    fn cell(&self, row: u32, place: Option<usize>) -> &'a str {
        let column = place.and_then(|place| self.columns.column(place));
        column.map(|column| column.text(row as usize)).unwrap_or_default()
    }

    /// The customer's key of a row.
    pub(super) fn key(&self, row: u32) -> &'a str {
        self.cell(row, self.key)
    }

    /// The address line of a row.
    pub(super) fn address(&self, row: u32) -> &'a str {
        self.cell(row, self.address)
    }

    /// The cells that come back behind the others.
    pub(super) fn passed(&self, row: u32) -> Vec<&'a str> {
        (0..self.passed).map(|place| self.cell(row, Some(place))).collect()
    }
}

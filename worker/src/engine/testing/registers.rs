//! A customer's register from a text, as columns.

use poimuri_shared::customer_register::{Columns, ColumnsBuilder, Mapping, RegisterError, Table};
use poimuri_shared::order::RegisterColumns;

/// The rows of a text with headings, and what its columns mean.
pub(in crate::engine) fn columns(text: &str) -> (Mapping, Columns) {
    let table = Table::text(text.as_bytes()).unwrap();
    let mapping = Mapping::of(&table.form().columns, &RegisterColumns::default()).unwrap();
    let mut rows = ColumnsBuilder::new(table.form().columns.len());
    table
        .each(|row| {
            rows.push(row);
            Ok::<(), RegisterError>(())
        })
        .unwrap();
    (mapping, rows.take())
}

//! Rows of a part nobody was found for, with the texts that are compared once more.

use poimuri_shared::customer_register::{Field, Mapping, Row};
use poimuri_shared::normalise::{Address, GivenNames, Locale};
use serde::{Deserialize, Serialize};

use crate::engine::update::rows::Rows;
use crate::engine::update::{RowKeys, Updating};

/// Rows nobody was found for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmatched {
    pub(super) rows: Vec<UnmatchedRow>,
    /// The rows as keys.
    pub(super) keys: Rows,
}

/// A row nobody was found for, its texts as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnmatchedRow {
    /// Its index in its part.
    pub(super) row: u32,
    pub(super) surname: String,
    first_names: String,
    /// Empty where it is no key.
    address: String,
}

impl UnmatchedRow {
    /// Whole given names.
    pub(super) fn given(&self) -> Vec<String> {
        GivenNames::parse(&self.first_names, Locale::Finnish).names
    }

    /// The street alone; empty where there is none.
    pub(super) fn street(&self) -> String {
        if self.address.is_empty() {
            String::new()
        } else {
            Address::parse(&self.address, Locale::Finnish).street
        }
    }
}

impl Updating {
    /// Whether a row may be compared by its date of birth, and by its address or postal code.
    pub(in crate::engine::update) fn comparable(&self, row: &RowKeys<'_>) -> (bool, bool) {
        let is_placed = row.postal_code != 0 || row.numbers().next().is_some();
        (self.permitted.birth_date && row.birth_is_given(), self.permitted.address && is_placed)
    }
}

impl Unmatched {
    /// Takes up a row of the part by its index, with its keys.
    pub(in crate::engine::update) fn push(
        &mut self,
        keys: &RowKeys<'_>,
        mapping: &Mapping,
        (index, row): (u32, &Row<'_>),
    ) {
        let text =
            |field| mapping.column(field).map(|column| row.cell(column).into_owned()).unwrap_or_default();
        let address = if keys.address.is_some() { text(Field::StreetAddress) } else { String::new() };
        let (surname, first_names) = (text(Field::Surname), text(Field::FirstNames));
        self.rows.push(UnmatchedRow { row: index, surname, first_names, address });
        self.keys.push(keys);
    }
}

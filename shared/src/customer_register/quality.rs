//! What a register is like: counts for its owner, and what in them looks like columns that are named wrongly.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::RegisterError;
use super::account::{Codes, Invalid, RegisterAccount};
use super::dates::date;
use super::distinct::{Distinct, Repeated};
use super::mapping::{Field, Mapping};
use super::table::Row;

/// Lines kept of rows of a kind.
const LINES_KEPT: usize = 5;
/// The key of hashes: the same for every register, for the same file has the same report. They never leave memory.
const HASH_KEY: u64 = 0x706f_696d_7572_6972;

/// What was found in a register, by what its columns are said to mean, or else by their usual headings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quality {
    /// Rows, the headings aside.
    pub rows: u64,
    /// Rows written in another encoding than the file.
    pub mixed_encoding: u64,
    /// Lines of the first few of them.
    pub mixed_lines: Vec<u64>,
    /// Rows with more or fewer cells than there are columns.
    pub uneven: u64,
    /// Rows that are the same as an earlier one in all of their cells.
    #[serde(default)]
    pub repeated_rows: Option<Repeated>,
    /// Rows with a customer's key that an earlier row has, if there is a column of keys.
    #[serde(default)]
    pub repeated_keys: Option<Repeated>,
    /// Rows without a value, by field.
    pub empty: BTreeMap<String, u64>,
    /// What its identity codes are, if there is a column of them. A row without one is empty and not invalid.
    pub identity_codes: Option<RegisterAccount>,
    /// Rows with something that is no date, if there is a column of dates of birth.
    #[serde(default)]
    pub invalid_birth_dates: Option<Invalid>,
}

/// Counts while rows go by.
#[derive(Debug)]
pub(crate) struct Counting {
    quality: Quality,
    fields: Vec<Counted>,
    columns: usize,
    codes: Option<(usize, Codes)>,
    keys: Option<(usize, Distinct)>,
    births: Option<(usize, Invalid)>,
    rows: Distinct,
    scratch: Vec<u8>,
}

/// Empty cells of a field.
#[derive(Debug)]
struct Counted {
    field: Field,
    column: usize,
    empty: u64,
}

impl Counting {
    /// `mapping` is what is known of the columns.
    pub(crate) fn new(mapping: &Mapping, columns: usize) -> Self {
        let counted =
            |field: &Field| Some(Counted { field: *field, column: mapping.column(*field)?, empty: 0 });
        Self {
            quality: Quality::default(),
            fields: Field::ALL.iter().filter_map(counted).collect(),
            columns,
            codes: mapping.column(Field::IdentityCode).map(|column| (column, Codes::default())),
            keys: mapping.column(Field::Key).map(|column| (column, Distinct::default())),
            births: mapping.column(Field::BirthDate).map(|column| (column, Invalid::default())),
            rows: Distinct::default(),
            scratch: Vec::new(),
        }
    }

    /// Counts a row.
    pub(crate) fn add(&mut self, row: &Row<'_>) -> Result<(), RegisterError> {
        let quality = &mut self.quality;
        quality.uneven += u64::from(row.len() != self.columns);
        if row.is_mixed() {
            quality.mixed_encoding += 1;
            if quality.mixed_lines.len() < LINES_KEPT {
                quality.mixed_lines.push(row.line);
            }
        }
        self.rows.add(hash(row, &mut self.scratch));
        self.add_fields(row)
    }

    /// Counts what columns mean, and nothing else.
    pub(crate) fn add_fields(&mut self, row: &Row<'_>) -> Result<(), RegisterError> {
        self.quality.rows += 1;
        for counted in &mut self.fields {
            counted.empty += u64::from(row.cell(counted.column).trim().is_empty());
        }
        if let Some((column, keys)) = &mut self.keys {
            let key = row.bytes(*column).trim_ascii();
            if !key.is_empty() {
                keys.add(xxh3_64_with_seed(key, HASH_KEY));
            }
        }
        if let Some((column, births)) = &mut self.births {
            let cell = row.cell(*column);
            if !cell.trim().is_empty() && date(&cell).is_none() {
                births.note(row.line);
            }
        }
        match &mut self.codes {
            Some((column, codes)) => {
                codes.add(row.line, row.cell(*column).as_bytes()).map_err(|_full| RegisterError::TooMany)
            }
            None => Ok(()),
        }
    }

    /// What was found.
    pub(crate) fn finish(self) -> Quality {
        let Self { mut quality, fields, codes, keys, births, rows, columns: _, scratch: _ } = self;
        quality.repeated_rows = Some(rows.finish());
        quality.repeated_keys = keys.map(|(_, keys)| keys.finish());
        quality.invalid_birth_dates = births.map(|(_, births)| births);
        quality.identity_codes = codes.map(|(_, codes)| codes.into_account().without_empty());
        let empty = fields.iter().filter(|counted| counted.empty > 0);
        quality.empty = empty.map(|counted| (counted.field.name().to_owned(), counted.empty)).collect();
        quality
    }
}

/// The hash of all cells of a row, and of where each ends.
fn hash(row: &Row<'_>, scratch: &mut Vec<u8>) -> u64 {
    scratch.clear();
    for place in 0..row.len() {
        let cell = row.bytes(place);
        scratch.extend_from_slice(&cell.len().to_le_bytes());
        scratch.extend_from_slice(cell);
    }
    xxh3_64_with_seed(scratch, HASH_KEY)
}

impl Quality {
    /// The counts of another look at the same rows, by what their columns are said to mean there. What the file alone
    /// decides is as it was found when the file was read.
    pub(crate) fn of_fields(&self, fields: Self) -> Self {
        Self {
            rows: self.rows,
            mixed_encoding: self.mixed_encoding,
            mixed_lines: self.mixed_lines.clone(),
            uneven: self.uneven,
            repeated_rows: self.repeated_rows,
            ..fields
        }
    }

    /// What looks like a wrong column: fields whose values are for the most part none. Counts and places of columns, no
    /// value and no heading.
    #[must_use]
    pub fn doubts(&self, mapping: &Mapping) -> Vec<String> {
        let codes = self.identity_codes.as_ref().map(|codes| codes.invalid.values().map(|it| it.count).sum());
        let births = self.invalid_birth_dates.as_ref().map(|invalid| invalid.count);
        let found =
            [(Field::IdentityCode, codes, "personal identity codes"), (Field::BirthDate, births, "dates")];
        let doubt = |(field, invalid, what): (Field, Option<u64>, &str)| {
            let (invalid, column) = (invalid?, mapping.column(field)? + 1);
            let written = self.rows.saturating_sub(self.empty.get(field.name()).copied().unwrap_or(0));
            (invalid > 0 && invalid * 2 >= written).then(|| {
                let name = field.name();
                format!(
                    "register.columns.{name}: {invalid} of {written} values in column {column} are no {what}; \
                     is it the right column?"
                )
            })
        };
        found.into_iter().filter_map(doubt).collect()
    }
}

#[cfg(test)]
mod tests;

//! What a register is like: counts for its owner, and rows masked so that they can be shown.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RegisterError;
use super::account::{Codes, RegisterAccount};
use super::mapping::{Field, Mapping};
use super::table::Row;

/// Lines kept of rows in another encoding.
const LINES_KEPT: usize = 5;

/// What was found in a register, by the usual meaning of its columns.
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
    /// Rows without a value, by field.
    pub empty: BTreeMap<String, u64>,
    /// What its identity codes are, if there is a column of them.
    pub identity_codes: Option<RegisterAccount>,
}

/// Counts while rows go by.
#[derive(Debug)]
pub(crate) struct Counting {
    quality: Quality,
    fields: Vec<(Field, usize)>,
    codes: Option<(usize, Codes)>,
    columns: usize,
}

impl Counting {
    /// `mapping` is what is known of the columns.
    pub(crate) fn new(mapping: Option<&Mapping>, columns: usize) -> Self {
        let column = |field: &Field| Some((*field, mapping?.column(*field)?));
        let fields: Vec<(Field, usize)> = Field::ALL.iter().filter_map(column).collect();
        let codes = fields.iter().find(|(field, _)| *field == Field::IdentityCode);
        let codes = codes.map(|(_, index)| (*index, Codes::default()));
        Self { quality: Quality::default(), fields, codes, columns }
    }

    /// Counts a row.
    pub(crate) fn add(&mut self, row: &Row<'_>) -> Result<(), RegisterError> {
        let quality = &mut self.quality;
        quality.rows += 1;
        quality.uneven += u64::from(row.len() != self.columns);
        if row.is_mixed() {
            quality.mixed_encoding += 1;
            if quality.mixed_lines.len() < LINES_KEPT {
                quality.mixed_lines.push(row.line);
            }
        }
        for (field, index) in &self.fields {
            if row.cell(*index).trim().is_empty() {
                *quality.empty.entry(field.name().to_owned()).or_default() += 1;
            }
        }
        match &mut self.codes {
            Some((index, codes)) => {
                codes.add(row.line, row.cell(*index).as_bytes()).map_err(|_full| RegisterError::TooMany)
            }
            None => Ok(()),
        }
    }

    /// What was found.
    pub(crate) fn finish(self) -> Quality {
        let Self { mut quality, codes, .. } = self;
        quality.identity_codes = codes.map(|(_, codes)| codes.into_account());
        quality
    }
}

/// A cell as it may be shown: letters and digits hidden, so that its form alone is seen.
#[must_use]
pub fn masked(cell: &str) -> String {
    const SHOWN_MAX: usize = 30;
    let hide = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c if c.is_control() => ' ',
        c => c,
    };
    cell.chars().take(SHOWN_MAX).map(hide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer_register::Table;
    use crate::order::RegisterColumns;

    #[test]
    fn a_register_is_described_in_counts() {
        let text = b"hetu;sukunimi;etunimet\n131052-308T;M\xc3\xa4ki;A\n131052-308T;;\nx;M\xe4ki;B;9\n";
        let table = Table::open(&text[..]).unwrap();
        let columns = table.form().columns.clone();
        let mapping = Mapping::of(&columns, &RegisterColumns::default()).unwrap();
        let mut counting = Counting::new(Some(&mapping), columns.len());
        table.each(|row| counting.add(row)).unwrap();
        let quality = counting.finish();
        assert_eq!((quality.rows, quality.uneven, quality.mixed_encoding), (3, 1, 0));
        assert_eq!(quality.empty["surname"], 1);
        let codes = quality.identity_codes.unwrap();
        assert_eq!((codes.valid, codes.duplicates), (2, 1));
        assert_eq!(codes.faults(), "1 by length (line 4)");
        assert_eq!(masked("Mäki-131052"), "Aaaa-999999");
    }
}

//! Rows of a register as columns: taken apart once, when it is uploaded, and used as they are by every order.
//!
//! A column whose texts come again and again holds each of them once, and a code for every row. Beside one of identity codes
//! stands each of them as a number, so that no order checks them again.

mod build;
mod file;
#[cfg(test)]
mod tests;

use arrow_array::{Array as _, StringArray};
use arrow_buffer::ScalarBuffer;
use rayon::prelude::*;

use super::account::{Reason, code};
use super::table::Row;
use crate::register::hetu::Hetu;

pub use build::ColumnsBuilder;

/// Texts that something is made of by one thread, at least.
const MAPPED_TEXTS: usize = 16_384;

/// Rows as columns.
#[derive(Clone, PartialEq)]
pub struct Columns {
    lines: ScalarBuffer<u64>,
    columns: Vec<Column>,
    /// Beside each column: the identity codes of its rows, packed, 0 where there is none; or nothing.
    identity_codes: Vec<Option<ScalarBuffer<u64>>>,
}

/// The texts of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// One for each row.
    Plain(StringArray),
    /// Each once, and which of them is each row's.
    Coded {
        /// Index into the texts, for each row.
        codes: ScalarBuffer<u32>,
        /// Different texts.
        texts: StringArray,
    },
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Columns({} × {})", self.len(), self.columns.len())
    }
}

impl Column {
    /// The text of a row.
    #[must_use]
    #[inline]
    pub fn text(&self, row: usize) -> &str {
        match self {
            Self::Plain(texts) => texts.value(row),
            Self::Coded { codes, texts } => texts.value(codes[row] as usize),
        }
    }

    /// What is made of the text of each row; of a text that comes again it is made once.
    pub fn map<T: Copy + Send + Sync>(&self, make: impl Fn(&str) -> T + Sync + Send) -> Vec<T> {
        let (texts, codes) = match self {
            Self::Plain(texts) => (texts, None),
            Self::Coded { codes, texts } => (texts, Some(codes)),
        };
        let texts_at_once = (0..texts.len()).into_par_iter().with_min_len(MAPPED_TEXTS);
        let made: Vec<T> = texts_at_once.map(|at| make(texts.value(at))).collect();
        let Some(codes) = codes else { return made };
        codes.par_iter().with_min_len(MAPPED_TEXTS).map(|code| made[*code as usize]).collect()
    }
}

impl Columns {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Number of columns.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.columns.len()
    }

    /// A column by its place; none if there is no such.
    #[must_use]
    #[inline]
    pub fn column(&self, place: usize) -> Option<&Column> {
        self.columns.get(place)
    }

    /// The packed identity code in a column of a row.
    ///
    /// # Errors
    /// Why there is none; in a column that is not, as where nothing is written.
    #[inline]
    pub fn identity_code(&self, place: usize, row: usize) -> Result<u64, Reason> {
        match self.identity_codes.get(place) {
            Some(Some(codes)) if codes[row] != 0 => Ok(codes[row]),
            _ => code(self.column(place).map_or("", |column| column.text(row)).as_bytes()).map(Hetu::packed),
        }
    }

    /// The line each row was on.
    #[must_use]
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// A row by its index.
    #[must_use]
    pub fn row(&self, index: usize) -> Row<'_> {
        Row::of_columns(self, self.lines[index], index)
    }

    /// The rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map(|index| self.row(index))
    }
}

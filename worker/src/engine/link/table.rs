//! What is linked: records of one or two lists in dictionary-coded columns.

use std::fmt;

use super::ids::Ids;
use super::piled::Piled;
use super::read::PiledRead;

/// A column: the texts of its parts, and a code for every row.
#[derive(Clone, Default)]
pub struct Column {
    /// The heading.
    pub name: String,
    /// Its texts.
    pub texts: Piled,
    /// What they are read as, where that was done part by part.
    pub read: Option<PiledRead>,
    /// Per row, the code of its text.
    pub codes: Vec<u32>,
}

/// Records of one list, or of two, in columns.
#[derive(Clone, Default)]
pub struct Table {
    /// Identifiers, one for each row; no part of any comparison.
    pub ids: Ids,
    /// Rows of the first list; those of the second follow. All rows, if there is one list.
    pub first_rows: usize,
    /// The columns that both lists have.
    pub columns: Vec<Column>,
}

impl Table {
    /// Rows of both lists.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.ids.len()
    }

    /// Whether two lists are linked.
    #[must_use]
    pub const fn is_link(&self) -> bool {
        self.first_rows < self.ids.len()
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}, {} values, {} rows)", self.name, self.texts.count(), self.codes.len())
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} rows, {:?})", self.rows(), self.columns)
    }
}

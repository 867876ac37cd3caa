//! Columns while rows are added to them.

use arrow_array::{Array as _, StringArray};
use arrow_buffer::ScalarBuffer;

use super::super::account::code;
use super::super::table::Row;
use super::{Column, Columns};
use crate::register::hetu::Hetu;
use crate::snapshot::build::intern::{Interner, Texts};

/// Rows before it is judged whether texts come again, unless there are fewer: half of a part.
const LOOKED_AT: usize = 125_000;

/// Columns that rows are added to.
#[derive(Debug)]
pub struct ColumnsBuilder {
    lines: Vec<u64>,
    columns: Vec<Building>,
    bytes: usize,
}

#[derive(Debug)]
enum Building {
    Plain(Texts),
    Coded {
        /// Of the interner, which counts from 1.
        codes: Vec<u32>,
        known: Interner,
    },
}

impl ColumnsBuilder {
    /// No rows yet. Cells beyond so many columns are left out.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self { lines: Vec::new(), columns: (0..columns).map(|_| Building::default()).collect(), bytes: 0 }
    }

    /// Adds a row; cells it lacks are empty.
    pub fn push(&mut self, row: &Row<'_>) {
        self.lines.push(row.line);
        for (place, column) in self.columns.iter_mut().enumerate() {
            let cell = row.cell(place);
            self.bytes += cell.len();
            column.push(&cell);
        }
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Bytes of all cells.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The columns so far; the builder has no rows again.
    #[must_use]
    pub fn take(&mut self) -> Columns {
        let empty = Self::new(self.columns.len());
        let Self { lines, columns, bytes: _ } = std::mem::replace(self, empty);
        let columns: Vec<Column> = columns.into_iter().map(Building::finish).collect();
        let identity_codes = columns.iter().map(identity_codes).collect();
        Columns { lines: ScalarBuffer::from(lines), columns, identity_codes }
    }
}

impl Default for Building {
    /// Every column is one of texts that come again, until it is known not to be.
    fn default() -> Self {
        Self::Coded { codes: Vec::new(), known: Interner::default() }
    }
}

impl Building {
    fn push(&mut self, text: &str) {
        match self {
            Self::Plain(texts) => texts.push(text),
            Self::Coded { codes, known } => {
                codes.push(known.intern(text));
                if codes.len() == LOOKED_AT && is_varied(codes, known) {
                    let mut texts = Texts::default();
                    codes.iter().for_each(|code| texts.push(known.text(*code)));
                    *self = Self::Plain(texts);
                }
            }
        }
    }

    fn finish(self) -> Column {
        match self {
            Self::Plain(texts) => {
                Column::Plain(StringArray::from_iter_values((0..texts.len()).map(|index| texts.get(index))))
            }
            Self::Coded { codes, known } if is_varied(&codes, &known) => {
                Column::Plain(StringArray::from_iter_values(codes.iter().map(|code| known.text(*code))))
            }
            Self::Coded { codes, known } => Column::Coded {
                codes: codes.into_iter().map(|code| code - 1).collect(),
                texts: StringArray::from_iter_values((1..).take(known.len()).map(|code| known.text(code))),
            },
        }
    }
}

/// The identity codes of a column, packed, 0 where there is none; nothing of a column that most rows have none in. Where
/// texts come again they are few.
fn identity_codes(column: &Column) -> Option<ScalarBuffer<u64>> {
    let Column::Plain(texts) = column else { return None };
    let packed = |row| code(texts.value(row).as_bytes()).map_or(0, Hetu::packed);
    let codes: Vec<u64> = (0..texts.len()).map(packed).collect();
    let known = codes.iter().filter(|code| **code != 0).count();
    (known * 2 > codes.len()).then(|| codes.into())
}

/// Whether most rows have a text of their own.
const fn is_varied(codes: &[u32], known: &Interner) -> bool {
    known.len() * 2 > codes.len()
}

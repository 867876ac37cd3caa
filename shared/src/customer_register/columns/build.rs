//! Columns while rows are added to them.

use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

use super::super::table::Row;
use super::{Column, Columns};

/// Rows before it is judged whether texts come again, unless there are fewer: half of a part.
const LOOKED_AT: usize = 125_000;

/// Columns that rows are added to.
#[derive(Debug)]
pub struct ColumnsBuilder {
    lines: Vec<u64>,
    columns: Vec<Building>,
    bytes: usize,
}

/// Texts, one after another.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    /// Where each ends.
    ends: Vec<i32>,
}

#[derive(Debug)]
enum Building {
    Plain(Texts),
    Coded {
        codes: Vec<u32>,
        texts: Texts,
        /// Codes by their texts.
        known: HashTable<u32>,
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
        Columns {
            lines: ScalarBuffer::from(lines),
            columns: columns.into_iter().map(Building::finish).collect(),
        }
    }
}

impl Texts {
    fn get(&self, index: usize) -> &str {
        let at = |index: usize| self.ends.get(index).and_then(|end| usize::try_from(*end).ok()).unwrap_or(0);
        let start = index.checked_sub(1).map_or(0, at);
        self.text.get(start..at(index)).unwrap_or_default()
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(i32::try_from(self.text.len()).unwrap_or(i32::MAX));
    }

    fn finish(self) -> StringArray {
        let offsets: Vec<i32> = std::iter::once(0).chain(self.ends).collect();
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        StringArray::new(offsets, Buffer::from(self.text.into_bytes()), None)
    }
}

impl Default for Building {
    /// Every column is one of texts that come again, until it is known not to be.
    fn default() -> Self {
        Self::Coded { codes: Vec::new(), texts: Texts::default(), known: HashTable::new() }
    }
}

impl Building {
    fn push(&mut self, text: &str) {
        match self {
            Self::Plain(texts) => texts.push(text),
            Self::Coded { codes, texts, known } => {
                let new = u32::try_from(texts.ends.len()).unwrap_or(u32::MAX);
                let entry = known.entry(
                    hash(text),
                    |code| texts.get(*code as usize) == text,
                    |code| hash(texts.get(*code as usize)),
                );
                let code = *entry.or_insert(new).get();
                if code == new {
                    texts.push(text);
                }
                codes.push(code);
                if codes.len() == LOOKED_AT && is_varied(codes, texts) {
                    *self = Self::Plain(plain(codes, texts));
                }
            }
        }
    }

    fn finish(self) -> Column {
        match self {
            Self::Plain(texts) => Column::Plain(texts.finish()),
            Self::Coded { codes, texts, known: _ } if is_varied(&codes, &texts) => {
                Column::Plain(plain(&codes, &texts).finish())
            }
            Self::Coded { codes, texts, known: _ } => {
                Column::Coded { codes: ScalarBuffer::from(codes), texts: texts.finish() }
            }
        }
    }
}

/// Whether most rows have a text of their own.
const fn is_varied(codes: &[u32], texts: &Texts) -> bool {
    texts.ends.len() * 2 > codes.len()
}

/// The text of each row.
fn plain(codes: &[u32], texts: &Texts) -> Texts {
    let mut all = Texts::default();
    codes.iter().for_each(|code| all.push(texts.get(*code as usize)));
    all
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

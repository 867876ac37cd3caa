//! Texts read before their column is whole: what is much work and needs no other part of the column is done part by part.

use std::hint::black_box;

use poimuri_shared::partial::packed;
use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::load::LOADED;
use super::locale::Locale;
use super::numbers::wide;
use super::piled::Piled;
use super::texts::{Coding, Texts};
use super::written::{DateOrder, prepare};

/// The texts of a part of a column as they are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    texts: Texts,
    /// For the code of each text the code of what it is read as.
    #[serde(with = "packed")]
    codes: Vec<u32>,
}

impl Read {
    /// Reads the texts of a part of a column that holds what is `given`; none where that can as well be done for the whole
    /// column at once.
    #[must_use]
    pub fn new(texts: &Texts, given: Option<Kind>, locale: Locale) -> Option<Self> {
        let kind = given.filter(|kind| *kind == Kind::Street)?;
        // Of a street nothing is a date.
        let order = DateOrder::of(std::iter::empty());
        let (mut coding, mut codes) = (Coding::default(), Vec::with_capacity(texts.count()));
        let read = texts.iter().map(|text| prepare(locale, kind, text, order));
        coding.code_all(read, |code| codes.push(code));
        Some(Self { texts: coding.finish(), codes })
    }
}

/// Those of all parts, one after another, as the texts themselves are piled.
#[derive(Debug, Clone, Default)]
pub struct PiledRead {
    texts: Piled,
    codes: Vec<u32>,
}

impl PiledRead {
    /// Adds those of the next part.
    pub fn add(&mut self, Read { texts, codes }: Read) {
        let first = self.texts.add(texts);
        self.codes.extend(codes.into_iter().map(|code| first + code));
    }

    /// What the text of a code is read as.
    pub(crate) fn text(&self, code: u32) -> &str {
        self.codes.get(wide(code)).map_or("", |read| self.texts.text(*read))
    }

    /// Loads what the texts of codes are read as, of which there are few.
    pub(crate) fn load(&self, codes: &[u32]) {
        let mut read = [0; LOADED];
        read.iter_mut().zip(codes).for_each(|(read, code)| *read = self.codes[wide(*code)]);
        self.texts.load(black_box(&read[..codes.len().min(LOADED)]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::super::table::Column;
    use super::*;

    const ROWS: [&str; 8] =
        ["Mäkitie 1 A 2", "Mäkitie 1A2", "", "Torpank. 3", "Mäkitie 1 A 2", "Torpankatu 3", "PL 7", "x"];

    /// The streets of a list in parts of so many rows.
    fn column(rows: usize, is_read: bool) -> Column {
        let mut column = Column::default();
        for part in ROWS.chunks(rows) {
            let mut coding = Coding::default();
            let codes: Vec<u32> = part.iter().map(|text| coding.code(text)).collect();
            let texts = coding.finish();
            if is_read && let Some(read) = Read::new(&texts, Some(Kind::Street), Locale::Fi) {
                column.read.get_or_insert_default().add(read);
            }
            let first = column.texts.add(texts);
            column.codes.extend(codes.into_iter().map(|code| first + code));
        }
        column
    }

    #[test]
    fn streets_read_part_by_part_are_those_of_the_whole_column() {
        let order: Vec<u32> = vec![5, 3, 0, 7, 1, 2, 6, 4];
        let encoded = |column: &Column| {
            let codes = encode(column, Kind::Street, Locale::Fi, &order);
            (codes.texts.iter().map(str::to_owned).collect::<Vec<_>>(), codes.rows)
        };
        let whole = encoded(&column(ROWS.len(), false));
        assert_eq!(whole.0.len(), 5, "{:?}", whole.0);
        for rows in [1, 3, 8] {
            assert_eq!(encoded(&column(rows, true)), whole, "{rows}");
        }
    }

    #[test]
    fn only_what_is_known_to_be_streets_is_read() {
        let texts = Texts::default();
        for kind in [None, Some(Kind::Date), Some(Kind::Surname), Some(Kind::Ignored)] {
            assert_eq!(Read::new(&texts, kind, Locale::Fi), None);
        }
    }
}

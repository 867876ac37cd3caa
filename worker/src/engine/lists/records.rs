//! The records of all lists as one table.

use std::collections::BTreeMap;

use poimuri_shared::customer_register::Field;
use poimuri_shared::customer_register::lists::Column;
use poimuri_shared::ids::ListName;
use poimuri_shared::order::deduplication::{Across, Deduplication, List};
use poimuri_shared::receipt::KnownBy;
use xxhash_rust::xxh3::xxh3_64;

use super::piece::{Coded, Home, Piece};
use crate::engine::link::{self, Coding, Kind, Locale, Settings, Table};

/// Lines told of one fault.
const LINES_TOLD: usize = 5;
/// Parts of an identifier are told apart by this.
const BETWEEN: char = '\u{1f}';

/// Records that cannot be told apart or compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordsError {
    /// Rows without a key, in the column the order names.
    #[error("list {list}: {count} rows have no value in the column named as columns.key, {lines}")]
    NoKey {
        /// The list.
        list: ListName,
        /// Rows.
        count: usize,
        /// The first lines.
        lines: String,
    },
    /// Keys that an earlier row has too, in the column the order names.
    #[error(
        "list {list}: {count} rows have a key that an earlier row has too, {lines}; name a column whose values are all different as columns.key"
    )]
    KeyAgain {
        /// The list.
        list: ListName,
        /// Rows.
        count: usize,
        /// The first lines.
        lines: String,
    },
    /// They cannot be compared.
    #[error("list: {0}")]
    Link(#[from] link::LinkError),
}

/// The records of all lists.
#[derive(Debug, Default)]
pub struct Records {
    /// What is compared.
    pub table: Table,
    /// The first row of each list.
    pub starts: Vec<u32>,
    /// What the records of each list are known by.
    pub known_by: Vec<KnownBy>,
    /// The customer's own keys.
    pub(crate) keys: Vec<String>,
    pub(crate) filled: Vec<u32>,
    pub(crate) dates: Vec<i32>,
    pub(crate) homes: Vec<Home>,
    /// Identity codes, packed; 0 where there is none.
    pub(crate) codes: Vec<u64>,
    lines: Vec<u64>,
    /// By column, its texts, until all pieces are there.
    codings: Vec<Coding>,
}

impl Records {
    /// Puts pieces together, those of each list one after another; `columns` are those of the lists.
    #[must_use]
    pub fn begin(columns: &[Column]) -> Self {
        let compared = columns.iter().filter(|column| column.is_compared);
        let mut records = Self::default();
        for column in compared {
            let names = records.table.columns.iter().filter(|other| other.name.starts_with(&column.name));
            let (same, more) = (names.clone().any(|other| other.name == column.name), names.count());
            let name = if same { format!("{} ({})", column.name, more + 1) } else { column.name.clone() };
            records.table.columns.push(link::Column { name, ..link::Column::default() });
            records.codings.push(Coding::default());
        }
        records
    }

    /// Begins the next list; its pieces follow by [`Self::piece`].
    pub fn list(&mut self) {
        self.starts.push(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
    }

    /// Takes the next piece of the list that was begun last.
    pub fn piece(&mut self, piece: Piece) {
        let columns = self.table.columns.iter_mut().zip(&mut self.codings).zip(piece.columns);
        for ((column, coding), Coded { texts, codes }) in columns {
            let own: Vec<u32> = texts.iter().map(|text| coding.code(text)).collect();
            column.codes.extend(codes.into_iter().map(|code| own[code as usize]));
        }
        self.keys.extend(piece.keys);
        self.lines.extend(piece.lines);
        self.filled.extend(piece.filled);
        self.dates.extend(piece.dates);
        self.homes.extend(piece.homes);
        self.codes.extend(piece.codes);
    }

    /// All pieces are there: gives every record an identifier, list and key, or list and row where there is no key that
    /// tells rows apart.
    ///
    /// # Errors
    /// The order names a column of keys that does not tell them apart.
    pub fn identify(&mut self, lists: &[List], across: Across) -> Result<(), RecordsError> {
        let codings = std::mem::take(&mut self.codings);
        self.table
            .columns
            .iter_mut()
            .zip(codings)
            .for_each(|(column, coding)| column.texts = coding.finish());
        for (index, list) in lists.iter().enumerate() {
            let rows = self.rows_of(index);
            let fault = fault(&self.keys[rows.clone()], &self.lines[rows.clone()], &list.name);
            let known_by = match fault {
                None => KnownBy::Key,
                Some(error) if list.columns.key.is_some() => return Err(error),
                Some(_) => KnownBy::Row,
            };
            self.known_by.push(known_by);
            for (number, row) in rows.enumerate() {
                let id = match known_by {
                    KnownBy::Key => self.keys[row].clone(),
                    KnownBy::Row => (number + 1).to_string(),
                };
                self.table.ids.push(format!("{}{BETWEEN}{id}", list.name));
            }
        }
        let is_link = across == Across::Between && lists.len() == 2;
        let first = self.starts.get(1).copied().filter(|_| is_link);
        self.table.first_rows = first.map_or(self.table.ids.len(), |first| first as usize);
        Ok(())
    }

    /// Rows of a list in the table.
    pub(crate) fn rows_of(&self, list: usize) -> std::ops::Range<usize> {
        let at = |list: usize| self.starts.get(list).map_or(self.keys.len(), |start| *start as usize);
        at(list)..at(list + 1)
    }

    /// The list of a row, and the row's number in it from 1.
    #[must_use]
    pub fn place(&self, row: u32) -> (usize, u32) {
        let list = self.starts.partition_point(|start| *start <= row).saturating_sub(1);
        (list, row - self.starts.get(list).copied().unwrap_or(0) + 1)
    }

    /// The settings of the linkage: what columns hold, where that is known.
    #[must_use]
    pub fn settings(&self, columns: &[Column], asked: &Deduplication) -> Settings {
        let compared = columns.iter().filter(|column| column.is_compared).zip(&self.table.columns);
        // A column of one value tells nobody apart, whatever it holds.
        let known = compared.filter(|(_, of)| of.texts.count() > 2);
        let kinds = known.filter_map(|(column, of)| Some((of.name.clone(), kind(column.field?))));
        let columns: BTreeMap<String, Kind> = kinds.collect();
        Settings {
            columns,
            // Customers of a data partner of this country.
            locale: Locale::Fi,
            threshold: asked.threshold,
            partners: asked.partners,
            rules: None,
        }
    }
}

const fn kind(field: Field) -> Kind {
    match field {
        Field::IdentityCode => Kind::Identifier,
        Field::Surname => Kind::Surname,
        Field::FirstNames => Kind::GivenName,
        Field::BirthDate => Kind::Date,
        Field::StreetAddress => Kind::Street,
        Field::PostalCode => Kind::PostalCode,
        Field::Municipality => Kind::Place,
        Field::MotherTongue | Field::Sex => Kind::Category,
        Field::Key | Field::ValueDate => Kind::Ignored,
    }
}

/// Why keys do not tell rows apart; none if they do.
fn fault(keys: &[String], lines: &[u64], list: &ListName) -> Option<RecordsError> {
    let told = |rows: &[usize]| {
        let lines: Vec<String> = rows.iter().take(LINES_TOLD).map(|row| lines[*row].to_string()).collect();
        let more = if rows.len() > LINES_TOLD { ", …" } else { "" };
        format!("on the lines {}{more}", lines.join(", "))
    };
    let list = list.clone();
    let empty: Vec<usize> = (0..keys.len()).filter(|row| keys[*row].is_empty()).collect();
    if !empty.is_empty() {
        return Some(RecordsError::NoKey { list, count: empty.len(), lines: told(&empty) });
    }
    // Digests are compared first: keys lie all over the memory.
    let mut order: Vec<(u64, usize)> =
        (0..keys.len()).map(|row| (xxh3_64(keys[row].as_bytes()), row)).collect();
    order.sort_unstable_by(|(a, row_a), (b, row_b)| {
        a.cmp(b).then_with(|| keys[*row_a].cmp(&keys[*row_b])).then(row_a.cmp(row_b))
    });
    let same = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let again = same.filter(|pair| keys[pair[0].1] == keys[pair[1].1]).map(|pair| pair[1].1);
    let mut again: Vec<usize> = again.collect();
    again.sort_unstable();
    let count = again.len();
    (count > 0).then(|| RecordsError::KeyAgain { list, count, lines: told(&again) })
}

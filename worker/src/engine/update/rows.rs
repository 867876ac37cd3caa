//! The rows of a part as keys, column by column: orders ask few columns of most rows, and what no row has takes no room.

use poimuri_shared::customer_register::{Columns, Field, Mapping, Reason};
use poimuri_shared::snapshot::tables::NULL_I32;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};
use serde::{Deserialize, Serialize};

use super::dates;
use super::given::Readers;
use super::names::{NameKeys, SurnameKeys};
use super::row::{self, AddressKey, Birth, RowKeys};

/// Rows that one thread works on at once, at least.
const CHUNK_ROWS: usize = 16_384;

/// Rows as keys. A column ends behind the last row that has something in it, or holds something for every row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rows {
    count: usize,
    codes: Vec<u64>,
    code_faults: Vec<Option<Reason>>,
    names: Vec<NameKeys>,
    births: Vec<Birth>,
    addresses: Vec<Option<AddressKey>>,
    postal_codes: Vec<u32>,
    municipalities: Vec<u32>,
    languages: Vec<[u8; 2]>,
    sexes: Vec<u8>,
    value_dates: Vec<i32>,
}

/// What a row has in a column.
#[inline]
fn at<T: Copy>(column: &[T], row: usize, absent: T) -> T {
    column.get(row).copied().unwrap_or(absent)
}

/// Puts what the next row has behind a column.
fn put<T: Clone + PartialEq>(column: &mut Vec<T>, row: usize, value: T, absent: T) {
    if value != absent {
        column.resize(row, absent);
        column.push(value);
    }
}

/// Puts what later rows have behind a column.
fn append<T: Clone>(column: &mut Vec<T>, rows: usize, mut other: Vec<T>, absent: T) {
    if !other.is_empty() {
        column.resize(rows, absent);
        column.append(&mut other);
    }
}

impl Rows {
    /// The rows of a part, each text taken apart once, and one column after the other: keys that come again lie far apart, and
    /// many are then on their way at once.
    pub(super) fn new(mapping: &Mapping, columns: &Columns, readers: &Readers) -> Self {
        let column = |field| columns.column(mapping.column(field)?);
        let mut rows = Self {
            count: columns.len(),
            births: column(Field::BirthDate).map_or_else(Vec::new, |texts| texts.map(Birth::of)),
            postal_codes: column(Field::PostalCode)
                .map_or_else(Vec::new, |texts| texts.map(row::postal_code)),
            municipalities: column(Field::Municipality)
                .map_or_else(Vec::new, |texts| texts.map(row::municipality)),
            languages: column(Field::MotherTongue).map_or_else(Vec::new, |texts| texts.map(row::language)),
            sexes: column(Field::Sex).map_or_else(Vec::new, |texts| texts.map(row::sex)),
            value_dates: column(Field::ValueDate)
                .map_or_else(Vec::new, |texts| texts.map(|text| dates::day(text).unwrap_or(NULL_I32))),
            ..Self::default()
        };
        if let Some(place) = mapping.column(Field::IdentityCode) {
            rows.codes = each(columns, |row| columns.identity_code(place, row).unwrap_or(0));
            let fault =
                |row| columns.identity_code(place, row).err().filter(|reason| *reason != Reason::Empty);
            if rows.codes.contains(&0) {
                rows.code_faults = each(columns, fault);
            }
        }
        rows.names = rows.names(mapping, columns, readers);
        if let Some(texts) = column(Field::StreetAddress) {
            let key = |row| AddressKey::of(texts.text(row), readers.hashing);
            rows.addresses = each(columns, |row| rows.row(row).has_address_key().then(|| key(row)).flatten());
        }
        rows
    }

    fn names(&self, mapping: &Mapping, columns: &Columns, readers: &Readers) -> Vec<NameKeys> {
        let column = |field| columns.column(mapping.column(field)?);
        // Base letters tell a mistyped code from a right one, and nothing else.
        let has_codes = !self.codes.is_empty();
        let keys = |text: &str| SurnameKeys::of(text, has_codes, readers.hashing);
        let surnames = column(Field::Surname).map(|texts| texts.map(keys));
        let given = column(Field::FirstNames);
        if surnames.is_none() && given.is_none() {
            return Vec::new();
        }
        let rows = (0..columns.len()).into_par_iter().with_min_len(CHUNK_ROWS);
        let names = rows.map_init(
            || readers.reader(),
            |reader, row| {
                let has_code = at(&self.codes, row, 0) != 0;
                let surname = surnames.as_ref().map_or_else(SurnameKeys::default, |surnames| surnames[row]);
                let given = given.map(|texts| reader.read(texts.text(row), has_code)).unwrap_or_default();
                NameKeys::of(surname, given, has_code)
            },
        );
        names.collect()
    }

    /// Number of rows.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Whether any row may have a name.
    pub(super) const fn is_named(&self) -> bool {
        !self.names.is_empty()
    }

    /// A row by its index.
    #[inline]
    pub(crate) fn row(&self, row: usize) -> RowKeys<'_> {
        let Birth { day: birth, is_faulty: is_birth_faulty } = at(&self.births, row, Birth::default());
        RowKeys {
            code: at(&self.codes, row, 0),
            code_fault: at(&self.code_faults, row, None),
            names: self.names.get(row).filter(|names| !names.is_empty()),
            birth,
            is_birth_faulty,
            address: self.addresses.get(row).and_then(Option::as_ref),
            postal_code: at(&self.postal_codes, row, 0),
            municipality: at(&self.municipalities, row, 0),
            language: at(&self.languages, row, [0; 2]),
            sex: at(&self.sexes, row, 0),
            value_date: at(&self.value_dates, row, NULL_I32),
        }
    }

    /// The rows in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = RowKeys<'_>> {
        (0..self.count).map(|row| self.row(row))
    }

    /// The packed identity codes of rows, 0 for none: behind the last of them no row has any.
    pub(super) fn codes(&self) -> &[u64] {
        &self.codes
    }

    /// Puts the rows of another part behind the others.
    pub(super) fn append(&mut self, other: Self) {
        let rows = self.count;
        append(&mut self.codes, rows, other.codes, 0);
        append(&mut self.code_faults, rows, other.code_faults, None);
        append(&mut self.names, rows, other.names, NameKeys::default());
        append(&mut self.births, rows, other.births, Birth::default());
        append(&mut self.addresses, rows, other.addresses, None);
        append(&mut self.postal_codes, rows, other.postal_codes, 0);
        append(&mut self.municipalities, rows, other.municipalities, 0);
        append(&mut self.languages, rows, other.languages, [0; 2]);
        append(&mut self.sexes, rows, other.sexes, 0);
        append(&mut self.value_dates, rows, other.value_dates, NULL_I32);
        self.count += other.count;
    }

    /// Puts a row behind the others.
    pub(super) fn push(&mut self, keys: &RowKeys<'_>) {
        let row = self.count;
        put(&mut self.codes, row, keys.code, 0);
        put(&mut self.code_faults, row, keys.code_fault, None);
        put(&mut self.names, row, keys.names.cloned().unwrap_or_default(), NameKeys::default());
        let birth = Birth { day: keys.birth, is_faulty: keys.is_birth_faulty };
        put(&mut self.births, row, birth, Birth::default());
        put(&mut self.addresses, row, keys.address.cloned(), None);
        put(&mut self.postal_codes, row, keys.postal_code, 0);
        put(&mut self.municipalities, row, keys.municipality, 0);
        put(&mut self.languages, row, keys.language, [0; 2]);
        put(&mut self.sexes, row, keys.sex, 0);
        put(&mut self.value_dates, row, keys.value_date, NULL_I32);
        self.count += 1;
    }
}

/// Something of each row.
fn each<T: Send>(columns: &Columns, make: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    (0..columns.len()).into_par_iter().with_min_len(CHUNK_ROWS).map(make).collect()
}

#[cfg(test)]
mod tests;

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

    /// The packed identity codes of all rows, 0 for none; nothing where no row has any.
    pub(super) fn codes(&self) -> &[u64] {
        &self.codes
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
mod tests {
    use poimuri_shared::customer_register::{ColumnsBuilder, RegisterError, Table};
    use poimuri_shared::order::RegisterColumns;

    use super::*;
    use crate::engine::update::hash::Hashing;

    fn rows(text: &str) -> Rows {
        let table = Table::text(text.as_bytes()).unwrap();
        let mapping = Mapping::of(&table.form().columns, &RegisterColumns::default()).unwrap();
        let mut columns = ColumnsBuilder::new(table.form().columns.len());
        table
            .each(|row| {
                columns.push(row);
                Ok::<(), RegisterError>(())
            })
            .unwrap();
        Rows::new(&mapping, &columns.take(), &Readers::new(Hashing::new(&[3; 32])))
    }

    #[test]
    fn a_row_is_the_same_among_others_and_put_behind_others() {
        let text = "hetu;sukunimi;etunimet;syntymäaika;katuosoite;postinumero;kotikunta;äidinkieli;sukupuoli\n\
                    ;;;;;;;;\n\
                    010190-901R;;;;Katu 1;00100;;;\n\
                    010190-9xx;Virtanen;Anna M.;1990-05-02;Hämeenkatu 5 A 3;33100;837;fi;2\n\
                    ;Mäki;Åke;31.2.1990;PL 5;;;sv;\n\
                    ;;;;;;;;\n";
        let made = rows(text);
        assert_eq!((made.len(), made.codes().len()), (5, 5));
        let mut put = Rows::default();
        made.iter().for_each(|row| put.push(&row));
        assert!(made.iter().eq(put.iter()));
        assert!(put.codes().len() < 5, "a column ends behind the last row that has something");
        let [none, code, all, odd] = [0, 1, 2, 3].map(|row| made.row(row));
        assert_eq!(none, made.row(4));
        assert_eq!((none.code, none.names, none.birth, none.address), (0, None, NULL_I32, None));
        // Beside a code alone an address is no key.
        assert!(code.code != 0 && code.address.is_none() && code.postal_code == 101);
        assert!(all.is_named() && all.code == 0 && all.code_fault.is_some());
        assert_eq!((all.numbers().count(), all.postal_code, all.language, all.sex), (2, 33_101, *b"fi", 2));
        assert!(odd.is_birth_faulty && odd.birth == NULL_I32 && odd.address.is_none());
    }
}

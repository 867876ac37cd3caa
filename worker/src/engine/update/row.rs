//! A row of the customer's register as keys.

use poimuri_shared::customer_register::{Column, Columns, Field, Mapping, Reason};
use poimuri_shared::normalise::{self, Address, Kind, Locale};
use poimuri_shared::snapshot::tables::NULL_I32;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::dates;
use super::given::{Reader, Readers};
use super::hash::Hashing;
use super::names::{NameKey, NameKeys, SurnameKeys};

/// Rows that one thread works on at once.
const CHUNK_ROWS: usize = 16_384;

/// A row as keys. Texts are hashes under a secret of the store, 0 and [`NULL_I32`] are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowKeys {
    /// The packed identity code.
    pub(crate) code: u64,
    /// Why there is no identity code although something is written.
    pub(crate) code_fault: Option<Reason>,
    /// None where no name is given. Apart, as the address is: most rows of many registers have none.
    pub(crate) names: Option<Box<NameKeys>>,
    /// Day.
    pub(crate) birth: i32,
    /// Whether something is written that is no date.
    pub(crate) is_birth_faulty: bool,
    /// None where it is no key: where there is a code and no name.
    pub(crate) address: Option<Box<AddressKey>>,
    /// The postal code as a number, and one.
    pub(crate) postal_code: u32,
    /// The municipality's code as a number, and one.
    pub(crate) municipality: u32,
    /// Two letters.
    pub(crate) language: [u8; 2],
    /// 1 or 2.
    pub(crate) sex: u8,
    /// Day.
    pub(crate) value_date: i32,
}

/// A residence as hashes of its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AddressKey {
    pub(crate) street: u64,
    /// House numbers and stairs the line may mean; a number of 0 is none.
    pub(crate) readings: SmallVec<[(u64, Option<char>); 2]>,
    pub(crate) apartment: u16,
    pub(crate) divider: Option<char>,
}

impl AddressKey {
    /// The key of an address line, if it is one of a residence.
    pub(crate) fn of(line: &str, hashing: Hashing) -> Option<Self> {
        let address = Address::parse(line, Locale::Finnish);
        if address.kind != Kind::Residence || address.street.is_empty() {
            return None;
        }
        let readings = address.readings().into_iter();
        Some(Self {
            street: hashing.text(&address.street),
            readings: readings.map(|reading| (hashing.text(&reading.number), reading.stair)).collect(),
            apartment: address.apartment,
            divider: address.divider,
        })
    }
}

/// Columns of a part as keys, each text taken apart once, and one after the other: keys that come again lie far apart, and many
/// are then on their way at once.
struct Keys<'a> {
    columns: &'a Columns,
    /// The place of the identity codes.
    code: Option<usize>,
    surnames: Option<Vec<SurnameKeys>>,
    given: Option<&'a Column>,
    birth: Option<Vec<(i32, bool)>>,
    postal_codes: Option<Vec<u32>>,
    municipalities: Option<Vec<u32>>,
    languages: Option<Vec<[u8; 2]>>,
    sexes: Option<Vec<u8>>,
    value_dates: Option<Vec<i32>>,
    address: Option<&'a Column>,
    hashing: Hashing,
}

/// What was made of a row's text; what stands for an empty one if there is no such column.
fn of_row<T: Copy + Default>(made: Option<&Vec<T>>, row: usize) -> T {
    made.map(|made| made[row]).unwrap_or_default()
}

impl<'a> Keys<'a> {
    fn new(mapping: &Mapping, columns: &'a Columns, hashing: Hashing) -> Self {
        let column = |field| columns.column(mapping.column(field)?);
        // Base letters tell a mistyped code from a right one, and nothing else.
        let code = mapping.column(Field::IdentityCode);
        let has_codes = code.is_some();
        Self {
            columns,
            code,
            surnames: column(Field::Surname)
                .map(|texts| texts.map(|text| SurnameKeys::of(text, has_codes, hashing))),
            given: column(Field::FirstNames),
            birth: column(Field::BirthDate).map(|texts| texts.map(birth)),
            postal_codes: column(Field::PostalCode).map(|texts| texts.map(postal_code)),
            municipalities: column(Field::Municipality).map(|texts| texts.map(municipality)),
            languages: column(Field::MotherTongue).map(|texts| texts.map(language)),
            sexes: column(Field::Sex).map(|texts| texts.map(sex)),
            value_dates: column(Field::ValueDate)
                .map(|texts| texts.map(|text| dates::day(text).unwrap_or(NULL_I32))),
            address: column(Field::StreetAddress),
            hashing,
        }
    }

    fn row(&self, reader: &mut Reader<'_>, row: usize) -> RowKeys {
        let (code, code_fault) = match self.code.map(|place| self.columns.identity_code(place, row)) {
            Some(Ok(code)) => (code, None),
            None | Some(Err(Reason::Empty)) => (0, None),
            Some(Err(reason)) => (0, Some(reason)),
        };
        let (birth, is_birth_faulty) = self.birth.as_ref().map_or((NULL_I32, false), |births| births[row]);
        let mut keys = RowKeys {
            code,
            code_fault,
            names: self.names(reader, row, code != 0),
            birth,
            is_birth_faulty,
            address: None,
            postal_code: of_row(self.postal_codes.as_ref(), row),
            municipality: of_row(self.municipalities.as_ref(), row),
            language: of_row(self.languages.as_ref(), row),
            sex: of_row(self.sexes.as_ref(), row),
            value_date: self.value_dates.as_ref().map_or(NULL_I32, |dates| dates[row]),
        };
        if let Some(texts) = self.address.filter(|_| keys.has_address_key()) {
            keys.address = AddressKey::of(texts.text(row), self.hashing).map(Box::new);
        }
        keys
    }

    fn names(&self, reader: &mut Reader<'_>, row: usize, has_code: bool) -> Option<Box<NameKeys>> {
        let surname = of_row(self.surnames.as_ref(), row);
        let given = self.given.map(|texts| reader.read(texts.text(row), has_code)).unwrap_or_default();
        if surname.key.whole == 0 && given.is_empty() {
            return None;
        }
        Some(Box::new(NameKeys::of(surname, given, has_code)))
    }
}

impl RowKeys {
    /// The rows of a part as keys.
    pub(super) fn all(mapping: &Mapping, columns: &Columns, readers: &Readers) -> Vec<Self> {
        let keys = Keys::new(mapping, columns, readers.hashing);
        let rows = (0..columns.len()).into_par_iter().with_min_len(CHUNK_ROWS);
        rows.map_init(|| readers.reader(), |reader, row| keys.row(reader, row)).collect()
    }
}

/// The day of birth, and whether something is written that is no date.
fn birth(text: &str) -> (i32, bool) {
    match dates::day(text) {
        Some(day) => (day, false),
        None => (NULL_I32, !text.trim().is_empty()),
    }
}

impl RowKeys {
    /// Whether a surname and a whole given name are there.
    pub(crate) fn is_named(&self) -> bool {
        self.names.as_ref().is_some_and(|names| names.surname.bare != 0 && !names.given.is_empty())
    }

    /// The surname; zeros for none.
    pub(crate) fn surname(&self) -> NameKey {
        self.names.as_ref().map_or_else(NameKey::default, |names| names.surname)
    }

    /// Whether the address may be a key of its own.
    pub(crate) fn has_address_key(&self) -> bool {
        self.code == 0 || self.is_named()
    }

    /// Whether a date of birth is there.
    pub(crate) const fn birth_is_given(&self) -> bool {
        self.birth != NULL_I32
    }

    /// House numbers of the address.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let readings = self.address.iter().flat_map(|address| &address.readings);
        readings.map(|(number, _)| *number).filter(|number| *number != 0)
    }
}

/// A code of digits as a number, and one; 0 for none.
pub(crate) fn number(code: &str) -> u32 {
    let is_number = (1..=5).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { code.parse::<u32>().map_or(0, |number| number + 1) } else { 0 }
}

fn postal_code(text: &str) -> u32 {
    // As nearly everybody writes it.
    match number(text) {
        code if code != 0 && text.len() == 5 => code,
        _ => normalise::postal_code(text).map_or(0, |code| number(&code)),
    }
}

fn municipality(text: &str) -> u32 {
    let text = text.trim();
    if text.len() <= 3 { number(text) } else { 0 }
}

fn language(text: &str) -> [u8; 2] {
    match text.trim().to_ascii_lowercase().as_bytes() {
        [one, two] => [*one, *two],
        _ => [0; 2],
    }
}

fn sex(text: &str) -> u8 {
    if text.is_empty() {
        return 0;
    }
    match normalise::primary(text).as_str() {
        "1" | "m" | "mies" | "man" | "male" => 1,
        "2" | "n" | "k" | "f" | "nainen" | "kvinna" | "woman" | "female" => 2,
        _ => 0,
    }
}

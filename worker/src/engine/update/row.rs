//! A row of the customer's register as keys.

use poimuri_shared::customer_register::{Field, Mapping, Reason, Row, code};
use poimuri_shared::normalise::{self, Address, Kind, Locale};
use poimuri_shared::snapshot::tables::NULL_I32;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::dates;
use super::hash::Hashing;
use super::names::{NameKey, NameKeys, NameReader};

/// A row as keys. Texts are hashes under the order's seed, 0 and [`NULL_I32`] are absent.
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

/// Rows into keys: what the columns mean, and the order's seed.
#[derive(Debug)]
pub(crate) struct RowReader<'a> {
    mapping: &'a Mapping,
    hashing: Hashing,
    names: NameReader,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(mapping: &'a Mapping, hashing: Hashing) -> Self {
        Self { mapping, hashing, names: NameReader::new(hashing) }
    }

    /// The keys of a row.
    pub(crate) fn read(&mut self, row: &Row<'_>) -> RowKeys {
        let mapping = self.mapping;
        let text = |field| mapping.column(field).map(|column| row.cell(column)).unwrap_or_default();
        let bytes = |field| mapping.column(field).map(|column| row.bytes(column)).unwrap_or_default();
        let (code, code_fault) = match code(bytes(Field::IdentityCode)) {
            Ok(code) => (code.packed(), None),
            Err(Reason::Empty) => (0, None),
            Err(reason) => (0, Some(reason)),
        };
        let birth_text = text(Field::BirthDate);
        let birth = dates::day(&birth_text);
        let mut keys = RowKeys {
            code,
            code_fault,
            names: self.names.read(&text(Field::Surname), &text(Field::FirstNames), code != 0),
            birth: birth.unwrap_or(NULL_I32),
            is_birth_faulty: birth.is_none() && !birth_text.trim().is_empty(),
            address: None,
            postal_code: postal_code(&text(Field::PostalCode)),
            municipality: municipality(&text(Field::Municipality)),
            language: language(&text(Field::MotherTongue)),
            sex: sex(&text(Field::Sex)),
            value_date: dates::day(&text(Field::ValueDate)).unwrap_or(NULL_I32),
        };
        if keys.has_address_key() {
            keys.address = AddressKey::of(&text(Field::StreetAddress), self.hashing).map(Box::new);
        }
        keys
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

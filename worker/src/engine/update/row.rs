//! A row of the customer's register as keys.

use std::collections::HashMap;

use poimuri_shared::customer_register::{Field, Mapping, Reason, Row, code};
use poimuri_shared::normalise::{self, Address, GivenNames, Kind, Locale, Surname};
use poimuri_shared::snapshot::tables::NULL_I32;
use serde::{Deserialize, Serialize};

use super::dates;
use super::hash::Hashing;

/// Names of a person at most that are compared.
const NAMES_MAX: usize = 12;

/// A name as hashes of its keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameKey {
    /// The whole, hyphens as blanks.
    pub(crate) whole: u64,
    /// Without particles.
    pub(crate) bare: u64,
    /// In base letters, without particles.
    pub(crate) folded: u64,
}

/// A row as keys. Texts are hashes under the order's seed, 0 and [`NULL_I32`] are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowKeys {
    /// The packed identity code.
    pub(crate) code: u64,
    /// Why there is no identity code although something is written.
    pub(crate) code_fault: Option<Reason>,
    pub(crate) surname: NameKey,
    /// Given names.
    pub(crate) given: Vec<u64>,
    /// The same in base letters.
    pub(crate) given_folded: Vec<u64>,
    /// First letters standing for given names.
    pub(crate) initials: Vec<char>,
    /// Day.
    pub(crate) birth: i32,
    /// Whether something is written that is no date.
    pub(crate) is_birth_faulty: bool,
    pub(crate) address: Option<AddressKey>,
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
    pub(crate) readings: Vec<(u64, Option<char>)>,
    pub(crate) apartment: u16,
    pub(crate) divider: Option<char>,
}

impl NameKey {
    /// The key of a surname.
    pub(crate) fn of(surname: &str, hashing: Hashing) -> Self {
        let surname = Surname::parse(surname, Locale::Finnish);
        let bare = surname.parts.join(" ");
        Self {
            whole: hashing.text(&surname.key.replace('-', " ")),
            folded: hashing.text(&normalise::secondary(&bare)),
            bare: hashing.text(&bare),
        }
    }

    /// Whether two surnames are one: equal, or equal but for particles that one of them lacks.
    pub(crate) const fn is(self, other: Self) -> bool {
        let lacks_particles = self.whole == self.bare || other.whole == other.bare;
        self.bare != 0 && (self.whole == other.whole || self.bare == other.bare && lacks_particles)
    }
}

/// Texts remembered with their keys at most: names come again and again.
const REMEMBERED: usize = 200_000;

/// Rows into keys: what the columns mean, and the order's seed.
#[derive(Debug)]
pub(crate) struct RowReader<'a> {
    mapping: &'a Mapping,
    hashing: Hashing,
    surnames: HashMap<String, NameKey>,
    given: HashMap<String, Given>,
}

/// Given names as they stand in a row's keys.
#[derive(Debug, Clone, Default)]
struct Given {
    names: Vec<u64>,
    folded: Vec<u64>,
    initials: Vec<char>,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(mapping: &'a Mapping, hashing: Hashing) -> Self {
        Self { mapping, hashing, surnames: HashMap::new(), given: HashMap::new() }
    }

    fn surname(&mut self, text: &str) -> NameKey {
        let hashing = self.hashing;
        remembered(&mut self.surnames, text, |text| NameKey::of(text, hashing))
    }

    fn given(&mut self, text: &str) -> Given {
        let hashing = self.hashing;
        remembered(&mut self.given, text, |text| {
            let given = GivenNames::parse(text, Locale::Finnish);
            let names = given.names.iter().take(NAMES_MAX);
            Given {
                names: names.clone().map(|name| hashing.text(name)).collect(),
                folded: names.map(|name| hashing.text(&normalise::secondary(name))).collect(),
                initials: given.initials.into_iter().take(NAMES_MAX).collect(),
            }
        })
    }

    /// The keys of a row.
    pub(crate) fn read(&mut self, row: &Row<'_>) -> RowKeys {
        let mapping = self.mapping;
        let text = |field| mapping.column(field).map(|column| row.cell(column)).unwrap_or_default();
        let (code, code_fault) = match code(text(Field::IdentityCode).as_bytes()) {
            Ok(code) => (code.packed(), None),
            Err(Reason::Empty) => (0, None),
            Err(reason) => (0, Some(reason)),
        };
        let given = self.given(&text(Field::FirstNames));
        let birth_text = text(Field::BirthDate);
        let birth = dates::day(&birth_text);
        RowKeys {
            code,
            code_fault,
            surname: self.surname(&text(Field::Surname)),
            given: given.names,
            given_folded: given.folded,
            initials: given.initials,
            birth: birth.unwrap_or(NULL_I32),
            is_birth_faulty: birth.is_none() && !birth_text.trim().is_empty(),
            address: self.address(&text(Field::StreetAddress)),
            postal_code: normalise::postal_code(&text(Field::PostalCode)).map_or(0, |code| number(&code)),
            municipality: municipality(&text(Field::Municipality)),
            language: language(&text(Field::MotherTongue)),
            sex: sex(&text(Field::Sex)),
            value_date: dates::day(&text(Field::ValueDate)).unwrap_or(NULL_I32),
        }
    }

    fn address(&self, line: &str) -> Option<AddressKey> {
        let address = Address::parse(line, Locale::Finnish);
        if address.kind != Kind::Residence || address.street.is_empty() {
            return None;
        }
        let readings = address.readings().into_iter();
        Some(AddressKey {
            street: self.hashing.text(&address.street),
            readings: readings.map(|reading| (self.hashing.text(&reading.number), reading.stair)).collect(),
            apartment: address.apartment,
            divider: address.divider,
        })
    }
}

impl RowKeys {
    /// Whether a surname and a whole given name are there.
    pub(crate) fn is_named(&self) -> bool {
        self.surname.bare != 0 && !self.given.is_empty()
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

/// What a text comes to, worked out once for each text.
fn remembered<T: Clone + Default>(
    known: &mut HashMap<String, T>,
    text: &str,
    make: impl FnOnce(&str) -> T,
) -> T {
    if text.is_empty() {
        return T::default();
    }
    if let Some(value) = known.get(text) {
        return value.clone();
    }
    let value = make(text);
    if known.len() < REMEMBERED {
        known.insert(text.to_owned(), value.clone());
    }
    value
}

/// A code of digits as a number, and one; 0 for none.
pub(crate) fn number(code: &str) -> u32 {
    let is_number = (1..=5).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { code.parse::<u32>().map_or(0, |number| number + 1) } else { 0 }
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
    match normalise::primary(text).as_str() {
        "1" | "m" | "mies" | "man" | "male" => 1,
        "2" | "n" | "k" | "f" | "nainen" | "kvinna" | "woman" | "female" => 2,
        _ => 0,
    }
}

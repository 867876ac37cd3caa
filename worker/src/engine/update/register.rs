//! The snapshot's texts as the keys that rows have: made once per order, looked up by code.

use arrow_array::Array as _;
use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use poimuri_shared::normalise::{self, Address, Locale};
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};
use poimuri_shared::snapshot::tables::{NO_ROW, PreviousAddresses};
use rayon::prelude::*;

use super::hash::Hashing;
use super::row::{NameKey, number};
use crate::engine::{Dictionaries, EngineError, Tables};

/// A given name as hashes of its keys.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct GivenKey {
    pub(crate) name: u64,
    pub(crate) folded: u64,
    pub(crate) initial: Option<char>,
}

/// Keys by code; code 0 is absent.
#[derive(Debug)]
pub(crate) struct Register {
    surnames: Vec<NameKey>,
    given: Vec<GivenKey>,
    streets: Vec<u64>,
    numbers: Vec<u64>,
    stairs: Vec<Option<char>>,
    apartments: Vec<u16>,
    dividers: Vec<Option<char>>,
    postal_codes: Vec<u32>,
    municipalities: Vec<u32>,
    languages: Vec<[u8; 2]>,
    first_names: Dictionary,
}

/// Where somebody lives or lived. Both names of the street.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) streets: [u64; 2],
    pub(crate) number: u64,
    pub(crate) stair: Option<char>,
    pub(crate) apartment: u16,
    pub(crate) divider: Option<char>,
    pub(crate) postal_code: u32,
}

fn by_code<T: Default + Send>(dictionary: &Dictionary, of: impl Fn(&str) -> T + Sync) -> Vec<T> {
    let of_code = |code| dictionary.text(code).map_or_else(T::default, &of);
    (0..=dictionary.len()).into_par_iter().map(of_code).collect()
}

fn at<T: Copy + Default>(keys: &[T], code: u32) -> T {
    keys.get(code as usize).copied().unwrap_or_default()
}

fn letter(text: &str) -> Option<char> {
    normalise::primary(text).chars().next()
}

impl Register {
    pub(crate) fn new(texts: &dyn Dictionaries, hashing: Hashing) -> Result<Self, EngineError> {
        let given = |name: &str| {
            let key = normalise::primary(name);
            GivenKey {
                name: hashing.text(&key),
                folded: hashing.text(&normalise::secondary(&key)),
                initial: key.chars().next(),
            }
        };
        let street = |name: &str| hashing.text(&Address::street_key(name, Locale::Finnish));
        let language = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).unwrap_or_default();
        let dictionary = |dict| texts.dictionary(dict);
        Ok(Self {
            surnames: by_code(dictionary(Dict::Surname)?, |name| NameKey::of(name, hashing)),
            given: by_code(dictionary(Dict::GivenName)?, given),
            streets: by_code(dictionary(Dict::Street)?, street),
            numbers: by_code(dictionary(Dict::HouseNumber)?, |n| hashing.text(&Address::number_key(n))),
            stairs: by_code(dictionary(Dict::Stair)?, letter),
            apartments: by_code(dictionary(Dict::Apartment)?, |text| text.parse().unwrap_or(0)),
            dividers: by_code(dictionary(Dict::Divider)?, letter),
            postal_codes: by_code(dictionary(Dict::PostalCode)?, number),
            municipalities: by_code(dictionary(Dict::Municipality)?, number),
            languages: by_code(dictionary(Dict::MotherTongue)?, language),
            first_names: dictionary(Dict::FirstNames)?.clone(),
        })
    }

    pub(crate) fn surname(&self, code: u32) -> NameKey {
        at(&self.surnames, code)
    }

    pub(crate) fn municipality(&self, code: u16) -> u32 {
        at(&self.municipalities, u32::from(code))
    }

    pub(crate) fn language(&self, code: u8) -> [u8; 2] {
        at(&self.languages, u32::from(code))
    }

    /// The surnames a person had before.
    pub(crate) fn former_surnames(&self, tables: &Tables<'_>, row: usize) -> Vec<NameKey> {
        codes(&tables.persons.former_surnames, row).into_iter().map(|code| self.surname(code)).collect()
    }

    /// The given names of a person, the call name among them; then every set of former ones.
    pub(crate) fn given_names(&self, tables: &Tables<'_>, row: usize) -> Vec<Vec<GivenKey>> {
        let persons = tables.persons;
        let of = |code: u32| -> Vec<GivenKey> {
            self.first_names.links(code).into_iter().map(|code| at(&self.given, code)).collect()
        };
        let mut present = of(persons.first_names[row]);
        present.push(at(&self.given, persons.call_name[row]));
        let former = codes(&persons.former_first_names, row);
        std::iter::once(present).chain(former.into_iter().map(of)).collect()
    }

    /// The permanent address, if there is one.
    pub(crate) fn home(&self, tables: &Tables<'_>, row: usize) -> Result<Option<Place>, EngineError> {
        let (dwellings, addresses) = (tables.dwellings()?, tables.addresses()?);
        let dwelling = tables.persons.dwelling[row];
        if dwelling == NO_ROW {
            return Ok(None);
        }
        let dwelling = dwelling as usize;
        let address = dwellings.address[dwelling];
        if address == NO_ROW {
            return Ok(None);
        }
        let address = address as usize;
        Ok(Some(Place {
            streets: [addresses.street_fi[address], addresses.street_sv[address]]
                .map(|code| at(&self.streets, code)),
            number: at(&self.numbers, addresses.house_number[address]),
            stair: at(&self.stairs, u32::from(dwellings.stair[dwelling])),
            apartment: at(&self.apartments, u32::from(dwellings.apartment[dwelling])),
            divider: at(&self.dividers, u32::from(dwellings.divider[dwelling])),
            postal_code: at(&self.postal_codes, u32::from(addresses.postal_code[address])),
        }))
    }

    /// Where a person lived before.
    pub(crate) fn previous_homes<'a>(
        &'a self,
        previous: &'a PreviousAddresses,
        row: u32,
    ) -> impl Iterator<Item = Place> + 'a {
        let start = previous.person.partition_point(|person| *person < row);
        let end = previous.person.partition_point(|person| *person <= row);
        (start..end).map(move |index| self.previous_home(previous, index))
    }

    /// An entry of the table of previous addresses.
    pub(crate) fn previous_home(&self, previous: &PreviousAddresses, index: usize) -> Place {
        Place {
            streets: [previous.street_fi[index], previous.street_sv[index]]
                .map(|code| at(&self.streets, code)),
            number: at(&self.numbers, previous.house_number[index]),
            stair: at(&self.stairs, u32::from(previous.stair[index])),
            apartment: at(&self.apartments, u32::from(previous.apartment[index])),
            divider: at(&self.dividers, u32::from(previous.divider[index])),
            postal_code: at(&self.postal_codes, u32::from(previous.postal_code[index])),
        }
    }
}

/// The codes of a list.
fn codes(lists: &arrow_array::ListArray, row: usize) -> Vec<u32> {
    let offsets = lists.value_offsets();
    if row >= lists.len() || offsets[row] == offsets[row + 1] {
        return Vec::new();
    }
    lists.value(row).as_primitive::<UInt32Type>().values().to_vec()
}

//! Where persons live and lived: by codes, as the keys that rows have, and as a line is written.

use poimuri_shared::normalise::{self, Address, Locale};
use poimuri_shared::snapshot::dictionary::Dict;
use poimuri_shared::snapshot::tables::{Addresses, Dwellings, NO_ROW, PreviousAddresses};

use super::hash::Hashing;
use super::lazy::Lazy;
use super::place_texts::Texts;
use super::register::{at, by_code};
use super::row::{AddressKey, number};
use crate::engine::render::Residence;
use crate::engine::{Dictionaries, EngineError, Tables};

/// What the codes of homes stand for.
#[derive(Debug)]
pub(crate) struct Places {
    hashing: Hashing,
    texts: Texts,
    streets: Lazy<1>,
    numbers: Lazy<1>,
    stairs: Vec<Option<char>>,
    apartments: Vec<u16>,
    dividers: Vec<Option<char>>,
    postal_codes: Vec<u32>,
}

/// A home as codes. Both names of the street; code 0 is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Home {
    pub(super) streets: [u32; 2],
    pub(super) number: u32,
    pub(super) stair: u16,
    pub(super) apartment: u16,
    pub(super) divider: u16,
    pub(super) postal_code: u16,
}

/// A home as keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) streets: [u64; 2],
    pub(crate) number: u64,
    pub(crate) stair: Option<char>,
    pub(crate) apartment: u16,
    pub(crate) divider: Option<char>,
    pub(crate) postal_code: u32,
}

fn letter(text: &str) -> Option<char> {
    normalise::primary(text).chars().next()
}

impl Home {
    /// Codes of both names of the street.
    pub(crate) const fn streets(&self) -> [u32; 2] {
        self.streets
    }

    /// The postal code.
    pub(crate) const fn postal_code(&self) -> u16 {
        self.postal_code
    }

    /// Whether the street has no Swedish name of its own.
    pub(super) const fn has_one_street(&self) -> bool {
        let [finnish, swedish] = self.streets;
        swedish == 0 || finnish == swedish
    }

    /// A residence, by the name of the street that is told alone.
    pub(super) const fn told(residence: &Residence) -> Self {
        let Residence { street, house_number: number, stair, apartment, divider, postal_code, .. } =
            *residence;
        Self { streets: [street, 0], number, stair, apartment, divider, postal_code }
    }

    /// The permanent address of a person, if there is one.
    pub(crate) fn of(tables: &Tables<'_>, row: usize) -> Result<Option<Self>, EngineError> {
        Self::in_dwelling(tables, tables.persons.dwelling[row])
    }

    /// The permanent addresses of persons, each by the tables of the shard and the row. Column by column: many cache misses
    /// are then on their way at once.
    pub(crate) fn of_persons<'a>(
        persons: impl Iterator<Item = (&'a Tables<'a>, usize)> + Clone,
    ) -> Result<Vec<Option<Self>>, EngineError> {
        let of_persons: Vec<u32> = persons.clone().map(|(of, row)| of.persons.dwelling[row]).collect();
        let of_dwellings = persons.clone().zip(&of_persons).map(|((of, _), dwelling)| {
            Ok(of.dwellings()?.address.get(*dwelling as usize).copied().unwrap_or(NO_ROW))
        });
        let of_dwellings: Vec<u32> = of_dwellings.collect::<Result<_, EngineError>>()?;
        let homes = persons.zip(of_persons).zip(of_dwellings);
        homes
            .map(|(((of, _), dwelling), address)| {
                Ok(Self::at(of.dwellings()?, of.addresses()?, (dwelling, address)))
            })
            .collect()
    }

    /// The home in a dwelling, by row.
    pub(crate) fn in_dwelling(tables: &Tables<'_>, dwelling: u32) -> Result<Option<Self>, EngineError> {
        let (dwellings, addresses) = (tables.dwellings()?, tables.addresses()?);
        let address = dwellings.address.get(dwelling as usize).copied().unwrap_or(NO_ROW);
        Ok(Self::at(dwellings, addresses, (dwelling, address)))
    }

    /// The home in a dwelling with its address, by row; none if there is no address.
    fn at(dwellings: &Dwellings, addresses: &Addresses, (dwelling, address): (u32, u32)) -> Option<Self> {
        let (dwelling, address) = (dwelling as usize, address as usize);
        Some(Self {
            streets: [*addresses.street_fi.get(address)?, addresses.street_sv[address]],
            number: addresses.house_number[address],
            stair: dwellings.stair[dwelling],
            apartment: dwellings.apartment[dwelling],
            divider: dwellings.divider[dwelling],
            postal_code: addresses.postal_code[address],
        })
    }

    /// An entry of the table of previous addresses.
    pub(crate) fn before(previous: &PreviousAddresses, index: usize) -> Self {
        Self {
            streets: [previous.street_fi[index], previous.street_sv[index]],
            number: previous.house_number[index],
            stair: previous.stair[index],
            apartment: previous.apartment[index],
            divider: previous.divider[index],
            postal_code: previous.postal_code[index],
        }
    }

    /// Where a person lived before.
    pub(crate) fn all_before(previous: &PreviousAddresses, row: u32) -> impl Iterator<Item = Self> + '_ {
        let start = previous.person.partition_point(|person| *person < row);
        let end = previous.person.partition_point(|person| *person <= row);
        (start..end).map(move |index| Self::before(previous, index))
    }
}

impl Places {
    pub(crate) fn new(texts: &dyn Dictionaries, hashing: Hashing) -> Result<Self, EngineError> {
        let postal_codes = by_code(texts.dictionary(Dict::PostalCode)?, number);
        let texts = Texts::new(texts)?;
        Ok(Self {
            hashing,
            streets: Lazy::new(&texts.streets, hashing, |name, by| {
                [by.text(&Address::street_key(name, Locale::Finnish))]
            }),
            numbers: Lazy::new(&texts.numbers, hashing, |number, by| [by.text(&Address::number_key(number))]),
            stairs: by_code(&texts.stairs, letter),
            apartments: by_code(&texts.apartments, |text| text.parse().unwrap_or(0)),
            dividers: by_code(&texts.dividers, letter),
            postal_codes,
            texts,
        })
    }

    /// A home as keys.
    pub(crate) fn place(&self, home: &Home) -> Place {
        Place {
            streets: home.streets.map(|code| self.streets.at(code)[0]),
            number: self.numbers.at(home.number)[0],
            stair: at(&self.stairs, home.stair.into()),
            apartment: at(&self.apartments, home.apartment.into()),
            divider: at(&self.dividers, home.divider.into()),
            postal_code: self.postal_code(home),
        }
    }

    /// The postal code of a home as a number, and one.
    pub(crate) fn postal_code(&self, home: &Home) -> u32 {
        self.postal_code_of(home.postal_code)
    }

    /// A postal code as a number, and one.
    pub(crate) fn postal_code_of(&self, code: u16) -> u32 {
        at(&self.postal_codes, code.into())
    }

    /// The key of an address line.
    pub(crate) fn key(&self, line: &str) -> Option<AddressKey> {
        AddressKey::of(line, self.hashing)
    }

    /// Whether a line is this home in the postal form, letter by letter: no need then to take it apart.
    pub(crate) fn is_written(&self, home: &Home, line: &str) -> bool {
        home.streets.into_iter().any(|street| {
            let rest = self.texts.street(street).and_then(|street| line.strip_prefix(street));
            let strip = |rest: &str| {
                let words = self.texts.words_behind(home);
                let behind = words.iter().try_fold(rest, |rest, word| rest.strip_prefix(word));
                behind.is_some_and(str::is_empty)
            };
            rest.is_some_and(strip)
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use poimuri_shared::snapshot::dictionary::Dictionary;

    use super::*;

    fn dictionary(texts: &[&str]) -> Dictionary {
        Dictionary::new(StringArray::from(texts.to_vec()), None)
    }

    #[test]
    fn lines_in_the_postal_form_are_known_as_they_are() {
        struct One;
        impl Dictionaries for One {
            fn dictionary(&self, dict: Dict) -> Result<&Dictionary, EngineError> {
                let texts: [(Dict, &[&str]); 5] = [
                    (Dict::Street, &["Kirkkokatu", "Kyrkogatan"]),
                    (Dict::HouseNumber, &["2a"]),
                    (Dict::Stair, &["B"]),
                    (Dict::Apartment, &["012"]),
                    (Dict::Divider, &["b"]),
                ];
                let texts = texts.iter().find(|(of, _)| *of == dict).map_or(&[][..], |(_, texts)| texts);
                Ok(Box::leak(Box::new(dictionary(texts))))
            }
        }
        let places = Places::new(&One, Hashing::new(&[1; 32])).unwrap();
        let whole = Home { streets: [1, 2], number: 1, stair: 1, apartment: 1, divider: 1, postal_code: 0 };
        let rows = [
            (whole, "Kirkkokatu 2a B 12b", true),
            (whole, "Kyrkogatan 2a B 12b", true),
            (whole, "Kirkkokatu 2a B 12", false),
            (whole, "Kirkkokatu 2a B 12b ", false),
            (whole, "kirkkokatu 2a B 12b", false),
            (Home { apartment: 0, ..whole }, "Kirkkokatu 2a B b", true),
            (Home { apartment: 0, divider: 0, stair: 0, ..whole }, "Kirkkokatu 2a", true),
            (Home { apartment: 0, divider: 0, stair: 0, ..whole }, "Kirkkokatu 2", false),
            (Home { streets: [0, 0], ..whole }, " 2a B 12b", false),
        ];
        for (home, line, expected) in rows {
            assert_eq!(places.is_written(&home, line), expected, "{line}");
        }
    }
}

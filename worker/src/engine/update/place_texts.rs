//! The texts of homes: an address line in the postal form.

use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};

use super::places::Home;
use crate::engine::{Dictionaries, EngineError};

/// The texts of homes.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(super) streets: Dictionary,
    pub(super) numbers: Dictionary,
    pub(super) stairs: Dictionary,
    pub(super) apartments: Dictionary,
    pub(super) dividers: Dictionary,
}

impl Texts {
    pub(crate) fn new(texts: &dyn Dictionaries) -> Result<Self, EngineError> {
        let dictionary = |dict| texts.dictionary(dict).cloned();
        Ok(Self {
            streets: dictionary(Dict::Street)?,
            numbers: dictionary(Dict::HouseNumber)?,
            stairs: dictionary(Dict::Stair)?,
            apartments: dictionary(Dict::Apartment)?,
            dividers: dictionary(Dict::Divider)?,
        })
    }

    /// Writes the line of a home in the postal form, with the Finnish name of the street; nothing without one.
    pub(crate) fn write(&self, home: &Home, line: &mut String) {
        if let Some(street) = self.street(home.streets[0]) {
            line.push_str(street);
            self.words_behind(home).iter().for_each(|word| line.push_str(word));
        }
    }

    pub(super) fn street(&self, code: u32) -> Option<&str> {
        self.streets.text(code).filter(|street| !street.is_empty())
    }

    /// What is written behind the street: number, stair, apartment and divider, blanks among them.
    pub(super) fn words_behind(&self, home: &Home) -> [&str; 8] {
        fn text(dictionary: &Dictionary, code: u32) -> &str {
            dictionary.text(code).unwrap_or_default()
        }
        let blank = |word: &str| if word.is_empty() { "" } else { " " };
        let number = text(&self.numbers, home.number);
        let stair = text(&self.stairs, home.stair.into());
        let apartment = text(&self.apartments, home.apartment.into()).trim_start_matches('0');
        let divider = text(&self.dividers, home.divider.into());
        let before_divider = if apartment.is_empty() { blank(divider) } else { "" };
        [blank(number), number, blank(stair), stair, blank(apartment), apartment, before_divider, divider]
    }
}

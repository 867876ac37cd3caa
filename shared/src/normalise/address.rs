//! Street addresses taken apart.

use smallvec::{SmallVec, smallvec};

use super::{Locale, line, street};

/// What an address is an address of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A street, road or place where one may live.
    Residence,
    /// `PL 55`, `PB 55`, `P.O. Box 55`.
    PoBox,
    /// Called for at the post office.
    PosteRestante,
    /// Somebody else's name and nothing more.
    CareOf,
    /// Nothing.
    #[default]
    Empty,
}

/// An address line taken apart; every text is a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// What it is.
    pub kind: Kind,
    /// The street, abbreviations written out, in one word; for a post box its number.
    pub street: String,
    /// House number without letter: `2`, `10-12`, `10h5`; empty for a road without numbers.
    pub number: String,
    /// The letter behind the number: `a` of `2a`, or a stair.
    pub letter: Option<char>,
    /// Whether the letter was written as part of the number, as in `2a`.
    pub is_letter_attached: bool,
    /// The stair, if it cannot be part of the number.
    pub stair: Option<char>,
    /// The apartment's number; 0 is none.
    pub apartment: u16,
    /// The letter behind the apartment's number.
    pub divider: Option<char>,
    /// Whom the letter is sent care of.
    pub care_of: Option<String>,
}

/// One way to understand the letter behind a house number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reading {
    /// House number with its letter: `2a`.
    pub number: String,
    /// Stair in small letters.
    pub stair: Option<char>,
}

impl Address {
    /// Reads a line.
    #[must_use]
    pub fn parse(text: &str, locale: Locale) -> Self {
        line::parse(text, locale)
    }

    /// The street of a register as the key that a line's [`Address::street`] has.
    #[must_use]
    pub fn street_key(street: &str, locale: Locale) -> String {
        street::key(street, locale)
    }

    /// The house number of a register as the key that a reading's number has: `12 B` is `12b`.
    #[must_use]
    pub fn number_key(number: &str) -> String {
        super::primary(number).chars().filter(|c| *c != ' ').collect()
    }

    /// How the letter behind the number may be meant, the likelier way first: as written apart it is a stair, as
    /// written together a part of the number. With a stair of its own there is one way.
    #[must_use]
    pub fn readings(&self) -> SmallVec<[Reading; 2]> {
        let with = |letter: char| {
            let mut number = String::with_capacity(self.number.len() + letter.len_utf8());
            number.push_str(&self.number);
            number.push(letter);
            number
        };
        let Some(letter) = self.letter else {
            return smallvec![Reading { number: self.number.clone(), stair: self.stair }];
        };
        if self.stair.is_some() {
            return smallvec![Reading { number: with(letter), stair: self.stair }];
        }
        let part = Reading { number: with(letter), stair: None };
        let stair = Reading { number: self.number.clone(), stair: Some(letter) };
        if self.is_letter_attached { smallvec![part, stair] } else { smallvec![stair, part] }
    }

    /// Whether somebody can be found by it: a residence with a house number.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.kind == Kind::Residence && !self.number.is_empty()
    }
}

#[cfg(test)]
mod tests;

//! How names and addresses are read before they are compared: the habits of a country, from the one normalisation of the
//! house.

use std::borrow::Cow;

use poimuri_shared::normalise::{self, Address, FullName, GivenNames, Surname};
use serde::{Deserialize, Serialize};

use super::fold::{fold, fold_lettered};
use super::kind::Kind;

/// Whose habits of writing names and addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locale {
    /// `fi` if a heading is Finnish, `latin` otherwise.
    #[default]
    Auto,
    /// Anything in Latin letters: words are left as they are.
    Latin,
    /// Finland: titles, particles and former names, abbreviated streets, stairs and apartments, post boxes, postal codes.
    Fi,
}

/// Headings that only Finnish lists have.
const FINNISH: &[&str] = &[
    "sukunimi",
    "etunimi",
    "etunimet",
    "kutsumanimi",
    "syntymaaika",
    "syntymapaiva",
    "hetu",
    "henkilotunnus",
    "osoite",
    "katuosoite",
    "lahiosoite",
    "postinumero",
    "postitoimipaikka",
    "kunta",
    "kotikunta",
    "kaupunki",
    "puhelin",
    "puhelinnumero",
    "sahkoposti",
];

impl Locale {
    /// The locale of a list with these headings; never [`Locale::Auto`].
    #[must_use]
    pub fn of<'h>(self, headings: impl Iterator<Item = &'h str>) -> Self {
        let is_finnish = |heading: &str| FINNISH.contains(&fold(heading).replace(' ', "").as_str());
        match self {
            Self::Auto => {
                if headings.into_iter().any(is_finnish) {
                    Self::Fi
                } else {
                    Self::Latin
                }
            }
            Self::Latin | Self::Fi => self,
        }
    }

    /// A value as it is compared, before characters are made alike.
    pub(crate) fn read(self, kind: Kind, text: &str) -> Cow<'_, str> {
        const FINNISH: normalise::Locale = normalise::Locale::Finnish;
        if self != Self::Fi || text.len() > LONGEST {
            return Cow::Borrowed(text);
        }
        let read = match kind {
            Kind::Surname => surname(&Surname::parse(text, FINNISH)),
            Kind::GivenName => given_names(&GivenNames::parse(text, FINNISH)),
            Kind::Street => address(&Address::parse(text, FINNISH)),
            Kind::PostalCode => normalise::postal_code(text).unwrap_or_default(),
            Kind::FullName => full_name(&FullName::parse(text, FINNISH)),
            Kind::Date
            | Kind::Email
            | Kind::Phone
            | Kind::Identifier
            | Kind::Place
            | Kind::Number
            | Kind::Category
            | Kind::Text
            | Kind::Ignored => String::new(),
        };
        // What is none of it is compared as it is.
        if read.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(read) }
    }

    /// Words as they are compared: å, ä and ö are letters of their own in Finland, elsewhere accents make no difference.
    pub(crate) fn fold(self, text: &str) -> String {
        if self == Self::Fi { fold_lettered(text) } else { fold(text) }
    }
}

/// Bytes of a name or an address; longer texts are neither.
const LONGEST: usize = 256;

/// Without titles and particles; a former name last.
fn surname(name: &Surname) -> String {
    let parts = name.parts.iter().map(String::as_str);
    parts.chain(name.former.as_deref()).collect::<Vec<_>>().join(" ")
}

/// Given names first, the surname last, a former one before it.
fn full_name(name: &FullName) -> String {
    let mut words = given_names(&name.given);
    let surname = &name.surname;
    for word in surname.former.iter().chain(&surname.parts) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

fn given_names(names: &GivenNames) -> String {
    let mut all = names.names.clone();
    all.extend(names.initials.iter().map(char::to_string));
    all.join(" ")
}

/// Street, number, letter, stair, apartment and divider, each a word; a letter behind the number is one whether it is
/// written as part of the number or apart.
fn address(address: &Address) -> String {
    let letter = |letter: Option<char>| letter.map(|letter| letter.to_string()).unwrap_or_default();
    let apartment = match address.apartment {
        0 => String::new(),
        number => number.to_string(),
    };
    let words = match address.kind {
        normalise::Kind::Residence if address.is_exact() => [
            address.street.clone(),
            address.number.clone(),
            letter(address.letter),
            letter(address.stair),
            apartment,
            letter(address.divider),
        ],
        normalise::Kind::PoBox => [
            "postilokero".to_owned(),
            address.street.clone(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ],
        normalise::Kind::Residence
        | normalise::Kind::PosteRestante
        | normalise::Kind::CareOf
        | normalise::Kind::Empty => Default::default(),
    };
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finnish_ways_of_writing_are_one() {
        let rows = [
            (Kind::Street, "Hämeenk. 5 A 12", "hämeenkatu 5 a 12"),
            (Kind::Street, "HÄMEENKATU 5 a as. 012", "hämeenkatu 5 a 12"),
            (Kind::Street, "Rantatie 15b", "rantatie 15 b"),
            (Kind::Street, "c/o Meikäläinen, Rantatie 15 b", "rantatie 15 b"),
            (Kind::Street, "PL 55", "postilokero 55"),
            (Kind::Street, "P.O. Box 55", "postilokero 55"),
            (Kind::Surname, "tri von Essen", "essen"),
            (Kind::Surname, "Mäkinen o.s. Korhonen", "mäkinen korhonen"),
            (Kind::GivenName, "rva Anna-Maija K.", "anna-maija k"),
            (Kind::FullName, "tri Virtanen, Matti J.", "matti j virtanen"),
            (Kind::FullName, "Matti J. Virtanen", "matti j virtanen"),
            (Kind::FullName, "Liisa von Essen o.s. Korhonen", "liisa korhonen essen"),
            (Kind::FullName, "Anna-Maija Mäkinen-Laine", "anna-maija mäkinen laine"),
            (Kind::FullName, "Virtanen", "virtanen"),
            (Kind::PostalCode, "FI-00100 HELSINKI", "00100"),
            (Kind::PostalCode, "SW1A 1AA", "SW1A 1AA"),
            (Kind::Place, "Helsinki ", "Helsinki "),
        ];
        for (kind, text, expected) in rows {
            assert_eq!(Locale::Fi.read(kind, text), expected, "{text}");
            assert_eq!(Locale::Latin.read(kind, text), text);
        }
    }

    #[test]
    fn a_finnish_heading_makes_a_finnish_list() {
        let of = |locale: Locale, headings: &[&str]| locale.of(headings.iter().copied());
        assert_eq!(of(Locale::Auto, &["id", "Lähiosoite"]), Locale::Fi);
        assert_eq!(of(Locale::Auto, &["surname", "street"]), Locale::Latin);
        assert_eq!(of(Locale::Latin, &["sukunimi"]), Locale::Latin);
        assert_eq!(of(Locale::Fi, &["surname"]), Locale::Fi);
    }
}

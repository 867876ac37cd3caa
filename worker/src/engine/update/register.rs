//! The names and codes of the snapshot as the keys that rows have, looked up by code.

use poimuri_shared::normalise;
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary};

use super::given::Readers;
use super::hash::Hashing;
use super::lazy::Lazy;
use super::names::NameKey;
use super::places::Places;
use super::row::number;
use crate::engine::{Dictionaries, EngineError};

/// A given name as the hash of its key, and its first letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenKey {
    pub(crate) name: u64,
    pub(crate) initial: Option<char>,
}

/// Names and codes of a snapshot as keys under a secret, by code; code 0 is absent.
#[derive(Debug)]
pub struct RegisterKeys {
    pub(super) hashing: Hashing,
    /// Those of given names of rows.
    pub(super) readers: Readers,
    surnames: Lazy<2>,
    surnames_folded: Lazy<1>,
    given: Lazy<2>,
    given_folded: Lazy<1>,
    /// Homes.
    pub(crate) places: Places,
    municipalities: Vec<u32>,
    languages: Vec<[u8; 2]>,
    /// Whole texts of given names, linked to each of them.
    pub(crate) first_names: Dictionary,
}

pub(super) fn by_code<T: Default>(dictionary: &Dictionary, of: impl Fn(&str) -> T) -> Vec<T> {
    (0..=dictionary.len()).map(|code| dictionary.text(code).map_or_else(T::default, &of)).collect()
}

pub(super) fn at<T: Copy + Default>(keys: &[T], code: u32) -> T {
    keys.get(code as usize).copied().unwrap_or_default()
}

fn given(name: &str, hashing: Hashing) -> [u64; 2] {
    let key = normalise::primary(name);
    [hashing.text(&key), key.chars().next().map_or(0, u64::from)]
}

fn surname(name: &str, hashing: Hashing) -> [u64; 2] {
    let NameKey { whole, bare } = NameKey::of(name, hashing);
    [whole, bare]
}

impl RegisterKeys {
    /// Of a snapshot. `secret` is one of the store, the same for all orders: what their rows ask can be compared.
    ///
    /// # Errors
    /// A dictionary cannot be read.
    pub fn new(texts: &dyn Dictionaries, secret: &[u8; 32]) -> Result<Self, EngineError> {
        let hashing = Hashing::new(secret);
        let language = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).unwrap_or_default();
        let dictionary = |dict| texts.dictionary(dict);
        let (surnames, given_names) = (dictionary(Dict::Surname)?, dictionary(Dict::GivenName)?);
        Ok(Self {
            hashing,
            readers: Readers::new(hashing),
            surnames: Lazy::new(surnames, hashing, surname),
            surnames_folded: Lazy::new(surnames, hashing, |name, by| [NameKey::folded(name, by)]),
            given: Lazy::new(given_names, hashing, given),
            given_folded: Lazy::new(given_names, hashing, |name, by| [by.text(&normalise::secondary(name))]),
            places: Places::new(texts, hashing)?,
            municipalities: by_code(dictionary(Dict::Municipality)?, number),
            languages: by_code(dictionary(Dict::MotherTongue)?, language),
            first_names: dictionary(Dict::FirstNames)?.clone(),
        })
    }

    pub(crate) fn surname(&self, code: u32) -> NameKey {
        let [whole, bare] = self.surnames.at(code);
        NameKey { whole, bare }
    }

    /// A surname in base letters.
    pub(crate) fn surname_folded(&self, code: u32) -> u64 {
        self.surnames_folded.at(code)[0]
    }

    pub(crate) fn given(&self, code: u32) -> GivenKey {
        let [name, initial] = self.given.at(code);
        GivenKey {
            name,
            initial: u32::try_from(initial).ok().and_then(char::from_u32).filter(|c| *c != '\0'),
        }
    }

    /// A given name in base letters.
    pub(crate) fn given_folded(&self, code: u32) -> u64 {
        self.given_folded.at(code)[0]
    }

    pub(crate) fn municipality(&self, code: u16) -> u32 {
        at(&self.municipalities, u32::from(code))
    }

    pub(crate) fn language(&self, code: u8) -> [u8; 2] {
        at(&self.languages, u32::from(code))
    }
}

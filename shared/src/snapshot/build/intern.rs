//! Texts as numbers: first in the order they are met, at the end in the order of the dictionaries.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::error::BuildError;
use crate::snapshot::dictionary::{Dict, fold};

/// Texts one after another.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    ends: Vec<usize>,
    bytes: String,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }
}

/// Different texts, numbered from 1 as they are met; 0 is null.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    table: HashTable<u32>,
    texts: Texts,
}

impl Interner {
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        let Self { table, texts } = self;
        let same = |code: &u32| texts.get(*code as usize - 1) == text;
        let hash = xxh3_64(text.as_bytes());
        if let Some(code) = table.find(hash, same) {
            return *code;
        }
        texts.push(text);
        // Each row has a bounded number of texts, and rows are numbered in 31 bits.
        let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        table.insert_unique(hash, code, |code| xxh3_64(texts.get(*code as usize - 1).as_bytes()));
        code
    }

    pub(crate) const fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, code: u32) -> &str {
        if code == 0 { "" } else { self.texts.get(code as usize - 1) }
    }

    /// For each code its rank by bytes; null and the empty text have rank 0.
    pub(crate) fn byte_ranks(&self) -> Vec<u32> {
        let mut codes: Vec<u32> = (1..).take(self.len()).collect();
        codes.par_sort_unstable_by(|a, b| self.text(*a).cmp(self.text(*b)));
        let mut ranks = vec![0; self.len() + 1];
        let mut rank = 0;
        for code in codes {
            rank += u32::from(!self.text(code).is_empty());
            ranks[code as usize] = rank;
        }
        ranks
    }

    /// The used texts in the order of a dictionary, and where each code went.
    pub(crate) fn finish(&self, used: &[bool]) -> Sorted {
        let codes = (1..).take(self.len()).filter(|code: &u32| used[*code as usize]);
        let mut keys: Vec<(u128, u32)> = codes.map(|code| (head(self.text(code)), code)).collect();
        keys.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.compare(a.1, b.1)));
        let mut to = vec![0; self.len() + 1];
        for ((_, code), place) in keys.iter().zip(1..) {
            to[*code as usize] = place;
        }
        Sorted { order: keys.into_iter().map(|(_, code)| code).collect(), to }
    }

    fn compare(&self, a: u32, b: u32) -> std::cmp::Ordering {
        let (a, b) = (self.text(a), self.text(b));
        fold(a).cmp(&fold(b)).then_with(|| a.cmp(b))
    }
}

/// The first bytes of the lower-cased text, as a number that sorts as they do.
fn head(text: &str) -> u128 {
    let short: String = text.chars().take(16).collect();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(fold(&short).bytes()) {
        *to = from;
    }
    u128::from_be_bytes(bytes)
}

/// A dictionary as it is written.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// Codes as met, in the order of the dictionary.
    pub(crate) order: Vec<u32>,
    /// For each code as met, the code written; 0 for null and unused ones.
    pub(crate) to: Vec<u32>,
}

/// One interner for each dictionary. What is met first depends on chance; what is written does not.
#[derive(Debug)]
pub(crate) struct Interners(Vec<Mutex<Interner>>);

fn place(dict: Dict) -> usize {
    Dict::ALL.iter().position(|other| *other == dict).unwrap_or(0)
}

impl Interners {
    pub(crate) fn new() -> Self {
        Self(Dict::ALL.iter().map(|_| Mutex::default()).collect())
    }

    pub(crate) fn lock(&self, dict: Dict) -> MutexGuard<'_, Interner> {
        self.0[place(dict)].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All dictionaries in their final order, each with its interner.
pub(crate) struct Dictionaries(Vec<(Interner, Sorted)>);

impl Dictionaries {
    pub(crate) fn finish(interners: Interners, used: &[Vec<bool>]) -> Result<Self, BuildError> {
        let mut all = Vec::with_capacity(used.len());
        for ((dict, interner), used) in Dict::ALL.iter().zip(interners.0).zip(used) {
            let interner = interner.into_inner().unwrap_or_else(PoisonError::into_inner);
            let sorted = interner.finish(used);
            let found = u32::try_from(sorted.order.len()).unwrap_or(u32::MAX);
            let most = most(*dict);
            if found > most {
                return Err(BuildError::TooManyValues { dictionary: dict.name(), found, most });
            }
            all.push((interner, sorted));
        }
        Ok(Self(all))
    }

    /// The code written for each code met.
    pub(crate) fn to(&self, dict: Dict) -> &[u32] {
        &self.0[place(dict)].1.to
    }

    /// Codes as met, in the order written.
    pub(crate) fn order(&self, dict: Dict) -> &[u32] {
        &self.0[place(dict)].1.order
    }

    /// The texts as written; entry `c − 1` has code `c`.
    pub(crate) fn texts(&self, dict: Dict) -> impl ExactSizeIterator<Item = &str> {
        let (interner, sorted) = &self.0[place(dict)];
        sorted.order.iter().map(|code| interner.text(*code))
    }
}

/// The most entries the narrowest column of a dictionary can tell apart.
fn most(dict: Dict) -> u32 {
    match dict {
        Dict::Region
        | Dict::MotherTongue
        | Dict::Use1994
        | Dict::Class2018
        | Dict::HeatingMethod
        | Dict::HeatingSource
        | Dict::CodeVersion
        | Dict::PermitAction
        | Dict::OwnerType => u32::from(u8::MAX),
        Dict::Stair
        | Dict::Apartment
        | Dict::Divider
        | Dict::PostalCode
        | Dict::PostOffice
        | Dict::Municipality
        | Dict::Country => u32::from(u16::MAX),
        Dict::Surname
        | Dict::FirstNames
        | Dict::GivenName
        | Dict::Street
        | Dict::HouseNumber
        | Dict::Occupation => u32::MAX - 1,
    }
}

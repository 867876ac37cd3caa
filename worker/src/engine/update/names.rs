//! The names of a row as keys.

use hashbrown::HashMap;
use poimuri_shared::normalise::{self, GivenNames, Locale, Surname};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

use super::hash::Hashing;

/// Given names of a person at most that are compared.
const NAMES_MAX: usize = 12;

/// Given names remembered with their keys at most: they come again and again.
const REMEMBERED: usize = 200_000;

/// A name as hashes of its keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameKey {
    /// The whole, hyphens as blanks.
    pub(crate) whole: u64,
    /// Without particles.
    pub(crate) bare: u64,
}

/// The names of a row as hashes of their keys; 0 is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NameKeys {
    pub(crate) surname: NameKey,
    /// [`surname_hash`] of the surname.
    pub(crate) surname_hash: u32,
    /// The surname in base letters; of a row with an identity code.
    pub(crate) surname_folded: u64,
    /// Given names.
    pub(crate) given: SmallVec<[u64; 3]>,
    /// The same in base letters; of a row with an identity code.
    pub(crate) given_folded: SmallVec<[u64; 3]>,
    /// First letters standing for given names.
    pub(crate) initials: SmallVec<[char; 4]>,
}

impl NameKey {
    /// The key of a surname.
    pub(crate) fn of(surname: &str, hashing: Hashing) -> Self {
        SurnameKeys::of(surname, false, hashing).key
    }

    /// The key of a surname in base letters, without particles.
    pub(crate) fn folded(surname: &str, hashing: Hashing) -> u64 {
        folded(&bare(&Surname::parse(surname, Locale::Finnish)), hashing)
    }

    /// Whether two surnames are one: equal, or equal but for particles that one of them lacks.
    pub(crate) const fn is(self, other: Self) -> bool {
        let lacks_particles = self.whole == self.bare || other.whole == other.bare;
        self.bare != 0 && (self.whole == other.whole || self.bare == other.bare && lacks_particles)
    }
}

/// A surname as its key, and as the hash of its base letters.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SurnameKeys {
    pub(crate) key: NameKey,
    hash: u32,
    folded: u64,
}

impl SurnameKeys {
    /// The keys of a surname; base letters if wanted.
    pub(crate) fn of(surname: &str, is_folded: bool, hashing: Hashing) -> Self {
        let surname = Surname::parse(surname, Locale::Finnish);
        let bare = bare(&surname);
        let whole = hashing.text(&surname.key.replace('-', " "));
        Self {
            key: NameKey { whole, bare: hashing.text(&bare) },
            hash: short_hash(&bare),
            folded: if is_folded { folded(&bare, hashing) } else { 0 },
        }
    }
}

/// A short hash of a surname without particles, of every order the same: what it finds is compared once more.
pub(crate) fn surname_hash(surname: &str) -> u32 {
    short_hash(&bare(&Surname::parse(surname, Locale::Finnish)))
}

/// A surname without particles.
fn bare(surname: &Surname) -> String {
    surname.parts.join(" ")
}

#[expect(clippy::cast_possible_truncation, reason = "half of it is enough")]
fn short_hash(bare: &str) -> u32 {
    xxh3_64(bare.as_bytes()) as u32
}

/// Given names as hashes, the same in base letters, and first letters standing for names.
#[derive(Debug, Clone, Default)]
pub(crate) struct GivenKeys {
    names: SmallVec<[u64; 3]>,
    folded: SmallVec<[u64; 3]>,
    initials: SmallVec<[char; 4]>,
}

impl GivenKeys {
    /// Whether there is neither a name nor a letter.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.initials.is_empty()
    }
}

impl NameKeys {
    /// The names of a row; base letters only beside an identity code.
    pub(crate) fn of(surname: SurnameKeys, given: Option<&GivenKeys>, has_code: bool) -> Self {
        let mut keys = Self { surname: surname.key, surname_hash: surname.hash, ..Self::default() };
        if let Some(given) = given {
            keys.given = SmallVec::from_slice(&given.names);
            keys.initials = SmallVec::from_slice(&given.initials);
        }
        if has_code {
            keys.surname_folded = surname.folded;
            keys.given_folded = given.map(|given| given.folded.clone()).unwrap_or_default();
        }
        keys
    }
}

/// Given names into keys, the key of each word made once.
#[derive(Debug)]
pub(crate) struct GivenReader {
    hashing: Hashing,
    /// Words, by their hashes, that are one given name whatever stands beside them, with the key of each and that in base
    /// letters.
    words: HashMap<u64, Option<(u64, u64)>>,
}

impl GivenReader {
    pub(crate) fn new(hashing: Hashing) -> Self {
        Self { hashing, words: HashMap::new() }
    }

    /// The keys of given names.
    pub(crate) fn read(&mut self, text: &str) -> GivenKeys {
        self.known(text).unwrap_or_else(|| self.parsed(text))
    }

    /// Takes given names word by word, if each word is a name by itself.
    fn known(&mut self, text: &str) -> Option<GivenKeys> {
        let mut keys = GivenKeys::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let (name, folded) = self.word(word)?;
            if keys.names.len() < NAMES_MAX {
                keys.names.push(name);
                keys.folded.push(folded);
            }
        }
        Some(keys)
    }

    /// The keys of a word, made when it is first asked for.
    fn word(&mut self, word: &str) -> Option<(u64, u64)> {
        let hash = self.hashing.text(word);
        if let Some(known) = self.words.get(&hash) {
            return *known;
        }
        let name = GivenNames::alone(word, Locale::Finnish);
        let keys = name.map(|name| (self.hashing.text(&name), folded(&name, self.hashing)));
        if self.words.len() < REMEMBERED {
            self.words.insert(hash, keys);
        }
        keys
    }

    fn parsed(&self, text: &str) -> GivenKeys {
        let given = GivenNames::parse(text, Locale::Finnish);
        let names = given.names.iter().take(NAMES_MAX);
        GivenKeys {
            names: names.clone().map(|name| self.hashing.text(name)).collect(),
            folded: names.map(|name| folded(name, self.hashing)).collect(),
            initials: given.initials.into_iter().take(NAMES_MAX).collect(),
        }
    }
}

/// The key of a name in base letters.
fn folded(name: &str, hashing: Hashing) -> u64 {
    hashing.text(&normalise::secondary(name))
}

//! The names of a row as keys.

use hashbrown::HashMap;
use poimuri_shared::normalise::{self, GivenNames, Locale, Surname};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::hash::Hashing;

/// Given names of a person at most that are compared.
const NAMES_MAX: usize = 12;

/// Names remembered with their keys at most: they come again and again.
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
        let surname = Surname::parse(surname, Locale::Finnish);
        let whole = hashing.text(&surname.key.replace('-', " "));
        Self { whole, bare: hashing.text(&surname.parts.join(" ")) }
    }

    /// The key of a surname in base letters, without particles.
    pub(crate) fn folded(surname: &str, hashing: Hashing) -> u64 {
        let bare = Surname::parse(surname, Locale::Finnish).parts.join(" ");
        hashing.text(&normalise::secondary(&bare))
    }

    /// Whether two surnames are one: equal, or equal but for particles that one of them lacks.
    pub(crate) const fn is(self, other: Self) -> bool {
        let lacks_particles = self.whole == self.bare || other.whole == other.bare;
        self.bare != 0 && (self.whole == other.whole || self.bare == other.bare && lacks_particles)
    }
}

/// Names into keys, each made once.
#[derive(Debug)]
pub(crate) struct NameReader {
    hashing: Hashing,
    surnames: HashMap<String, NameKey>,
    surnames_folded: HashMap<String, u64>,
    /// Words that are one given name whatever stands beside them, with the key of each and that in base letters.
    given: HashMap<String, Option<(u64, u64)>>,
}

/// What belongs to a text, made when it is first asked for.
fn remembered<T: Copy>(known: &mut HashMap<String, T>, text: &str, make: impl FnOnce() -> T) -> T {
    if let Some(found) = known.get(text) {
        return *found;
    }
    let made = make();
    if known.len() < REMEMBERED {
        known.insert(text.to_owned(), made);
    }
    made
}

impl NameReader {
    pub(crate) fn new(hashing: Hashing) -> Self {
        let (surnames, surnames_folded, given) = Default::default();
        Self { hashing, surnames, surnames_folded, given }
    }

    /// The names of a row, if it has any. Base letters tell a mistyped code from a right one, and nothing else.
    pub(crate) fn read(&mut self, surname: &str, given: &str, has_code: bool) -> Option<Box<NameKeys>> {
        let (surname, hashing) = (surname.trim_matches(' '), self.hashing);
        if surname.is_empty() && given.is_empty() {
            return None;
        }
        let mut keys = Box::<NameKeys>::default();
        keys.surname = remembered(&mut self.surnames, surname, || NameKey::of(surname, hashing));
        if !self.known_given(given, &mut keys) {
            self.parse_given(given, &mut keys);
        }
        if has_code {
            let folded = || NameKey::folded(surname, hashing);
            keys.surname_folded = remembered(&mut self.surnames_folded, surname, folded);
        } else {
            keys.given_folded.clear();
        }
        let is_empty = keys.surname.whole == 0 && keys.given.is_empty() && keys.initials.is_empty();
        (!is_empty).then_some(keys)
    }

    /// Takes given names word by word, if each word is a name by itself.
    fn known_given(&mut self, text: &str, keys: &mut NameKeys) -> bool {
        let hashing = self.hashing;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let key = || {
                let name = GivenNames::alone(word, Locale::Finnish)?;
                Some((hashing.text(&name), folded(&name, hashing)))
            };
            let Some((key, folded)) = remembered(&mut self.given, word, key) else { return false };
            if keys.given.len() < NAMES_MAX {
                keys.given.push(key);
                keys.given_folded.push(folded);
            }
        }
        true
    }

    fn parse_given(&self, text: &str, keys: &mut NameKeys) {
        let given = GivenNames::parse(text, Locale::Finnish);
        let names = given.names.iter().take(NAMES_MAX);
        keys.given = names.clone().map(|name| self.hashing.text(name)).collect();
        keys.given_folded = names.map(|name| folded(name, self.hashing)).collect();
        keys.initials = given.initials.into_iter().take(NAMES_MAX).collect();
    }
}

/// The key of a given name in base letters.
fn folded(name: &str, hashing: Hashing) -> u64 {
    hashing.text(&normalise::secondary(name))
}

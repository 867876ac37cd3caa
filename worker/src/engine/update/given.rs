//! Given names into keys, by readers that remember words: the same few thousand come again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use poimuri_shared::normalise::{GivenNames, Locale};
use smallvec::SmallVec;

use super::hash::Hashing;
use super::names::folded;

/// Given names of a person at most that are compared.
const NAMES_MAX: usize = 12;

/// Words remembered with their keys at most.
const REMEMBERED: usize = 50_000;

/// Given names as hashes, the same in base letters if wanted, and first letters standing for names.
#[derive(Debug, Clone, Default)]
pub(super) struct GivenKeys {
    pub(super) names: SmallVec<[u64; 3]>,
    pub(super) folded: SmallVec<[u64; 3]>,
    pub(super) initials: SmallVec<[char; 4]>,
}

impl GivenKeys {
    /// Whether there is neither a name nor a letter.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.initials.is_empty()
    }
}

/// Words, by their hashes, that are one given name whatever stands beside them, with the key of each and that in base letters.
type Words = HashMap<u64, Option<(u64, u64)>>;

/// What readers under one secret remember, as many as are at work at the same time.
#[derive(Debug)]
pub(super) struct Readers {
    pub(super) hashing: Hashing,
    idle: Mutex<Vec<Words>>,
}

impl Readers {
    pub(super) const fn new(hashing: Hashing) -> Self {
        Self { hashing, idle: Mutex::new(Vec::new()) }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Words>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader for one thread.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { readers: self, words: self.idle().pop().unwrap_or_default() }
    }
}

/// Reads given names, the key of each word made once.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    readers: &'a Readers,
    words: Words,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.readers.idle().push(std::mem::take(&mut self.words));
    }
}

impl Reader<'_> {
    /// The keys of given names; base letters if wanted.
    pub(super) fn read(&mut self, text: &str, is_folded: bool) -> GivenKeys {
        self.known(text, is_folded).unwrap_or_else(|| self.parsed(text, is_folded))
    }

    /// Takes given names word by word, if each word is a name by itself.
    fn known(&mut self, text: &str, is_folded: bool) -> Option<GivenKeys> {
        let mut keys = GivenKeys::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let (name, folded) = self.word(word)?;
            if keys.names.len() < NAMES_MAX {
                keys.names.push(name);
                keys.folded.extend(is_folded.then_some(folded));
            }
        }
        Some(keys)
    }

    /// The keys of a word, made when it is first asked for.
    fn word(&mut self, word: &str) -> Option<(u64, u64)> {
        let hashing = self.readers.hashing;
        let hash = hashing.text(word);
        if let Some(known) = self.words.get(&hash) {
            return *known;
        }
        let name = GivenNames::alone(word, Locale::Finnish);
        let keys = name.map(|name| (hashing.text(&name), folded(&name, hashing)));
        if self.words.len() < REMEMBERED {
            self.words.insert(hash, keys);
        }
        keys
    }

    fn parsed(&self, text: &str, is_folded: bool) -> GivenKeys {
        let (given, hashing) = (GivenNames::parse(text, Locale::Finnish), self.readers.hashing);
        let names = given.names.iter().take(NAMES_MAX);
        let in_base_letters = names.clone().filter(|_| is_folded);
        GivenKeys {
            names: names.map(|name| hashing.text(name)).collect(),
            folded: in_base_letters.map(|name| folded(name, hashing)).collect(),
            initials: given.initials.into_iter().take(NAMES_MAX).collect(),
        }
    }
}

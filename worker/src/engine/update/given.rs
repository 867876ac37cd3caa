//! Given names into keys, by readers that remember words: the same few thousand come again and again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
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

/// Words that were read, by their hashes.
type Words = HashTable<Word>;

/// A word that may be one given name whatever stands beside it.
#[derive(Debug, Clone, Copy)]
struct Word {
    hash: u64,
    /// The key of the name; 0 if it is none by itself.
    name: u64,
    /// The same in base letters.
    folded: u64,
}

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
            let Word { name, folded, .. } = self.word(word);
            if name == 0 {
                return None;
            }
            if keys.names.len() < NAMES_MAX {
                keys.names.push(name);
                keys.folded.extend(is_folded.then_some(folded));
            }
        }
        Some(keys)
    }

    /// The keys of a word, made when it is first asked for.
    fn word(&mut self, word: &str) -> Word {
        let hashing = self.readers.hashing;
        let hash = hashing.text(word);
        if let Some(known) = self.words.find(hash, |known| known.hash == hash) {
            return *known;
        }
        let alone = GivenNames::alone(word, Locale::Finnish);
        let (name, folded) = alone.map_or((0, 0), |name| (hashing.text(&name), folded(&name, hashing)));
        let made = Word { hash, name, folded };
        if self.words.len() < REMEMBERED {
            self.words.insert_unique(hash, made, |known| known.hash);
        }
        made
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

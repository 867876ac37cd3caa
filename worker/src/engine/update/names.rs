//! The names of a row as keys.

use poimuri_shared::normalise::{self, Locale, Surname};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

use super::given::GivenKeys;
use super::hash::Hashing;

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
    /// Given names.
    pub(crate) given: SmallVec<[u64; 3]>,
    /// First letters standing for given names.
    pub(crate) initials: SmallVec<[char; 4]>,
    /// The same in base letters; of a row with an identity code.
    pub(crate) folded: Option<Box<FoldedKeys>>,
}

/// Names in base letters as hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FoldedKeys {
    pub(crate) surname: u64,
    pub(crate) given: SmallVec<[u64; 3]>,
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
        if let Some(name) = Surname::one_word(surname) {
            return Self::keyed(hashing.text(&name), &name, is_folded, hashing);
        }
        let surname = Surname::parse(surname, Locale::Finnish);
        let whole = hashing.text(&surname.key.replace('-', " "));
        Self::keyed(whole, &bare(&surname), is_folded, hashing)
    }

    fn keyed(whole: u64, bare: &str, is_folded: bool, hashing: Hashing) -> Self {
        Self {
            key: NameKey { whole, bare: hashing.text(bare) },
            hash: short_hash(bare),
            folded: if is_folded { folded(bare, hashing) } else { 0 },
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

impl NameKeys {
    /// The names of a row; base letters only beside an identity code.
    pub(super) fn of(surname: SurnameKeys, given: GivenKeys, has_code: bool) -> Self {
        let folded = || Box::new(FoldedKeys { surname: surname.folded, given: given.folded });
        Self {
            surname: surname.key,
            surname_hash: surname.hash,
            given: given.names,
            initials: given.initials,
            folded: has_code.then(folded),
        }
    }
}

/// The key of a name in base letters.
pub(super) fn folded(name: &str, hashing: Hashing) -> u64 {
    hashing.text(&normalise::secondary(name))
}

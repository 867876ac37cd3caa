//! The names of a row as keys.

use poimuri_shared::normalise::{self, Locale, Surname};
use poimuri_shared::snapshot::lists::codes;
use poimuri_shared::snapshot::tables::Persons;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

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
    folded: u64,
}

impl SurnameKeys {
    /// The keys of a surname; base letters if wanted.
    pub(crate) fn of(surname: &str, is_folded: bool, hashing: Hashing) -> Self {
        let in_base_letters = |bare: &str| if is_folded { folded(bare, hashing) } else { 0 };
        if let Some(name) = Surname::one_word(surname) {
            let whole = hashing.text(&name);
            return Self { key: NameKey { whole, bare: whole }, folded: in_base_letters(&name) };
        }
        let surname = Surname::parse(surname, Locale::Finnish);
        let (whole, bare) = (hashing.text(&surname.key.replace('-', " ")), bare(&surname));
        Self { key: NameKey { whole, bare: hashing.text(&bare) }, folded: in_base_letters(&bare) }
    }
}

/// A surname without particles.
fn bare(surname: &Surname) -> String {
    surname.parts.join(" ")
}

/// The codes of a person's present surname and of those before.
pub(super) fn surnames_of(persons: &Persons, row: usize) -> impl Iterator<Item = u32> + '_ {
    std::iter::once(persons.surname[row]).chain(codes(&persons.former_surnames, row).iter().copied())
}

impl NameKeys {
    /// Whether no name is given.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.surname.whole == 0 && self.given.is_empty() && self.initials.is_empty()
    }

    /// The names of a row; base letters only beside an identity code.
    pub(super) fn of(surname: SurnameKeys, given: GivenKeys, has_code: bool) -> Self {
        if surname.key.whole == 0 && given.is_empty() {
            return Self::default();
        }
        let folded = || Box::new(FoldedKeys { surname: surname.folded, given: given.folded });
        Self {
            surname: surname.key,
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

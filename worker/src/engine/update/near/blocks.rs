//! What a row and a person must share to be compared: the parts of a key that agree, as one hash.

use crate::engine::days::civil;
use crate::engine::link::numbers::mix;
use crate::engine::update::hash::Hashing;

/// Which parts are shared, and so which one may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// Surname and date of birth; given names may differ.
    Birth,
    /// A given name and the date of birth; the surname may differ.
    GivenBirth,
    /// Names and the year of birth; month and day may differ.
    Year,
    /// Names, month and day; the year may differ.
    Day,
    /// Surname, street and number; given names may differ.
    Home,
    /// A given name, street and number; the surname may differ.
    GivenHome,
    /// Names and house number; the street may differ.
    Number,
    /// Names and postal code: M5.
    PostalCode,
    /// Surname and postal code: who else is called so there.
    Namesakes,
}

impl Block {
    const ALL: [Self; 9] = [
        Self::Birth,
        Self::GivenBirth,
        Self::Year,
        Self::Day,
        Self::Home,
        Self::GivenHome,
        Self::Number,
        Self::PostalCode,
        Self::Namesakes,
    ];

    /// The key of what is shared; names, streets and numbers are hashes under a secret.
    pub(super) const fn key(self, parts: [u64; 3], hashing: Hashing) -> u64 {
        mix(hashing.join(parts) ^ self as u64)
    }

    /// A person's row with the block its key is of.
    pub(super) fn tag(self, person: usize) -> u32 {
        u32::try_from(person).unwrap_or(u32::MAX) & PERSON | (self as u32) << PERSON_BITS
    }

    /// The block and the person of a tag.
    pub(super) fn untag(tag: u32) -> Option<(Self, usize)> {
        let block = Self::ALL.get((tag >> PERSON_BITS) as usize)?;
        Some((*block, (tag & PERSON) as usize))
    }
}

/// Bits of a person's row in a tag: more than a shard has persons.
const PERSON_BITS: u32 = 28;
const PERSON: u32 = (1 << PERSON_BITS) - 1;

/// A day as the parts of [`Block::Year`] and [`Block::Day`].
pub(super) fn parts_of(day: i32) -> (u64, u64) {
    let (year, month, day) = civil(day);
    (u64::from(year.cast_unsigned()), u64::from(month * 32 + day))
}

/// A day as a part of a key.
pub(super) fn whole(day: i32) -> u64 {
    u64::from(day.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_block_and_person() {
        let hashing = Hashing::new(&[3; 32]);
        for (index, block) in Block::ALL.into_iter().enumerate() {
            assert_eq!(block as usize, index);
            for person in [0, 1, 88_000, (1 << 28) - 1] {
                assert_eq!(Block::untag(block.tag(person)), Some((block, person)));
            }
            assert_ne!(block.key([1, 2, 3], hashing), block.key([1, 3, 2], hashing));
        }
    }
}

//! What is marked of a person as bits: whether anything may be told, and what makes an address plain.

use poimuri_shared::snapshot::tables::{NULL_I32, Persons, flag};

use super::{Updating, dates};

/// Marks of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks(u8);

/// The day up to which an address is secret until further notice.
#[derive(Debug, Clone, Copy)]
pub(super) struct ForEver(i32);

impl Default for ForEver {
    fn default() -> Self {
        Self(dates::day("9999-12-31").unwrap_or(i32::MAX))
    }
}

impl Marks {
    /// Bits of all marks.
    pub(super) const BITS: u32 = 7;

    /// Has a permanent address, and all of it is told.
    pub(super) const HOME: Self = Self(1);
    /// Is dead.
    pub(super) const DEAD: Self = Self(1 << 1);
    /// Prohibits updates of registers.
    const NO_UPDATE: Self = Self(1 << 2);
    /// The address is secret, up to some day.
    const SECRET: Self = Self(1 << 3);
    /// The address is secret until further notice.
    const SECRET_FOR_EVER: Self = Self(1 << 4);
    /// The street of the address has no other name than the Finnish one, which is told.
    pub(super) const ONE_STREET: Self = Self(1 << 5);
    /// Has moved in after an emigration.
    pub(super) const BACK: Self = Self(1 << 6);

    /// The marks that are.
    pub(super) fn of(marks: impl IntoIterator<Item = (bool, Self)>) -> Self {
        let all = marks.into_iter().filter(|(is, _)| *is);
        Self(all.fold(0, |all, (_, mark)| all | mark.0))
    }

    /// Prohibitions of a person, each with whether it is.
    pub(super) fn prohibitions(persons: &Persons, row: usize, ForEver(day): ForEver) -> [(bool, Self); 3] {
        let until = persons.security_until[row];
        [
            (persons.flags[row] & flag::NO_REGISTER_UPDATE != 0, Self::NO_UPDATE),
            (until != NULL_I32, Self::SECRET),
            (until == day, Self::SECRET_FOR_EVER),
        ]
    }

    pub(super) const fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    /// Of the lowest bits of a number.
    pub(super) const fn of_bits(bits: u64) -> Self {
        Self((bits & ((1 << Self::BITS) - 1)) as u8)
    }
}

impl Updating {
    /// Whether nothing of a person may be told; none if that takes a closer look.
    pub(super) const fn is_barred_by(&self, marks: Marks) -> Option<bool> {
        if marks.has(Marks::SECRET_FOR_EVER) || marks.has(Marks::NO_UPDATE) && !self.is_exempt {
            return Some(true);
        }
        if marks.has(Marks::SECRET) { None } else { Some(false) }
    }
}

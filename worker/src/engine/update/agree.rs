//! Whether what a row says agrees with a person of the register.

use super::dates::is_slip;
use super::register::{GivenKey, Place, Register};
use super::row::RowKeys;
use crate::engine::{EngineError, Tables};

/// How much of the names a row gives are the person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// All, or none is given.
    Whole,
    /// Surname or given names alone.
    Part,
    /// None of them.
    Not,
}

/// One person of a shard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    pub(crate) register: &'a Register,
    pub(crate) tables: &'a Tables<'a>,
    pub(crate) row: usize,
}

impl Person<'_> {
    /// Whether the surname is the present one, or a former one.
    pub(crate) fn has_surname(&self, row: &RowKeys) -> Option<Former> {
        let present = self.register.surname(self.tables.persons.surname[self.row]);
        if row.surname.is(present) {
            return Some(Former(false));
        }
        let former = self.register.former_surnames(self.tables, self.row);
        former.into_iter().any(|name| row.surname.is(name)).then_some(Former(true))
    }

    /// Whether every given name is one of the person's, present or former.
    pub(crate) fn has_given_names(&self, row: &RowKeys) -> Option<Former> {
        let mut sets = self.register.given_names(self.tables, self.row).into_iter();
        let holds = |set: Vec<GivenKey>| {
            let names = row.given.iter().all(|name| set.iter().any(|given| given.name == *name));
            let letters = row.initials.iter().all(|c| set.iter().any(|given| given.initial == Some(*c)));
            names && letters
        };
        if sets.next().is_some_and(holds) {
            return Some(Former(false));
        }
        sets.any(holds).then_some(Former(true))
    }

    /// Whether an identity code is likely not mistyped: what else the row says of the person.
    pub(crate) fn plausible(&self, row: &RowKeys) -> Names {
        let surname = (row.surname.bare != 0).then(|| self.is_like_surname(row));
        let given = (!row.given.is_empty() || !row.initials.is_empty()).then(|| self.shares_given_name(row));
        match (surname, given) {
            (None, None) if is_slip(row.birth, self.tables.persons.birth_date[self.row]) => Names::Whole,
            (Some(true), Some(true) | None) | (None, Some(true)) => Names::Whole,
            (Some(true), Some(false)) | (Some(false), Some(true)) => Names::Part,
            (Some(false), Some(false) | None) | (None, Some(false) | None) => Names::Not,
        }
    }

    /// In base letters, also of a former surname.
    fn is_like_surname(&self, row: &RowKeys) -> bool {
        let present = self.register.surname(self.tables.persons.surname[self.row]);
        let former = self.register.former_surnames(self.tables, self.row);
        std::iter::once(present).chain(former).any(|name| name.folded == row.surname.folded)
    }

    fn shares_given_name(&self, row: &RowKeys) -> bool {
        let sets = self.register.given_names(self.tables, self.row);
        sets.iter().flatten().any(|given| {
            row.given_folded.contains(&given.folded)
                || given.initial.is_some_and(|initial| row.initials.contains(&initial))
        })
    }

    /// Whether the row's address is where the person lives, or lived.
    pub(crate) fn has_address(&self, row: &RowKeys) -> Result<bool, EngineError> {
        let home = self.register.home(self.tables, self.row)?;
        if home.is_some_and(|place| may_be(row, &place)) {
            return Ok(true);
        }
        let person = u32::try_from(self.row).unwrap_or(u32::MAX);
        let mut homes = self.register.previous_homes(self.tables.previous()?, person);
        Ok(homes.any(|place| may_be(row, &place)))
    }
}

/// Whether a name that agrees is a former one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Former(pub(crate) bool);

/// Whether a row's address may be this one: street and number are, and nothing contradicts it.
fn may_be(row: &RowKeys, place: &Place) -> bool {
    let Some(address) = &row.address else { return false };
    let contradicts =
        |one: Option<char>, other: Option<char>| one.is_some() && other.is_some() && one != other;
    let is_apart = address.apartment != 0 && place.apartment != 0 && address.apartment != place.apartment;
    let is_elsewhere = row.postal_code != 0 && row.postal_code != place.postal_code;
    let reads = |(number, stair): &(u64, Option<char>)| {
        *number != 0 && *number == place.number && !contradicts(*stair, place.stair)
    };
    place.streets.contains(&address.street)
        && !is_apart
        && !is_elsewhere
        && !contradicts(address.divider, place.divider)
        && address.readings.iter().any(reads)
}

/// Whether a row's address is exactly this one; none if the row gives none that could be compared.
pub(crate) fn is_same_place(row: &RowKeys, place: &Place) -> Option<bool> {
    let address = row.address.as_ref()?;
    let reads = |(number, stair): &(u64, Option<char>)| *number == place.number && *stair == place.stair;
    let is_same = place.streets.contains(&address.street)
        && address.apartment == place.apartment
        && address.divider == place.divider
        && address.readings.iter().any(reads);
    Some(is_same)
}

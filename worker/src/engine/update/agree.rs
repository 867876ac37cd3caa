//! Whether what a row says agrees with a person of the register.

use poimuri_shared::snapshot::lists::codes;
use poimuri_shared::snapshot::tables::Persons;

use super::Updating;
use super::dates::is_slip;
use super::names::{NameKey, NameKeys};
use super::places::{Home, Place};
use super::register::{GivenKey, RegisterKeys};
use super::row::{AddressKey, RowKeys};
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
    pub(crate) register: &'a RegisterKeys,
    pub(crate) tables: &'a Tables<'a>,
    pub(crate) row: usize,
    /// The present names, if they were looked at before.
    pub(crate) names: Option<NameCodes>,
    /// The codes of the present given names, if they were looked up before.
    pub(crate) given: Option<&'a [u32]>,
}

/// The codes of a person's present names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameCodes {
    pub(crate) surname: u32,
    pub(crate) first_names: u32,
    pub(crate) call_name: u32,
}

impl NameCodes {
    pub(crate) fn of(persons: &Persons, row: usize) -> Self {
        let (surname, first_names) = (persons.surname[row], persons.first_names[row]);
        Self { surname, first_names, call_name: persons.call_name[row] }
    }
}

impl Updating {
    /// The person at a position of the global order, which must be of the shard.
    pub(super) fn person<'a>(
        &'a self,
        tables: &'a Tables<'a>,
        position: u32,
    ) -> Result<Person<'a>, EngineError> {
        let row = u64::from(position).checked_sub(tables.first_position);
        let row = row.and_then(|row| usize::try_from(row).ok()).filter(|row| *row < tables.rows());
        Ok(Person::of(self, tables, row.ok_or(EngineError::Mismatch(tables.shard))?))
    }
}

/// Looks up the present given names of persons. Step by step: many cache misses are then on their way at once.
pub(super) fn look_up_given_names(persons: &mut [Person<'_>]) {
    for person in &mut *persons {
        person.given = Some(person.register.first_names.links(person.names().first_names));
    }
    let first = |person: &Person<'_>| person.given.and_then(<[u32]>::first).copied();
    // Read for the cache's sake alone.
    std::hint::black_box(persons.iter().filter_map(first).fold(0, |all, code| all ^ code));
}

impl<'a> Person<'a> {
    /// A person of a shard by row.
    pub(super) fn of(updating: &'a Updating, tables: &'a Tables<'a>, row: usize) -> Self {
        Self { register: &updating.register, tables, row, names: None, given: None }
    }

    /// The same, the names looked at.
    pub(super) fn named(&self) -> Self {
        Self { names: Some(NameCodes::of(self.tables.persons, self.row)), ..*self }
    }

    /// Whether nothing of the person may be told.
    pub(super) fn is_barred(&self, updating: &Updating) -> bool {
        let persons = self.tables.persons;
        updating.is_barred(persons.security_until[self.row], persons.flags[self.row])
    }

    /// Whether the surname is the present one, or a former one.
    pub(crate) fn has_surname(&self, surname: NameKey) -> Option<Former> {
        let is = |code: u32| surname.is(self.register.surname(code));
        if is(self.names().surname) {
            return Some(Former(false));
        }
        self.former_surnames().iter().any(|code| is(*code)).then_some(Former(true))
    }

    /// Whether every given name is one of the person's, present or former.
    pub(crate) fn has_given_names(&self, row: &NameKeys) -> Option<Former> {
        let holds = |(names, call_name): (&[u32], Option<u32>)| {
            let any = |is: &dyn Fn(GivenKey) -> bool| {
                names.iter().copied().chain(call_name).any(|code| is(self.register.given(code)))
            };
            row.given.iter().all(|name| any(&|given| given.name == *name))
                && row.initials.iter().all(|letter| any(&|given| given.initial == Some(*letter)))
        };
        if holds(self.given_names()) {
            return Some(Former(false));
        }
        self.former_given_names().any(|names| holds((names, None))).then_some(Former(true))
    }

    /// Whether an identity code is likely not mistyped: what else the row says of the person.
    pub(crate) fn plausible(&self, row: &RowKeys<'_>) -> Names {
        let is_slip =
            || !row.birth_is_given() || is_slip(row.birth, self.tables.persons.birth_date[self.row]);
        let Some(names) = row.names else { return if is_slip() { Names::Whole } else { Names::Not } };
        let surname = (names.surname.bare != 0).then(|| self.is_like_surname(names));
        let is_given = !names.given.is_empty() || !names.initials.is_empty();
        let given = is_given.then(|| self.shares_given_name(names));
        match (surname, given) {
            (None, None) if is_slip() => Names::Whole,
            (Some(true), Some(true) | None) | (None, Some(true)) => Names::Whole,
            (Some(true), Some(false)) | (Some(false), Some(true)) => Names::Part,
            (Some(false), Some(false) | None) | (None, Some(false) | None) => Names::Not,
        }
    }

    /// In base letters, also of a former surname.
    fn is_like_surname(&self, row: &NameKeys) -> bool {
        let Some(folded) = &row.folded else { return false };
        let is_like = |code: &u32| self.register.surname_folded(*code) == folded.surname;
        is_like(&self.names().surname) || self.former_surnames().iter().any(is_like)
    }

    fn shares_given_name(&self, row: &NameKeys) -> bool {
        let is_shared = |code: u32| {
            row.folded.as_ref().is_some_and(|row| row.given.contains(&self.register.given_folded(code)))
                || self.register.given(code).initial.is_some_and(|letter| row.initials.contains(&letter))
        };
        let (names, call_name) = self.given_names();
        names.iter().copied().chain(call_name).any(is_shared)
            || self.former_given_names().flatten().copied().any(is_shared)
    }

    /// The codes of the present surname and of those before.
    pub(super) fn surnames(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.names().surname).chain(self.former_surnames().iter().copied())
    }

    /// Sets of codes of given names: the present ones, the call name among them, then every former set.
    pub(super) fn sets_of_given_names(&self) -> impl Iterator<Item = (&[u32], Option<u32>)> {
        std::iter::once(self.given_names()).chain(self.former_given_names().map(|names| (names, None)))
    }

    fn names(&self) -> NameCodes {
        self.names.unwrap_or_else(|| NameCodes::of(self.tables.persons, self.row))
    }

    fn former_surnames(&self) -> &[u32] {
        codes(&self.tables.persons.former_surnames, self.row)
    }

    /// The codes of the present given names, and of the call name, which is one of them.
    fn given_names(&self) -> (&[u32], Option<u32>) {
        let NameCodes { first_names, call_name, surname: _ } = self.names();
        (self.given.unwrap_or_else(|| self.register.first_names.links(first_names)), Some(call_name))
    }

    /// Every former set of codes of given names.
    fn former_given_names(&self) -> impl Iterator<Item = &[u32]> {
        let former = codes(&self.tables.persons.former_first_names, self.row);
        former.iter().map(|code| self.register.first_names.links(*code))
    }

    /// Whether the row's address is the person's home, or where the person lived before.
    pub(crate) fn has_address(&self, row: &RowKeys<'_>, home: Option<&Home>) -> Result<bool, EngineError> {
        let places = &self.register.places;
        if home.is_some_and(|home| may_be(row, &places.place(home))) {
            return Ok(true);
        }
        let person = u32::try_from(self.row).unwrap_or(u32::MAX);
        let mut homes = Home::all_before(self.tables.previous()?, person);
        Ok(homes.any(|home| may_be(row, &places.place(&home))))
    }

    /// The permanent address, if there is one.
    pub(crate) fn home(&self) -> Result<Option<Home>, EngineError> {
        Home::of(self.tables, self.row)
    }
}

/// Whether a name that agrees is a former one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Former(pub(crate) bool);

/// Whether a row's address may be this one: street and number are, and nothing contradicts it.
pub(super) fn may_be(row: &RowKeys<'_>, place: &Place) -> bool {
    let is_street = row.address.is_some_and(|address| place.streets.contains(&address.street));
    is_street && may_be_in_a_street(row, place)
}

/// Whether all of a row's address but the street may be this one's.
pub(super) fn may_be_in_a_street(row: &RowKeys<'_>, place: &Place) -> bool {
    let Some(address) = row.address else { return false };
    let contradicts =
        |one: Option<char>, other: Option<char>| one.is_some() && other.is_some() && one != other;
    let is_apart = address.apartment != 0 && place.apartment != 0 && address.apartment != place.apartment;
    let is_elsewhere = row.postal_code != 0 && row.postal_code != place.postal_code;
    let reads = |(number, stair): &(u64, Option<char>)| {
        *number != 0 && *number == place.number && !contradicts(*stair, place.stair)
    };
    !is_apart
        && !is_elsewhere
        && !contradicts(address.divider, place.divider)
        && address.readings.iter().any(reads)
}

/// Whether an address is exactly this one.
pub(crate) fn is_same_place(address: &AddressKey, place: &Place) -> bool {
    let reads = |(number, stair): &(u64, Option<char>)| *number == place.number && *stair == place.stair;
    place.streets.contains(&address.street)
        && address.apartment == place.apartment
        && address.divider == place.divider
        && address.readings.iter().any(reads)
}

//! Everybody by position as bearers of names: what rows with names are compared with, 32 bytes a person.
//!
//! A bearer settles whether the names of a row are a person's present ones, so that memory is waited for once; former names,
//! and a fourth given name, are looked at in the columns.

use poimuri_shared::snapshot::lists::codes;

use super::by_position::by_position;
use super::marks::{ForEver, Marks};
use super::names::{NameKey, NameKeys};
use super::places::Home;
use super::register::{GivenKey, RegisterKeys};
use crate::engine::{EngineError, Needs, Tables};

/// Given names at hand.
const GIVEN: usize = 3;

/// Has former surnames.
const FORMER_SURNAMES: u8 = 1;
/// Has former given names.
const FORMER_GIVEN: u8 = 1 << 1;
/// Has more given names than are at hand, or a call name that is none of them.
const MORE_GIVEN: u8 = 1 << 2;

/// Everybody of a snapshot, by position.
#[derive(Debug)]
pub struct Bearers(Vec<Bearer>);

/// A person as the bearer of present names, as codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(align(32))]
pub(super) struct Bearer {
    surname: u32,
    given: [u32; GIVEN],
    /// The codes of both names of the street of the home, one over the other: together with one it gives the other.
    streets: u32,
    /// Day of birth.
    pub(super) birth: i32,
    /// The first of the previous addresses in the table of the shard.
    first_previous: u32,
    /// How many there are; the greatest number stands for more.
    previous: u8,
    /// Prohibitions.
    pub(super) marks: Marks,
    /// What the columns tell besides.
    more: u8,
}

const _: () = assert!(size_of::<Bearer>() == 32, "two of them lie in a line of the cache");

impl Bearers {
    /// Tables besides persons that they are made of.
    pub const NEEDS: Needs =
        Needs { dwellings: true, addresses: true, buildings: false, owned: false, previous: true };

    /// Of all shards of a snapshot, whose names are `register`'s.
    ///
    /// # Errors
    /// A table is missing.
    pub fn new(register: &RegisterKeys, shards: &[Tables<'_>]) -> Result<Self, EngineError> {
        by_position(shards, |tables, bearers| of_shard(register, tables, bearers)).map(Self)
    }

    /// The person at a position.
    #[inline]
    pub(super) fn at(&self, position: u32) -> Bearer {
        self.0.get(position as usize).copied().unwrap_or_default()
    }
}

fn of_shard(register: &RegisterKeys, tables: &Tables<'_>, bearers: &mut [Bearer]) -> Result<(), EngineError> {
    let (persons, entries) = (tables.persons, &tables.previous()?.person);
    let for_ever = ForEver::default();
    let mut next = 0;
    for (row, bearer) in bearers.iter_mut().enumerate() {
        let (names, call_name) =
            (register.first_names.links(persons.first_names[row]), persons.call_name[row]);
        let mut given = [0; GIVEN];
        given.iter_mut().zip(names).for_each(|(given, name)| *given = *name);
        let more = [
            (!codes(&persons.former_surnames, row).is_empty(), FORMER_SURNAMES),
            (!codes(&persons.former_first_names, row).is_empty(), FORMER_GIVEN),
            (names.len() > GIVEN || call_name != 0 && !given.contains(&call_name), MORE_GIVEN),
        ];
        let person = u32::try_from(row).unwrap_or(u32::MAX);
        let first = next;
        next += entries[first..].iter().take_while(|of| **of == person).count();
        *bearer = Bearer {
            surname: persons.surname[row],
            given,
            streets: Home::of(tables, row)?.map_or(0, |home| home.streets[0] ^ home.streets[1]),
            birth: persons.birth_date[row],
            first_previous: u32::try_from(first).unwrap_or(u32::MAX),
            previous: u8::try_from(next - first).unwrap_or(u8::MAX),
            marks: Marks::of(Marks::prohibitions(persons, row, for_ever)),
            more: more.iter().filter(|(is, _)| *is).fold(0, |all, (_, mark)| all | mark),
        };
    }
    Ok(())
}

impl Bearer {
    /// The present surname.
    pub(super) fn surname(&self, register: &RegisterKeys) -> NameKey {
        register.surname(self.surname)
    }

    /// Both names of the street of the home by one of them.
    pub(super) const fn streets(&self, one: u32) -> [u32; 2] {
        [one, self.streets ^ one]
    }

    /// Whether a surname is the present one; none if it may be a former one.
    pub(super) fn has_surname(&self, present: NameKey, surname: NameKey) -> Option<bool> {
        let is_present = surname.is(present);
        (is_present || self.more & FORMER_SURNAMES == 0).then_some(is_present)
    }

    /// Whether every given name is one of the present ones; none if it may be another.
    pub(super) fn has_given_names(&self, register: &RegisterKeys, names: &NameKeys) -> Option<bool> {
        let keys = self.given.map(|code| register.given(code));
        let any = |is: &dyn Fn(&GivenKey) -> bool| keys.iter().any(is);
        let are_present = names.given.iter().all(|name| any(&|given| given.name == *name))
            && names.initials.iter().all(|letter| any(&|given| given.initial == Some(*letter)));
        (are_present || self.more & (FORMER_GIVEN | MORE_GIVEN) == 0).then_some(are_present)
    }

    /// The previous addresses in the table of the shard; none if they have to be looked for.
    pub(super) fn previous(&self) -> Option<std::ops::Range<usize>> {
        let first = self.first_previous as usize;
        (self.previous < u8::MAX).then(|| first..first + usize::from(self.previous))
    }
}

//! The keys that the persons of a shard may be compared by.

use std::ops::Range;

use smallvec::SmallVec;

use super::blocks::{Block, parts_of, whole};
use super::gates::Gates;
use crate::engine::update::places::{Home, Place};
use crate::engine::update::{Updating, agree};
use crate::engine::{EngineError, Tables};

/// Makes the keys of persons who may be told of, some at a time.
pub(super) struct PersonKeys<'a> {
    updating: &'a Updating,
    tables: &'a Tables<'a>,
    gates: &'a Gates,
    keys: Vec<(u64, u32)>,
    person: Person,
    /// The next entry of the table of previous addresses.
    next: usize,
}

/// A person as keys, every one once.
#[derive(Default)]
struct Person {
    surnames: SmallVec<[u64; 4]>,
    given: SmallVec<[u64; 8]>,
    places: SmallVec<[Place; 4]>,
    postal_code: u32,
}

impl<'a> PersonKeys<'a> {
    pub(super) fn new(
        updating: &'a Updating,
        tables: &'a Tables<'a>,
        gates: &'a Gates,
    ) -> Result<Self, EngineError> {
        tables.previous()?;
        let (keys, person) = (Vec::new(), Person::default());
        Ok(Self { updating, tables, gates, keys, person, next: 0 })
    }

    /// The keys of rows, which are asked for in their order.
    pub(super) fn of(&mut self, rows: Range<usize>) -> Result<&[(u64, u32)], EngineError> {
        self.keys.clear();
        let persons = self.tables.persons;
        let is_told = |row: &usize| {
            let (until, flags) = (persons.security_until[*row], persons.flags[*row]);
            !self.updating.is_barred(until, flags)
        };
        let named = |row| agree::Person::of(self.updating, self.tables, row).named();
        let mut persons: Vec<agree::Person<'_>> = rows.filter(is_told).map(named).collect();
        agree::look_up_given_names(&mut persons);
        for person in &persons {
            self.person.names(person);
            self.places(person.row)?;
            self.push(person.row);
        }
        Ok(&self.keys)
    }

    /// Where the person lives and lived.
    fn places(&mut self, row: usize) -> Result<(), EngineError> {
        self.person.places.clear();
        self.person.postal_code = 0;
        if !self.gates.is_placed {
            return Ok(());
        }
        let places = &self.updating.register.places;
        let home = Home::of(self.tables, row)?.map(|home| places.place(&home));
        self.person.postal_code = home.map_or(0, |place| place.postal_code);
        self.person.places.extend(home);
        let previous = self.tables.previous()?;
        let person = u32::try_from(row).unwrap_or(u32::MAX);
        // Some were passed over with persons who are not to be told of.
        while previous.person.get(self.next).is_some_and(|of| *of <= person) {
            if previous.person[self.next] == person {
                self.person.places.push(places.place(&Home::before(previous, self.next)));
            }
            self.next += 1;
        }
        Ok(())
    }

    fn push(&mut self, row: usize) {
        let Self { tables, gates, keys, person, .. } = self;
        let birth = tables.persons.birth_date[row];
        let (year, day) = parts_of(birth);
        let hashing = self.updating.register.hashing;
        let mut add = |block: Block, parts| keys.push((block.key(parts, hashing), block.tag(row)));
        let is_born = gates.has_date(birth);
        let homes: SmallVec<[(u64, u64); 4]> = numbered(&person.places)
            .flat_map(|place| place.streets.map(|street| (street, place.number)))
            .filter(|(street, number)| *street != 0 && gates.has_place(*street, *number))
            .collect();
        for given in person.given.iter().filter(|_| is_born || !homes.is_empty()) {
            if is_born {
                add(Block::GivenBirth, [*given, whole(birth), 0]);
            }
            homes.iter().for_each(|(street, number)| add(Block::GivenHome, [*given, *street, *number]));
        }
        for surname in &person.surnames {
            if is_born {
                add(Block::Birth, [*surname, whole(birth), 0]);
            }
            homes.iter().for_each(|(street, number)| add(Block::Home, [*surname, *street, *number]));
            if person.postal_code != 0 {
                add(Block::Namesakes, [*surname, u64::from(person.postal_code), 0]);
            }
            for given in person.given.iter().filter(|given| gates.has_name(*surname, **given)) {
                add(Block::Year, [*surname, *given, year]);
                add(Block::Day, [*surname, *given, day]);
                numbered(&person.places)
                    .for_each(|place| add(Block::Number, [*surname, *given, place.number]));
                if person.postal_code != 0 {
                    add(Block::PostalCode, [*surname, *given, u64::from(person.postal_code)]);
                }
            }
        }
    }
}

impl Person {
    /// Present and former names.
    fn names(&mut self, person: &agree::Person<'_>) {
        self.surnames.clear();
        for code in person.surnames() {
            once(&mut self.surnames, person.register.surname(code).bare);
        }
        self.given.clear();
        for (names, call_name) in person.sets_of_given_names() {
            for code in names.iter().copied().chain(call_name) {
                once(&mut self.given, person.register.given(code).name);
            }
        }
    }
}

/// Places with a house number.
fn numbered(places: &[Place]) -> impl Iterator<Item = &Place> {
    places.iter().filter(|place| place.number != 0)
}

/// Adds a key that is there and is not yet among the others.
fn once<A: smallvec::Array<Item = u64>>(keys: &mut SmallVec<A>, key: u64) {
    if key != 0 && !keys.contains(&key) {
        keys.push(key);
    }
}

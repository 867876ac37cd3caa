//! Everybody by surname and day of birth, former surnames among them: what rows with a date of birth are matched by.
//!
//! Made once for a snapshot and used by every order.

use std::convert::Infallible;

use poimuri_shared::snapshot::tables::NULL_I32;
use rayon::prelude::*;

use super::hash::Hashing;
use super::names::{NameKey, surnames_of};
use super::register::RegisterKeys;
use super::standing::Standing;
use crate::engine::Tables;

/// Everybody with a date of birth.
#[derive(Debug)]
pub struct Births(Standing);

/// The key of a surname and a day of birth.
pub(super) fn birth_key(hashing: Hashing, surname: NameKey, day: i32) -> u64 {
    hashing.join([surname.bare, u64::from(day.cast_unsigned()), 0])
}

impl Births {
    /// Of all shards of a snapshot, whose names are `register`'s.
    #[must_use]
    pub fn new(register: &RegisterKeys, shards: &[Tables<'_>]) -> Self {
        let persons = shards.iter().map(Tables::rows).sum();
        let Ok(standing) = Standing::new(persons, |take| {
            shards.par_iter().for_each(|tables| each_birth(register, tables, take));
            Ok::<(), Infallible>(())
        });
        Self(standing)
    }

    /// Positions of those with keys, each beside what stands beside the key; next to nobody else is among them.
    pub(super) fn with(&self, keys: &[(u64, u32)], take: impl FnMut(u32, u32)) {
        self.0.with(keys, take);
    }
}

/// Hands out the keys of everybody by each surname, present and former, and the person's position.
fn each_birth(register: &RegisterKeys, tables: &Tables<'_>, take: &(dyn Fn(u64, u32) + Sync)) {
    let persons = tables.persons;
    for (row, born) in persons.birth_date.iter().enumerate().filter(|(_, born)| **born != NULL_I32) {
        let position = u32::try_from(tables.first_position + row as u64).unwrap_or(u32::MAX);
        for code in surnames_of(persons, row) {
            take(birth_key(register.hashing, register.surname(code), *born), position);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::testing::tables::{Owning, Texts, in_order};
    use crate::engine::testing::{Person, World};

    proptest! {
        #[test]
        fn everybody_is_found_by_surname_and_day(seed in any::<u64>(), shards in 1_usize..5) {
            let (world, texts) = (World::random(seed), Texts::new());
            let parts: Vec<Owning> = world.shards(shards).iter().map(|part| Owning::of(part, &texts)).collect();
            let tables = in_order(&parts);
            let register = RegisterKeys::new(&texts, &[5; 32]).unwrap();
            let births = Births::new(&register, &tables);
            let bare = |person: &Person| NameKey::of(person.surname, register.hashing).bare;
            let with = |key: u64| {
                let mut found = BTreeSet::new();
                births.with(&[(key, 7)], |position, beside| _ = found.insert((beside, position)));
                found
            };
            for person in &world.people {
                let name = NameKey::of(person.surname, register.hashing);
                let alike = |(_, other): &(u32, &Person)| other.birth == person.birth && bare(other) == name.bare;
                let expected = (0_u32..).zip(&world.people).filter(alike).map(|(position, _)| (7, position));
                let key = birth_key(register.hashing, name, person.birth);
                prop_assert_eq!(with(key), expected.collect::<BTreeSet<(u32, u32)>>());
                prop_assert!(with(key ^ 1).is_empty());
            }
            for day in [i32::MIN, NULL_I32, -400_000, i32::MAX] {
                let key = birth_key(register.hashing, NameKey::of("Virtanen", register.hashing), day);
                prop_assert!(with(key).is_empty());
            }
        }
    }
}

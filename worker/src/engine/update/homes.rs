//! Everybody by surname and home, those of before among them: what rows with an address are matched by.
//!
//! Made once for a snapshot and used by every order.

use rayon::prelude::*;

use super::hash::Hashing;
use super::names::{NameKey, surnames_of};
use super::places::{Home, Place};
use super::register::RegisterKeys;
use super::standing::Standing;
use crate::engine::{EngineError, Needs, Tables};

/// Everybody with an address.
#[derive(Debug)]
pub struct Homes(Standing);

/// The key of a surname, a street and a house number.
pub(super) fn home_key(hashing: Hashing, surname: NameKey, street: u64, number: u64) -> u64 {
    hashing.join([surname.bare, street, number])
}

impl Homes {
    /// Tables besides persons that they are made of.
    pub const NEEDS: Needs =
        Needs { dwellings: true, addresses: true, buildings: false, owned: false, previous: true };

    /// Of all shards of a snapshot, whose names are `register`'s.
    ///
    /// # Errors
    /// A table is missing.
    pub fn new(register: &RegisterKeys, shards: &[Tables<'_>]) -> Result<Self, EngineError> {
        let persons = shards.iter().map(Tables::rows).sum();
        let each = |take: &(dyn Fn(u64, u32) + Sync)| {
            shards.par_iter().try_for_each(|tables| each_home(register, tables, take))
        };
        Standing::new(persons, each).map(Self)
    }

    /// Positions of those with keys, each beside what stands beside the key; next to nobody else is among them.
    pub(super) fn with(&self, keys: &[(u64, u32)], take: impl FnMut(u32, u32)) {
        self.0.with(keys, take);
    }
}

/// Hands out the key of every home of every person, and the person's position: present and former surnames with every
/// address, in all its names.
fn each_home(
    register: &RegisterKeys,
    tables: &Tables<'_>,
    take: &(dyn Fn(u64, u32) + Sync),
) -> Result<(), EngineError> {
    let previous = tables.previous()?;
    let mut places: Vec<Place> = Vec::new();
    let mut next = 0;
    for row in 0..tables.rows() {
        let person = u32::try_from(row).unwrap_or(u32::MAX);
        let position = u32::try_from(tables.first_position + row as u64).unwrap_or(u32::MAX);
        places.clear();
        places.extend(Home::of(tables, row)?.map(|home| register.places.place(&home)));
        while previous.person.get(next).is_some_and(|of| *of == person) {
            places.push(register.places.place(&Home::before(previous, next)));
            next += 1;
        }
        for code in surnames_of(tables.persons, row) {
            let surname = register.surname(code);
            for place in places.iter().filter(|place| place.number != 0) {
                for street in place.streets.into_iter().filter(|street| *street != 0) {
                    take(home_key(register.hashing, surname, street, place.number), position);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use poimuri_shared::snapshot::dictionary::Dict;
    use poimuri_shared::snapshot::lists::codes;
    use proptest::prelude::*;

    use super::*;
    use crate::engine::Dictionaries as _;
    use crate::engine::testing::before::before;
    use crate::engine::testing::tables::{Owning, Texts, in_order};
    use crate::engine::testing::{Dice, World};

    /// Everybody's homes, present and former, under each of everybody's surnames: who has a key, and how many keys there are.
    fn naive(
        register: &RegisterKeys,
        tables: &[Tables<'_>],
        texts: &Texts,
    ) -> (BTreeMap<u64, BTreeSet<u32>>, usize) {
        let (mut expected, mut standing) = (BTreeMap::<u64, BTreeSet<u32>>::new(), 0);
        let surnames = texts.dictionary(Dict::Surname).unwrap();
        for shard in tables {
            for row in 0..shard.rows() {
                let person = u32::try_from(row).unwrap();
                let former = codes(&shard.persons.former_surnames, row);
                let names = [shard.persons.surname[row]].into_iter().chain(former.iter().copied());
                let homes = Home::of(shard, row).unwrap().into_iter();
                let homes: Vec<Home> =
                    homes.chain(Home::all_before(shard.previous.unwrap(), person)).collect();
                for name in names.map(|code| NameKey::of(surnames.text(code).unwrap(), register.hashing)) {
                    let places = homes.iter().filter(|home| home.number != 0);
                    for place in places.map(|home| register.places.place(home)) {
                        for street in place.streets.into_iter().filter(|street| *street != 0) {
                            let key = home_key(register.hashing, name, street, place.number);
                            let position = u32::try_from(shard.first_position).unwrap() + person;
                            expected.entry(key).or_default().insert(position);
                            standing += 1;
                        }
                    }
                }
            }
        }
        (expected, standing)
    }

    proptest! {
        #[test]
        fn everybody_is_found_by_surname_and_home_present_and_former(seed in any::<u64>(), shards in 1_usize..5) {
            let (world, texts, mut dice) = (World::random(seed), Texts::new(), Dice(seed));
            let parts: Vec<Owning> = world.shards(shards).iter().map(|part| Owning::of(part, &texts)).collect();
            let mut tables = in_order(&parts);
            let lived: Vec<_> = tables.iter().map(|shard| before(shard, &mut dice)).collect();
            for (shard, (persons, previous)) in tables.iter_mut().zip(&lived) {
                (shard.persons, shard.previous) = (persons, Some(previous));
            }
            let register = RegisterKeys::new(&texts, &[5; 32]).unwrap();
            let homes = Homes::new(&register, &tables).unwrap();
            let (expected, standing) = naive(&register, &tables, &texts);
            prop_assert_eq!(homes.0.len(), standing);
            for (key, positions) in &expected {
                let mut found = BTreeSet::new();
                homes.with(&[(key ^ 1, 7), (*key, 8)], |position, beside| _ = found.insert((beside, position)));
                prop_assert_eq!(found, positions.iter().map(|position| (8, *position)).collect());
            }
        }
    }
}

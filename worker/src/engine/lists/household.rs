//! Persons at one address become one household.
//!
//! With an apartment the address alone decides; without one, persons must share a part of the surname too, for the
//! house may be a block of flats. More than eight persons are an institution: they stay persons.

use super::traits::Home;

/// Persons of a household at most.
const PERSONS_MAX: usize = 8;

/// Somebody: the row that names the cluster, and where the record that stays says they live.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'h> {
    pub(super) name: u32,
    pub(super) home: &'h Home,
}

/// Names of persons who belong to one household, for each household of several.
pub(super) fn households(persons: &[Person<'_>]) -> Vec<Vec<u32>> {
    let mut at_home: Vec<&Person<'_>> = persons.iter().filter(|person| person.home.address != 0).collect();
    at_home.sort_by_key(|person| (person.home.address, person.name));
    let mut found = Vec::new();
    for neighbours in at_home.chunk_by(|a, b| a.home.address == b.home.address) {
        let families =
            if neighbours[0].home.is_apartment { vec![neighbours.to_vec()] } else { families(neighbours) };
        let fits = |family: &Vec<_>| (2..=PERSONS_MAX).contains(&family.len());
        let names = families.into_iter().filter(fits).map(|family| family.iter().map(|of| of.name).collect());
        found.extend::<Vec<Vec<u32>>>(names.collect());
    }
    found
}

/// Connected by shared parts of the surname.
fn families<'p>(neighbours: &[&'p Person<'p>]) -> Vec<Vec<&'p Person<'p>>> {
    let mut parts: Vec<(u64, usize)> = Vec::new();
    for (index, person) in neighbours.iter().enumerate() {
        parts.extend(person.home.surnames.iter().map(|part| (*part, index)));
    }
    parts.sort_unstable();
    let mut family: Vec<usize> = (0..neighbours.len()).collect();
    let root = |family: &[usize], mut at: usize| {
        while family[at] != at {
            at = family[at];
        }
        at
    };
    for same in parts.chunk_by(|a, b| a.0 == b.0) {
        for pair in same.windows(2) {
            let (one, other) = (root(&family, pair[0].1), root(&family, pair[1].1));
            family[one.max(other)] = one.min(other);
        }
    }
    let mut of: Vec<(usize, &Person<'_>)> =
        neighbours.iter().enumerate().map(|(index, person)| (root(&family, index), *person)).collect();
    of.sort_by_key(|(family, person)| (*family, person.name));
    of.chunk_by(|a, b| a.0 == b.0).map(|family| family.iter().map(|(_, person)| *person).collect()).collect()
}

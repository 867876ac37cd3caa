//! One row for each household or family, by the rules taken literally: the reference for `dedup`.

use std::collections::{BTreeMap, BTreeSet};

use poimuri_shared::order::extraction::{Dedup, DedupPer, Keep};
use poimuri_shared::register::hetu::Hetu;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::engine::days::age;

use super::{TODAY, World};

/// Which of these rows stay.
pub(super) fn kept(dedup: Dedup, seed: &[u8; 32], world: &World, rows: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut homes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut stay = BTreeSet::new();
    for row in rows {
        match world.people[*row].dwelling {
            Some(home) => homes.entry(home).or_default().push(*row),
            None => _ = stay.insert(*row),
        }
    }
    for (home, rows) in homes {
        let adults = world.residents(home).iter().filter(|p| !p.dead && age(p.birth, TODAY) >= 18).count();
        let units = match dedup.per {
            _ if adults > 8 => rows.into_iter().map(|row| vec![row]).collect(),
            DedupPer::None | DedupPer::Person => rows.into_iter().map(|row| vec![row]).collect(),
            DedupPer::Household => vec![rows],
            DedupPer::Family => families(&rows, world),
        };
        stay.extend(units.iter().map(|members| survivor(dedup.keep, seed, members, world)));
    }
    stay
}

/// Rows of a dwelling that are joined by shared parts of their surnames.
fn families(rows: &[usize], world: &World) -> Vec<Vec<usize>> {
    let mut families: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
    for row in rows {
        let mut family = (parts(world.people[*row].surname), vec![*row]);
        families.retain_mut(|(names, members)| {
            let is_other = names.is_disjoint(&family.0);
            if !is_other {
                family.0.append(names);
                family.1.append(members);
            }
            is_other
        });
        families.push(family);
    }
    families.into_iter().map(|(_, members)| members).collect()
}

fn parts(surname: &str) -> BTreeSet<String> {
    let name = surname.to_lowercase();
    let parts = name.split(['-', ' ']).filter(|part| !["von", "de", "la"].contains(part));
    parts.map(str::to_owned).collect()
}

fn survivor(keep: Keep, seed: &[u8; 32], members: &[usize], world: &World) -> usize {
    let seed = u64::from_be_bytes(seed[..8].try_into().unwrap());
    let rank = |row: &&usize| {
        let person = &world.people[**row];
        let rule = match keep {
            Keep::Random => 0,
            Keep::Oldest => person.birth,
            Keep::Youngest => -person.birth,
            Keep::WomanFirst => i32::from(person.sex != "2"),
            Keep::ManFirst => i32::from(person.sex != "1"),
        };
        let text = Hetu::from_packed(person.id).unwrap().to_text();
        (rule, xxh3_64_with_seed(&text, seed), text)
    };
    *members.iter().min_by_key(rank).unwrap()
}

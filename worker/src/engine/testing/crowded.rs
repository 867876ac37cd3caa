//! Registers of several blocks of rows, with dwellings that reach over the blocks' borders and some that are
//! larger than a block: de-duplication by every rule against the reference, however they are cut into shards.

use poimuri_shared::order::criteria::{Criteria, Field, PersonField, Test};
use poimuri_shared::order::extraction::{
    Dedup, DedupPer, ExtractionSpec, Keep, MINIMUM_AGE, Purpose, Sample,
};
use poimuri_shared::partial::RowSet;
use proptest::prelude::*;

use crate::engine::days::day_of;

use super::flow::{eligible, run};
use super::{Dice, Dwelling, Person, TODAY, World, building, person};

/// Rows `dedup` works on at once.
const BLOCK: usize = 4_096;
/// People of a register, at least.
const PEOPLE: usize = 5 * BLOCK;
/// Residents of dwellings out of the ordinary.
const CROWDS: [usize; 4] = [64, 700, BLOCK + 1, 2 * BLOCK + 300];

fn crowded(seed: u64) -> World {
    let mut dice = Dice(seed);
    let mut world = World::default();
    let mut crowds = CROWDS.to_vec();
    while world.people.len() < PEOPLE || !crowds.is_empty() {
        let at = world.buildings.len();
        world.buildings.push(building(&mut dice));
        for _ in 0..dice.below(4) {
            let usual = if dice.chance(2) { 16 } else { dice.below(6) };
            let crowd = if dice.chance(1) { crowds.pop() } else { None };
            let dwelling = world.dwellings.len();
            let has_address = crowd.is_some() || dice.chance(95);
            world.dwellings.push(Dwelling { building: at, has_address, rooms: None, apartment: None });
            for _ in 0..crowd.unwrap_or(usual) {
                let someone = person(&mut dice, world.people.len(), Some(dwelling));
                // A crowd of adults is an institution; of people of 16 it is a household.
                let birth = if crowd.is_some() { day_of(TODAY) - 16 * 366 } else { someone.birth };
                world.people.push(Person { birth, ..someone });
            }
        }
    }
    world
}

fn everybody(dedup: Dedup, seed: [u8; 32]) -> ExtractionSpec {
    ExtractionSpec {
        criteria: Criteria::Predicate(Field::Person(PersonField::Age), Test::NumberBetween(Some(0), None)),
        purpose: Purpose::DirectMarketing,
        register: None,
        dedup,
        sample: Sample::ALL,
        seed,
        reference_date: TODAY,
        fields: Vec::new(),
        minimum_age: MINIMUM_AGE,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn every_rule_keeps_one_across_blocks_and_shards(
        seed in any::<u64>(),
        order_seed in any::<[u8; 32]>(),
        shards in 2_usize..5,
    ) {
        let world = crowded(seed);
        let nobody = RowSet::of(world.people.len() as u64, []).unwrap();
        for per in [DedupPer::Person, DedupPer::Household, DedupPer::Family] {
            for keep in [Keep::Random, Keep::Oldest, Keep::Youngest, Keep::WomanFirst, Keep::ManFirst] {
                let spec = everybody(Dedup { per, keep }, order_seed);
                let expected: Vec<u64> =
                    eligible(&spec, &world, &nobody).iter().map(|row| world.people[*row].id).collect();
                for shards in [1, shards] {
                    let (account, _, _, ids) = run(&spec, &world, &nobody, shards).unwrap();
                    let differ = ids.iter().zip(&expected).position(|(id, other)| id != other);
                    prop_assert_eq!(differ, None, "{:?} {:?} in {} shards", per, keep, shards);
                    prop_assert_eq!(ids.len(), expected.len(), "{:?} {:?} in {} shards", per, keep, shards);
                    prop_assert!(account.is_balanced());
                    prop_assert_eq!(account.household > 0, per != DedupPer::Person);
                }
            }
        }
    }
}

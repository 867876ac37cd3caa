//! How many of what live where: the register cut into blocks that are made independently.
//!
//! A block is one postal code area, or some thousands of people abroad. Everything random about a
//! block comes from its own stream; what must be unique across blocks (building identifiers) comes from
//! ranges handed out here.

use super::SynthError;
use super::country::{Area, COUNTRY};
use super::dice::split;
use crate::register::building_id::BuildingId;

/// People abroad in one block.
const ABROAD_BLOCK: u64 = 20_000;

/// What one block holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// The area; `None` for people abroad.
    pub(super) area: Option<&'static Area>,
    /// Number among all blocks.
    pub(super) index: u64,
    /// Number of its first person in the draw of ages.
    pub(super) first_person: u64,
    /// Living people: with a domicile in Finland if there is an area.
    pub(super) people: u64,
    pub(super) dead: u64,
    /// Cottages owned from here.
    pub(super) cottages: u64,
    /// Buildings that are not for living.
    pub(super) others: u64,
    first_building: u64,
}

impl Block {
    /// The identifier of the block's building with this number.
    pub(super) fn building_id(&self, number: u32) -> BuildingId {
        // An odd factor that 5 does not divide permutes the numbers of eight digits.
        let scattered = (self.first_building + u64::from(number)) * 38_196_601 % 100_000_000;
        u32::try_from(scattered)
            .ok()
            .and_then(BuildingId::new)
            .expect("a remainder of 100 000 000 has eight digits")
    }

    fn buildings_at_most(&self) -> u64 {
        self.people * 2 + self.cottages * 3 + self.others + 16
    }
}

/// The blocks of a register in the order they are written.
pub(super) fn blocks(population: u64) -> Result<Vec<Block>, SynthError> {
    let country = &*COUNTRY;
    let people = country.inhabitants(population);
    let of_people = |total: u64| split(total, people.iter().copied());
    let (dead, cottages) = (of_people(population * 6 / 100), of_people(population * 904_526 / 10_000_000));
    let others = of_people(population * 394_335 / 10_000_000);
    let mut blocks: Vec<Block> = country
        .areas
        .iter()
        .enumerate()
        .filter(|(index, _)| people[*index] > 0)
        .map(|(index, area)| Block {
            area: Some(area),
            index: u64::from(area.index),
            first_person: 0,
            people: people[index],
            dead: dead[index],
            cottages: cottages[index],
            others: others[index],
            first_building: 0,
        })
        .collect();
    let abroad = population * 533 / 10_000;
    for number in 0..abroad.div_ceil(ABROAD_BLOCK) {
        let people = ABROAD_BLOCK.min(abroad - number * ABROAD_BLOCK);
        let index = 1_000_000 + number;
        let empty = Block {
            area: None,
            index,
            first_person: 0,
            people,
            dead: 0,
            cottages: 0,
            others: 0,
            first_building: 0,
        };
        blocks.push(empty);
    }
    let (mut person, mut building) = (0, 0);
    for block in &mut blocks {
        (block.first_person, block.first_building) = (person, building);
        person += block.people;
        building += block.buildings_at_most();
    }
    if building > u64::from(BuildingId::MAX) { Err(SynthError::Buildings { population }) } else { Ok(blocks) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::codes::municipalities;

    #[test]
    fn the_whole_country_has_its_municipalities() {
        let blocks = blocks(5_634_472).unwrap();
        for town in municipalities() {
            let here = blocks
                .iter()
                .filter(|block| block.area.is_some_and(|area| area.municipality.code == town.code));
            assert_eq!(
                here.map(|block| block.people).sum::<u64>(),
                u64::from(town.population),
                "{}",
                town.code
            );
        }
        let sum = |count: fn(&Block) -> u64| {
            blocks.iter().filter(|block| block.area.is_some()).map(count).sum::<u64>()
        };
        assert_eq!(sum(|block| block.cottages), 509_652);
        assert_eq!(sum(|block| block.others), 222_186);
    }

    #[test]
    fn small_registers_have_exactly_their_people() {
        for population in [1, 10, 1000] {
            let blocks = blocks(population).unwrap();
            let living: u64 =
                blocks.iter().filter(|block| block.area.is_some()).map(|block| block.people).sum();
            assert_eq!(living, population);
        }
    }
}

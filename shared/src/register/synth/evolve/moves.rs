//! Moves within the country: mostly whole households, mostly near.

use super::rates;
use super::world::{Done, World};
use crate::register::changes::{Fact, Home, Left, PartialDate};
use crate::register::codes::UNKNOWN;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

impl World {
    /// So many people move.
    pub(super) fn moves(&mut self, people: u64) -> Done {
        let mut moved = 0;
        // A register without room has no moves.
        for _ in 0..people * 4 {
            if moved >= people {
                break;
            }
            moved += self.one_move(people - moved)?;
        }
        Ok(())
    }

    /// One household, or one of it, moves; how many people that is. One larger than who is left to move goes as
    /// seldom as makes up for it.
    fn one_move(&mut self, left: u64) -> Result<u64, super::EvolveError> {
        let likely = |world: &Self, row: u32, luck: u32| {
            world.resides(row) && luck < rates::restless(world.age(row)) * 1_000
        };
        let Some(mover) = self.any(400, likely) else { return Ok(0) };
        let household = self.household(mover);
        let age = self.age(mover);
        let alone = match household.len() {
            // Alone, or in an institution.
            1 | 9.. => true,
            _ if age < 18 => false,
            _ if age < 30 => self.dice.chance(600_000),
            _ => self.dice.chance(250_000),
        };
        let movers = if alone { vec![mover] } else { household };
        let count = u64::try_from(movers.len()).unwrap_or(u64::MAX);
        if count > left && !self.dice.chance(u32::try_from(left * 1_000_000 / count).unwrap_or(0)) {
            return Ok(left);
        }
        let near = (!self.dice.chance(280_000)).then(|| self.code("dwelling_id", mover));
        let Some(dwelling) = self.vacancy(near) else { return Ok(0) };
        for row in &movers {
            let facts = self.facts_of_move(*row, dwelling);
            self.tell("move", *row, facts)?;
        }
        Ok(count)
    }

    /// An empty dwelling, near another one if that is given.
    pub(super) fn vacancy(&mut self, near: Option<u32>) -> Option<u32> {
        let dwellings = self.editor.register.dwellings.rows();
        let count = i32::try_from(dwellings).ok().filter(|count| *count > 0)?;
        for _ in 0..300 {
            let row = match near.and_then(|near| i32::try_from(near).ok()) {
                Some(near) => near + self.dice.bell((count / 400).max(40)),
                None => i32::try_from(self.dice.index(dwellings)).ok()?,
            };
            let Some(row) = u32::try_from(row).ok().filter(|row| (*row as usize) < dwellings) else {
                continue;
            };
            if self.homes.is_empty(row) && self.editor.register.dwellings.kept()[row as usize] {
                return Some(row);
            }
        }
        None
    }

    /// What is told of somebody who moves into a dwelling. Of the protected nothing of the address is told.
    pub(super) fn facts_of_move(&self, row: u32, dwelling: u32) -> Vec<Fact> {
        if self.is_protected(row) {
            let withheld = Home { dwelling: None, since: None, address: None };
            return vec![Fact::Home(Some(withheld)), Fact::Municipality(UNKNOWN.to_owned())];
        }
        let mut facts = self.left(row);
        facts.extend(self.arrived(dwelling));
        facts
    }

    /// The municipality a dwelling lies in.
    pub(super) fn town(&self, dwelling: u32) -> String {
        let register = &self.editor.register;
        let building = register.dwellings.codes("building")[dwelling as usize] as usize;
        let town = register.buildings.codes("municipality")[building];
        register.interners.lock(Dict::Municipality).text(town).to_owned()
    }

    /// What is told of the new home.
    pub(super) fn arrived(&self, dwelling: u32) -> [Fact; 2] {
        let register = &self.editor.register;
        let home = Home {
            dwelling: Some(register.dwelling_ids.text(dwelling).to_owned()),
            since: Some(self.today()),
            address: self.homes.address(register, dwelling),
        };
        [Fact::Home(Some(home)), Fact::Municipality(self.town(dwelling))]
    }

    /// The address somebody leaves today, if there is one to tell.
    pub(super) fn left(&self, row: u32) -> Vec<Fact> {
        let (dwelling, moved_in) = (self.code("dwelling_id", row), self.number("moved_in", row));
        if dwelling == NO_ROW || moved_in >= self.day || self.is_protected(row) {
            return Vec::new();
        }
        let since = (moved_in != NULL_I32).then(|| PartialDate::Day(super::world::date_of_day(moved_in)));
        let address = self.homes.address(&self.editor.register, dwelling);
        let left = address.map(|address| Fact::Left(Left { address, since, until: self.today() }));
        left.into_iter().collect()
    }
}

//! Identity codes that are replaced, and persons who turn out to be another.

use jiff::ToSpan as _;

use super::world::{Done, World, date_of_day};
use crate::register::changes::{Fact, Identity, PartialDate};
use crate::register::hetu::Hetu;
use crate::snapshot::tables::NO_ROW;

impl World {
    /// Somebody gets another code; of some the birth date was wrong too.
    pub(super) fn code_change(&mut self) -> Done {
        let Some(row) = self.any_resident(|world, row| world.age(row) > 0) else { return Ok(()) };
        let (Some(replaced), male) = (self.hetu(row), self.is_man(row)) else { return Ok(()) };
        let mut birth = date_of_day(self.number("birth_date", row));
        let mut facts = Vec::new();
        if self.dice.chance(200_000) {
            // Earlier, so that everything else stays after it.
            let earlier = birth.checked_sub(i64::from(self.dice.between(1, 9)).days());
            birth = earlier.ok().filter(|date| date.year() == birth.year()).unwrap_or(birth);
            facts.push(Fact::BirthDate(PartialDate::Day(birth)));
        }
        let Some(active) = self.fresh_code(birth, male) else { return Ok(()) };
        let previous = self.editor.row(row).previous_ids.into_iter().filter_map(Hetu::from_packed);
        let previous = Some(previous.chain([replaced]).collect());
        facts.push(Fact::Identity(Identity { replaced, active, previous }));
        self.tell("identity-code", row, facts)
    }

    /// Somebody without a home in the country turns out to be somebody who has one.
    pub(super) fn merge(&mut self) -> Done {
        let homeless = |world: &Self, row: u32, _: u32| world.code("dwelling_id", row) == NO_ROW;
        let Some(gone) = self.any(400, homeless) else { return Ok(()) };
        let (man, age) = (self.is_man(gone), self.age(gone));
        let alike = |world: &Self, row: u32| world.is_man(row) == man && (world.age(row) - age).abs() < 2;
        let Some(stays) = self.any_resident(alike) else { return Ok(()) };
        let (Some(replaced), Some(active)) = (self.hetu(gone), self.hetu(stays)) else { return Ok(()) };
        let facts = vec![Fact::Identity(Identity { replaced, active, previous: None })];
        self.tell_code("merge", replaced, facts).map(drop)
    }
}

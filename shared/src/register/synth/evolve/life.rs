//! Births, deaths, and coming of age.

use jiff::ToSpan as _;

use super::rates;
use super::world::{Done, World};
use crate::register::changes::{Fact, PartialDate, days};
use crate::register::hetu::Hetu;
use crate::register::synth::names::{form, given_names};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::NULL_I32;

impl World {
    /// Whoever turns eighteen has no guardians any more.
    pub(super) fn come_of_age(&mut self) -> Done {
        let Ok(birth) = self.date.checked_sub(18.years()) else { return Ok(()) };
        let birth = days(birth);
        let persons = &self.editor.register.persons;
        let births = persons.numbers("birth_date");
        let grown: Vec<u32> = persons.kept_rows().filter(|row| births[*row as usize] == birth).collect();
        for row in grown {
            let guardians = self.editor.row(row).guardian_ids;
            if self.lives(row) && !guardians.is_empty() {
                let codes = guardians.into_iter().filter_map(Hetu::from_packed);
                let facts = codes.map(|guardian| Fact::Guardian(guardian, false)).collect();
                self.tell("coming-of-age", row, facts)?;
            }
        }
        Ok(())
    }

    pub(super) fn death(&mut self) -> Done {
        let dies = |world: &Self, row: u32, luck: u32| {
            world.resides(row)
                && u64::from(luck) * u64::from(rates::HAZARD_MOST)
                    < u64::from(rates::hazard(world.age(row))) * 1_000_000
        };
        let Some(row) = self.any(2_000, dies) else { return Ok(()) };
        // Of a few the month alone is known.
        let coarse = self.dice.chance(10_000);
        let day = if coarse { PartialDate::Month(self.date.first_of_month()) } else { self.today() };
        let mut facts = vec![Fact::Death(Some(day))];
        if self.dice.chance(700_000) {
            facts.extend(self.left(row));
            facts.push(Fact::Home(None));
        }
        let spouse = self.spouse(row);
        self.tell("death", row, facts)?;
        if let Some(spouse) = spouse {
            self.tell("widowed", spouse, vec![Fact::Spouse(None)])?;
        }
        self.mourned.push(row);
        if self.mourned.len() > 500 {
            self.mourned.remove(0);
        }
        Ok(())
    }

    /// Somebody told dead is alive.
    pub(super) fn annul_death(&mut self) -> Done {
        if self.mourned.is_empty() {
            return Ok(());
        }
        let row = self.mourned.swap_remove(self.dice.index(self.mourned.len()));
        if self.number("death_date", row) == NULL_I32 || !self.editor.register.persons.kept()[row as usize] {
            return Ok(());
        }
        self.tell("death-annulled", row, vec![Fact::Death(None)])
    }

    pub(super) fn birth(&mut self) -> Done {
        let bears = |world: &Self, row: u32, luck: u32| {
            let age = world.age(row);
            let woman = world.editor.register.persons.small("sex")[row as usize] == 2;
            let likely = if (25..37).contains(&age) { 1_000_000 } else { 300_000 };
            woman
                && (19..44).contains(&age)
                && luck < likely
                && world.resides(row)
                && !world.is_protected(row)
        };
        let male = self.dice.chance(512_000);
        let Some(mother) = self.any(2_000, bears) else { return Ok(()) };
        let Some(code) = self.fresh_code(self.date, male) else { return Ok(()) };
        let dwelling = self.code("dwelling_id", mother);
        let father = self.spouse(mother).filter(|father| self.code("dwelling_id", *father) == dwelling);
        let culture = self.culture(mother);
        let (first_names, call_name) = given_names(&mut self.dice, culture, male);
        let family = self.text(Dict::Surname, "surname", father.unwrap_or(mother));
        let surname = if father.is_some() { form(&family, culture, male) } else { family };
        let today = self.today();
        let mut facts = vec![
            Fact::Registered(today),
            Fact::Sex(if male { 1 } else { 2 }),
            Fact::Names { first_names, surname, since: Some(today) },
            Fact::CallName(Some(call_name.to_owned())),
            Fact::MotherTongue(self.text(Dict::MotherTongue, "mother_tongue", mother)),
        ];
        facts.extend(self.arrived(dwelling));
        let guardians = [Some(mother), father].into_iter().flatten().filter_map(|row| self.hetu(row));
        facts.extend(guardians.map(|guardian| Fact::Guardian(guardian, true)));
        self.tell_code("birth", code, facts).map(drop)
    }
}

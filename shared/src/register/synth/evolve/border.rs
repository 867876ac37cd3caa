//! People who come into the country and who leave it.

use super::world::{Done, World};
use crate::register::changes::{Abroad, Fact, PartialDate};
use crate::register::codes::ABROAD;
use crate::register::synth::abroad::destination;
use crate::register::synth::calendar::{date_of, days_of};
use crate::register::synth::languages::other_language;
use crate::register::synth::names::{form, given_names, surname};
use crate::snapshot::dictionary::Dict;

impl World {
    /// Somebody the register knows comes back, or somebody new comes.
    pub(super) fn immigration(&mut self) -> Done {
        let Some(dwelling) = self.vacancy(None) else { return Ok(()) };
        let away = |world: &Self, row: u32, _: u32| {
            world.code("foreign_country", row) != 0 && !world.is_protected(row)
        };
        if self.dice.chance(150_000)
            && let Some(row) = self.any(400, away)
        {
            let mut facts = vec![Fact::Abroad(None)];
            facts.extend(self.arrived(dwelling));
            return self.tell("immigration", row, facts);
        }
        self.newcomer(dwelling)
    }

    fn newcomer(&mut self, dwelling: u32) -> Done {
        let male = self.dice.chance(540_000);
        let years = self.dice.between(17, 46);
        let year = self.date.year() - i16::try_from(years).unwrap_or(30);
        let birth = date_of(year, self.dice.between(0, days_of(year) - 1));
        let Some(code) = self.fresh_code(birth, male) else { return Ok(()) };
        let arrived = self.arrived(dwelling);
        let town = self.town(dwelling);
        let (language, culture) = other_language(&mut self.dice, &town);
        let (first_names, call_name) = given_names(&mut self.dice, culture, male);
        let surname = form(&surname(&mut self.dice, culture), culture, male);
        let mut facts = vec![
            Fact::Registered(PartialDate::Day(birth)),
            Fact::Sex(if male { 1 } else { 2 }),
            Fact::Names { first_names, surname, since: None },
            Fact::CallName(Some(call_name.to_owned())),
            Fact::MotherTongue(language.to_owned()),
            Fact::ServiceLanguage(self.dice.chance(600_000).then(|| "fi".to_owned())),
        ];
        facts.extend(arrived);
        self.tell_code("immigration", code, facts).map(drop)
    }

    /// Somebody leaves, some with all of the household.
    pub(super) fn emigration(&mut self) -> Done {
        let leaves = |world: &Self, row: u32| (18..65).contains(&world.age(row));
        let Some(first) = self.any_resident(leaves) else { return Ok(()) };
        let household = self.household(first);
        let together = household.len() < 6 && self.dice.chance(300_000);
        let (country, address) = destination(&mut self.dice);
        for row in if together { household } else { vec![first] } {
            let mut facts = self.left(row);
            let (country, address) = (country.to_owned(), address.clone());
            facts.push(Fact::Home(None));
            facts.push(Fact::Municipality(ABROAD.to_owned()));
            facts.push(Fact::Abroad(Some(Abroad { country, address, since: Some(self.today()) })));
            self.tell("emigration", row, facts)?;
        }
        Ok(())
    }

    /// Another service language, or another mother tongue.
    pub(super) fn language_change(&mut self) -> Done {
        let Some(row) = self.any_resident(|world, row| world.age(row) >= 15) else { return Ok(()) };
        let tongue = self.text(Dict::MotherTongue, "mother_tongue", row);
        let service = self.text(Dict::MotherTongue, "service_language", row);
        let fact = if self.dice.chance(150_000) {
            Fact::MotherTongue(if tongue == "fi" { "sv" } else { "fi" }.to_owned())
        } else {
            let other = if service == "fi" { "sv" } else { "fi" };
            Fact::ServiceLanguage(Some(other.to_owned()))
        };
        self.tell("language-change", row, vec![fact])
    }
}

//! The register while days pass: who lives where, who is whom, and telling what happens.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::EvolveError;
use super::homes::Homes;
use super::journal::Journal;
use super::rates;
use crate::register::changes::{Change, Fact, PartialDate, days};
use crate::register::hetu::{Hetu, signs_of};
use crate::register::synth::dice::Dice;
use crate::register::synth::languages::{Culture, culture_of};
use crate::snapshot::apply::edit::Editor;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

/// What an event can fail with.
pub(super) type Done = Result<(), EvolveError>;

/// A register and its days.
pub(super) struct World {
    pub(super) editor: Editor,
    pub(super) journal: Journal,
    pub(super) dice: Dice,
    pub(super) homes: Homes,
    pub(super) date: Date,
    /// The same in days since 1970.
    pub(super) day: i32,
    pub(super) events: BTreeMap<&'static str, u64>,
    /// Who died lately.
    pub(super) mourned: Vec<u32>,
    residents: u64,
}

impl World {
    pub(super) fn new(editor: Editor, journal: Journal) -> Self {
        let homes = Homes::new(&editor.register);
        Self {
            editor,
            journal,
            dice: Dice::new(0, 0, 0),
            homes,
            date: Date::ZERO,
            day: 0,
            events: BTreeMap::new(),
            mourned: Vec::new(),
            residents: 0,
        }
    }

    /// Everything that happens on one day.
    pub(super) fn pass_day(&mut self, seed: u64, date: Date) -> Done {
        (self.date, self.day) = (date, days(date));
        self.dice = Dice::new(seed, 100, u64::from(self.day.unsigned_abs()));
        self.residents = self.count_residents();
        self.journal.begin(date)?;
        self.come_of_age()?;
        self.repeat(rates::DEATHS, 1_000, Self::death)?;
        self.repeat(rates::ANNULLED, 1_000, Self::annul_death)?;
        self.repeat(rates::BIRTHS, 1_000, Self::birth)?;
        let movers = self.demand(rates::MOVES, rates::moving(date));
        self.moves(movers)?;
        self.repeat(rates::IMMIGRATION, rates::moving(date), Self::immigration)?;
        self.repeat(rates::EMIGRATION, rates::moving(date), Self::emigration)?;
        self.repeat(rates::MARRIAGES, 1_000, Self::marriage)?;
        self.repeat(rates::DIVORCES, 1_000, Self::divorce)?;
        self.repeat(rates::NAMES, 1_000, Self::name_change)?;
        self.repeat(rates::CODES, 1_000, Self::code_change)?;
        self.repeat(rates::MERGES, 1_000, Self::merge)?;
        self.repeat(rates::PROHIBITIONS_SET, 1_000, Self::prohibit)?;
        self.repeat(rates::PROHIBITIONS_REVOKED, 1_000, Self::allow)?;
        self.repeat(rates::SECURITY_SET, 1_000, Self::protect)?;
        self.repeat(rates::SECURITY_REVOKED, 1_000, Self::unprotect)?;
        self.repeat(rates::LANGUAGES, 1_000, Self::language_change)?;
        self.repeat(rates::OCCUPATIONS, 1_000, Self::occupation_change)?;
        self.journal.end()
    }

    /// Events of this day at a yearly rate for a million; `weight` per mille of the mean day.
    fn demand(&mut self, yearly: u64, weight: u64) -> u64 {
        const WHOLE: u64 = 365 * 1_000 * 1_000_000;
        let expected = u128::from(yearly) * u128::from(self.residents) * u128::from(weight);
        let rest = u64::try_from(expected % u128::from(WHOLE)).unwrap_or(0);
        let more = self.dice.chance(u32::try_from(rest / (WHOLE / 1_000_000)).unwrap_or(0));
        u64::try_from(expected / u128::from(WHOLE)).unwrap_or(0) + u64::from(more)
    }

    fn repeat(&mut self, yearly: u64, weight: u64, event: fn(&mut Self) -> Done) -> Done {
        for _ in 0..self.demand(yearly, weight) {
            event(self)?;
        }
        Ok(())
    }

    fn count_residents(&self) -> u64 {
        let persons = &self.editor.register.persons;
        let (deaths, dwellings) = (persons.numbers("death_date"), persons.codes("dwelling_id"));
        let residents = persons
            .kept_rows()
            .filter(|row| deaths[*row as usize] == NULL_I32 && dwellings[*row as usize] != NO_ROW);
        u64::try_from(residents.count()).unwrap_or(0)
    }

    pub(super) fn number(&self, column: &str, row: u32) -> i32 {
        self.editor.register.persons.numbers(column)[row as usize]
    }

    pub(super) fn code(&self, column: &str, row: u32) -> u32 {
        self.editor.register.persons.codes(column)[row as usize]
    }

    pub(super) fn id(&self, row: u32) -> u64 {
        self.editor.register.persons.ids("person_id")[row as usize]
    }

    /// The person's active code.
    pub(super) fn hetu(&self, row: u32) -> Option<Hetu> {
        Hetu::from_packed(self.id(row))
    }

    pub(super) fn text(&self, dict: Dict, column: &str, row: u32) -> String {
        self.editor.register.interners.lock(dict).text(self.code(column, row)).to_owned()
    }

    pub(super) fn lives(&self, row: u32) -> bool {
        self.editor.register.persons.kept()[row as usize] && self.number("death_date", row) == NULL_I32
    }

    /// Whether somebody lives in a dwelling of the country.
    pub(super) fn resides(&self, row: u32) -> bool {
        self.code("dwelling_id", row) != NO_ROW && self.lives(row)
    }

    pub(super) fn is_protected(&self, row: u32) -> bool {
        self.number("security_until", row) >= self.day
    }

    pub(super) fn age(&self, row: u32) -> i32 {
        (self.day - self.number("birth_date", row)) * 100 / 36_525
    }

    pub(super) fn is_man(&self, row: u32) -> bool {
        self.editor.register.persons.small("sex")[row as usize] == 1
    }

    pub(super) fn culture(&self, row: u32) -> Culture {
        culture_of(&self.text(Dict::MotherTongue, "mother_tongue", row))
    }

    /// Living people of the same dwelling, the person included.
    pub(super) fn household(&self, row: u32) -> Vec<u32> {
        let dwelling = self.code("dwelling_id", row);
        self.homes.residents(dwelling).filter(|other| self.lives(*other)).collect()
    }

    /// Somebody alive who passes a test, found by trying; the test is given some luck, below a million.
    pub(super) fn any(&mut self, tries: u32, test: impl Fn(&Self, u32, u32) -> bool) -> Option<u32> {
        let rows = self.editor.register.persons.rows();
        for _ in 0..tries {
            let row = u32::try_from(self.dice.index(rows)).ok()?;
            let luck = self.dice.below(1_000_000);
            if (row as usize) < rows && self.lives(row) && test(self, row, luck) {
                return Some(row);
            }
        }
        None
    }

    /// A resident who passes a test.
    pub(super) fn any_resident(&mut self, test: impl Fn(&Self, u32) -> bool) -> Option<u32> {
        self.any(400, |world, row, _| world.resides(row) && test(world, row))
    }

    /// A code nobody has or had, of a birth date and sex; test numbers only.
    pub(super) fn fresh_code(&mut self, birth: Date, male: bool) -> Option<Hetu> {
        let signs = signs_of(birth.year());
        for _ in 0..300 {
            let sign = *signs.get(self.dice.index(signs.len()))?;
            let number = 900 + 2 * self.dice.below(50) + u32::from(male);
            let code = Hetu::new(birth, sign, u16::try_from(number).ok()?).ok()?;
            if self.editor.people.find(code.packed()).is_none() {
                return Some(code);
            }
        }
        None
    }

    /// Tells facts of somebody.
    pub(super) fn tell(&mut self, event: &'static str, row: u32, facts: Vec<Fact>) -> Done {
        match self.hetu(row) {
            Some(person) => self.tell_code(event, person, facts).map(drop),
            None => Ok(()),
        }
    }

    /// Tells facts of the person with a code; gives the row.
    pub(super) fn tell_code(
        &mut self,
        event: &'static str,
        person: Hetu,
        facts: Vec<Fact>,
    ) -> Result<u32, EvolveError> {
        let (key, at) = self.journal.next();
        let change = Change { key, at, person, facts };
        let row = self.editor.apply(&change).map_err(EvolveError::Rule)?;
        self.journal.write(&change)?;
        self.homes.settle(row, self.code("dwelling_id", row));
        *self.events.entry(event).or_default() += 1;
        Ok(row)
    }

    /// This day.
    pub(super) const fn today(&self) -> PartialDate {
        PartialDate::Day(self.date)
    }
}

/// The date of a day since 1970-01-01.
pub(super) fn date_of_day(day: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(i64::from(day).days())
}

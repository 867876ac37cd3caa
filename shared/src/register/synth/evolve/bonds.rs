//! Marriages, divorces, and names.

use super::world::{Done, World};
use crate::register::changes::{Fact, NameKind};
use crate::register::synth::names::{form, given_names, surname};
use crate::snapshot::dictionary::Dict;

impl World {
    /// The living spouse, if both say so.
    pub(super) fn spouse(&self, row: u32) -> Option<u32> {
        let of = |row: u32| {
            let code = self.editor.register.persons.ids("spouse_id")[row as usize];
            self.editor.people.find(code).map(|whose| whose.row)
        };
        of(row).filter(|spouse| *spouse != row && self.lives(*spouse) && of(*spouse) == Some(row))
    }

    fn is_single(&self, row: u32) -> bool {
        self.editor.register.persons.ids("spouse_id")[row as usize] == 0
    }

    /// Two who live together marry, and mostly share a name.
    pub(super) fn marriage(&mut self) -> Done {
        let may = |world: &Self, row: u32| (20..76).contains(&world.age(row)) && world.is_single(row);
        for _ in 0..60 {
            let Some(one) = self.any_resident(may) else { return Ok(()) };
            let (man, age) = (self.is_man(one), self.age(one));
            let household = self.household(one);
            let fits = |other: &&u32| {
                **other != one
                    && may(self, **other)
                    && self.is_man(**other) != man
                    && (self.age(**other) - age).abs() < 16
            };
            let Some(other) = household.iter().find(fits).copied().filter(|_| household.len() < 9) else {
                continue;
            };
            let (man, woman) = if man { (one, other) } else { (other, one) };
            let (Some(his), Some(hers)) = (self.hetu(man), self.hetu(woman)) else { return Ok(()) };
            let (mut of_man, mut of_woman) = (vec![Fact::Spouse(Some(hers))], vec![Fact::Spouse(Some(his))]);
            let names = [man, woman].map(|row| self.text(Dict::Surname, "surname", row));
            let [his_name, her_name] = names;
            match self.dice.below(100) {
                0..62 => {
                    let culture = self.culture(woman);
                    of_woman.extend(self.surname_becomes(woman, form(&his_name, culture, false)));
                }
                62..67 if !his_name.contains('-') && !her_name.contains('-') => {
                    of_woman.extend(self.surname_becomes(woman, format!("{his_name}-{her_name}")));
                }
                67..70 => of_man.extend(self.surname_becomes(man, her_name)),
                _ => {}
            }
            self.tell("marriage", man, of_man)?;
            return self.tell("marriage", woman, of_woman);
        }
        Ok(())
    }

    pub(super) fn divorce(&mut self) -> Done {
        let married = |world: &Self, row: u32| !world.is_single(row) && world.spouse(row).is_some();
        let Some(one) = self.any_resident(married) else { return Ok(()) };
        let Some(other) = self.spouse(one) else { return Ok(()) };
        self.tell("divorce", one, vec![Fact::Spouse(None)])?;
        self.tell("divorce", other, vec![Fact::Spouse(None)])
    }

    /// What is told when a surname becomes another one; nothing if it is the same.
    fn surname_becomes(&self, row: u32, new: String) -> Vec<Fact> {
        let old = self.text(Dict::Surname, "surname", row);
        if old == new {
            return Vec::new();
        }
        let first_names = self.text(Dict::FirstNames, "first_names", row);
        vec![
            Fact::FormerName(NameKind::Surname, old),
            Fact::Names { first_names, surname: new, since: Some(self.today()) },
        ]
    }

    /// A name changed by application: of ten seven surnames.
    pub(super) fn name_change(&mut self) -> Done {
        let Some(row) = self.any_resident(|world, row| world.age(row) >= 18) else { return Ok(()) };
        let (culture, male) = (self.culture(row), self.is_man(row));
        if self.dice.chance(700_000) {
            let new = form(&surname(&mut self.dice, culture), culture, male);
            let facts = self.surname_becomes(row, new);
            return if facts.is_empty() { Ok(()) } else { self.tell("name-change", row, facts) };
        }
        let (first_names, call_name) = given_names(&mut self.dice, culture, male);
        let old = self.text(Dict::FirstNames, "first_names", row);
        let surname = self.text(Dict::Surname, "surname", row);
        let facts = vec![
            Fact::FormerName(NameKind::FirstNames, old),
            Fact::Names { first_names, surname, since: Some(self.today()) },
            Fact::CallName(Some(call_name.to_owned())),
        ];
        self.tell("name-change", row, facts)
    }
}

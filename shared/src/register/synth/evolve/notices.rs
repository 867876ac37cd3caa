//! What people notify: prohibitions, protection, occupations.

use jiff::ToSpan as _;

use super::world::{Done, World};
use crate::register::changes::{Fact, PartialDate, Prohibition};
use crate::register::synth::person::any_occupation;
use crate::snapshot::tables::NO_ROW;

impl World {
    fn is_set(&self, which: Prohibition, row: u32) -> bool {
        self.editor.register.persons.small(which.column())[row as usize] != 0
    }

    /// A prohibition is set; whoever forbids marketing often forbids more.
    pub(super) fn prohibit(&mut self) -> Done {
        let which = self.dice.among(&[
            (Prohibition::Marketing, 40),
            (Prohibition::RegisterUpdate, 18),
            (Prohibition::ContactInfo, 22),
            (Prohibition::Directory, 11),
            (Prohibition::Genealogy, 9),
        ]);
        let free = |world: &Self, row: u32| world.age(row) >= 15 && !world.is_set(which, row);
        let Some(row) = self.any_resident(free) else { return Ok(()) };
        let mut facts = vec![Fact::Prohibition(which, true)];
        if which == Prohibition::Marketing && self.dice.chance(400_000) {
            facts.push(Fact::Prohibition(Prohibition::RegisterUpdate, true));
        }
        self.tell("prohibition-set", row, facts)
    }

    pub(super) fn allow(&mut self) -> Done {
        let any = |world: &Self, row: u32| Prohibition::ALL.iter().any(|which| world.is_set(*which, row));
        let Some(row) = self.any_resident(any) else { return Ok(()) };
        let set = Prohibition::ALL.into_iter().filter(|which| self.is_set(*which, row));
        let facts = set.take(1).map(|which| Fact::Prohibition(which, false)).collect();
        self.tell("prohibition-revoked", row, facts)
    }

    /// A household is protected for five years.
    pub(super) fn protect(&mut self) -> Done {
        let Some(first) = self.any_resident(|world, row| !world.is_protected(row)) else { return Ok(()) };
        let household = self.household(first);
        let until = self.date.checked_add(5.years()).unwrap_or(self.date);
        for row in if household.len() > 8 { vec![first] } else { household } {
            self.tell("security-set", row, vec![Fact::Security(Some(PartialDate::Day(until)))])?;
        }
        Ok(())
    }

    /// A protection is taken away; an address that was withheld is told again.
    pub(super) fn unprotect(&mut self) -> Done {
        let Some(first) = self.any(4_000, |world, row, _| world.is_protected(row)) else { return Ok(()) };
        let mut all = self.household(first);
        if self.code("dwelling_id", first) == NO_ROW || all.len() > 8 {
            all = vec![first];
        }
        for row in all {
            let mut facts = vec![Fact::Security(None)];
            if self.code("dwelling_id", row) == NO_ROW && self.code("foreign_country", row) == 0 {
                facts.extend(self.vacancy(None).into_iter().flat_map(|dwelling| self.arrived(dwelling)));
            }
            self.tell("security-revoked", row, facts)?;
        }
        Ok(())
    }

    pub(super) fn occupation_change(&mut self) -> Done {
        let Some(row) = self.any_resident(|world, row| (18..70).contains(&world.age(row))) else {
            return Ok(());
        };
        let occupation = self.dice.chance(900_000).then(|| any_occupation(&mut self.dice).to_owned());
        self.tell("occupation", row, vec![Fact::Occupation(occupation)])
    }
}

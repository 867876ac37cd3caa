//! One row for each person, household or family.
//!
//! Persons are rows, so there is nothing to do for them: a snapshot holds each once. The rows of a
//! dwelling are neighbours, so households are found in one pass. A family is a connected component
//! of the dwelling's rows *that are being de-duplicated*, joined by shared parts of surnames: who
//! was excluded before joins nobody.

mod keep;
mod surname;

use poimuri_shared::order::extraction::{Dedup, DedupPer};
use poimuri_shared::snapshot::tables::{Dwellings, NO_ROW, Persons, flag};

use super::bits;
pub(crate) use keep::Survivor;
pub(crate) use surname::SurnameParts;

/// More living residents of [`ADULT_AGE`] than this make a dwelling an institution.
const ADULTS_MAX: usize = 8;

/// The age of an adult, completed years.
pub(crate) const ADULT_AGE: i64 = 18;

/// De-duplication within dwellings, compiled.
#[derive(Debug)]
pub(crate) struct Households {
    pub(crate) survivor: Survivor,
    /// The latest birth day of adults on the reference date.
    pub(crate) latest_adult_birth: i32,
    /// Set for families.
    pub(crate) surnames: Option<SurnameParts>,
}

/// Whether a dedup works within dwellings, and whether by families.
pub(crate) const fn is_within_dwellings(dedup: Dedup) -> bool {
    match dedup.per {
        DedupPer::None | DedupPer::Person => false,
        DedupPer::Household | DedupPer::Family => true,
    }
}

impl Households {
    /// Leaves one row of each household or family in a mask; how many it took out.
    pub(crate) fn reduce(&self, persons: &Persons, dwellings: &Dwellings, mask: &mut [u64]) -> u64 {
        let mut pass = Pass { households: self, persons, dwellings, members: Vec::new(), losers: Vec::new() };
        let (mut dwelling, mut first) = (NO_ROW, 0);
        for (index, word) in mask.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                let row = index * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                let of_row = persons.dwelling[row];
                if of_row == dwelling && of_row != NO_ROW {
                    if pass.members.is_empty() {
                        pass.members.push(first);
                    }
                    pass.members.push(row);
                } else {
                    pass.settle(dwelling);
                    (dwelling, first) = (of_row, row);
                }
            }
        }
        pass.settle(dwelling);
        for row in &pass.losers {
            bits::remove(mask, *row);
        }
        pass.losers.len() as u64
    }
}

/// One pass over the rows of a shard.
struct Pass<'a> {
    households: &'a Households,
    persons: &'a Persons,
    dwellings: &'a Dwellings,
    /// Rows of the dwelling at hand if there are several, else empty.
    members: Vec<usize>,
    losers: Vec<usize>,
}

impl Pass<'_> {
    fn settle(&mut self, dwelling: u32) {
        if self.members.is_empty() {
            return;
        }
        let mut members = std::mem::take(&mut self.members);
        if !self.is_institution(dwelling as usize) {
            match &self.households.surnames {
                None => self.reduce(&members),
                Some(surnames) => {
                    let surname = |row: &usize| self.persons.surname[*row];
                    let families = surnames.families(&members, surname);
                    families.iter().filter(|family| family.len() > 1).for_each(|family| self.reduce(family));
                }
            }
        }
        members.clear();
        self.members = members;
    }

    fn is_institution(&self, dwelling: usize) -> bool {
        if usize::from(self.dwellings.living[dwelling]) <= ADULTS_MAX {
            return false;
        }
        let is_adult = |row: &usize| {
            self.persons.birth_date[*row] <= self.households.latest_adult_birth
                && self.persons.flags[*row] & flag::DEAD == 0
        };
        self.dwellings.residents(dwelling).filter(is_adult).count() > ADULTS_MAX
    }

    fn reduce(&mut self, members: &[usize]) {
        let kept = self.households.survivor.of(self.persons, members);
        self.losers.extend(members.iter().filter(|row| Some(**row) != kept));
    }
}

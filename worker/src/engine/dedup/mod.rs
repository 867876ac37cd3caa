//! One row for each person, household or family.
//!
//! Persons are rows, so there is nothing to do for them: a snapshot holds each once. The rows of a
//! dwelling are neighbours, so households are found in one pass. A family is a connected component
//! of the dwelling's rows *that are being de-duplicated*, joined by shared parts of surnames: who
//! was excluded before joins nobody.

mod keep;
mod lot;
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
        let mut rows: Vec<u32> = Vec::with_capacity(persons.dwelling.len());
        bits::for_each(mask, |row| rows.extend(u32::try_from(row)));
        let mut pass = Pass { households: self, persons, dwellings, mask, removed: 0 };
        for_each_dwelling(&rows, &persons.dwelling, |dwelling, members| pass.settle(dwelling, members));
        pass.removed
    }
}

/// Calls with the rows of each dwelling that has several. Ascending rows of a dwelling are neighbours.
fn for_each_dwelling(rows: &[u32], dwelling: &[u32], mut visit: impl FnMut(u32, &[u32])) {
    let mut alike = bits::empty(rows.len());
    let mut before = NO_ROW;
    for (word, rows) in alike.iter_mut().zip(rows.chunks(64)) {
        for (bit, row) in rows.iter().enumerate() {
            let of_row = dwelling[*row as usize];
            *word |= u64::from(of_row == before && of_row != NO_ROW) << bit;
            before = of_row;
        }
    }
    let mut visit = |begin: usize, end: usize| {
        if let Some(members @ [first, ..]) = rows.get(begin..end) {
            visit(dwelling[*first as usize], members);
        }
    };
    let (mut begin, mut end) = (0, 0);
    bits::for_each(&alike, |at| {
        if at == end {
            end += 1;
        } else {
            visit(begin, end);
            (begin, end) = (at - 1, at + 1);
        }
    });
    visit(begin, end);
}

/// One pass over the rows of a shard.
struct Pass<'a> {
    households: &'a Households,
    persons: &'a Persons,
    dwellings: &'a Dwellings,
    mask: &'a mut [u64],
    removed: u64,
}

impl Pass<'_> {
    #[inline]
    fn settle(&mut self, dwelling: u32, members: &[u32]) {
        if self.is_institution(dwelling as usize) {
            return;
        }
        match &self.households.surnames {
            None => self.reduce(members),
            Some(surnames) => {
                let names = &self.persons.surname;
                surnames.for_each_family(members, |row| names[row as usize], |family| self.reduce(family));
            }
        }
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

    #[inline]
    fn reduce(&mut self, members: &[u32]) {
        let Some(kept) = self.households.survivor.of(self.persons, members) else { return };
        for row in members {
            bits::remove(self.mask, *row as usize);
        }
        bits::insert(self.mask, kept);
        self.removed += members.len() as u64 - 1;
    }
}

//! One row for each person, household or family.
//!
//! Persons are rows, so there is nothing to do for them: a snapshot holds each once. The rows of a
//! dwelling are neighbours, so households are found in one pass. A family is a connected component
//! of the dwelling's rows *that are being de-duplicated*, joined by shared parts of surnames: who
//! was excluded before joins nobody.

mod groups;
mod keep;
mod lot;
mod surname;

use poimuri_shared::order::extraction::{Dedup, DedupPer};
use poimuri_shared::snapshot::tables::{Dwellings, NO_ROW, Persons, flag};

use super::bits;
use groups::{Groups, Member};
pub(crate) use keep::Survivor;
pub(crate) use surname::SurnameParts;

/// More living residents of [`ADULT_AGE`] than this make a dwelling an institution.
const ADULTS_MAX: usize = 8;

/// Words of a mask that are worked on at once: what is written down of them stays in the nearest cache.
const BLOCK_WORDS: usize = 64;

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
        let mut removed = 0;
        // Rows of the block, and before them those of a dwelling that goes on from the last one.
        let mut rows: Vec<u32> = Vec::with_capacity(BLOCK_WORDS * 128);
        for begin in (0..mask.len()).step_by(BLOCK_WORDS) {
            let end = mask.len().min(begin + BLOCK_WORDS);
            bits::for_each(&mask[begin..end], |row| rows.extend(u32::try_from(begin * 64 + row)));
            let whole = if end == mask.len() { rows.len() } else { whole_dwellings(&rows, persons) };
            removed += self.reduce_rows(persons, dwellings, &rows[..whole], mask);
            rows.drain(..whole);
        }
        removed
    }

    fn reduce_rows(&self, persons: &Persons, dwellings: &Dwellings, rows: &[u32], mask: &mut [u64]) -> u64 {
        let households = self.households(persons, dwellings, rows);
        let Some(surnames) = &self.surnames else { return self.survivor.leave(persons, &households, mask) };
        let mut families = Groups::default();
        let surname = |row: u32| persons.surname[row as usize];
        households.for_each(|rows| surnames.for_each_family(rows, surname, |family| families.push(family)));
        self.survivor.leave(persons, &families, mask)
    }

    /// The rows of each dwelling that has several, institutions aside: rows of a dwelling are neighbours.
    fn households(&self, persons: &Persons, dwellings: &Dwellings, rows: &[u32]) -> Groups {
        let mut members = vec![Member::default(); rows.len()];
        let mut count = 0;
        let mut institutions = Institutions { households: self, persons, dwellings, last: (NO_ROW, false) };
        let mut before = NO_ROW;
        for (at, row) in rows.iter().enumerate() {
            let dwelling = persons.dwelling[*row as usize];
            let after = rows.get(at + 1).map_or(NO_ROW, |next| persons.dwelling[*next as usize]);
            let is_first = dwelling != before;
            before = dwelling;
            let is_alone = is_first & (dwelling != after);
            // Written in any case, and written over if it does not count: who lives alone cannot be foreseen.
            members[count] = Member::new(*row, is_first);
            let counts = !is_alone & (dwelling != NO_ROW);
            count += usize::from(counts & !institutions.has(dwelling));
        }
        members.truncate(count);
        Groups::of(members)
    }
}

/// How many of the rows are of dwellings that end among them.
fn whole_dwellings(rows: &[u32], persons: &Persons) -> usize {
    let dwelling = |row: &u32| persons.dwelling[*row as usize];
    let last = rows.last().map_or(NO_ROW, dwelling);
    if last == NO_ROW {
        return rows.len();
    }
    rows.iter().rposition(|row| dwelling(row) != last).map_or(0, |at| at + 1)
}

/// Whether dwellings are institutions; the last answer is kept, for their many rows are neighbours.
struct Institutions<'a> {
    households: &'a Households,
    persons: &'a Persons,
    dwellings: &'a Dwellings,
    last: (u32, bool),
}

impl Institutions<'_> {
    #[inline]
    fn has(&mut self, dwelling: u32) -> bool {
        let living = self.dwellings.living.get(dwelling as usize);
        if living.is_none_or(|living| usize::from(*living) <= ADULTS_MAX) {
            return false;
        }
        if self.last.0 != dwelling {
            self.last = (dwelling, self.adults(dwelling as usize) > ADULTS_MAX);
        }
        self.last.1
    }

    fn adults(&self, dwelling: usize) -> usize {
        let is_adult = |row: &usize| {
            self.persons.birth_date[*row] <= self.households.latest_adult_birth
                && self.persons.flags[*row] & flag::DEAD == 0
        };
        self.dwellings.residents(dwelling).filter(is_adult).count()
    }
}

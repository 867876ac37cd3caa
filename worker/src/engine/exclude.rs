//! Who may not be addressed: five reasons in a fixed order, the first that holds is counted.

use poimuri_shared::partial::Excluded;
use poimuri_shared::snapshot::tables::{Persons, flag};

use super::bits;

/// The reference date as the engine needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The reference date.
    pub(crate) today: i32,
    /// The latest birth day of those who are old enough.
    pub(crate) latest_birth: i32,
}

/// Takes the excluded out of a mask and counts them by reason.
pub(crate) fn exclude(persons: &Persons, limits: Limits, mask: &mut [u64]) -> Excluded {
    let mut excluded = Excluded::default();
    let (flags, births) = (&persons.flags, &persons.birth_date);
    let secure_until = &persons.security_until;
    for (index, word) in mask.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
        let rows = index * 64..flags.len().min(index * 64 + 64);
        let flags = &flags[rows.clone()];
        let dead = passing(*word, flags, |flags| flags & flag::DEAD != 0);
        let mut left = *word & !dead;
        let no_address = passing(left, flags, |flags| flags & flag::HAS_ADDRESS == 0);
        left &= !no_address;
        let recorded = passing(left, flags, |flags| flags & flag::SECURITY != 0);
        let until = &secure_until[rows.clone()];
        let security = bits::passing_one_by_one(recorded, until, |until| until >= limits.today);
        left &= !security;
        let no_marketing = passing(left, flags, |flags| flags & flag::NO_MARKETING != 0);
        left &= !no_marketing;
        let under_age = passing(left, &births[rows], |birth| birth > limits.latest_birth);
        *word = left & !under_age;
        excluded.dead += u64::from(dead.count_ones());
        excluded.no_address += u64::from(no_address.count_ones());
        excluded.security += u64::from(security.count_ones());
        excluded.no_marketing += u64::from(no_marketing.count_ones());
        excluded.under_age += u64::from(under_age.count_ones());
    }
    excluded
}

#[inline(always)]
fn passing<T: Copy>(word: u64, values: &[T], test: impl Fn(T) -> bool + Copy) -> u64 {
    match values.first_chunk::<64>() {
        Some(chunk) => bits::passing(word, chunk, test),
        None => bits::passing_one_by_one(word, values, test),
    }
}

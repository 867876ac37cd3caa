//! Who may not be addressed: five reasons in a fixed order, the first that holds is counted.
//!
//! Whether a security prohibition still runs stands in a column of its own that few rows need: those rows are
//! put aside and looked up together, so that no row waits for another's memory.

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
    let mut aside = Vec::new();
    let (flags, rest_of_flags) = persons.flags.as_chunks::<64>();
    let (births, rest_of_births) = persons.birth_date.as_chunks::<64>();
    for (index, word) in mask.iter_mut().enumerate().filter(|(_, word)| **word != 0) {
        let found = match (flags.get(index), births.get(index)) {
            (Some(flags), Some(births)) => of_chunk(*word, flags, births, limits),
            _ => one_by_one(*word, rest_of_flags, rest_of_births, limits),
        };
        excluded.dead += u64::from(found.dead.count_ones());
        excluded.no_address += u64::from(found.no_address.count_ones());
        excluded.no_marketing += u64::from(found.no_marketing.count_ones());
        excluded.under_age += u64::from(found.under_age.count_ones());
        *word = found.left;
        if found.recorded != 0 {
            bits::for_each(&[found.recorded], |bit| aside.push(index * 64 + bit));
        }
    }
    settle_recorded(persons, limits, &aside, mask, &mut excluded);
    excluded
}

/// A word of rows by what becomes of them; each row is in one.
#[derive(Default)]
struct Found {
    dead: u64,
    no_address: u64,
    /// A security prohibition is recorded: whether it still runs decides.
    recorded: u64,
    no_marketing: u64,
    under_age: u64,
    left: u64,
}

#[inline(always)]
fn of_chunk(word: u64, flags: &[u16; 64], births: &[i32; 64], limits: Limits) -> Found {
    let with = |flag: u16| bits::of_chunk(flags, |flags| flags & flag != 0);
    let dead = word & with(flag::DEAD);
    let alive = word & !dead;
    let no_address = alive & !with(flag::HAS_ADDRESS);
    let reachable = alive & !no_address;
    let recorded = reachable & with(flag::SECURITY);
    let open = reachable & !recorded;
    let no_marketing = open & with(flag::NO_MARKETING);
    let willing = open & !no_marketing;
    let under_age = willing & bits::of_chunk(births, |birth| birth > limits.latest_birth);
    Found { dead, no_address, recorded, no_marketing, under_age, left: willing & !under_age }
}

/// The same for the last rows of a shard, which fill no chunk.
fn one_by_one(word: u64, flags: &[u16], births: &[i32], limits: Limits) -> Found {
    let mut found = Found::default();
    bits::for_each(&[word], |row| {
        let place = match (flags[row], births[row]) {
            (flags, _) if flags & flag::DEAD != 0 => &mut found.dead,
            (flags, _) if flags & flag::HAS_ADDRESS == 0 => &mut found.no_address,
            (flags, _) if flags & flag::SECURITY != 0 => &mut found.recorded,
            (flags, _) if flags & flag::NO_MARKETING != 0 => &mut found.no_marketing,
            (_, birth) if birth > limits.latest_birth => &mut found.under_age,
            _ => &mut found.left,
        };
        *place |= 1 << row;
    });
    found
}

/// Decides about the rows put aside; those whose prohibition has ended go on to the reasons after it.
fn settle_recorded(
    persons: &Persons,
    limits: Limits,
    aside: &[usize],
    mask: &mut [u64],
    excluded: &mut Excluded,
) {
    for row in aside {
        let (until, birth) = (persons.security_until[*row], persons.birth_date[*row]);
        if until >= limits.today {
            excluded.security += 1;
        } else if persons.flags[*row] & flag::NO_MARKETING != 0 {
            excluded.no_marketing += 1;
        } else if birth > limits.latest_birth {
            excluded.under_age += 1;
        } else {
            mask[row / 64] |= 1 << (row % 64);
        }
    }
}

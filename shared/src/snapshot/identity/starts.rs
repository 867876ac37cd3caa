//! Where the codes of each date and century sign begin among all codes, ascending: a few MiB for a country, which the caches
//! hold, so that looking for a code waits for memory once or twice.

use std::hint::black_box;

use super::CODE_BITS;

/// Bits of the sign and the individual number; above them is the date as a number.
const DATE_SHIFT: u32 = 14;
/// Bits of the individual number.
const NUMBER_BITS: u32 = 10;
/// Signs of a date, in use or not.
const SIGNS: usize = 1 << (DATE_SHIFT - NUMBER_BITS);
/// A date nobody has.
const NOBODY: u32 = u32::MAX;
/// Codes that are looked for at once.
const SOUGHT: usize = 64;
/// Codes around the place of a guess that are compared at once.
const NEAR: usize = 16;

/// The starts, by date and sign.
#[derive(Debug)]
pub(super) struct Starts {
    /// Where the signs of each date are among the starts.
    dates: Vec<u32>,
    /// The starts, and where the last codes end.
    starts: Vec<Start>,
}

/// Where the codes of a date and sign begin, and the lowest and the highest of their individual numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Start {
    at: u32,
    low: u16,
    high: u16,
}

/// Where the codes of a date and sign are, and which of them are near the one sought.
#[derive(Debug, Clone, Copy, Default)]
struct Guess {
    first: usize,
    end: usize,
    near: usize,
}

impl Starts {
    /// Of codes, ascending.
    pub(super) fn new(codes: &[u64]) -> Self {
        let codes = &codes[..codes.partition_point(|code| code >> CODE_BITS == 0)];
        let dates = codes.last().map_or(0, |code| at(code >> DATE_SHIFT) + 1);
        let mut begun = Self { dates: vec![NOBODY; dates], starts: Vec::new() };
        for (index, code) in (0_u32..).zip(codes) {
            let start = Start { at: index, low: number(*code), high: number(*code) };
            let date = &mut begun.dates[at(code >> DATE_SHIFT)];
            if *date == NOBODY {
                begun.starts.resize(begun.starts.len().next_multiple_of(SIGNS), start);
                *date = u32::try_from(begun.starts.len()).unwrap_or(NOBODY);
            }
            let group = *date as usize + at(code >> NUMBER_BITS) % SIGNS;
            if begun.starts.len() <= group {
                begun.starts.resize(group + 1, start);
            }
            begun.starts[group].high = start.high;
        }
        let end = Start { at: u32::try_from(codes.len()).unwrap_or(u32::MAX), low: 0, high: 0 };
        begun.starts.resize(begun.starts.len().next_multiple_of(SIGNS) + 1, end);
        begun
    }

    /// Hands out where some codes are among all codes, in their order: the index of the first and the places from there on, none
    /// for a code that is not. Step by step: many cache misses are then on their way at once.
    pub(super) fn each(&self, all: &[u64], sought: &[u64], mut take: impl FnMut(usize, &[Option<usize>])) {
        let (mut groups, mut starts) = ([usize::MAX; SOUGHT], [(Start::default(), 0); SOUGHT]);
        let (mut guesses, mut found) = ([Guess::default(); SOUGHT], [None; SOUGHT]);
        for (first, codes) in (0..).step_by(SOUGHT).zip(sought.chunks(SOUGHT)) {
            for (group, code) in groups.iter_mut().zip(codes) {
                *group = self.group(*code);
            }
            for (start, group) in starts.iter_mut().zip(&groups) {
                let (own, next) = (self.starts.get(*group), self.starts.get(group.wrapping_add(1)));
                let end = next.map_or(0, |next| next.at);
                *start = (own.copied().unwrap_or_default(), end);
            }
            for ((guess, start), code) in guesses.iter_mut().zip(&starts).zip(codes) {
                *guess = Guess::new(*start, *code);
            }
            // For the caches' sake alone.
            let ends =
                |guess: &Guess| [guess.near, guess.near + NEAR - 1].map(|at| all.get(at).unwrap_or(&0));
            black_box(guesses.iter().map(ends).fold(0, |seen, [one, other]| seen ^ one ^ other));
            for ((found, guess), code) in found.iter_mut().zip(&guesses).zip(codes) {
                *found = guess.find(all, *code);
            }
            take(first, &found[..codes.len()]);
        }
    }

    /// Where the start of a code's date and sign is among the starts, if anybody has the date.
    fn group(&self, code: u64) -> usize {
        let date = usize::try_from(code >> DATE_SHIFT).ok().and_then(|date| self.dates.get(date));
        let sign = at(code >> NUMBER_BITS) % SIGNS;
        date.filter(|date| **date != NOBODY).map_or(usize::MAX, |date| *date as usize + sign)
    }
}

impl Guess {
    /// As if numbers were given out evenly.
    fn new((Start { at, low, high }, end): (Start, u32), code: u64) -> Self {
        let (first, end) = (at as usize, end.max(at) as usize);
        let above = usize::from(number(code).clamp(low, high) - low);
        let share = above * (end - first) / usize::from(high - low).max(1);
        Self { first, end, near: (first + share).saturating_sub(NEAR / 2) }
    }

    /// Where a code is: as a rule near where it should be.
    fn find(&self, all: &[u64], code: u64) -> Option<usize> {
        let near = all.get(self.near..self.near + NEAR).unwrap_or_default();
        // Without a way out early, which lets all be compared at once.
        let at = self.near + near.iter().fold(0, |below, entry| below + usize::from(*entry < code));
        if all.get(at) == Some(&code) {
            return Some(at);
        }
        let at = all.get(self.first..self.end)?.binary_search(&code).ok()?;
        Some(self.first + at)
    }
}

/// The individual number of a code.
fn number(code: u64) -> u16 {
    u16::try_from(code & ((1 << NUMBER_BITS) - 1)).unwrap_or(u16::MAX)
}

/// The lower bits of a code as an index.
fn at(bits: u64) -> usize {
    usize::try_from(bits & ((1 << CODE_BITS) - 1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Codes of few dates and signs, close together and far apart.
    fn code() -> impl Strategy<Value = u64> {
        let date = prop_oneof![Just(10_100_u64), 10_100_u64..10_103, 0_u64..400_000];
        let number = prop_oneof![2_u64..40, 0_u64..1024];
        (date, 0_u64..16, number).prop_map(|(date, sign, number)| date << 14 | sign << 10 | number)
    }

    proptest! {
        #[test]
        fn codes_are_where_a_search_finds_them(
            all in proptest::collection::btree_set(code(), 0..400),
            others in proptest::collection::vec(prop_oneof![code(), any::<u64>()], 0..100),
        ) {
            let all: Vec<u64> = all.into_iter().collect();
            let sought: BTreeSet<u64> = all.iter().copied().chain(others).collect();
            let sought: Vec<u64> = sought.into_iter().rev().collect();
            let mut found = vec![None; sought.len()];
            Starts::new(&all).each(&all, &sought, |first, places| {
                found[first..first + places.len()].copy_from_slice(places);
            });
            let expected: Vec<Option<usize>> =
                sought.iter().map(|code| all.binary_search(code).ok()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

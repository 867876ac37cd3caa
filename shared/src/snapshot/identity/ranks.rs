//! Which codes there are, as bits, and how many are before them: some 10 MiB for a country, which the caches hold, so that
//! where a code is among all codes, ascending, is known without reading one of them.

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

/// The codes there are.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Where the signs of each date are among the groups.
    dates: Vec<u32>,
    groups: Vec<Group>,
    words: Vec<Word>,
}

/// The codes of a date and sign: where their words are, how many, and the number that the first bit stands for.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    at: u32,
    words: u16,
    low: u16,
}

/// Individual numbers that follow each other.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    /// Those there are, from the lowest bit.
    present: u32,
    /// Codes before them.
    before: u32,
}

impl Ranks {
    /// Of codes, ascending, each once.
    pub(super) fn new(codes: &[u64]) -> Self {
        let codes = &codes[..codes.partition_point(|code| code >> CODE_BITS == 0)];
        let dates = codes.last().map_or(0, |code| at(code >> DATE_SHIFT) + 1);
        let (mut dates, mut groups, mut words) = (vec![NOBODY; dates], Vec::new(), Vec::new());
        let mut before = 0;
        for codes in codes.chunk_by(|one, other| one >> NUMBER_BITS == other >> NUMBER_BITS) {
            let (first, last) = (codes[0], codes[codes.len() - 1]);
            let date = &mut dates[at(first >> DATE_SHIFT)];
            if *date == NOBODY {
                *date = index(&groups);
                groups.resize(groups.len() + SIGNS, Group::default());
            }
            let (low, high) = (number(first), number(last));
            let count = (high - low) / Word::BITS + 1;
            groups[*date as usize + sign(first)] = Group { at: index(&words), words: count, low };
            let begin = words.len();
            words.resize(begin + usize::from(count), Word::default());
            let words = &mut words[begin..];
            for above in codes.iter().map(|code| number(*code) - low) {
                words[usize::from(above / Word::BITS)].present |= 1 << (above % Word::BITS);
            }
            for word in words {
                word.before = before;
                before += word.present.count_ones();
            }
        }
        Self { dates, groups, words }
    }

    /// Hands out where some codes are among all codes, in their order: the index of the first and the places from there on, none
    /// for a code that is not. Step by step: many cache misses are then on their way at once.
    pub(super) fn each(&self, sought: &[u64], mut take: impl FnMut(usize, &[Option<u32>])) {
        let (mut groups, mut words) = ([Group::default(); SOUGHT], [Word::default(); SOUGHT]);
        let mut found = [None; SOUGHT];
        for (first, codes) in (0..).step_by(SOUGHT).zip(sought.chunks(SOUGHT)) {
            for (group, code) in groups.iter_mut().zip(codes) {
                *group = self.group(*code);
            }
            for ((word, group), code) in words.iter_mut().zip(&groups).zip(codes) {
                *word = self.word(*group, number(*code));
            }
            for (((found, group), word), code) in found.iter_mut().zip(&groups).zip(&words).zip(codes) {
                *found = word.find(number(*code).wrapping_sub(group.low));
            }
            take(first, &found[..codes.len()]);
        }
    }

    /// The group of a code; an empty one if there is none.
    fn group(&self, code: u64) -> Group {
        let date = usize::try_from(code >> DATE_SHIFT).ok().and_then(|date| self.dates.get(date));
        let group = date.and_then(|date| self.groups.get(*date as usize + sign(code)));
        group.copied().unwrap_or_default()
    }

    /// The word of a number of a group; an empty one if there is none.
    fn word(&self, group: Group, number: u16) -> Word {
        let word = number.wrapping_sub(group.low) / Word::BITS;
        let word = (word < group.words).then(|| self.words.get(group.at as usize + usize::from(word)));
        word.flatten().copied().unwrap_or_default()
    }
}

impl Word {
    /// Numbers of a word.
    const BITS: u16 = 32;

    /// Codes before the one of a bit, if there is one; the bit is counted from the first word of the group.
    fn find(self, bit: u16) -> Option<u32> {
        let bit = 1 << (bit % Self::BITS);
        (self.present & bit != 0).then(|| self.before + (self.present & (bit - 1)).count_ones())
    }
}

/// The individual number of a code.
fn number(code: u64) -> u16 {
    u16::try_from(code & ((1 << NUMBER_BITS) - 1)).unwrap_or(u16::MAX)
}

/// The sign of a code as an index.
fn sign(code: u64) -> usize {
    at(code >> NUMBER_BITS) % SIGNS
}

/// The lower bits of a code as an index.
fn at(bits: u64) -> usize {
    usize::try_from(bits & ((1 << CODE_BITS) - 1)).unwrap_or(usize::MAX)
}

/// The index of what comes next.
fn index<T>(all: &[T]) -> u32 {
    u32::try_from(all.len()).unwrap_or(NOBODY)
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
            Ranks::new(&all).each(&sought, |first, places| {
                found[first..first + places.len()].copy_from_slice(places);
            });
            let place = |code: &u64| all.binary_search(code).ok().and_then(|place| u32::try_from(place).ok());
            let expected: Vec<Option<u32>> = sought.iter().map(place).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

//! Which codes there are, as bits, and how many are before them: some 10 MiB for a country, which the caches hold, so that
//! where a code is among all codes, ascending, is known without reading one of them.

use super::CODE_BITS;

/// Bits of the sign and the individual number; above them is the date as a number.
const DATE_SHIFT: u32 = 14;
/// Bits of the individual number.
const NUMBER_BITS: u32 = 10;
/// Signs of a date, in use or not.
const SIGNS: usize = 1 << (DATE_SHIFT - NUMBER_BITS);
/// Codes that are looked for at once.
const SOUGHT: usize = 64;

/// Words of a date and sign.
const GROUP_WORDS: usize = (1 << NUMBER_BITS) / Word::BITS as usize;

/// The codes there are.
#[derive(Debug)]
pub(super) struct Ranks {
    dates: Vec<Date>,
    /// Of each date and sign that somebody has, one after another.
    words: Vec<Word>,
}

/// The codes of a date: the signs there are, from the lowest bit, and where the words of the first one are.
#[derive(Debug, Clone, Copy, Default)]
struct Date {
    first: u32,
    signs: u16,
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
        let (mut dates, mut words) = (vec![Date::default(); dates], Vec::new());
        let mut before = 0;
        for codes in codes.chunk_by(|one, other| one >> NUMBER_BITS == other >> NUMBER_BITS) {
            let date = &mut dates[at(codes[0] >> DATE_SHIFT)];
            let begin = words.len();
            if date.signs == 0 {
                date.first = u32::try_from(begin).unwrap_or(u32::MAX);
            }
            date.signs |= sign(codes[0]);
            words.resize(begin + GROUP_WORDS, Word::default());
            let words = &mut words[begin..];
            for number in codes.iter().map(|code| number(*code)) {
                words[number / Word::BITS as usize].present |= 1 << (number % Word::BITS as usize);
            }
            for word in words {
                word.before = before;
                before += word.present.count_ones();
            }
        }
        Self { dates, words }
    }

    /// Hands out where some codes are among all codes, in their order: the index of the first and the places from there on, none
    /// for a code that is not. Step by step: many cache misses are then on their way at once.
    pub(super) fn each(&self, sought: &[u64], mut take: impl FnMut(usize, &[Option<u32>])) {
        let (mut words, mut found) = ([Word::default(); SOUGHT], [None; SOUGHT]);
        for (first, codes) in (0..).step_by(SOUGHT).zip(sought.chunks(SOUGHT)) {
            for (word, code) in words.iter_mut().zip(codes) {
                let there = self.place(*code).and_then(|place| self.words.get(place));
                *word = there.copied().unwrap_or_default();
            }
            for ((found, word), code) in found.iter_mut().zip(&words).zip(codes) {
                *found = word.find(number(*code));
            }
            take(first, &found[..codes.len()]);
        }
    }

    /// Where the word of a code is, if somebody has its date and sign.
    fn place(&self, code: u64) -> Option<usize> {
        let date = self.dates.get(usize::try_from(code >> DATE_SHIFT).ok()?)?;
        let sign = sign(code);
        let before = (date.signs & (sign - 1)).count_ones() as usize * GROUP_WORDS;
        let word = date.first as usize + before + number(code) / Word::BITS as usize;
        (date.signs & sign != 0).then_some(word)
    }
}

impl Word {
    /// Numbers of a word.
    const BITS: u32 = u32::BITS;

    /// Codes before the one of a number, if there is one.
    fn find(self, number: usize) -> Option<u32> {
        let bit = 1 << (number % Self::BITS as usize);
        (self.present & bit != 0).then(|| self.before + (self.present & (bit - 1)).count_ones())
    }
}

/// The individual number of a code.
fn number(code: u64) -> usize {
    at(code) % (1 << NUMBER_BITS)
}

/// The sign of a code as a bit.
fn sign(code: u64) -> u16 {
    1 << (at(code >> NUMBER_BITS) % SIGNS)
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
            Ranks::new(&all).each(&sought, |first, places| {
                found[first..first + places.len()].copy_from_slice(places);
            });
            let place = |code: &u64| all.binary_search(code).ok().and_then(|place| u32::try_from(place).ok());
            let expected: Vec<Option<u32>> = sought.iter().map(place).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

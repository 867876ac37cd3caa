//! Who gets which identity code: unique without looking anything up.
//!
//! Everybody born in one year with one sex is a cohort. The members of a cohort are numbered
//! across the whole register; a keyed permutation turns a member's number into a day of the year, a
//! century sign and an individual number. Different numbers give different codes, in any order and on any thread.

use super::SynthError;
use super::calendar::{THIS_YEAR, date_of, days_of, first_day};
use super::pyramid::{AGES, MEN, WOMEN};
use crate::register::hetu::{Hetu, signs_of};

/// First year of birth.
pub(super) const FIRST_YEAR: i16 = 1870;
const YEARS: usize = 156;
/// Test numbers of one sex: 900 to 999, odd for men, even for women.
const NUMBERS: u32 = 50;

/// Numbers given or needed in each cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cohorts(Vec<u32>);

impl Cohorts {
    pub(super) fn empty() -> Self {
        Self(vec![0; 2 * YEARS])
    }

    fn slot(male: bool, year: i16) -> usize {
        let year = usize::try_from(year - FIRST_YEAR).unwrap_or(0).min(YEARS - 1);
        year * 2 + usize::from(male)
    }

    /// Takes the next number of a cohort.
    pub(super) fn take(&mut self, male: bool, year: i16) -> u32 {
        let count = &mut self.0[Self::slot(male, year)];
        *count += 1;
        *count - 1
    }

    /// Adds the needs of a block; what was needed before it is where its numbers begin.
    pub(super) fn add(&mut self, block: &Self) {
        for (sum, count) in self.0.iter_mut().zip(&block.0) {
            *sum += count;
        }
    }

    /// Whether every cohort finds codes enough.
    pub(super) fn check(&self) -> Result<(), SynthError> {
        for (index, needed) in self.0.iter().enumerate() {
            let year = FIRST_YEAR + i16::try_from(index / 2).unwrap_or(0);
            if *needed > capacity(year) {
                return Err(SynthError::Identities { year, needed: *needed, available: capacity(year) });
            }
        }
        Ok(())
    }
}

fn codes_per_day(year: i16) -> u32 {
    NUMBERS * u32::try_from(signs_of(year).len()).unwrap_or(1)
}

/// Codes of one sex in a year.
fn capacity(year: i16) -> u32 {
    codes_per_day(year) * days_of(year).unsigned_abs()
}

/// Refuses what cannot be met before anybody is counted: the living of a single cohort are too many.
pub(super) fn check_population(population: u64) -> Result<(), SynthError> {
    for (age, count) in MEN.iter().chain(&WOMEN).enumerate() {
        let year = THIS_YEAR - i16::try_from(age % AGES).unwrap_or(0);
        let needed = u128::from(population) * u128::from(*count) / u128::from(super::POPULATION);
        if needed > u128::from(capacity(year)) {
            let needed = u32::try_from(needed).unwrap_or(u32::MAX);
            return Err(SynthError::Identities { year, needed, available: capacity(year) });
        }
    }
    Ok(())
}

/// A code and the birth date it tells, in days since 1970.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    pub(super) code: Hetu,
    pub(super) birth_day: i32,
}

/// The identity of a member of a cohort; `number` is below the cohort's capacity.
pub(super) fn identity(seed: u64, male: bool, year: i16, number: u32) -> Identity {
    let key = seed ^ u64::from(year.unsigned_abs()) << 40 ^ u64::from(male) << 60;
    let place = permute(number, capacity(year), key);
    let (day, code) = (place / codes_per_day(year), place % codes_per_day(year));
    let (sign, individual) = (code / NUMBERS, 900 + 2 * (code % NUMBERS) + u32::from(male));
    let day = i32::try_from(day).unwrap_or(0);
    let sign = signs_of(year).get(sign as usize).copied().unwrap_or(b'-');
    let individual = u16::try_from(individual).unwrap_or(999);
    let code = Hetu::new(date_of(year, day), sign, individual)
        .expect("a year from 1870 to 2025 has these signs, and numbers end at 999");
    Identity { code, birth_day: first_day(i32::from(year)) + day }
}

/// A permutation of the numbers below `size` (at most 2¹⁸): a Feistel network, walked until it falls inside.
fn permute(number: u32, size: u32, key: u64) -> u32 {
    let mut value = number;
    loop {
        let (mut left, mut right) = (value >> 9, value & 511);
        for round in 0..4_u64 {
            let mixed =
                (u64::from(right) ^ key.rotate_left(16) ^ round << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (mixed ^ key ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (left, right) = (right, left ^ u32::try_from(mixed >> 55).unwrap_or(0));
        }
        value = left << 9 | right;
        if value < size {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_cohort_gets_different_codes() {
        for (male, year) in [(true, 1952), (false, 2024), (true, 1895)] {
            let mut codes: Vec<u64> =
                (0..capacity(year)).map(|number| identity(5, male, year, number).code.packed()).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), capacity(year) as usize);
            let sample = identity(5, male, year, 17);
            let text = sample.code.to_text();
            assert!(Hetu::parse(std::str::from_utf8(&text).unwrap()).is_ok());
            assert_eq!(sample.code.number() % 2 == 1, male);
            assert!(sample.code.number() >= 900);
        }
    }

    #[test]
    fn a_cohort_that_is_too_large_is_refused() {
        let mut needs = Cohorts::empty();
        for _ in 0..capacity(1895) {
            needs.take(true, 1895);
        }
        assert!(needs.check().is_ok());
        needs.take(true, 1895);
        assert!(matches!(needs.check(), Err(SynthError::Identities { year: 1895, .. })));
        assert!(check_population(15_000_000).is_ok());
        for population in [20_000_000, u64::MAX] {
            assert!(matches!(check_population(population), Err(SynthError::Identities { .. })));
        }
    }
}

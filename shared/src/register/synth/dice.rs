//! Reproducible randomness: a stream of its own for every block of the register and purpose.
//!
//! Whole numbers only, so that no rounding of a mathematics library can change a byte.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Quantiles of the exponential distribution with mean 1000, at 0, 1/16, …, 15/16 and 0.995.
const EXPONENTIAL: [i32; 17] =
    [0, 65, 134, 208, 288, 375, 470, 575, 693, 827, 981, 1163, 1386, 1674, 2079, 2773, 5300];

/// One stream of random numbers.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a purpose within a block.
    pub(super) fn new(seed: u64, purpose: u64, block: u64) -> Self {
        let mut key = [0; 32];
        for (part, bytes) in [seed, purpose, block].iter().zip(key.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&part.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Uniform below `limit`; 0 if that is 0.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let scaled = (u64::from(self.0.next_u32()) * u64::from(limit)) >> 32;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// Uniform from `low` to `high`, both included; `low` if they are the wrong way round.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = u32::try_from(i64::from(high) - i64::from(low) + 1).unwrap_or(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True `per_million` times in a million.
    pub(super) fn chance(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < per_million
    }

    /// An index below a length; 0 for an empty one.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// One of the items.
    ///
    /// # Panics
    /// If there is none.
    pub(super) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.index(items.len())]
    }

    /// An index with the given weights.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// One of the values, each with its weight.
    pub(super) fn among<T: Copy>(&mut self, choices: &[(T, u32)]) -> T {
        let mut rest = self.below(choices.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in choices {
            if rest < *weight {
                return *value;
            }
            rest -= weight;
        }
        choices[0].0
    }

    /// Bell-shaped around 0 with about the given standard deviation.
    pub(super) fn bell(&mut self, deviation: i32) -> i32 {
        let bits = self.0.next_u64();
        let sum: i64 = (0..4).map(|part| i64::try_from((bits >> (16 * part)) & 0xFFFF).unwrap_or(0)).sum();
        // Four uniform parts of 16 bits have the mean 131 070 and the deviation 37 837.
        i32::try_from((sum - 131_070) * i64::from(deviation) / 37_837).unwrap_or(0)
    }

    /// Exponential with the given mean, cut at five times the mean.
    pub(super) fn exponential(&mut self, mean: i32) -> i32 {
        let (step, part) = (self.index(16), self.below(1000));
        let (low, high) = (i64::from(EXPONENTIAL[step]), i64::from(EXPONENTIAL[step + 1]));
        let thousandths = low + (high - low) * i64::from(part) / 1000;
        i32::try_from(thousandths * i64::from(mean) / 1000).unwrap_or(mean)
    }

    /// Puts the items into a random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.index(last + 1);
            items.swap(last, other);
        }
    }
}

/// Splits `total` over weights in proportion; the parts add up exactly.
pub(super) fn split(total: u64, weights: impl ExactSizeIterator<Item = u64> + Clone) -> Vec<u64> {
    let sum: u128 = weights.clone().map(u128::from).sum();
    let mut before: u128 = 0;
    let mut given: u128 = 0;
    let share = |weight: u64| {
        before += u128::from(weight);
        // Rounded, so that a single person falls to the middle of the weights.
        let until = (u128::from(total) * before * 2 + sum) / (sum * 2).max(1);
        let part = until - given;
        given = until;
        u64::try_from(part).unwrap_or(0)
    };
    weights.map(share).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn streams_differ_by_seed_purpose_and_block() {
        let draw = |seed, purpose, block| Dice::new(seed, purpose, block).below(u32::MAX);
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        let all = [draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)];
        assert!((1..4).all(|index| !all[..index].contains(&all[index])));
    }

    #[test]
    fn shapes_have_their_mean_and_spread() {
        let mut dice = Dice::new(7, 0, 0);
        let mean = |draw: &mut dyn FnMut() -> i64| (0..100_000).map(|_| draw()).sum::<i64>() / 100_000;
        assert!((-12..=12).contains(&mean(&mut || i64::from(dice.bell(1000)))));
        assert!((980_000..1_020_000).contains(&mean(&mut || i64::from(dice.bell(1000)).pow(2))));
        assert!((980..1070).contains(&mean(&mut || i64::from(dice.exponential(1000)))));
    }

    proptest! {
        #[test]
        fn parts_add_up(total in 0_u64..1_000_000, weights in prop::collection::vec(0_u64..1000, 1..50)) {
            prop_assume!(weights.iter().sum::<u64>() > 0);
            let parts = split(total, weights.iter().copied());
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| *weight > 0 || *part == 0));
        }
    }
}

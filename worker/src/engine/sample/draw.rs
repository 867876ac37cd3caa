//! Systematic draws: ⌊(r + i·N)/n⌋ for i = 0 … n − 1 over the eligible rows in global order.
//!
//! Every row has the chance n/N exactly, and each shard finds its own draws from where its rows
//! begin, so the number of shards changes nothing.

use poimuri_shared::partial::GroupAllocation;
use sha2::{Digest as _, Sha256};

use crate::engine::EngineError;

/// Stands between the seed and the group's name.
const SEPARATOR: u8 = 0x1f;

/// r: the SHA-256 of seed, separator and name as a big-endian number, modulo N; 0 if N is 0.
pub(super) fn start(seed: &[u8; 32], name: &str, eligible: u64) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update([SEPARATOR]);
    hash.update(name.as_bytes());
    let modulus = u128::from(eligible);
    let step = |rest: u128, byte: &u8| (rest << 8 | u128::from(*byte)).checked_rem(modulus).unwrap_or(0);
    u64::try_from(hash.finalize().iter().fold(0, step)).unwrap_or(0)
}

/// Takes the drawn of a shard's eligible rows out of `eligible` into `drawn`; their number.
pub(crate) fn draw_in_shard(
    group: &GroupAllocation,
    shard: usize,
    eligible: &[u64],
    drawn: &mut [u64],
) -> Result<u64, EngineError> {
    let before = *group.before.get(shard).ok_or(EngineError::Overflow)?;
    let mut draws = Draws::from(group, before)?;
    let mut count = 0;
    let mut seen = before;
    let mut next = draws.next();
    for (word, drawn) in eligible.iter().zip(drawn) {
        let rows = u64::from(word.count_ones());
        while let Some(draw) = next.filter(|draw| *draw < seen + rows) {
            *drawn |= nth_bit(*word, draw - seen);
            count += 1;
            next = draws.next();
        }
        seen += rows;
    }
    Ok(count)
}

/// The n-th of the bits that are set, by itself.
fn nth_bit(word: u64, n: u64) -> u64 {
    let mut left = word;
    for _ in 0..n {
        left &= left.wrapping_sub(1);
    }
    left & left.wrapping_neg()
}

/// The draws of a group from a row on, ascending.
struct Draws {
    left: u64,
    /// The next draw is `row + part/n`.
    row: u64,
    part: u64,
    /// N = `step`·n + `step_part`.
    step: u64,
    step_part: u64,
    n: u64,
}

impl Draws {
    fn from(group: &GroupAllocation, first_row: u64) -> Result<Self, EngineError> {
        let GroupAllocation { name: _, eligible, allocated: n, start, before: _ } = group;
        if *n == 0 {
            return Ok(Self { left: 0, row: 0, part: 0, step: 0, step_part: 0, n: 0 });
        }
        if n > eligible || start >= eligible {
            return Err(EngineError::Quotas);
        }
        let (wide_n, all) = (u128::from(*n), u128::from(*eligible));
        // The first i with r + i·N ≥ first_row·n.
        let index = (u128::from(first_row) * wide_n).saturating_sub(u128::from(*start)).div_ceil(all);
        let small = |number: u128| u64::try_from(number).ok().ok_or(EngineError::Overflow);
        let index = small(index)?;
        let at = u128::from(*start) + u128::from(index) * all;
        Ok(Self {
            left: n.saturating_sub(index),
            row: small(at / wide_n)?,
            part: small(at % wide_n)?,
            step: eligible / n,
            step_part: eligible % n,
            n: *n,
        })
    }
}

impl Iterator for Draws {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let row = self.row;
        self.row += self.step;
        // Parts are below n, so the sum is compared without running over.
        if self.part >= self.n - self.step_part {
            self.part -= self.n - self.step_part;
            self.row += 1;
        } else {
            self.part += self.step_part;
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn group(eligible: u64, allocated: u64, start: u64) -> GroupAllocation {
        GroupAllocation { name: String::new(), eligible, allocated, start, before: vec![0] }
    }

    fn draws(group: &GroupAllocation, from: u64) -> Vec<u64> {
        Draws::from(group, from).unwrap().collect()
    }

    #[test]
    fn known_draws() {
        // r = u·N of the vectors with u in [0, 1).
        let rows: [(u64, u64, u64, &[u64]); 5] = [
            (10, 4, 5, &[1, 3, 6, 8]),
            (10, 3, 2, &[0, 4, 7]),
            (23, 5, 2, &[0, 5, 9, 14, 18]),
            (7, 7, 6, &[0, 1, 2, 3, 4, 5, 6]),
            (5, 0, 3, &[]),
        ];
        for (all, n, r, expected) in rows {
            assert_eq!(draws(&group(all, n, r), 0), expected, "{all} {n} {r}");
        }
        assert_eq!(draws(&group(u64::MAX, 2, u64::MAX - 1), 0), [u64::MAX / 2, u64::MAX - 1]);
    }

    #[test]
    fn starts_follow_from_seed_and_name() {
        // Computed with Python: int.from_bytes(sha256(bytes(32) + b"\x1f" + name).digest(), "big") % N.
        assert_eq!(start(&[0; 32], "", 1000), 674);
        assert_eq!(start(&[0; 32], "naisia", 5_634_472), 5_429_429);
        assert_eq!(start(&[0; 32], "", 1), 0);
        assert_eq!(start(&[0; 32], "", 0), 0);
    }

    proptest! {
        #[test]
        fn draws_follow_the_formula(all in 1_u64..5000, n in 0_u64..5000, r in 0_u64..5000, from in 0_u64..5000) {
            let group = group(all, n.min(all), r % all);
            let n = group.allocated;
            let expected: Vec<u64> = (0..n).map(|i| (group.start + i * all) / n).collect();
            prop_assert_eq!(expected.iter().collect::<BTreeSet<_>>().len(), expected.len());
            prop_assert!(expected.iter().all(|row| *row < all));
            prop_assert_eq!(draws(&group, 0), expected.clone());
            let later: Vec<u64> = expected.into_iter().filter(|row| *row >= from).collect();
            prop_assert_eq!(draws(&group, from), later);
        }

        #[test]
        fn shards_draw_what_the_whole_would(
            words in proptest::collection::vec(any::<u64>(), 1..20),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
            share in 0_u64..=100,
            r in any::<u64>(),
        ) {
            let ones = |words: &[u64]| words.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
            let all = ones(&words);
            prop_assume!(all > 0);
            let mut whole = group(all, all * share / 100, r % all);
            let mut expected = vec![0; words.len()];
            prop_assert_eq!(draw_in_shard(&whole, 0, &words, &mut expected).unwrap(), whole.allocated);
            prop_assert_eq!(ones(&expected), whole.allocated);
            prop_assert!(expected.iter().zip(&words).all(|(drawn, word)| drawn & !word == 0));

            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(words.len())).collect();
            ends.push(words.len());
            ends.sort_unstable();
            let mut from = 0;
            let mut together = Vec::new();
            whole.before.clear();
            for (shard, end) in ends.into_iter().enumerate() {
                whole.before.push(ones(&words[..from]));
                let mut drawn = vec![0; end - from];
                draw_in_shard(&whole, shard, &words[from..end], &mut drawn).unwrap();
                together.extend(drawn);
                from = end;
            }
            prop_assert_eq!(together, expected);
        }
    }
}

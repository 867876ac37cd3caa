//! Comparison patterns of many pairs, counted: all that the parameters are estimated from.

use hashbrown::HashMap;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::blocks::{Blocks, all_pairs};
use super::keys::Keys;
use super::level::{BITS, LEVELS};
use super::load::LOADED;
use super::numbers::{mix, narrow, real, size, whole, wide};
use super::prepared::Prepared;
use super::share::Share;

/// Pairs drawn to see how alike two random records are.
const RANDOM_PAIRS: usize = 1_000_000;
/// A table with no more pairs than this is compared whole.
pub(crate) const PAIRS_FEW: u64 = 3_000_000;

/// Levels of a pair and the keys it shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Observation {
    pub(crate) pattern: u64,
    pub(crate) shared: u32,
}

/// The rows that parameters are estimated from: the first ones in the order that digests decide.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) rows: Vec<u32>,
    pub(crate) first_rows: usize,
}

impl Sample {
    /// At most `most` rows; of two lists, of each its share.
    pub(crate) fn new(prepared: &Prepared, most: usize) -> Self {
        let share = (size(most) / size(prepared.rows.max(1))).min(1.0);
        let part =
            |rows: usize| usize::try_from(whole((size(rows) * share).ceil())).unwrap_or(rows).min(rows);
        let (first, second) = (part(prepared.first_rows), part(prepared.rows - prepared.first_rows));
        let rows = (0..first).chain(prepared.first_rows..prepared.first_rows + second).map(narrow).collect();
        Self { rows, first_rows: first }
    }

    pub(crate) fn pairs(&self) -> u64 {
        all_pairs(self.rows.len(), self.first_rows)
    }

    /// Where the second list begins, if there is one.
    pub(crate) fn split(&self) -> Option<usize> {
        (self.first_rows < self.rows.len()).then_some(self.first_rows)
    }

    /// Every pair of a share, as places in the sample.
    fn every(&self, share: Share) -> impl ParallelIterator<Item = (u32, u32)> + '_ {
        let count = self.rows.len();
        let first = (0..self.split().unwrap_or(count)).into_par_iter();
        first.filter(move |a| share.has_number(*a)).flat_map_iter(move |a| {
            let from = self.split().unwrap_or(a + 1);
            (from..count).map(move |b| (narrow(a), narrow(b)))
        })
    }

    /// Loads what pairs, places in the sample, are compared by.
    fn load(&self, prepared: &Prepared, pairs: &[(u32, u32)]) {
        let mut rows = [(0, 0); LOADED];
        for (rows, (a, b)) in rows.iter_mut().zip(pairs) {
            *rows = (self.rows[wide(*a)], self.rows[wide(*b)]);
        }
        prepared.load_values(&rows[..pairs.len().min(LOADED)]);
    }

    /// The random pair with a number.
    fn random(&self, number: u64) -> (u32, u32) {
        let count = self.rows.len() as u64;
        let first = self.split().unwrap_or(self.rows.len()) as u64;
        let pick =
            |salt: u64, below: u64| narrow(usize::try_from(mix(number * 2 + salt) % below).unwrap_or(0));
        let a = pick(0, first.max(1));
        let b = match self.split() {
            Some(split) => narrow(split) + pick(1, (count - first).max(1)),
            None => (a + 1 + pick(1, (count - 1).max(1))) % narrow(self.rows.len()),
        };
        (a, b)
    }
}

/// Counts by field and level.
pub(crate) type LevelCounts = Vec<[f64; LEVELS]>;

/// Patterns of a share of the random pairs, counted; of all pairs, if there are few.
pub(crate) fn random_patterns(prepared: &Prepared, sample: &Sample, share: Share) -> Vec<(u64, u64)> {
    type Counts = HashMap<u64, u64>;
    let add = |mut counts: Counts, (a, b): (u32, u32)| {
        let pattern = prepared.pattern(sample.rows[wide(a)], sample.rows[wide(b)]);
        *counts.entry(pattern).or_insert(0) += 1;
        counts
    };
    let join = |mut all: Counts, one: Counts| {
        one.into_iter().for_each(|(pattern, count)| *all.entry(pattern).or_insert(0) += count);
        all
    };
    let counts = if sample.rows.len() < 2 {
        Counts::new()
    } else if sample.pairs() <= PAIRS_FEW {
        sample.every(share).fold(Counts::new, add).reduce(Counts::new, join)
    } else {
        let batch = |counts: Counts, batch: usize| {
            let numbers = batch * LOADED..RANDOM_PAIRS.min((batch + 1) * LOADED);
            let drawn = numbers.filter(|number| share.has_number(*number));
            let drawn: Vec<(u32, u32)> = drawn.map(|number| sample.random(number as u64)).collect();
            sample.load(prepared, &drawn);
            drawn.into_iter().fold(counts, add)
        };
        let batches = (0..RANDOM_PAIRS.div_ceil(LOADED)).into_par_iter();
        batches.fold(Counts::new, batch).reduce(Counts::new, join)
    };
    let mut counts: Vec<(u64, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    counts
}

/// The shares of levels among random pairs, missing values aside.
pub(crate) fn random_levels(prepared: &Prepared, sample: &Sample, drawn: &[(u64, u64)]) -> LevelCounts {
    let mut counts = vec![[0_u64; LEVELS]; prepared.fields.len()];
    for (pattern, count) in drawn {
        counts.iter_mut().enumerate().for_each(|(field, counts)| counts[level(*pattern, field)] += count);
    }
    let counts = counts.into_par_iter().enumerate();
    counts.map(|(field, counts)| shares(prepared, sample, field, counts)).collect()
}

/// Counts as shares. Equality is counted exactly, by the rows of each value.
fn shares(prepared: &Prepared, sample: &Sample, field: usize, counts: [u64; LEVELS]) -> [f64; LEVELS] {
    let equal = equal_share(prepared, sample, field);
    let rest: u64 = counts[1..LEVELS - 1].iter().sum();
    let mut shares = [0.0; LEVELS];
    for (share, count) in shares.iter_mut().zip(counts).take(LEVELS - 1).skip(1) {
        *share = (1.0 - equal) * (real(count) + 0.01) / (real(rest) + 0.06);
    }
    shares[LEVELS - 1] = equal;
    shares
}

fn equal_share(prepared: &Prepared, sample: &Sample, field: usize) -> f64 {
    let mut by_value = vec![(0_u64, 0_u64); prepared.fields[field].values.len()];
    for (place, row) in sample.rows.iter().enumerate() {
        let counts = &mut by_value[wide(prepared.row(*row)[field])];
        if place < sample.first_rows { counts.0 += 1 } else { counts.1 += 1 }
    }
    let known = by_value.get(1..).unwrap_or_default();
    let (first, second) = known.iter().fold((0, 0), |(a, b), counts| (a + counts.0, b + counts.1));
    let (equal, all): (u64, u64) = if sample.split().is_some() {
        (known.iter().map(|(a, b)| a * b).sum(), first * second)
    } else {
        (known.iter().map(|(a, _)| a * a.saturating_sub(1) / 2).sum(), first * first.saturating_sub(1) / 2)
    };
    (real(equal) / real(all.max(1))).max(0.1 / real(all.max(1)))
}

/// The level of a field in a pattern.
pub(crate) fn level(pattern: u64, field: usize) -> usize {
    let level = pattern >> (narrow(field) * BITS) & 7;
    usize::try_from(level).unwrap_or(0)
}

/// Counts the patterns of all pairs that share the keys of at least one rule; of all pairs, if there are few. A share has
/// those of some of the rules, as a pair is counted under the first rule that brings it.
pub(crate) fn patterns(
    prepared: &Prepared,
    sample: &Sample,
    keys: &Keys,
    rules: Option<&[u32]>,
    share: Share,
) -> Vec<(Observation, u64)> {
    type Counts = HashMap<Observation, u64>;
    let load = |pairs: &[(u32, u32)]| {
        keys.load(pairs);
        sample.load(prepared, pairs);
    };
    let see = |counts: &mut Counts, a: u32, b: u32, shared: u32| {
        let pattern = prepared.pattern(sample.rows[wide(a)], sample.rows[wide(b)]);
        *counts.entry(Observation { pattern, shared }).or_insert(0) += 1;
    };
    let merge = |mut all: Counts, one: Counts| {
        one.into_iter().for_each(|(seen, count)| *all.entry(seen).or_insert(0) += count);
        all
    };
    let counts = match rules {
        None => sample
            .every(share)
            .fold(Counts::new, |mut counts, (a, b)| {
                see(&mut counts, a, b, keys.shared(wide(a), wide(b)));
                counts
            })
            .reduce(Counts::new, merge),
        Some(rules) => {
            let of_rule = |index: usize| {
                let blocks = Blocks::new(keys, rules[index], sample.rows.len(), sample.split());
                let pieces = blocks.over(Counts::new, |counts, pairs| {
                    load(pairs);
                    for (a, b) in pairs {
                        let shared = keys.shared(wide(*a), wide(*b));
                        if !rules[..index].iter().any(|earlier| shared & earlier == *earlier) {
                            see(counts, *a, *b, shared);
                        }
                    }
                });
                pieces.into_iter().fold(Counts::new(), merge)
            };
            let own = (0..rules.len()).into_par_iter().filter(|index| share.has_number(*index));
            own.map(of_rule).reduce(Counts::new, merge)
        }
    };
    let mut counts: Vec<(Observation, u64)> = counts.into_iter().collect();
    counts.sort_unstable();
    counts
}

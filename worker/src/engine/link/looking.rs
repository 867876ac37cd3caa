//! Looking at a part of a table before anything is learned: which rules to look with, and the patterns of pairs, counted.
//!
//! Counts of shares add up to those of the whole, so that the pairs can be looked at by many.

use serde::{Deserialize, Serialize};

use super::keys::{Key, Keys, possible};
use super::observe::{Observation, PAIRS_FEW, Sample, patterns, random_patterns};
use super::prepared::Prepared;
use super::rules::{COST_ROWS, Candidate, candidates, training};
use super::share::Share;

/// Rows that parameters are estimated from at most.
const TRAINING_ROWS: usize = 100_000;

/// What is decided before pairs are looked at: keys, what they cost, rules and rows to look with.
#[derive(Debug)]
pub struct Looking {
    pub(crate) keys: Vec<Key>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) sample: Sample,
    /// Rules to look with; none where all pairs of the sample are looked at.
    pub(crate) rules: Option<Vec<u32>>,
    /// The keys of the sample's rows.
    made: Keys,
}

/// Patterns of pairs, counted: all that rules and parameters are learned from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// Of random pairs.
    pub(crate) drawn: Vec<(u64, u64)>,
    /// Of pairs that rules brought together, with the keys they share.
    pub(crate) seen: Vec<(Observation, u64)>,
}

impl Looking {
    /// Everybody who looks at a share of the pairs decides the same.
    #[must_use]
    pub fn new(prepared: &Prepared) -> Self {
        let keys = possible(prepared);
        let costs = Sample::new(prepared, COST_ROWS);
        let candidates = candidates(&keys, &Keys::new(prepared, &keys, &costs.rows), &costs);
        let sample = Sample::new(prepared, TRAINING_ROWS);
        let made = Keys::new(prepared, &keys, &sample.rows);
        let rules = (sample.pairs() > PAIRS_FEW).then(|| training(&candidates, &sample, prepared.rows));
        Self { keys, candidates, sample, rules, made }
    }

    /// Looks at a share of the pairs.
    #[must_use]
    pub fn observe(&self, prepared: &Prepared, share: Share) -> Observed {
        let drawn = random_patterns(prepared, &self.sample, share);
        let seen = patterns(prepared, &self.sample, &self.made, self.rules.as_deref(), share);
        Observed { drawn, seen }
    }
}

impl Observed {
    /// What was seen in all shares, as if it had been seen at once.
    #[must_use]
    pub fn joined(shares: impl IntoIterator<Item = Self>) -> Self {
        let all = shares.into_iter().map(|share| (share.drawn, share.seen));
        let (drawn, seen): (Vec<_>, Vec<_>) = all.unzip();
        Self { drawn: summed(drawn.concat()), seen: summed(seen.concat()) }
    }
}

/// Each pattern once, ascending, with its counts added up.
fn summed<T: Ord + Copy>(mut counts: Vec<(T, u64)>) -> Vec<(T, u64)> {
    counts.sort_unstable();
    let same = counts.chunk_by(|(a, _), (b, _)| a == b);
    same.map(|same| (same[0].0, same.iter().map(|(_, count)| count).sum())).collect()
}

//! Blocking rules: sets of keys, chosen by what they are estimated to gain and to cost.

use rayon::prelude::*;

use super::blocks::{Blocks, all_pairs};
use super::keys::{Key, Keys};
use super::numbers::{real, size};
use super::observe::{Observation, Sample};
use super::prepared::Prepared;

/// Rows that costs are counted on.
pub(crate) const COST_ROWS: usize = 16_000;
/// Pairs compared to estimate parameters.
const TRAINING_PAIRS: f64 = 20_000_000.0;
/// Of a long list fewer, so that estimation takes its share of the time and no more.
const TRAINING_PAIRS_LEAST: f64 = 2_000_000.0;

/// A set of fields whose rules all cost more than its part may cost so many times as much.
const MORE: f64 = 2.0;

/// A rule gains at least this share of the likely pairs.
const GAIN_LEAST: f64 = 0.0005;
/// Pairs compared for one more of the same person, at most; the first million aside.
const PAIRS_FOR_ONE: f64 = 5_000.0;
const PAIRS_FREE: f64 = 1_000_000.0;

/// A rule with its estimates.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// The keys, as bits.
    pub(crate) rule: u32,
    /// The fields they are made of, as bits.
    pub(crate) fields: u32,
    /// Share of all pairs that it brings together.
    pub(crate) share: f64,
}

/// All single keys and pairs of keys of different fields, with their costs, counted on a part of the rows.
pub(crate) fn candidates(keys: &[Key], made: &Keys, sample: &Sample) -> Vec<Candidate> {
    let mut rules: Vec<(u32, u32)> = Vec::new();
    for (a, key) in keys.iter().enumerate() {
        rules.push((1 << a, key.fields()));
        for (b, other) in keys.iter().enumerate().skip(a + 1) {
            if key.fields() & other.fields() == 0 {
                rules.push((1 << a | 1 << b, key.fields() | other.fields()));
            }
        }
    }
    let all = real(sample.pairs()).max(1.0);
    rules
        .into_par_iter()
        .map(|(rule, fields)| {
            let pairs = Blocks::uncut_pairs(made, rule, sample.rows.len(), sample.split());
            // What no pair of the sample shares may still be shared by some pairs outside it.
            Candidate { rule, fields, share: (real(pairs) + 0.5) / all }
        })
        .collect()
}

/// The rules to estimate parameters with: for every set of fields the widest rule that costs little.
pub(crate) fn training(candidates: &[Candidate], sample: &Sample, rows: usize) -> Vec<u32> {
    let mut sets: Vec<u32> = candidates.iter().map(|candidate| candidate.fields).collect();
    sets.sort_unstable();
    sets.dedup();
    let budget = (2e12 / size(rows.max(1))).clamp(TRAINING_PAIRS_LEAST, TRAINING_PAIRS);
    let budget = budget / real(sample.pairs()).max(1.0);
    let most = budget / size(sets.len().max(1));
    let of = |fields: u32| candidates.iter().filter(move |candidate| candidate.fields == fields);
    let order = |a: &&Candidate, b: &&Candidate| a.share.total_cmp(&b.share).then(b.rule.cmp(&a.rule));
    let mut chosen: Vec<&Candidate> =
        sets.iter().filter_map(|fields| of(*fields).filter(|c| c.share <= most).max_by(order)).collect();
    // What narrow sets leave is for those whose rules all cost somewhat more, the narrowest first.
    let mut wide: Vec<&Candidate> = sets.iter().filter_map(|fields| of(*fields).min_by(order)).collect();
    wide.retain(|candidate| candidate.share > most && candidate.share <= most * MORE);
    wide.sort_by(order);
    let mut left = budget - chosen.iter().map(|candidate| candidate.share).sum::<f64>();
    for candidate in wide {
        left -= candidate.share;
        if left < 0.0 {
            break;
        }
        chosen.push(candidate);
    }
    let mut rules: Vec<u32> = chosen.iter().map(|candidate| candidate.rule).collect();
    if rules.is_empty() {
        rules.extend(candidates.iter().min_by(|a, b| a.share.total_cmp(&b.share)).map(|c| c.rule));
    }
    rules
}

/// A chosen rule: what it adds to those before it.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) rule: u32,
    /// Estimated share of the pairs of the same person that only this rule reaches.
    pub(crate) gain: f64,
    /// Estimated pairs.
    pub(crate) pairs: f64,
}

/// Chooses rules by gain for cost, until the next would gain too little or cost too much.
pub(crate) fn choose(
    candidates: &[Candidate],
    likely: &[(Observation, f64)],
    prepared: &Prepared,
    same_share: f64,
    budget: f64,
) -> Vec<Chosen> {
    let all = real(all_pairs(prepared.rows, prepared.first_rows));
    let total: f64 = likely.iter().map(|(_, weight)| weight).sum();
    let mut left: Vec<(u32, f64)> = likely.iter().map(|(seen, weight)| (seen.shared, *weight)).collect();
    let (mut chosen, mut spent): (Vec<Chosen>, f64) = (Vec::new(), 0.0);
    loop {
        // Sorting the rows costs about as much as comparing them once.
        let worth = |candidate: &Candidate| {
            let pairs = candidate.share * all;
            let hit = left.iter().filter(|(shared, _)| shared & candidate.rule == candidate.rule);
            let gain: f64 = hit.map(|(_, weight)| weight).sum();
            (gain, pairs, gain / (pairs + size(prepared.rows)))
        };
        let is_worth = |gain: f64, pairs: f64| {
            let found = gain / total * same_share * all;
            gain >= total * GAIN_LEAST
                && found * PAIRS_FOR_ONE >= pairs - PAIRS_FREE
                && spent + pairs <= budget
        };
        let best = candidates
            .par_iter()
            .map(|candidate| (worth(candidate), candidate.rule))
            .filter(|((gain, pairs, _), _)| is_worth(*gain, *pairs))
            .max_by(|a, b| a.0.2.total_cmp(&b.0.2).then(b.1.cmp(&a.1)));
        let Some(((gain, pairs, _), rule)) = best else { break };
        spent += pairs;
        left.retain(|(shared, _)| shared & rule != rule);
        chosen.push(Chosen { rule, gain: gain / total, pairs });
    }
    if chosen.is_empty() {
        let narrowest = candidates.iter().min_by(|a, b| a.share.total_cmp(&b.share));
        chosen.extend(narrowest.map(|c| Chosen { rule: c.rule, gain: 0.0, pairs: c.share * all }));
    }
    chosen
}

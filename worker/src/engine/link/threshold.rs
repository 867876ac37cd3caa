//! The threshold: the probability from which on linking gives the best expected F1.

use rayon::prelude::*;

use super::compare::Weighed;
use super::numbers::size;
use super::score::probability;

/// A threshold and what it is expected to give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threshold {
    /// The lowest match weight of a linked pair.
    pub(crate) weight: f64,
    pub(crate) precision: f64,
    pub(crate) recall: f64,
}

/// Chooses the threshold from the weights of all compared pairs, or judges the one that is given.
pub(crate) fn choose(pairs: &[Weighed], given: Option<f64>) -> Threshold {
    let mut weights: Vec<f64> = pairs.iter().map(|pair| pair.weight).collect();
    weights.par_sort_unstable_by(|a, b| b.total_cmp(a));
    let total: f64 = weights.iter().map(|weight| probability(*weight)).sum();
    let mut best = Threshold { weight: given.unwrap_or(0.0), precision: 1.0, recall: 0.0 };
    let (mut found, mut best_f) = (0.0, 0.0);
    for (index, weight) in weights.iter().enumerate() {
        if given.is_some_and(|given| *weight < given) {
            break;
        }
        found += probability(*weight);
        if weights.get(index + 1).is_some_and(|next| next >= weight) {
            continue;
        }
        let linked = size(index + 1);
        let f = 2.0 * found / (linked + total);
        if f > best_f || given.is_some() {
            best_f = f;
            let weight = given.unwrap_or(*weight);
            best = Threshold { weight, precision: found / linked, recall: found / total };
        }
    }
    best
}

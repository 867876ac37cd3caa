//! Records against themselves: most are surely above any threshold, and only the others are weighed one by one.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::{Scorer, equal_pattern};
use crate::engine::link::numbers::narrow;
use crate::engine::link::prepared::Prepared;

/// Rows that are weighed one after another.
const ROWS: usize = 16_384;

impl Scorer {
    /// The weights of records with themselves, ascending, as far as they are below `most`.
    pub(crate) fn own_weights(&self, prepared: &Prepared, most: f64) -> Vec<f64> {
        let commonest = commonest(prepared);
        let starts: Vec<usize> = (0..prepared.rows).step_by(ROWS).collect();
        let weights = |start: usize| {
            // Whether records that have these fields may be below, whatever their values.
            let mut may_be: HashMap<u64, bool> = HashMap::new();
            let rows = (start..prepared.rows.min(start + ROWS)).map(|row| prepared.row(narrow(row)));
            let weight = |codes: &[u32]| {
                let pattern = equal_pattern(codes, codes);
                let may_be = may_be
                    .entry(pattern)
                    .or_insert_with(|| -self.odds(prepared, pattern, &commonest).1.log2() < most);
                may_be.then(|| self.weight(prepared, pattern, codes)).filter(|weight| *weight < most)
            };
            rows.filter_map(weight).collect::<Vec<f64>>()
        };
        let mut weights: Vec<f64> = starts.into_par_iter().flat_map_iter(weights).collect();
        weights.par_sort_unstable_by(f64::total_cmp);
        weights
    }
}

/// The commonest value of each field: it says the least.
fn commonest(prepared: &Prepared) -> Vec<u32> {
    let commonest = |counts: &Vec<u32>| {
        let known = counts.iter().zip(0..).skip(1);
        known.max_by_key(|(count, _)| **count).map_or(0, |(_, code)| code)
    };
    prepared.fields.iter().map(|field| commonest(&field.counts)).collect()
}

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
        let commonest = self.commonest(prepared);
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

    /// The value of each field that says the least.
    fn commonest(&self, prepared: &Prepared) -> Vec<u32> {
        let fields: Vec<usize> = (0..prepared.fields.len()).collect();
        let of_field = |field: usize| {
            let counts = &prepared.fields[field].counts;
            let known = counts.iter().zip(0..).skip(1).filter(|(count, _)| **count > 0);
            let rarities = known.map(|(_, code)| (self.rarity(prepared, field, code), code));
            rarities.max_by(|x, y| x.0.total_cmp(&y.0)).map_or(0, |(_, code)| code)
        };
        fields.into_par_iter().map(of_field).collect()
    }
}

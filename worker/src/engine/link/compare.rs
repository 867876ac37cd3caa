//! Compares all pairs that the rules bring together and keeps those that may be the same person.

use rayon::prelude::*;

use super::blocks::Blocks;
use super::keys::{Keys, possible};
use super::model::{Model, rule_bits};
use super::numbers::{narrow, wide};
use super::prepared::Prepared;
use super::score::Scorer;
use super::settings::LinkError;

/// The lowest match weight of a pair that is kept.
pub(crate) const FLOOR: f64 = -7.0;

/// A compared pair that was kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weighed {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) weight: f64,
}

/// The kept pairs, ascending, and how many were compared.
#[derive(Debug, Default)]
pub struct Compared {
    pub(crate) pairs: Vec<Weighed>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs left out because their block was too large.
    pub cut: u64,
}

/// Compares pairs, each once.
///
/// # Errors
/// The model is one of other columns or keys.
pub fn compare(prepared: &Prepared, model: &Model) -> Result<Compared, LinkError> {
    model.check(prepared)?;
    let scorer = Scorer::new(prepared, &model.fit);
    let mut compared = match &model.rules {
        None => every(prepared, &scorer),
        Some(rules) => {
            let rules: Vec<Vec<String>> = rules.iter().map(|rule| rule.keys.clone()).collect();
            by_rules(prepared, &scorer, &rule_bits(prepared, &rules)?)
        }
    };
    compared.pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b));
    Ok(compared)
}

fn every(prepared: &Prepared, scorer: &Scorer) -> Compared {
    let split = prepared.is_link().then_some(prepared.first_rows);
    let of_row = |a: usize| {
        let others = split.unwrap_or(a + 1)..prepared.rows;
        let weigh = move |b| {
            let (a, b) = (narrow(a), narrow(b));
            scorer.weigh(prepared, a, b, FLOOR).map(|weight| Weighed { a, b, weight })
        };
        others.filter_map(weigh)
    };
    let pairs = (0..split.unwrap_or(prepared.rows)).into_par_iter().flat_map_iter(of_row).collect();
    Compared { pairs, compared: super::blocks::all_pairs(prepared.rows, prepared.first_rows), cut: 0 }
}

/// The keys that the rules are made of, and the rules as bits of them.
fn used(prepared: &Prepared, rules: &[u32]) -> (Keys, Vec<u32>) {
    let any = rules.iter().fold(0, |any, rule| any | rule);
    let bits: Vec<u32> = (0..u32::BITS).filter(|bit| any >> bit & 1 == 1).collect();
    let keys: Vec<_> = possible(prepared)
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| any >> bit & 1 == 1)
        .map(|(_, key)| key)
        .collect();
    let packed = |rule: &u32| {
        let places = bits.iter().enumerate().filter(|(_, bit)| rule >> *bit & 1 == 1);
        places.fold(0, |packed, (place, _)| packed | 1 << place)
    };
    let rows: Vec<u32> = (0..narrow(prepared.rows)).collect();
    (Keys::new(prepared, &keys, &rows), rules.iter().map(packed).collect())
}

fn by_rules(prepared: &Prepared, scorer: &Scorer, rules: &[u32]) -> Compared {
    let (keys, rules) = used(prepared, rules);
    let split = prepared.is_link().then_some(prepared.first_rows);
    let mut all = Compared::default();
    for (index, rule) in rules.iter().enumerate() {
        let blocks = Blocks::new(&keys, *rule, prepared.rows, split);
        all.cut += blocks.cut_pairs;
        let earlier = &rules[..index];
        let pieces = blocks.over(
            || (Vec::new(), 0),
            |(pairs, compared), a, b| {
                let shared = keys.shared(wide(a), wide(b));
                if earlier.iter().any(|rule| shared & rule == *rule) {
                    return;
                }
                *compared += 1;
                pairs.extend(scorer.weigh(prepared, a, b, FLOOR).map(|weight| Weighed { a, b, weight }));
            },
        );
        for (pairs, compared) in pieces {
            all.pairs.extend::<Vec<Weighed>>(pairs);
            all.compared += compared;
        }
    }
    all
}

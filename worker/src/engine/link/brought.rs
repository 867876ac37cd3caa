//! What brings two records together: the blocking rules whose keys they share.

use serde::Serialize;

use super::blocks::Blocks;
use super::compare::used;
use super::model::{Model, rule_bits};
use super::numbers::wide;
use super::prepared::Prepared;
use super::settings::LinkError;
use super::share::KeyRange;

/// A rule whose keys two records share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedRule {
    /// The keys.
    pub keys: Vec<String>,
    /// Whether their block was too large and was cut between the two.
    pub is_cut: bool,
}

/// What brings two records together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brought {
    /// Whether the pair is compared.
    pub is_compared: bool,
    /// The rules whose keys it shares, in their order; nothing where all pairs are compared.
    pub rules: Option<Vec<SharedRule>>,
}

/// What brings pairs together that may be linked; each is two rows of the table.
///
/// # Errors
/// The model is of other columns or keys.
pub fn brought(prepared: &Prepared, model: &Model, pairs: &[(u32, u32)]) -> Result<Vec<Brought>, LinkError> {
    model.check(prepared)?;
    let Some(rules) = &model.rules else {
        return Ok(vec![Brought { is_compared: true, rules: None }; pairs.len()]);
    };
    let names: Vec<Vec<String>> = rules.iter().map(|rule| rule.keys.clone()).collect();
    let (keys, bits) = used(prepared, &rule_bits(prepared, &names)?);
    let (places, split) = (prepared.places(), prepared.is_link().then_some(prepared.first_rows));
    let of_pair = |(a, b): &(u32, u32)| {
        let (a, b) = (places[wide(*a)], places[wide(*b)]);
        let shared = keys.shared(wide(a), wide(b));
        let rule = |(keys_of, rule): (&Vec<String>, &u32)| {
            let key = keys.joined(wide(a), *rule).filter(|_| shared & rule == *rule)?;
            let blocks = Blocks::of_range(&keys, *rule, prepared.rows, split, KeyRange::of(key));
            Some(SharedRule { keys: keys_of.clone(), is_cut: !blocks.have(a, b) })
        };
        let rules: Vec<SharedRule> = names.iter().zip(&bits).filter_map(rule).collect();
        // A pair is compared by the first rule that it shares, and by no other.
        let is_compared = rules.first().is_some_and(|rule| !rule.is_cut);
        Brought { is_compared, rules: Some(rules) }
    };
    Ok(pairs.iter().map(of_pair).collect())
}

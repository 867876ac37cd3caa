//! What brings two records together: the blocking rules whose keys they share.

use serde::Serialize;

use super::compare::Used;
use super::model::{Model, rule_bits};
use super::numbers::{narrow, wide};
use super::prepared::Prepared;
use super::settings::LinkError;
use super::windows::Windows;

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
    let Used { keys, bits, .. } = Used::new(prepared, &rule_bits(prepared, &names)?);
    let first_rows = prepared.split().map(narrow);
    let windows = bits.iter().map(|rule| Windows::of(&keys, *rule, prepared.rows, first_rows));
    let windows: Vec<Windows> = windows.collect();
    let places = prepared.places();
    let of_pair = |(a, b): &(u32, u32)| {
        let (a, b) = (places[wide(*a)], places[wide(*b)]);
        let shared = keys.shared(wide(a), wide(b));
        let of_rules = names.iter().zip(&bits).zip(&windows);
        let met = of_rules.filter(|((_, rule), _)| shared & **rule == **rule);
        let rule = |((keys, _), windows): ((&Vec<String>, &u32), &Windows)| SharedRule {
            keys: keys.clone(),
            is_cut: !windows.meet(a, b),
        };
        let rules: Vec<SharedRule> = met.map(rule).collect();
        Brought { is_compared: rules.iter().any(|rule| !rule.is_cut), rules: Some(rules) }
    };
    Ok(pairs.iter().map(of_pair).collect())
}

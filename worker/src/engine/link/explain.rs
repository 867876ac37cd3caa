//! Why a pair has its weight: what each field adds, in the order of the fields.

use serde::Serialize;

use super::level;
use super::model::Model;
use super::numbers::wide;
use super::observe::level as level_of;
use super::prepared::Prepared;
use super::score::Scorer;
use super::settings::LinkError;

/// What one field adds to a pair's weight.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The field; empty for what belongs to no field alone.
    pub field: String,
    /// How alike the values are.
    pub level: &'static str,
    /// What it adds, in bits.
    pub weight: f64,
}

/// Steps from the odds of any two records to those of pairs; each pair is two rows of the table.
///
/// # Errors
/// The model is of other columns.
pub fn explain(
    prepared: &Prepared,
    model: &Model,
    pairs: &[(u32, u32)],
) -> Result<Vec<Vec<Step>>, LinkError> {
    model.check(prepared)?;
    let scorer = Scorer::new(prepared, &model.fit);
    let places = prepared.places();
    let steps = |(a, b): &(u32, u32)| steps(prepared, &scorer, places[wide(*a)], places[wide(*b)]);
    Ok(pairs.iter().map(steps).collect())
}

fn steps(prepared: &Prepared, scorer: &Scorer, a: u32, b: u32) -> Vec<Step> {
    let pattern = prepared.pattern(a, b);
    let (start, parts) = scorer.parts(prepared, pattern, prepared.row(a));
    let mut steps = vec![Step { field: String::new(), level: "any two records", weight: start }];
    for (index, (field, weight)) in prepared.fields.iter().zip(&parts).enumerate() {
        let level = u8::try_from(level_of(pattern, index)).unwrap_or(level::MISSING);
        let level = level::name(field.values.shape, level);
        steps.push(Step { field: field.name.clone(), level, weight: *weight });
    }
    let sum: f64 = steps.iter().map(|step| step.weight).sum();
    let weight = scorer.weight(prepared, pattern, prepared.row(a)) - sum;
    steps.push(Step { field: String::new(), level: "what others have in common too", weight });
    steps
}

//! How rare values are: a pair that shares a rare one is likelier the same person than one that shares a common one.

use rayon::prelude::*;

use super::bare::{Own, by_words, is_bare};
use super::blocks::all_pairs;
use super::class::Fit;
use super::kind::Kind;
use super::level::EQUAL;
use super::numbers::{real, size, wide};
use super::prepared::Prepared;

/// How much rarer the values of a field are than values that agree at random are on average, as logarithms to base 2.
#[derive(Debug)]
pub(crate) enum Rarity {
    /// All values say the same.
    None,
    /// By the number of rows with a value.
    ByCount(Vec<f32>),
    /// By value.
    ByCode(Vec<f32>),
}

impl Rarity {
    /// Those of all fields.
    pub(crate) fn of_all(prepared: &Prepared, fit: &Fit) -> Vec<Self> {
        let pairs = real(all_pairs(prepared.rows, prepared.first_rows));
        let partners = fit.same_share() * pairs * 2.0 / size(prepared.rows.max(1));
        let kinds = prepared.kinds();
        let is_bare = is_bare(&kinds);
        let of = |(index, field): (usize, &super::prepared::Field)| {
            if !field.kind.has_frequencies() {
                return Self::None;
            }
            let equal = fit.random.levels[index][wide(EQUAL.into())];
            let same = fit.same_levels(index)[wide(EQUAL.into())];
            let shown = 1.0 + partners * same;
            if let Some(own) = Own::of(&kinds, &field.counts) {
                let rarity = |count: u32| real32((fit.same_share() * same / own.odds(count) / equal).log2());
                return Self::ByCount(by_count(&field.counts, rarity));
            }
            if is_bare && field.kind == Kind::FullName {
                let chance = by_words(field, shown);
                return Self::ByCode(
                    chance.into_iter().map(|chance| real32((chance / equal).log2())).collect(),
                );
            }
            let known = f64::from(field.counts.iter().skip(1).sum::<u32>()).max(1.0);
            let rarity = |count: u32| real32(((f64::from(count) / shown).max(1.0) / known / equal).log2());
            Self::ByCount(by_count(&field.counts, rarity))
        };
        prepared.fields.par_iter().enumerate().map(of).collect()
    }

    /// That of a value that so many rows have.
    pub(crate) fn at(&self, code: u32, counts: &[u32]) -> f64 {
        match self {
            Self::None => 0.0,
            Self::ByCount(rarity) => f64::from(rarity[wide(counts[wide(code)])]),
            Self::ByCode(rarity) => f64::from(rarity[wide(code)]),
        }
    }
}

/// What is found for each of some counts, by count.
fn by_count(counts: &[u32], found: impl Fn(u32) -> f32) -> Vec<f32> {
    let most = counts.iter().copied().max().unwrap_or(0);
    let mut by_count = vec![f32::NAN; wide(most) + 1];
    for count in counts {
        let of = &mut by_count[wide(*count)];
        if of.is_nan() {
            *of = found(*count);
        }
    }
    by_count
}

#[expect(clippy::cast_possible_truncation, reason = "a table of weights needs no more digits")]
const fn real32(x: f64) -> f32 {
    x as f32
}

//! Why a pair has its weight: what each field adds, in the order of the fields.

use serde::Serialize;

use super::level;
use super::load::LOADED;
use super::model::Model;
use super::numbers::wide;
use super::observe::level as level_of;
use super::outcome::Pair;
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

/// The weights of any pairs of a table, step by step. Pairs are two rows of the table.
#[derive(Debug)]
pub struct Waterfalls<'p> {
    prepared: &'p Prepared,
    scorer: Scorer,
    places: Vec<u32>,
}

impl<'p> Waterfalls<'p> {
    /// Makes a model ready for a table.
    ///
    /// # Errors
    /// The model is of other columns.
    pub fn new(prepared: &'p Prepared, model: &Model) -> Result<Self, LinkError> {
        model.check(prepared)?;
        Ok(Self { prepared, scorer: Scorer::new(prepared, &model.fit), places: prepared.places() })
    }

    /// The fields, in their order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.prepared.fields.iter().map(|field| field.name.as_str())
    }

    /// Goes through pairs; what their waterfalls look at is loaded for some of them at once.
    pub fn each(&self, pairs: &[Pair], mut take: impl FnMut(&Pair)) {
        for pairs in pairs.chunks(LOADED) {
            let placed: Vec<(u32, u32)> = pairs.iter().map(|pair| self.placed(pair.a, pair.b)).collect();
            self.prepared.load_values(&placed);
            pairs.iter().for_each(&mut take);
        }
    }

    /// The weight of a pair in bits, whether or not it was compared.
    #[must_use]
    pub fn weight(&self, a: u32, b: u32) -> f64 {
        let (a, b) = self.placed(a, b);
        self.scorer.weight(self.prepared, self.prepared.pattern(a, b), self.prepared.row(a))
    }

    /// What a pair's weight is made of, in bits: the odds of any two records, then what each field adds if other pairs are alike
    /// by chance alone.
    pub fn parts(&self, a: u32, b: u32) -> impl Iterator<Item = f64> {
        let (a, b) = self.placed(a, b);
        self.scorer.parts(self.prepared, self.prepared.pattern(a, b), self.prepared.row(a))
    }

    /// The parts with what they are. What is left of the weight is what others have in common too; of a `weight` that an earlier
    /// run gave, also how much rarer or commoner the values were then.
    #[must_use]
    pub fn steps(&self, a: u32, b: u32, weight: f64) -> Vec<Step> {
        let (first, second) = self.placed(a, b);
        let pattern = self.prepared.pattern(first, second);
        let of_field = |(index, field): (usize, &super::prepared::Field)| {
            let level = u8::try_from(level_of(pattern, index)).unwrap_or(level::MISSING);
            (field.name.clone(), level::name(field.values.shape, level))
        };
        let names = std::iter::once((String::new(), "any two records"))
            .chain(self.prepared.fields.iter().enumerate().map(of_field));
        let step = |((field, level), weight)| Step { field, level, weight };
        let mut steps: Vec<Step> = names.zip(self.parts(a, b)).map(step).collect();
        let moved = self.scorer.moved(self.prepared, pattern, self.prepared.row(first));
        let step = |(level, weight)| Step { field: String::new(), level, weight };
        steps.extend(moved.map(|weight| step(("a person may have moved", weight))));
        let now = self.weight(a, b);
        if now.to_bits() != weight.to_bits() {
            steps.push(step(("values were as frequent as in the run that weighed it", weight - now)));
        }
        let sum: f64 = steps.iter().map(|step| step.weight).sum();
        steps.push(step(("what others have in common too", weight - sum)));
        steps
    }

    /// The prepared rows of a pair, as they are compared.
    fn placed(&self, a: u32, b: u32) -> (u32, u32) {
        let (a, b) = (self.places[wide(a)], self.places[wide(b)]);
        (a.min(b), a.max(b))
    }
}

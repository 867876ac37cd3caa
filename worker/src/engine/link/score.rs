//! The match weight of a pair: the logarithm to base 2 of the odds that both are the same person.

use super::blocks::all_pairs;
use super::class::{Class, Fit};
use super::level::{BITS, EQUAL, LEVELS, of};
use super::numbers::{narrow, real, size, wide};
use super::observe::level;
use super::prepared::Prepared;

/// A class of pairs in logarithms to base 2.
#[derive(Debug)]
struct Logs {
    share: f64,
    levels: Vec<[f64; LEVELS]>,
    /// Fields whose equal values are as rare in this class as at random.
    by_chance: Vec<bool>,
}

impl Logs {
    fn new(class: &Class, width: usize) -> Self {
        let by_chance = (0..width).map(|field| class.own >> field & 1 == 0).collect();
        let log = |share: f64| if share > 0.0 { share.log2() } else { 0.0 };
        let levels = class.levels.iter().map(|levels| levels.map(log)).collect();
        Self { share: class.share.log2(), levels, by_chance }
    }
}

/// Weights of levels and values.
#[derive(Debug)]
pub(crate) struct Scorer {
    same: Logs,
    others: Vec<Logs>,
    /// Per field, the best that values which are not equal can add.
    hope: Vec<f64>,
    /// Fields in the order in which they are compared: those with few different values first.
    order: Vec<usize>,
    /// Per field and value, how much rarer it is than values that agree at random are on average.
    rarity: Vec<Vec<f32>>,
}

impl Scorer {
    pub(crate) fn new(prepared: &Prepared, fit: &Fit) -> Self {
        let pairs = real(all_pairs(prepared.rows, prepared.first_rows));
        let partners = fit.same.share * pairs * 2.0 / size(prepared.rows.max(1));
        let rarity = prepared.fields.iter().enumerate().map(|(index, field)| {
            if !field.kind.has_frequencies() {
                return Vec::new();
            }
            let known = f64::from(field.counts.iter().skip(1).sum::<u32>()).max(1.0);
            let shown = 1.0 + partners * fit.same.levels[index][wide(EQUAL.into())];
            let equal = fit.random.levels[index][wide(EQUAL.into())];
            let rarity = |count: &u32| real32(((f64::from(*count) / shown).max(1.0) / known / equal).log2());
            field.counts.iter().map(rarity).collect()
        });
        let width = prepared.fields.len();
        let others = std::iter::once(&fit.random).chain(&fit.groups).map(|class| Logs::new(class, width));
        let same = Logs::new(&fit.same, width);
        let others: Vec<Logs> = others.collect();
        let gain = |field: usize, level: usize| same.levels[field][level] - others[0].levels[field][level];
        let hope = |field| (1..LEVELS - 1).map(|level| gain(field, level)).fold(f64::NEG_INFINITY, f64::max);
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by_key(|field| prepared.fields[*field].values.len());
        Self { hope: (0..width).map(hope).collect(), order, rarity: rarity.collect(), same, others }
    }

    /// The match weight of two rows, unless it is below `floor`. Most pairs are given up after a field or two.
    pub(crate) fn weigh(&self, prepared: &Prepared, a: u32, b: u32, floor: f64) -> Option<f64> {
        let (x, y) = (prepared.row(a), prepared.row(b));
        let random = &self.others[0];
        let equal = usize::from(EQUAL);
        let mut bound = self.same.share - random.share;
        let mut open = 0_u32;
        for (field, (x, y)) in x.iter().zip(y).enumerate() {
            if *x == 0 || *y == 0 {
                continue;
            }
            if x == y {
                let rarity = self.rarity[field].get(wide(*x)).copied().unwrap_or(0.0);
                bound += self.same.levels[field][equal] - random.levels[field][equal] - f64::from(rarity);
            } else {
                bound += self.hope[field];
                open |= 1 << field;
            }
        }
        let mut pattern = equal_pattern(x, y);
        for field in self.order.iter().copied().filter(|field| open >> field & 1 == 1) {
            if bound < floor {
                return None;
            }
            let level = of(&prepared.fields[field].values, x[field], y[field]);
            pattern |= u64::from(level) << (narrow(field) * BITS);
            let level = usize::from(level);
            bound += self.same.levels[field][level] - random.levels[field][level] - self.hope[field];
        }
        let weight = if bound < floor { bound } else { self.weight(pattern, x) };
        (weight >= floor).then_some(weight)
    }

    /// The weight before any field, and what each field adds if other pairs are alike by chance alone.
    pub(crate) fn parts(&self, pattern: u64, codes: &[u32]) -> (f64, Vec<f64>) {
        let random = &self.others[0];
        let part = |(field, code): (usize, &u32)| {
            let level = level(pattern, field);
            let rarity = self.rarity[field].get(wide(*code)).filter(|_| level == usize::from(EQUAL));
            self.same.levels[field][level]
                - random.levels[field][level]
                - f64::from(rarity.copied().unwrap_or(0.0))
        };
        (self.same.share - random.share, codes.iter().enumerate().map(part).collect())
    }

    /// The match weight of a pair with the given pattern; `codes` are those of one of its rows.
    pub(crate) fn weight(&self, pattern: u64, codes: &[u32]) -> f64 {
        let width = codes.len();
        let mut levels = [0_usize; 24];
        let mut rare = [0.0_f64; 24];
        for (field, code) in codes.iter().enumerate() {
            levels[field] = level(pattern, field);
            if levels[field] == usize::from(EQUAL)
                && let Some(rarity) = self.rarity[field].get(wide(*code))
            {
                rare[field] = f64::from(*rarity);
            }
        }
        let sum = |logs: &Logs| {
            (0..width).fold(logs.share, |sum, field| {
                sum + logs.levels[field][levels[field]]
                    + if logs.by_chance[field] { rare[field] } else { 0.0 }
            })
        };
        let same = sum(&self.same);
        let odds: f64 = self.others.iter().map(|other| (sum(other) - same).exp2()).sum();
        -odds.log2()
    }
}

/// The part of a pattern that equal values make.
fn equal_pattern(x: &[u32], y: &[u32]) -> u64 {
    let cells = x.iter().zip(y).enumerate();
    cells.fold(0, |pattern, (field, (x, y))| {
        let is_equal = x == y && *x != 0;
        pattern | (u64::from(is_equal) * u64::from(EQUAL)) << (narrow(field) * BITS)
    })
}

#[expect(clippy::cast_possible_truncation, reason = "a table of weights needs no more digits")]
const fn real32(x: f64) -> f32 {
    x as f32
}

/// The probability that belongs to a match weight.
pub(crate) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

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
    /// `telling` are the fields whose equal values are not there by chance, as bits.
    fn new(class: &Class, telling: u32, width: usize) -> Self {
        let by_chance = (0..width).map(|field| telling >> field & 1 == 0).collect();
        let log = |share: f64| if share > 0.0 { share.log2() } else { 0.0 };
        let levels = class.levels.iter().map(|levels| levels.map(log)).collect();
        Self { share: class.share.log2(), levels, by_chance }
    }
}

/// Weights of levels and values.
#[derive(Debug)]
pub(crate) struct Scorer {
    /// The classes of the same person.
    persons: Vec<Logs>,
    others: Vec<Logs>,
    /// Per class of the same person and field, the best that values which are not equal can add.
    hopes: Vec<Vec<f64>>,
    /// Fields in the order in which they are compared: those with few different values first.
    order: Vec<usize>,
    /// Per field and value, how much rarer it is than values that agree at random are on average.
    rarity: Vec<Vec<f32>>,
}

impl Scorer {
    pub(crate) fn new(prepared: &Prepared, fit: &Fit) -> Self {
        let pairs = real(all_pairs(prepared.rows, prepared.first_rows));
        let partners = fit.same_share() * pairs * 2.0 / size(prepared.rows.max(1));
        let rarity = prepared.fields.iter().enumerate().map(|(index, field)| {
            if !field.kind.has_frequencies() {
                return Vec::new();
            }
            let known = f64::from(field.counts.iter().skip(1).sum::<u32>()).max(1.0);
            let shown = 1.0 + partners * fit.same_levels(index)[wide(EQUAL.into())];
            let equal = fit.random.levels[index][wide(EQUAL.into())];
            let rarity = |count: &u32| real32(((f64::from(*count) / shown).max(1.0) / known / equal).log2());
            field.counts.iter().map(rarity).collect()
        });
        let width = prepared.fields.len();
        let others =
            std::iter::once(&fit.random).chain(&fit.groups).map(|class| Logs::new(class, class.own, width));
        let others: Vec<Logs> = others.collect();
        let persons: Vec<Logs> = std::iter::once(Logs::new(&fit.same, u32::MAX, width))
            .chain(fit.moved.iter().map(|moved| Logs::new(moved, !moved.own, width)))
            .collect();
        let hope = |person: &Logs, field: usize| {
            let gains =
                (1..LEVELS - 1).map(|level| person.levels[field][level] - others[0].levels[field][level]);
            gains.fold(f64::NEG_INFINITY, f64::max)
        };
        let hopes = persons.iter().map(|person| (0..width).map(|field| hope(person, field)).collect());
        let hopes = hopes.collect();
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by_key(|field| prepared.fields[*field].values.len());
        Self { hopes, order, rarity: rarity.collect(), persons, others }
    }

    /// The match weight of two rows, unless it is below `floor`. Most pairs are given up after a field or two.
    pub(crate) fn weigh(&self, prepared: &Prepared, a: u32, b: u32, floor: f64) -> Option<f64> {
        let (x, y) = (prepared.row(a), prepared.row(b));
        let mut pattern = equal_pattern(x, y) | prepared.crossed(x, y);
        let is_open = |field: &usize| x[*field] != 0 && y[*field] != 0 && level(pattern, *field) == 0;
        let open = (0..x.len()).filter(is_open).fold(0_u32, |open, field| open | 1 << field);
        // With two classes of the same person, the odds of both together are at most twice those of the better one.
        let least = floor - size(self.persons.len() - 1);
        let mut bounds = [f64::NEG_INFINITY; 2];
        for (bound, class) in bounds.iter_mut().zip(0..self.persons.len()) {
            *bound = self.best(class, pattern, open, x);
        }
        for field in self.order.iter().copied().filter(|field| open >> field & 1 == 1) {
            if bounds.iter().all(|bound| *bound < least) {
                return None;
            }
            let level = of(&prepared.fields[field].values, x[field], y[field]);
            pattern |= u64::from(level) << (narrow(field) * BITS);
            let level = usize::from(level);
            for ((bound, person), hope) in bounds.iter_mut().zip(&self.persons).zip(&self.hopes) {
                *bound += person.levels[field][level] - self.others[0].levels[field][level] - hope[field];
            }
        }
        if bounds.iter().all(|bound| *bound < least) {
            return None;
        }
        Some(self.weight(pattern, x)).filter(|weight| *weight >= floor)
    }

    /// The best weight of a class of the same person against chance, before unequal values are compared.
    fn best(&self, class: usize, pattern: u64, open: u32, codes: &[u32]) -> f64 {
        let (person, random) = (&self.persons[class], &self.others[0]);
        let mut best = person.share - random.share;
        for (field, code) in codes.iter().enumerate() {
            if open >> field & 1 == 1 {
                best += self.hopes[class][field];
                continue;
            }
            let level = level(pattern, field);
            best += person.levels[field][level] - random.levels[field][level];
            if level == usize::from(EQUAL) && !person.by_chance[field] {
                best -= self.rarity[field].get(wide(*code)).map_or(0.0, |rarity| f64::from(*rarity));
            }
        }
        best
    }

    /// The weight before any field, and what each field adds if other pairs are alike by chance alone.
    pub(crate) fn parts(&self, pattern: u64, codes: &[u32]) -> (f64, Vec<f64>) {
        let random = &self.others[0];
        let part = |(field, code): (usize, &u32)| {
            let level = level(pattern, field);
            let rarity = self.rarity[field].get(wide(*code)).filter(|_| level == usize::from(EQUAL));
            self.persons[0].levels[field][level]
                - random.levels[field][level]
                - f64::from(rarity.copied().unwrap_or(0.0))
        };
        (self.persons[0].share - random.share, codes.iter().enumerate().map(part).collect())
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
        let same = sum(&self.persons[0]);
        let odds: f64 = self.others.iter().map(|other| (sum(other) - same).exp2()).sum();
        let more: f64 = self.persons[1..].iter().map(|person| (sum(person) - same).exp2()).sum();
        (1.0 + more).log2() - odds.log2()
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

//! The match weight of a pair: the logarithm to base 2 of the odds that both are the same person.

mod own;
mod weight;

use std::hint::black_box;

use smallvec::SmallVec;

use super::class::{Class, Fit};
use super::compare::Weighed;
use super::level::{BITS, EQUAL, LEVELS, of};
use super::load::LOADED;
use super::numbers::{narrow, size};
use super::observe::level;
use super::prepared::Prepared;
use super::rarity::Rarity;

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

/// A pair that is being compared.
#[derive(Debug, Clone, Copy)]
struct Trial {
    a: u32,
    b: u32,
    /// The levels so far.
    pattern: u64,
    /// Fields whose values are not compared yet, as bits.
    open: u32,
    /// For each class of the same person the best weight that there may be.
    bounds: [f64; 2],
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
    rarity: Vec<Rarity>,
}

impl Scorer {
    pub(crate) fn new(prepared: &Prepared, fit: &Fit) -> Self {
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
        Self { hopes, order, rarity: Rarity::of_all(prepared, fit), persons, others }
    }

    /// The match weights of pairs, of which there are few; `keep` gets those that are not below `floor`. Field by field, what
    /// is compared is loaded for all of them at once; most are given up after a field or two.
    pub(crate) fn weigh(
        &self,
        prepared: &Prepared,
        pairs: &[(u32, u32)],
        floor: f64,
        mut keep: impl FnMut(Weighed),
    ) {
        // With two classes of the same person, the odds of both together are at most twice those of the better one.
        let least = floor - size(self.persons.len() - 1);
        let may_be = |trial: &Trial| trial.bounds.iter().any(|bound| *bound >= least);
        prepared.load(pairs);
        let trials = pairs.iter().map(|(a, b)| self.begin(prepared, *a, *b));
        let mut trials: SmallVec<[Trial; LOADED]> = trials.filter(may_be).collect();
        for field in self.order.iter().copied() {
            let values = &prepared.fields[field].values;
            let codes = |trial: &Trial| (prepared.row(trial.a)[field], prepared.row(trial.b)[field]);
            let is_open = |trial: &Trial| trial.open >> field & 1 == 1;
            let length = |code: u32| values.brief(code).length();
            let due = trials.iter().filter(|trial| is_open(trial)).map(codes);
            black_box(due.fold(0, |all, (x, y)| all ^ length(x) ^ length(y)));
            for trial in trials.iter_mut().filter(|trial| is_open(trial)) {
                let (x, y) = codes(trial);
                self.take(trial, field, of(values, x, y));
            }
            trials.retain(|trial| may_be(trial));
        }
        for Trial { a, b, pattern, .. } in trials {
            let weight = self.weight(prepared, pattern, prepared.row(a));
            if weight >= floor {
                keep(Weighed { a, b, weight });
            }
        }
    }

    fn begin(&self, prepared: &Prepared, a: u32, b: u32) -> Trial {
        let (x, y) = (prepared.row(a), prepared.row(b));
        let pattern = equal_pattern(x, y) | prepared.crossed(x, y);
        let is_open = |field: &usize| x[*field] != 0 && y[*field] != 0 && level(pattern, *field) == 0;
        let open = (0..x.len()).filter(is_open).fold(0_u32, |open, field| open | 1 << field);
        let mut bounds = [f64::NEG_INFINITY; 2];
        for (bound, class) in bounds.iter_mut().zip(0..self.persons.len()) {
            *bound = self.best(prepared, class, pattern, open, x);
        }
        Trial { a, b, pattern, open, bounds }
    }

    /// Takes in how alike the values of a field are.
    fn take(&self, trial: &mut Trial, field: usize, level: u8) {
        trial.pattern |= u64::from(level) << (narrow(field) * BITS);
        let level = usize::from(level);
        for ((bound, person), hope) in trial.bounds.iter_mut().zip(&self.persons).zip(&self.hopes) {
            *bound += person.levels[field][level] - self.others[0].levels[field][level] - hope[field];
        }
    }

    /// The best weight of a class of the same person against chance, before unequal values are compared.
    fn best(&self, prepared: &Prepared, class: usize, pattern: u64, open: u32, codes: &[u32]) -> f64 {
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
                best -= self.rarity(prepared, field, *code);
            }
        }
        best
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

/// The probability that belongs to a match weight.
#[must_use]
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

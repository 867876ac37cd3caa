//! How dense the classes are at a pattern, and so how likely its pairs are one person.

use super::class::{Class, FIELDS_MAX, Fit, Levels};
use super::level::LEVELS;
use super::observe::level;

/// The levels of a pattern, field by field.
pub(crate) fn unpacked(pattern: u64, width: usize) -> Levels {
    let mut levels = [0; FIELDS_MAX];
    levels.iter_mut().take(width).enumerate().for_each(|(field, of)| *of = level(pattern, field));
    levels
}

/// A field and its shares as multiples of those at random.
type Multiples = (usize, [f64; LEVELS]);

/// The densities of classes at a pattern, made ready for many patterns.
#[derive(Debug)]
pub(crate) struct Densities<'f> {
    fit: &'f Fit,
    /// Per class of groups, its own fields with its shares as multiples of those at random.
    groups: Vec<(f64, Vec<Multiples>)>,
}

impl<'f> Densities<'f> {
    pub(crate) fn new(fit: &'f Fit) -> Self {
        let random = &fit.random.levels;
        let multiples = |class: &Class, field: usize| {
            let mut multiples = [1.0; LEVELS];
            (1..LEVELS)
                .for_each(|level| multiples[level] = class.levels[field][level] / random[field][level]);
            (field, multiples)
        };
        let group = |class: &Class| {
            let own = (0..random.len()).filter(|field| class.own >> field & 1 == 1);
            (class.share / fit.random.share, own.map(|field| multiples(class, field)).collect())
        };
        Self { fit, groups: fit.groups.iter().map(group).collect() }
    }

    /// The probability that a pair with this pattern is the same person.
    pub(crate) fn probability(&self, pattern: u64) -> f64 {
        let found = self.of(&unpacked(pattern, self.fit.same.levels.len()), &mut Vec::new());
        found.person() / found.all
    }

    /// The densities at a pattern; those of the groups are put into `groups`.
    pub(crate) fn of(&self, levels: &Levels, groups: &mut Vec<f64>) -> Density {
        let product = |class: &Class| {
            class.levels.iter().zip(levels).fold(class.share, |product, (shares, level)| {
                if *level == 0 { product } else { product * shares[*level] }
            })
        };
        let (same, random) = (product(&self.fit.same), product(&self.fit.random));
        let moved = self.fit.moved.as_ref().map_or(0.0, product);
        groups.clear();
        groups.extend(self.groups.iter().map(|(share, own)| {
            own.iter().fold(random * share, |product, (field, multiples)| product * multiples[levels[*field]])
        }));
        Density { same, moved, all: same + moved + random + groups.iter().sum::<f64>() }
    }
}

/// The densities of the same person and of all classes at a pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Density {
    pub(crate) same: f64,
    pub(crate) moved: f64,
    pub(crate) all: f64,
}

impl Density {
    /// Of the same person, moved or not.
    pub(crate) fn person(&self) -> f64 {
        self.same + self.moved
    }
}

impl Densities<'_> {
    /// The probability of the same person if a field were not known.
    pub(crate) fn without(&self, field: usize, levels: &Levels, at: Density, groups: &[f64]) -> f64 {
        let level = levels[field];
        if level == 0 {
            return at.person() / at.all;
        }
        let random = at.all - at.person() - groups.iter().sum::<f64>();
        let fit = self.fit;
        let others =
            fit.groups.iter().zip(groups).map(|(class, density)| density / class.levels[field][level]);
        let others = others.sum::<f64>() + random / fit.random.levels[field][level];
        let moved = fit.moved.as_ref().map_or(0.0, |class| at.moved / class.levels[field][level]);
        let same = at.same / fit.same.levels[field][level] + moved;
        same / (same + others)
    }
}

//! The classes of pairs: the same person, different people with something in common, people at random.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::level::LEVELS;
use super::observe::{LevelCounts, level};

/// Fields that a pattern can hold.
pub(crate) const FIELDS_MAX: usize = 20;

/// The levels of a pattern, field by field.
pub(crate) type Levels = [usize; FIELDS_MAX];

/// Pairs with one pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) pattern: u64,
    /// Fields that some rule did without, as bits.
    pub(crate) free: u32,
    pub(crate) count: u64,
}

/// A class of pairs: its share of all pairs, and the shares of the levels of each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Class {
    pub(crate) share: f64,
    pub(crate) levels: LevelCounts,
    /// Fields whose levels are its own, as bits; the others look as at random.
    pub(crate) own: u32,
}

/// The fitted classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fit {
    pub(crate) same: Class,
    /// Different people with something in common, one class for each field that groups share.
    pub(crate) groups: Vec<Class>,
    pub(crate) random: Class,
    pub(crate) rounds: usize,
}

/// Where estimation begins for a field that the pairs of a class have in common.
const LIKELY: [f64; LEVELS] = [0.0, 0.1, 0.02, 0.02, 0.03, 0.03, 0.1, 0.7];

impl Fit {
    pub(crate) fn begin(kinds: &[Kind], drawn: &LevelCounts, pairs: f64, rows: f64) -> Self {
        let share = 0.1 * rows / pairs;
        let width = kinds.len();
        let having = |fields: &[usize], own: u32| {
            let mut levels = drawn.clone();
            fields.iter().for_each(|field| levels[*field] = LIKELY);
            Class { share, levels, own }
        };
        let bits = |is_in: &dyn Fn(Kind) -> bool| {
            (0..width).filter(|field| is_in(kinds[*field])).fold(0_u32, |bits, field| bits | 1 << field)
        };
        let (shared, common) = (bits(&Kind::is_shared_by_groups), bits(&|kind| kind == Kind::Category));
        let of = |bits: u32| (0..width).filter(move |field| bits >> field & 1 == 1);
        let groups = of(shared & !common).map(|field| having(&[field], shared));
        let household = having(&of(shared & !common).collect::<Vec<_>>(), shared);
        let household = Some(household).filter(|_| (shared & !common).count_ones() > 1);
        let pairs = of(!shared).flat_map(|one| of(shared & !common).map(move |other| (one, other)));
        let pairs = pairs.map(|(one, other)| having(&[one, other], common | 1 << one | 1 << other));
        let names =
            bits(&|kind| matches!(kind, Kind::GivenName | Kind::Surname | Kind::FullName | Kind::Email));
        let namesakes = having(&of(names).collect::<Vec<_>>(), names | common);
        let namesakes = Some(namesakes).filter(|_| names.count_ones() > 2);
        Self {
            same: Class { share, levels: vec![LIKELY; width], own: u32::MAX },
            groups: groups.chain(household).chain(pairs).chain(namesakes).collect(),
            random: Class { share: 1.0, levels: drawn.clone(), own: 0 },
            rounds: 0,
        }
    }

    fn classes(&self) -> impl Iterator<Item = &Class> {
        [&self.same, &self.random].into_iter().chain(&self.groups)
    }

    /// Whether every class has levels for so many fields.
    pub(crate) fn is_whole(&self, width: usize) -> bool {
        self.classes().all(|class| class.levels.len() == width)
    }

    /// The classes, ready for many patterns.
    pub(crate) fn ready(&self) -> Densities<'_> {
        Densities::new(self)
    }
}

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
        let (same, all) = self.of(&unpacked(pattern, self.fit.same.levels.len()), &mut Vec::new());
        same / all
    }

    /// The density of the same person and that of all classes; those of the groups are put into `groups`.
    pub(crate) fn of(&self, levels: &Levels, groups: &mut Vec<f64>) -> (f64, f64) {
        let product = |class: &Class| {
            class.levels.iter().zip(levels).fold(class.share, |product, (shares, level)| {
                if *level == 0 { product } else { product * shares[*level] }
            })
        };
        let (same, random) = (product(&self.fit.same), product(&self.fit.random));
        groups.clear();
        groups.extend(self.groups.iter().map(|(share, own)| {
            own.iter().fold(random * share, |product, (field, multiples)| product * multiples[levels[*field]])
        }));
        (same, same + random + groups.iter().sum::<f64>())
    }
}

impl Densities<'_> {
    /// The probability of the same person if a field were not known.
    pub(crate) fn without(&self, field: usize, levels: &Levels, same: f64, all: f64, groups: &[f64]) -> f64 {
        let level = levels[field];
        if level == 0 {
            return same / all;
        }
        let random = all - same - groups.iter().sum::<f64>();
        let fit = self.fit;
        let others =
            fit.groups.iter().zip(groups).map(|(class, density)| density / class.levels[field][level]);
        let others = others.sum::<f64>() + random / fit.random.levels[field][level];
        let same = same / fit.same.levels[field][level];
        same / (same + others)
    }
}

//! What judged pairs teach: parameters are learned from them as from pairs whose class is known.
//!
//! A pair judged the same is one of the same person with probability 1, one judged different with probability 0, in every
//! round. Where pairs that seem sure were often judged different, those judged different make a class of their own: what looks
//! the same and is not, is like nothing that groups or chance explain. Unjudged pairs weigh no more in that class than judged
//! ones, so that it stays what was judged.

use super::class::{Class, Fit, Levels, Seen};
use super::density::{Densities, unpacked};
use super::gather::Gathered;
use super::judged::Judged;
use super::keys::Keys;
use super::level::LEVELS;
use super::looking::Looking;
use super::numbers::{real, wide};
use super::observe::{LevelCounts, Observation};
use super::prepared::Prepared;

/// Pairs of this probability and more seem sure.
const SURE: f64 = 0.9;
/// So many of the judged pairs that seem sure, and so large a part of them, are judged different where a class is missing.
const WRONG: f64 = 10.0;
const WRONG_PART: f64 = 0.2;

/// A judged pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lesson {
    pub(crate) seen: Observation,
    /// Whether it is among the pairs that were looked at.
    pub(crate) is_seen: bool,
    is_same: bool,
}

/// The judged pairs, if there are enough of both kinds; none else.
pub(crate) fn lessons(prepared: &Prepared, looking: &Looking, judged: &Judged) -> Vec<Lesson> {
    if !judged.can_teach() {
        return Vec::new();
    }
    let places = prepared.places();
    let place = |(a, b): &(u32, u32)| {
        let (a, b) = (places[wide(*a)], places[wide(*b)]);
        (a.min(b), a.max(b))
    };
    let same = judged.same.iter().map(|pair| (place(pair), true));
    let mut pairs: Vec<((u32, u32), bool)> =
        same.chain(judged.different.iter().map(|pair| (place(pair), false))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut rows: Vec<u32> = pairs.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
    rows.sort_unstable();
    rows.dedup();
    let keys = Keys::new(prepared, &looking.keys, &rows);
    let at = |row: u32| rows.partition_point(|other| *other < row);
    let is_sampled = |row: u32| looking.sample.rows.binary_search(&row).is_ok();
    let lesson = |((a, b), is_same): ((u32, u32), bool)| {
        let shared = keys.shared(at(a), at(b));
        let rules = looking.rules.as_ref();
        let is_met = rules.is_none_or(|rules| rules.iter().any(|rule| shared & rule == *rule));
        let seen = Observation { pattern: prepared.pattern(a, b), shared };
        Lesson { seen, is_seen: is_met && is_sampled(a) && is_sampled(b), is_same }
    };
    pairs.into_iter().map(lesson).collect()
}

/// A judged pair as parameters are learned from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taught {
    levels: Levels,
    seen: Seen,
    is_same: bool,
}

/// All that was judged.
#[derive(Debug, Default)]
pub(crate) struct Teaching {
    pairs: Vec<Taught>,
    /// How many of each level there are among the pairs judged the same, and among those judged different.
    same: LevelCounts,
    different: LevelCounts,
}

impl Teaching {
    /// `free` tells the fields of no rule that a pair shares.
    pub(crate) fn new(lessons: &[Lesson], width: usize, free: impl Fn(u32) -> u32) -> Self {
        let taught = |Lesson { seen, is_same, .. }: &Lesson| Taught {
            levels: unpacked(seen.pattern, width),
            seen: Seen { pattern: seen.pattern, free: free(seen.shared), count: 1 },
            is_same: *is_same,
        };
        let mut pairs: Vec<Taught> = lessons.iter().map(taught).collect();
        let what = |of: &Taught| (of.is_same, of.seen.pattern, of.seen.free);
        pairs.sort_unstable_by_key(what);
        let alike = pairs.chunk_by(|a, b| what(a) == what(b));
        let together = |alike: &[Taught]| {
            let seen = Seen { count: alike.len() as u64, ..alike[0].seen };
            Taught { seen, ..alike[0] }
        };
        let pairs: Vec<Taught> = alike.map(together).collect();
        let counts = |is_same: bool| {
            let mut counts: LevelCounts = vec![[0.0; LEVELS]; width];
            for pair in pairs.iter().filter(|pair| pair.is_same == is_same) {
                counts
                    .iter_mut()
                    .zip(pair.levels)
                    .for_each(|(counts, level)| counts[level] += real(pair.seen.count));
            }
            counts
        };
        Self { same: counts(true), different: counts(false), pairs }
    }

    fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Pairs judged different.
    fn apart(&self) -> f64 {
        real(self.pairs.iter().filter(|pair| !pair.is_same).map(|pair| pair.seen.count).sum())
    }

    /// The class of what looks the same and is not, where a fit without it is sure of pairs that were judged different.
    pub(crate) fn missing(&self, fit: &Fit, all_pairs: f64) -> Option<Class> {
        let (densities, mut groups) = (Densities::new(fit), Vec::new());
        let (mut sure, mut wrong) = (0.0, 0.0);
        for Taught { levels, seen, is_same } in &self.pairs {
            let at = densities.of(levels, &mut groups);
            if at.person() >= SURE * at.all {
                sure += real(seen.count);
                wrong += if *is_same { 0.0 } else { real(seen.count) };
            }
        }
        (wrong >= WRONG && wrong >= WRONG_PART * sure).then(|| Class {
            share: self.apart() / all_pairs,
            levels: self.different.iter().map(smooth).collect(),
            own: u32::MAX,
            common: 0,
        })
    }

    /// The part of the pairs judged the same in which a field differs altogether, or in so many of the lowest levels.
    pub(crate) fn differing(&self, field: usize, lowest: usize) -> f64 {
        self.same.get(field).map_or(0.0, |counts| {
            let all: f64 = counts[1..].iter().sum();
            counts[1..=lowest].iter().sum::<f64>() / all.max(1.0)
        })
    }

    /// Adds the judged pairs to what a round gathered of the classes of the same person and of the groups.
    pub(crate) fn gather(&self, fit: &Fit, gathered: &mut [Gathered]) {
        if self.is_empty() {
            return;
        }
        let densities = Densities::new(fit);
        let mut groups = Vec::new();
        let (persons, others) = gathered.split_at_mut(fit.persons().count());
        for Taught { levels, seen, is_same } in &self.pairs {
            let at = densities.of(levels, &mut groups);
            let all = if *is_same { at.person() } else { at.all - at.person() };
            if all <= 0.0 {
                continue;
            }
            let times = real(seen.count) / all;
            if *is_same {
                for (into, density) in persons.iter_mut().zip([at.same, at.moved]) {
                    into.add(levels, seen, u32::MAX, density * times);
                }
            } else {
                for ((into, class), density) in others.iter_mut().zip(&fit.groups).zip(&groups) {
                    into.add(levels, seen, class.own, density * times);
                }
            }
        }
    }

    /// The levels of the class of pairs that were judged different.
    pub(crate) fn levels(&self, gathered: &Gathered, field: usize) -> [f64; LEVELS] {
        let weight = (self.apart() / gathered.pairs.max(1e-9)).min(1.0);
        let mut counts = self.different[field];
        counts.iter_mut().zip(gathered.all[field]).for_each(|(count, more)| *count += more * weight);
        smooth(&counts)
    }
}

impl Class {
    /// Whether it is that of pairs that were judged different.
    pub(crate) const fn is_judged(&self) -> bool {
        self.own == u32::MAX && self.common == 0
    }
}

/// Counts as shares, the missing level aside; a little of each level, so that none is impossible.
pub(crate) fn smooth(counts: &[f64; LEVELS]) -> [f64; LEVELS] {
    let total = counts[1..].iter().sum::<f64>() + 0.7;
    let mut shares = counts.map(|count| (count + 0.1) / total);
    shares[0] = 0.0;
    shares
}

//! One round of estimation: what each class is expected to hold, by field and level.

use rayon::prelude::*;

use super::class::{Fit, Levels, Seen};
use super::density::{Densities, unpacked};
use super::level::LEVELS;
use super::numbers::real;
use super::observe::LevelCounts;

/// Patterns of one piece of work.
const PART: usize = 4_096;

/// What one round gathers for a class.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    pub(crate) pairs: f64,
    /// From pairs that some rule without the field brought together.
    pub(crate) free: LevelCounts,
    pub(crate) all: LevelCounts,
}

impl Gathered {
    fn new(width: usize) -> Self {
        Self { pairs: 0.0, free: vec![[0.0; LEVELS]; width], all: vec![[0.0; LEVELS]; width] }
    }

    pub(crate) fn add(&mut self, levels: &Levels, seen: &Seen, own: u32, pairs: f64) {
        self.pairs += pairs;
        for (field, (free, all)) in self.free.iter_mut().zip(&mut self.all).enumerate() {
            if own >> field & 1 == 1 {
                if seen.free >> field & 1 == 1 {
                    free[levels[field]] += pairs;
                }
                all[levels[field]] += pairs;
            }
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.pairs += other.pairs;
        for (mine, theirs) in [(&mut self.free, &other.free), (&mut self.all, &other.all)] {
            mine.iter_mut().flatten().zip(theirs.iter().flatten()).for_each(|(a, b)| *a += b);
        }
    }
}

/// Expected counts of the classes of the same person and of the groups, under the present shares.
pub(crate) fn gather(fit: &Fit, seen: &[Seen]) -> Vec<Gathered> {
    let width = fit.same.levels.len();
    let persons = fit.persons().count();
    let owns: Vec<u32> = fit.persons().chain(&fit.groups).map(|class| class.own).collect();
    let densities = Densities::new(fit);
    let part = |seen: &[Seen]| {
        let mut gathered = vec![Gathered::new(width); owns.len()];
        let mut groups = Vec::with_capacity(owns.len());
        for seen in seen {
            let levels = unpacked(seen.pattern, width);
            let at = densities.of(&levels, &mut groups);
            let count = real(seen.count) / at.all;
            let person = at.person();
            if person > at.all * 1e-4 {
                let speaks = |field: usize| densities.without(field, &levels, at, &groups) >= 0.5;
                let speaking =
                    (0..width).filter(|field| speaks(*field)).fold(0, |bits, field| bits | 1 << field);
                let seen = Seen { free: seen.free & speaking, ..*seen };
                let own = if person >= at.all * 0.5 { u32::MAX } else { speaking };
                for (into, density) in gathered[..persons].iter_mut().zip([at.same, at.moved]) {
                    into.add(&levels, &seen, own, count * density);
                }
            }
            for ((into, own), density) in gathered[persons..].iter_mut().zip(&owns[persons..]).zip(&groups) {
                let pairs = count * density;
                if pairs > 1e-9 {
                    into.add(&levels, seen, *own, pairs);
                }
            }
        }
        gathered
    };
    // Parts of a fixed size, joined in their order: sums do not depend on the number of threads.
    let parts: Vec<Vec<Gathered>> = seen.par_chunks(PART).map(part).collect();
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_else(|| vec![Gathered::new(width); owns.len()]);
    parts.fold(first, |mut all, part| {
        all.iter_mut().zip(&part).for_each(|(all, part)| all.join(part));
        all
    })
}

//! What a weight is made of: each class of pairs, field by field.

use super::{Logs, Scorer};
use crate::engine::link::level::EQUAL;
use crate::engine::link::observe::level;
use crate::engine::link::prepared::Prepared;

impl Scorer {
    /// The weight before any field, and then what each field adds if other pairs are alike by chance alone.
    pub(crate) fn parts<'s>(
        &'s self,
        prepared: &'s Prepared,
        pattern: u64,
        codes: &'s [u32],
    ) -> impl Iterator<Item = f64> + 's {
        let random = &self.others[0];
        let part = move |(field, code): (usize, &u32)| {
            let level = level(pattern, field);
            let is_equal = level == usize::from(EQUAL);
            self.persons[0].levels[field][level]
                - random.levels[field][level]
                - if is_equal { self.rarity(prepared, field, *code) } else { 0.0 }
        };
        std::iter::once(self.persons[0].share - random.share).chain(codes.iter().enumerate().map(part))
    }

    /// The match weight of a pair with the given pattern; `codes` are those of one of its rows.
    pub(crate) fn weight(&self, prepared: &Prepared, pattern: u64, codes: &[u32]) -> f64 {
        let (more, odds) = self.odds(prepared, pattern, codes);
        (1.0 + more).log2() - odds.log2()
    }

    /// What it adds to a weight that a person may have moved; nothing where there is no class of those who did.
    pub(crate) fn moved(&self, prepared: &Prepared, pattern: u64, codes: &[u32]) -> Option<f64> {
        let has_moved = self.persons.len() > 1;
        has_moved.then(|| (1.0 + self.odds(prepared, pattern, codes).0).log2())
    }

    /// The odds of the other classes of the same person, and of all classes of others, to the same person who stayed.
    pub(super) fn odds(&self, prepared: &Prepared, pattern: u64, codes: &[u32]) -> (f64, f64) {
        let width = codes.len();
        let mut levels = [0_usize; 24];
        let mut rare = [0.0_f64; 24];
        for (field, code) in codes.iter().enumerate() {
            levels[field] = level(pattern, field);
            if levels[field] == usize::from(EQUAL) {
                rare[field] = self.rarity(prepared, field, *code);
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
        (self.persons[1..].iter().map(|person| (sum(person) - same).exp2()).sum(), odds)
    }

    /// How rare a value of a field is.
    pub(super) fn rarity(&self, prepared: &Prepared, field: usize, code: u32) -> f64 {
        self.rarity[field].at(code, &prepared.fields[field].counts)
    }
}

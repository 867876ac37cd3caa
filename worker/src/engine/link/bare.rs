//! Lists that hold names and contact codes and nothing else: too little to fit a model to, so that what is known of the kinds
//! of columns takes its place.

use hashbrown::HashMap;

use super::blocks::all_pairs;
use super::class::{Class, Fit, LIKELY};
use super::fit::without;
use super::kind::Kind;
use super::level::{EQUAL, LEVELS};
use super::numbers::{narrow, real, size, wide};
use super::observe::LevelCounts;
use super::prepared::{Field, Prepared};

/// Of the pairs that share a code which two records have, this part is of different people.
const SHARED: f64 = 0.05;
/// Records of a code that count when it is told how often people are there again: more are of a code that many use.
const AGAIN: u32 = 5;
/// Levels of a code of one person: one that is nearly the same is somebody else's.
const EXACT: [f64; LEVELS] = [0.0, 0.299_995, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 0.7];
/// Rounds in which the share of the same person among equal names is found, at each frequency of names.
const ROUNDS: usize = 200;

/// Whether names and codes by which people are reached are all that a list holds.
pub(crate) fn is_bare(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| is_name(*kind) || is_own(*kind) || *kind == Kind::Category)
}

/// Whether a list holds nothing but names.
pub(crate) fn has_names_only(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| is_name(*kind) || *kind == Kind::Category)
}

const fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::GivenName | Kind::Surname | Kind::FullName)
}

/// Whether a value is most often that of one person.
const fn is_own(kind: Kind) -> bool {
    matches!(kind, Kind::Email | Kind::Phone | Kind::Identifier)
}

/// A list whose only column holds codes of persons.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own {
    /// The part of the records that are another one's person again.
    again: f64,
}

impl Own {
    /// Of a list with columns of these kinds and so many rows for each value, if it is such a list.
    pub(crate) fn of(kinds: &[Kind], counts: &[u32]) -> Option<Self> {
        let [kind] = kinds else { return None };
        let known = counts.iter().skip(1).filter(|count| **count > 0);
        let (values, records) = known.fold((0_u64, 0_u64), |(values, records), count| {
            (values + 1, records + u64::from((*count).min(AGAIN)))
        });
        let again = 1.0 - real(values) / real(records.max(1));
        is_own(*kind).then_some(Self { again: again.clamp(0.02, 0.9) })
    }

    /// The odds that two of the records with one value are the same person: records of a person become rarer by the part
    /// that is there again with each further one, users of one code by the square of their number.
    pub(crate) fn odds(self, count: u32) -> f64 {
        let count = f64::from(count.max(2));
        (self.again.powf(count - 2.0) * count * count / 4.0 / SHARED).max(1e-9)
    }
}

/// The chance that somebody else has a whole name, by code: that of its words together. `shown` is how often a person
/// is there.
pub(crate) fn by_words(field: &Field, shown: f64) -> Vec<f64> {
    let words = |code: usize| {
        let text = field.values.text(narrow(code));
        text.split(|byte| *byte == b' ').filter(|word| !word.is_empty())
    };
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    for (code, rows) in field.counts.iter().enumerate() {
        words(code).for_each(|word| *counts.entry(word).or_insert(0) += u64::from(*rows));
    }
    let known = records(field).max(1.0);
    let chance = |word: &[u8]| (real(counts.get(word).copied().unwrap_or(0)) / shown).max(1.0) / known;
    (0..field.counts.len()).map(|code| words(code).map(chance).product()).collect()
}

/// The classes of a list whose columns' kinds say what equal values mean: one column with codes of persons, or nothing but
/// names. `drawn` are the levels of random pairs.
pub(crate) fn known(prepared: &Prepared, drawn: &LevelCounts) -> Option<Fit> {
    let kinds = prepared.kinds();
    let own = kinds.first().and_then(|_| Own::of(&kinds, &prepared.fields[0].counts));
    let found = match own {
        Some(own) => Shared::of(prepared).of_one_person(|shared| own.odds(shared.records)),
        None if has_names_only(&kinds) => Shared::of(prepared).namesakes_aside(prepared),
        None => return None,
    };
    let likely = if own.is_some() { EXACT } else { LIKELY };
    let equal = likely[usize::from(EQUAL)].powi(i32::try_from(kinds.len()).unwrap_or(i32::MAX));
    let share = (found / all_real(prepared) / equal).clamp(1e-15, 0.1);
    Some(Fit {
        same: Class { share, levels: vec![likely; kinds.len()], own: u32::MAX, common: u32::MAX },
        moved: None,
        groups: Vec::new(),
        random: Class {
            share: 1.0 - share,
            levels: drawn.iter().map(|levels| without(levels, &likely, share)).collect(),
            own: 0,
            common: 0,
        },
        rounds: 0,
    })
}

fn all_real(prepared: &Prepared) -> f64 {
    real(all_pairs(prepared.rows, prepared.first_rows)).max(1.0)
}

/// Values that several records have alike in all fields.
struct SharedBy {
    codes: Vec<u32>,
    records: u32,
    pairs: u64,
}

struct Shared(Vec<SharedBy>);

impl Shared {
    fn of(prepared: &Prepared) -> Self {
        let mut counts: HashMap<&[u32], (u64, u64)> = HashMap::new();
        for row in 0..prepared.rows {
            let codes = prepared.row(narrow(row));
            if !codes.contains(&0) {
                let of = counts.entry(codes).or_default();
                *if row < prepared.first_rows { &mut of.0 } else { &mut of.1 } += 1;
            }
        }
        let shared = counts.into_iter().map(|(codes, (first, second))| SharedBy {
            codes: codes.to_vec(),
            records: u32::try_from(first + second).unwrap_or(u32::MAX),
            pairs: if prepared.is_link() { first * second } else { first * (first - 1) / 2 },
        });
        let mut shared: Vec<SharedBy> = shared.filter(|shared| shared.pairs > 0).collect();
        // Sums of fractions depend on their order.
        shared.sort_unstable_by(|a, b| a.codes.cmp(&b.codes));
        Self(shared)
    }

    /// How many pairs are the same person, by the odds of each value.
    fn of_one_person(&self, odds: impl Fn(&SharedBy) -> f64) -> f64 {
        let likely = self.0.iter().map(|shared| {
            let odds = odds(shared);
            real(shared.pairs) * odds / (1.0 + odds)
        });
        likely.sum()
    }

    /// The same if others have the names by the chance of each.
    fn namesakes_aside(&self, prepared: &Prepared) -> f64 {
        let all = all_real(prepared);
        let mut found = real(self.0.iter().map(|shared| shared.pairs).sum());
        for _ in 0..2 {
            let shown = 1.0 + found * 2.0 / size(prepared.rows.max(1));
            let by_field: Vec<Vec<f64>> = prepared.fields.iter().map(|field| chances(field, shown)).collect();
            let chance = |shared: &SharedBy| -> f64 {
                let chances = shared.codes.iter().zip(&by_field).map(|(code, chances)| chances[wide(*code)]);
                // Given names go with surnames: names that many have together are as common as they are there.
                let together = if shared.records > AGAIN { shared.records } else { 0 };
                chances.product::<f64>().max(f64::from(together) / size(prepared.rows.max(1)))
            };
            let chances: Vec<f64> = self.0.iter().map(chance).collect();
            for _ in 0..ROUNDS {
                let share = found / all;
                let likely = self.0.iter().zip(&chances);
                found = likely.map(|(shared, chance)| real(shared.pairs) * share / (share + chance)).sum();
            }
        }
        found
    }
}

/// The chance that somebody else has a name, by code.
fn chances(field: &Field, shown: f64) -> Vec<f64> {
    if field.kind == Kind::FullName {
        return by_words(field, shown);
    }
    let known = records(field).max(1.0);
    field.counts.iter().map(|count| (f64::from(*count) / shown).max(1.0) / known).collect()
}

/// Records with a value.
fn records(field: &Field) -> f64 {
    real(field.counts.iter().skip(1).map(|rows| u64::from(*rows)).sum())
}

/// The share of random pairs with equal values of each field at least: of whole names, where names and codes are all that is
/// known, what the chance of their words comes to.
pub(crate) fn least_equal(prepared: &Prepared) -> Vec<f64> {
    let kinds = prepared.kinds();
    let is_bare = is_bare(&kinds);
    let of = |field: &Field| {
        if !is_bare || field.kind != Kind::FullName {
            return 0.0;
        }
        let known = records(field).max(1.0);
        let chance = by_words(field, 1.0);
        field.counts.iter().zip(chance).skip(1).map(|(rows, chance)| f64::from(*rows) / known * chance).sum()
    };
    prepared.fields.iter().map(of).collect()
}

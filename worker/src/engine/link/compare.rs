//! Compares all pairs that the rules bring together and keeps those that may be the same person.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::blocks::Blocks;
use super::keys::{Key, Keys, possible};
use super::load::LOADED;
use super::model::{Model, Rule, rule_bits};
use super::numbers::{narrow, whole, wide};
use super::prepared::Prepared;
use super::score::Scorer;
use super::settings::LinkError;
use super::share::{KeyRange, Scope};
use super::windows::Windows;

/// The lowest match weight of a pair that is kept.
pub(crate) const FLOOR: f64 = -7.0;

/// A compared pair that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Weighed {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) weight: f64,
}

/// Rows whose keys are made and put in order in about the time that a pair is compared.
const ROWS_OF_A_PAIR: u64 = 16;

/// Pairs that are compared at once.
type Due = SmallVec<[(u32, u32); LOADED]>;

/// The kept pairs, ascending, and how many were compared.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    pub(crate) pairs: Vec<Weighed>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs left out because their block was too large, rule by rule.
    pub cut: u64,
}

/// Compares pairs, each once.
///
/// # Errors
/// The model is one of other columns or keys.
pub fn compare(prepared: &Prepared, model: &Model) -> Result<Compared, LinkError> {
    compare_within(prepared, model, &Scope::default())
}

/// Compares the pairs of a scope, each once. Those of all shares together are those of [`compare`].
///
/// # Errors
/// As [`compare`].
pub fn compare_within(prepared: &Prepared, model: &Model, scope: &Scope) -> Result<Compared, LinkError> {
    Ok(Comparison::new(prepared, model)?.within(prepared, scope))
}

/// A model made ready for a table: weights of its values, keys of its rows.
#[derive(Debug)]
pub struct Comparison {
    scorer: Scorer,
    /// None where all pairs are compared.
    rules: Option<Rules>,
}

/// The rules of a model, ready for a table.
#[derive(Debug)]
struct Rules {
    used: Used,
    /// About how much work each rule is, in rows.
    costs: Vec<u64>,
}

/// Rules with the keys that they are made of.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) keys: Keys,
    /// Each rule as bits of the keys.
    pub(crate) bits: Vec<u32>,
    /// Of each rule but the last, how its large blocks are cut.
    windows: Vec<Windows>,
}

impl Comparison {
    /// Makes a model ready for a table. Whoever compares share by share does it once for all of them.
    ///
    /// # Errors
    /// As [`compare`].
    pub fn new(prepared: &Prepared, model: &Model) -> Result<Self, LinkError> {
        model.check(prepared)?;
        let rules = model.rules.as_ref().map(|rules| Rules::new(prepared, rules)).transpose()?;
        Ok(Self { scorer: Scorer::new(prepared, &model.fit), rules })
    }

    /// Compares the pairs of a scope of the same table, each once.
    #[must_use]
    pub fn within(&self, prepared: &Prepared, scope: &Scope) -> Compared {
        let mut compared = match &self.rules {
            None => every(prepared, &self.scorer, scope),
            Some(rules) => by_rules(prepared, &self.scorer, rules, scope),
        };
        compared.pairs.par_sort_unstable_by_key(|pair| (pair.a, pair.b));
        compared
    }
}

impl Rules {
    fn new(prepared: &Prepared, rules: &[Rule]) -> Result<Self, LinkError> {
        let names: Vec<Vec<String>> = rules.iter().map(|rule| rule.keys.clone()).collect();
        let used = Used::new(prepared, &rule_bits(prepared, &names)?);
        let cost = |rule: &Rule| {
            let pairs = whole(rule.pairs).saturating_mul(ROWS_OF_A_PAIR);
            pairs.saturating_add(prepared.rows as u64)
        };
        Ok(Self { used, costs: rules.iter().map(cost).collect() })
    }
}

fn every(prepared: &Prepared, scorer: &Scorer, scope: &Scope) -> Compared {
    let split = prepared.split();
    let others = |a: usize| split.unwrap_or(a + 1)..prepared.rows;
    let rows = || (0..split.unwrap_or(prepared.rows)).into_par_iter().filter(|a| scope.share.has_number(*a));
    let of_row = |a: usize| {
        let pairs = others(a).map(|b| (narrow(a), narrow(b)));
        let pairs: Vec<(u32, u32)> = pairs.filter(|(a, b)| scope.allows(*a, *b)).collect();
        let mut kept = Vec::new();
        pairs.chunks(LOADED).for_each(|pairs| scorer.weigh(prepared, pairs, FLOOR, |pair| kept.push(pair)));
        (kept, pairs.len() as u64)
    };
    all(rows().map(of_row).collect(), 0)
}

impl Used {
    /// Makes the keys that rules are made of; `rules` are bits of all that can be made.
    pub(crate) fn new(prepared: &Prepared, rules: &[u32]) -> Self {
        let any = rules.iter().fold(0, |any, rule| any | rule);
        let places: Vec<u32> = (0..u32::BITS).filter(|bit| any >> bit & 1 == 1).collect();
        let keys = possible(prepared).into_iter().zip(0_u32..).filter(|(_, bit)| any >> bit & 1 == 1);
        let keys: Vec<Key> = keys.map(|(key, _)| key).collect();
        let packed = |rule: &u32| {
            let places = places.iter().enumerate().filter(|(_, bit)| rule >> *bit & 1 == 1);
            places.fold(0, |packed, (place, _)| packed | 1 << place)
        };
        let rows: Vec<u32> = (0..narrow(prepared.rows)).collect();
        let (keys, bits) =
            (Keys::new(prepared, &keys, &rows), rules.iter().map(packed).collect::<Vec<u32>>());
        let first_rows = prepared.split().map(narrow);
        let earlier = bits.split_last().map_or(&[][..], |(_, earlier)| earlier);
        let windows = earlier.iter().map(|rule| Windows::of(&keys, *rule, prepared.rows, first_rows));
        let windows = windows.collect();
        Self { keys, bits, windows }
    }

    /// Whether one of the rules before the one of an index brings a pair together.
    fn is_earlier(&self, index: usize, (a, b): (u32, u32)) -> bool {
        let shared = self.keys.shared(wide(a), wide(b));
        let mut earlier = self.bits[..index].iter().zip(&self.windows);
        earlier.any(|(rule, windows)| shared & rule == *rule && windows.meet(a, b))
    }
}

fn by_rules(prepared: &Prepared, scorer: &Scorer, rules: &Rules, scope: &Scope) -> Compared {
    let weigh = |(kept, compared): &mut Piece, pairs: &[(u32, u32)]| {
        *compared += pairs.len() as u64;
        scorer.weigh(prepared, pairs, FLOOR, |pair| kept.push(pair));
    };
    let ranges = scope.share.of_rules(&rules.costs);
    let (pieces, cut) = over(prepared, &rules.used, (&ranges, scope), Piece::default, weigh);
    all(pieces, cut)
}

/// What a piece of work keeps, and the pairs it compared.
type Piece = (Vec<Weighed>, u64);

fn all(pieces: Vec<Piece>, cut: u64) -> Compared {
    let mut all = Compared { cut, ..Compared::default() };
    for (pairs, compared) in pieces {
        all.pairs.extend(pairs);
        all.compared += compared;
    }
    all
}

/// Runs over the pairs of a scope that rules bring together by keys of their ranges, each once: what the pieces of work make,
/// and the pairs left out.
pub(crate) fn over<T: Send>(
    prepared: &Prepared,
    used: &Used,
    (ranges, scope): (&[Option<KeyRange>], &Scope),
    begin: impl Fn() -> T + Sync,
    take: impl Fn(&mut T, &[(u32, u32)]) + Sync,
) -> (Vec<T>, u64) {
    let among = (prepared.rows, prepared.split());
    let (mut made, mut cut) = (Vec::new(), 0);
    for (index, (rule, range)) in used.bits.iter().zip(ranges).enumerate() {
        let Some(range) = range else { continue };
        let blocks = Blocks::of_range(&used.keys, *rule, among, *range, scope);
        cut += blocks.cut_pairs;
        made.extend(blocks.over(&begin, |made, pairs| {
            if index > 0 {
                used.keys.load(pairs);
            }
            let allowed = pairs.iter().copied().filter(|(a, b)| scope.allows(*a, *b));
            let due = allowed.filter(|pair| index == 0 || !used.is_earlier(index, *pair));
            take(made, &due.collect::<Due>());
        }));
    }
    (made, cut)
}

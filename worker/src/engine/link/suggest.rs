//! Blocking rules that a list suggests, each counted on all rows before anything is compared.

use rayon::prelude::*;
use serde::Serialize;

use super::blocks::{Blocks, all_pairs};
use super::compare::{Used, over};
use super::model::rule_bits;
use super::numbers::{real, size};
use super::observe::PAIRS_FEW;
use super::prepared::Prepared;
use super::settings::{LinkError, Settings};
use super::share::{KeyRange, Scope};
use super::train::learn;

/// Rules suggested besides those that are picked, at most.
const OTHERS: usize = 12;
/// A rule that brings more pairs for each row than this is not suggested.
const PAIRS_PER_ROW: f64 = 200.0;

/// A blocking rule and what it would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// The keys two records must share, all of them.
    pub keys: Vec<String>,
    /// Pairs that it brings together.
    pub pairs: u64,
    /// Records in its largest block.
    pub largest_block: u64,
    /// Further pairs that are left out because their block is too large.
    pub cut: u64,
    /// Share of the records that have all keys.
    pub records: f64,
    /// Estimated share of the pairs of the same person that it reaches.
    pub reach: f64,
    /// Whether a run uses it: the settings name it, or the program picks it by itself.
    pub picked: bool,
}

/// Blocking rules for a list, or for two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestions {
    /// Records.
    pub records: u64,
    /// All pairs there are.
    pub all_pairs: u64,
    /// Whether a run compares all pairs: the list is short, and the settings name no rules.
    pub is_whole: bool,
    /// Pairs that the picked rules bring together, each counted once.
    pub compared: u64,
    /// Pairs that they leave out because a block is too large, rule by rule.
    pub cut: u64,
    /// Estimated share of the pairs of the same person that the picked rules reach together.
    pub reach: f64,
    /// The rules, the picked ones first, in the order in which they are applied.
    pub rules: Vec<Suggestion>,
}

impl Suggestions {
    /// The settings that name the picked rules, for a file.
    #[must_use]
    pub fn settings(&self, prepared: &Prepared, settings: &Settings) -> Settings {
        let mut settings = settings.clone();
        let picked = self.rules.iter().filter(|rule| rule.picked).map(|rule| rule.keys.clone());
        let picked: Vec<Vec<String>> = picked.collect();
        settings.rules = (!picked.is_empty()).then_some(picked);
        settings.locale = prepared.locale;
        settings.columns.extend(prepared.fields.iter().map(|field| (field.name.clone(), field.kind)));
        settings
    }
}

/// Suggests blocking rules.
///
/// # Errors
/// The settings name a key that cannot be made.
pub fn suggest(prepared: &Prepared, settings: &Settings) -> Result<Suggestions, LinkError> {
    let learned = learn(prepared);
    let own: Vec<Vec<String>> = learned.choice(prepared).into_iter().map(|rule| rule.keys).collect();
    let picked = match &settings.rules {
        None if own.is_empty() => Vec::new(),
        given => rule_bits(prepared, given.as_ref().unwrap_or(&own))?,
    };
    let total: f64 = learned.likely.iter().map(|(_, weight)| weight).sum();
    let reach = |is_hit: &dyn Fn(u32) -> bool| {
        let hit = learned.likely.iter().filter(|(seen, _)| is_hit(seen.shared));
        hit.map(|(_, weight)| weight).sum::<f64>() / total.max(f64::MIN_POSITIVE)
    };
    let has = |shared: u32, rule: u32| shared & rule == rule;
    let all = all_pairs(prepared.rows, prepared.first_rows);
    let most = PAIRS_PER_ROW * size(prepared.rows) / real(all.max(1));
    let mut others: Vec<(u32, f64)> = learned
        .candidates
        .iter()
        .filter(|candidate| candidate.share <= most && !picked.contains(&candidate.rule))
        .map(|candidate| (candidate.rule, reach(&|shared| has(shared, candidate.rule))))
        .collect();
    others.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    others.truncate(OTHERS);
    let others: Vec<u32> = others.into_iter().map(|(rule, _)| rule).collect();
    // What a run uses, alone: large blocks are cut by the keys that there are.
    let used = [Used::new(prepared, &picked), Used::new(prepared, &others)];
    let ranges = vec![Some(KeyRange::ALL); picked.len()];
    let count = |count: &mut u64, pairs: &[(u32, u32)]| *count += pairs.len() as u64;
    let (pieces, cut) = over(prepared, &used[0], (&ranges, &Scope::default()), || 0, count);
    let suggestion = |(used, packed, rule, picked): (&Used, &u32, &u32, bool)| {
        let blocks = Blocks::new(&used.keys, *packed, prepared.rows, prepared.split());
        let keyed = (0..prepared.rows).into_par_iter();
        let keyed = keyed.filter(|row| used.keys.joined(*row, *packed).is_some());
        Suggestion {
            keys: learned.named(prepared, *rule),
            pairs: blocks.pairs(),
            largest_block: blocks.largest,
            cut: blocks.cut_pairs,
            records: size(keyed.count()) / size(prepared.rows.max(1)),
            reach: reach(&|shared| has(shared, *rule)),
            picked,
        }
    };
    let rules = [(&picked, &used[0], true), (&others, &used[1], false)].into_iter();
    let rules = rules.flat_map(|(rules, used, is_picked)| {
        rules.iter().zip(&used.bits).map(move |(rule, packed)| (used, packed, rule, is_picked))
    });
    Ok(Suggestions {
        records: prepared.rows as u64,
        all_pairs: all,
        is_whole: settings.rules.is_none() && all <= PAIRS_FEW,
        compared: pieces.iter().sum(),
        cut,
        reach: reach(&|shared| picked.iter().any(|rule| has(shared, *rule))),
        rules: rules.map(suggestion).collect(),
    })
}

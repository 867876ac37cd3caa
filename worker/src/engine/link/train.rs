//! From a prepared table to a model: rules to look with, patterns, parameters, rules to link with.

use std::collections::BTreeMap;

use super::bare;
use super::blocks::all_pairs;
use super::class::{Fit, Seen};
use super::fit::{Known, fit};
use super::judged::Judged;
use super::keys::Key;
use super::looking::{Looking, Observed};
use super::model::{FieldModel, Model, Rule, rule_bits};
use super::numbers::{real, size};
use super::observe::{Observation, PAIRS_FEW, random_levels};
use super::prepared::Prepared;
use super::rules::{Candidate, choose};
use super::settings::{LinkError, Settings};
use super::share::Share;
use super::taught::{Teaching, lessons};

/// Candidate pairs for each row, and besides them, at most.
const PAIRS_PER_ROW: f64 = 10.0;
const PAIRS_BASE: f64 = 4_000_000.0;
/// The least probability of pairs that may be the same person if their values are rare.
const MAY_BE: f64 = 0.05;

/// Fields of no rule that a pair shares: those whose agreement was not a condition.
fn free(shared: u32, rules: &[Candidate]) -> u32 {
    let hit = rules.iter().filter(|rule| shared & rule.rule == rule.rule);
    hit.fold(0, |free, rule| free | !rule.fields)
}

/// What is known of a table after looking at a part of it.
pub(crate) struct Learned {
    /// The keys that can be made; rules are bits of them.
    pub(crate) keys: Vec<Key>,
    pub(crate) candidates: Vec<Candidate>,
    /// Observations that are rather the same person than not, with their expected number.
    pub(crate) likely: Vec<(Observation, f64)>,
    fit: Fit,
}

/// Learns rules and parameters from a table without labels.
///
/// # Errors
/// The settings name a key that cannot be made.
pub fn train(prepared: &Prepared, settings: &Settings) -> Result<Model, LinkError> {
    train_given(prepared, settings, &Judged::default())
}

/// Learns also from what was judged, if enough was.
///
/// # Errors
/// As [`train`].
pub fn train_given(prepared: &Prepared, settings: &Settings, judged: &Judged) -> Result<Model, LinkError> {
    let looking = Looking::new(prepared);
    let observed = looking.observe(prepared, Share::WHOLE);
    train_on(prepared, settings, &looking, &observed, judged)
}

/// Learns from what was seen of the pairs, all shares together, and from what was judged, if enough was.
///
/// # Errors
/// As [`train`].
pub fn train_on(
    prepared: &Prepared,
    settings: &Settings,
    looking: &Looking,
    observed: &Observed,
    judged: &Judged,
) -> Result<Model, LinkError> {
    let learned = learned(prepared, looking, observed, judged);
    let fields =
        prepared.fields.iter().map(|field| FieldModel { name: field.name.clone(), kind: field.kind });
    let fields = fields.collect();
    let is_few = all_pairs(prepared.rows, prepared.first_rows) <= PAIRS_FEW;
    let rules = match &settings.rules {
        Some(given) => {
            rule_bits(prepared, given)?;
            Some(given.iter().map(|keys| Rule { keys: keys.clone(), gain: 0.0, pairs: 0.0 }).collect())
        }
        None => (!is_few).then(|| learned.choice(prepared)),
    };
    Ok(Model { fields, locale: prepared.locale, rules, fit: learned.fit })
}

/// Looks at a part of a table: what its keys cost, and what the same person looks like.
pub(crate) fn learn(prepared: &Prepared) -> Learned {
    let looking = Looking::new(prepared);
    let observed = looking.observe(prepared, Share::WHOLE);
    learned(prepared, &looking, &observed, &Judged::default())
}

fn learned(prepared: &Prepared, looking: &Looking, observed: &Observed, judged: &Judged) -> Learned {
    let Looking { keys, candidates, sample, rules, .. } = looking;
    let levels = random_levels(prepared, sample, &observed.drawn);
    let with =
        candidates.iter().filter(|candidate| rules.iter().flatten().any(|rule| *rule == candidate.rule));
    let with: Vec<Candidate> = with.cloned().collect();
    let free = |shared: u32| if rules.is_some() { free(shared, &with) } else { u32::MAX };
    // Each judged pair counts once, as what it was judged.
    let lessons = lessons(prepared, looking, judged);
    let mut judged: BTreeMap<Observation, u64> = BTreeMap::new();
    lessons.iter().filter(|of| of.is_seen).for_each(|of| *judged.entry(of.seen).or_insert(0) += 1);
    let groups = observed.seen.iter().map(|(seen, count)| Seen {
        pattern: seen.pattern,
        free: free(seen.shared),
        count: count.saturating_sub(judged.get(seen).copied().unwrap_or(0)),
    });
    let kinds = prepared.kinds();
    let pairs = real(sample.pairs()).max(1.0);
    let drawn = observed.drawn.iter().filter(|_| rules.is_some());
    let drawn: Vec<Seen> =
        drawn.map(|(pattern, count)| Seen { pattern: *pattern, free: u32::MAX, count: *count }).collect();
    let groups = merged(groups.collect());
    let least = bare::least_equal(prepared);
    let taught = Teaching::new(&lessons, kinds.len(), |shared| match free(shared) {
        // No rule brought it together: no agreement was a condition.
        0 => u32::MAX,
        fields => fields,
    });
    let rows = size(sample.rows.len());
    let known =
        Known { seen: &groups, drawn: &drawn, levels: &levels, pairs, rows, least: &least, taught: &taught };
    let fit = bare::known(prepared, &levels).unwrap_or_else(|| fit(&kinds, &known));
    Learned { keys: keys.clone(), candidates: candidates.clone(), likely: likely(&fit, &observed.seen), fit }
}

impl Learned {
    /// The rules that the program picks by itself.
    pub(crate) fn choice(&self, prepared: &Prepared) -> Vec<Rule> {
        let budget = PAIRS_BASE + PAIRS_PER_ROW * size(prepared.rows);
        let chosen = choose(&self.candidates, &self.likely, prepared, self.fit.same_share(), budget);
        chosen
            .iter()
            .map(|c| Rule { keys: self.named(prepared, c.rule), gain: c.gain, pairs: c.pairs })
            .collect()
    }

    /// The names of a rule's keys.
    pub(crate) fn named(&self, prepared: &Prepared, rule: u32) -> Vec<String> {
        let keys = self.keys.iter().enumerate().filter(|(bit, _)| rule >> bit & 1 == 1);
        keys.map(|(_, key)| key.name(prepared)).collect()
    }
}

fn merged(mut groups: Vec<Seen>) -> Vec<Seen> {
    groups.sort_unstable_by_key(|seen| (seen.pattern, seen.free));
    let same = groups.chunk_by(|a, b| (a.pattern, a.free) == (b.pattern, b.free));
    same.map(|same| Seen { count: same.iter().map(|seen| seen.count).sum(), ..same[0] }).collect()
}

/// Observations that are rather the same person than not, with their expected number; where none are, as rare values alone
/// tell people apart, those that may be.
fn likely(fit: &Fit, seen: &[(Observation, u64)]) -> Vec<(Observation, f64)> {
    let densities = fit.ready();
    let weighed = seen.iter().map(|(seen, count)| (*seen, densities.probability(seen.pattern), *count));
    let weighed: Vec<(Observation, f64, u64)> = weighed.filter(|(_, p, _)| *p >= MAY_BE).collect();
    let least = if weighed.iter().any(|(_, p, _)| *p >= 0.5) { 0.5 } else { MAY_BE };
    let likely = weighed.into_iter().filter(|(_, p, _)| *p >= least);
    likely.map(|(seen, p, count)| (seen, p * real(count))).collect()
}

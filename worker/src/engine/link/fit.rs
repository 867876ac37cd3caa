//! Estimates the parameters without labels: expectation and maximisation over counts of patterns.
//!
//! Three classes of pairs: the same person; two people of one group (a household, a firm), who share what
//! groups share and nothing else; two people at random. What random pairs look like is known beforehand,
//! so only the first two are fitted. A field's parameters come from pairs that some rule without that
//! field brought together: blocking on a field then says nothing about its own agreement.

use super::class::{Fit, Seen};
use super::gather::gather;
use super::kind::Kind;
use super::level::{DIFFERENT, LEVELS};
use super::numbers::real;
use super::observe::LevelCounts;

/// Rounds at most.
const ROUNDS: usize = 100;
/// Fitted when no parameter moves more than this.
const STILL: f64 = 2e-4;
/// Rounds in which the class of the same person keeps the levels it began with.
const SETTLING: usize = 15;
/// Random pairs of a class from which on it is fitted to random pairs.
const COMMON: f64 = 30.0;
/// Fewer pairs of the same person than this say nothing about a field by themselves.
const ENOUGH: f64 = 20.0;

/// What classes are fitted to.
#[derive(Debug)]
pub(crate) struct Known<'s> {
    /// Patterns of the pairs that rules brought together.
    pub(crate) seen: &'s [Seen],
    /// Patterns of random pairs; none where `seen` are all pairs.
    pub(crate) drawn: &'s [Seen],
    /// Levels of random pairs.
    pub(crate) levels: &'s LevelCounts,
    /// All pairs there are.
    pub(crate) pairs: f64,
    /// Records.
    pub(crate) rows: f64,
}

/// Fits the classes.
///
/// The first rounds fit only what pairs of different people have in common: else the class of the same
/// person would take whatever is not random.
pub(crate) fn fit(kinds: &[Kind], known: &Known<'_>) -> Fit {
    let mut fit = Fit::begin(kinds, known.levels, known.pairs, known.rows);
    for round in 0..ROUNDS {
        let before = fit.clone();
        step(&mut fit, kinds, known, round >= SETTLING);
        fit.rounds = round + 1;
        if round > SETTLING && moved(&before, &fit) < STILL {
            break;
        }
    }
    fit
}

fn step(fit: &mut Fit, kinds: &[Kind], known: &Known<'_>, is_settled: bool) {
    let width = kinds.len();
    let gathered = gather(fit, known.seen);
    let (same, groups) = gathered.split_at(1);
    for same in same {
        fit.same.share = (same.pairs / known.pairs).clamp(1e-12, 0.5);
        for (field, kind) in kinds.iter().enumerate() {
            if is_settled {
                fit.same.levels[field] = likely(*kind, shares(&same.free[field], &same.all[field]));
            }
            fit.random.levels[field] = without(&known.levels[field], &fit.same.levels[field], fit.same.share);
        }
    }
    // What many random pairs have in common is seen best in random pairs: rules show a part of it only.
    let drawn = gather(fit, known.drawn);
    let all_drawn: f64 = known.drawn.iter().map(|seen| real(seen.count)).sum();
    for ((class, group), drawn) in fit.groups.iter_mut().zip(groups).zip(&drawn[1..]) {
        let is_common = drawn.pairs >= COMMON;
        let (group, all) = if is_common { (drawn, all_drawn) } else { (group, known.pairs) };
        class.share = (group.pairs / all).clamp(1e-15, 0.1);
        for field in 0..width {
            class.levels[field] = if class.own >> field & 1 == 1 {
                shares(&group.free[field], &group.all[field])
            } else {
                fit.random.levels[field]
            };
        }
    }
    let others: f64 = fit.groups.iter().map(|group| group.share).sum();
    fit.random.share = (1.0 - fit.same.share - others).max(0.1);
}

/// Levels of the same person: a name, date or code of theirs differs altogether in the smaller part of pairs.
fn likely(kind: Kind, mut levels: [f64; LEVELS]) -> [f64; LEVELS] {
    let most = match kind {
        Kind::GivenName | Kind::FullName | Kind::Date | Kind::Identifier => 0.3,
        Kind::Surname => 0.5,
        Kind::Category => 0.6,
        Kind::Email
        | Kind::Phone
        | Kind::PostalCode
        | Kind::Place
        | Kind::Street
        | Kind::Number
        | Kind::Text
        | Kind::Ignored => 0.9,
    };
    let different = usize::from(DIFFERENT);
    if levels[different] > most {
        let rest = (1.0 - most) / (1.0 - levels[different]);
        levels.iter_mut().for_each(|share| *share *= rest);
        levels[different] = most;
    }
    levels
}

/// Counts as shares, the missing level aside; a little of each level, so that none is impossible.
fn shares(free: &[f64; LEVELS], all: &[f64; LEVELS]) -> [f64; LEVELS] {
    let sum = |counts: &[f64; LEVELS]| counts[1..].iter().sum::<f64>();
    let counts = if sum(free) >= ENOUGH { free } else { all };
    let total = sum(counts) + 0.7;
    let mut shares = counts.map(|count| (count + 0.1) / total);
    shares[0] = 0.0;
    shares
}

/// The levels of random pairs without the part that is the same person.
fn without(drawn: &[f64; LEVELS], same: &[f64; LEVELS], lambda: f64) -> [f64; LEVELS] {
    let mut random = [0.0; LEVELS];
    for level in 1..LEVELS {
        random[level] = (drawn[level] - lambda * same[level]).max(drawn[level] * 0.05);
    }
    let total: f64 = random.iter().sum();
    random.map(|share| share / total)
}

/// The furthest that a share of the same person's levels moved.
fn moved(before: &Fit, after: &Fit) -> f64 {
    let shares = before.same.levels.iter().flatten().zip(after.same.levels.iter().flatten());
    shares.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

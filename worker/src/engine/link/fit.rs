//! Estimates the parameters, without labels or with some: expectation and maximisation over counts of patterns.
//!
//! Three classes of pairs: the same person; two people of one group (a household, a firm), who share what
//! groups share and nothing else; two people at random. What random pairs look like is known beforehand,
//! so only the first two are fitted. A field's parameters come from pairs that some rule without that
//! field brought together: blocking on a field then says nothing about its own agreement.

use super::bare::is_bare;
use super::class::{Fit, Seen};
use super::gather::{Gathered, gather};
use super::kind::Kind;
use super::level::{self, LEVELS};
use super::numbers::real;
use super::observe::LevelCounts;
use super::taught::{Teaching, smooth};

const EQUAL: usize = level::EQUAL as usize;
/// Rounds at most.
const ROUNDS: usize = 100;
/// Fitted when no parameter moves more than this.
const STILL: f64 = 2e-4;
/// Rounds in which the class of the same person keeps the levels it began with.
const SETTLING: usize = 15;
/// Random pairs of a class from which on it is fitted to random pairs.
const COMMON: f64 = 30.0;
/// What the pairs of a class have in common differs altogether in no more than this part of them: else large groups, whose
/// pairs are many, would draw the classes of small ones to themselves.
const APART: f64 = 0.3;
/// Who moved is known by name and date of birth: one of them differs altogether in no more than this part of pairs, else namesakes
/// would be taken for them.
const KNOWN: f64 = 0.001;
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
    /// The share of equal values of each field among random pairs, at least.
    pub(crate) least: &'s [f64],
    /// What was judged.
    pub(crate) taught: &'s Teaching,
}

/// Fits the classes; once more, with a class of what was judged different, where judgements show that it is missing.
pub(crate) fn fit(kinds: &[Kind], known: &Known<'_>) -> Fit {
    let begun = || Fit::begin(kinds, known.levels, known.pairs, known.rows);
    let fit = fitted(begun(), kinds, known);
    let Some(missing) = known.taught.missing(&fit, known.pairs) else { return fit };
    let mut begun = begun();
    begun.groups.push(missing);
    fitted(begun, kinds, known)
}

/// Fits the classes, from where they begin.
///
/// The first rounds fit only what pairs of different people have in common: else the class of the same
/// person would take whatever is not random.
fn fitted(mut fit: Fit, kinds: &[Kind], known: &Known<'_>) -> Fit {
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
    let mut gathered = gather(fit, known.seen);
    known.taught.gather(fit, &mut gathered);
    let (persons, groups) = gathered.split_at(fit.persons().count());
    persons_step(fit, kinds, persons, known, is_settled);
    // What many random pairs have in common is seen best in random pairs: rules show a part of it only. Pairs that share a
    // home are few among them, and would be taken for those that share a village.
    let drawn = gather(fit, known.drawn);
    let all_drawn: f64 = known.drawn.iter().map(|seen| real(seen.count)).sum();
    for ((class, group), drawn) in fit.groups.iter_mut().zip(groups).zip(&drawn[persons.len()..]) {
        if class.is_judged() {
            class.share = (group.pairs / known.pairs).clamp(1e-15, 0.1);
            (0..kinds.len()).for_each(|field| class.levels[field] = known.taught.levels(group, field));
            continue;
        }
        let mut in_common = kinds.iter().enumerate().filter(|(field, _)| class.common >> field & 1 == 1);
        let is_close = class.common.count_ones() > 2 && in_common.all(|(_, kind)| kind.is_shared_by_groups());
        let is_common = drawn.pairs >= COMMON && !is_close;
        let (group, all) = if is_common { (drawn, all_drawn) } else { (group, known.pairs) };
        class.share = (group.pairs / all).clamp(1e-15, 0.1);
        for (field, kind) in kinds.iter().enumerate() {
            let random = fit.random.levels[field];
            class.levels[field] = if class.own >> field & 1 == 0 {
                random
            } else {
                let found = shares(&group.free[field], &group.all[field]);
                if *kind == Kind::FullName {
                    of_others(found, &random)
                } else if is_close && class.common >> field & 1 == 1 {
                    at_most(found, 1, APART)
                } else {
                    found
                }
            };
        }
    }
    let others: f64 = fit.groups.iter().map(|group| group.share).sum();
    fit.random.share = (1.0 - fit.same_share() - others).max(0.1);
}

/// The classes of the same person, and what is left of random pairs without them.
fn persons_step(fit: &mut Fit, kinds: &[Kind], gathered: &[Gathered], known: &Known<'_>, is_settled: bool) {
    let share = |gathered: &Gathered| (gathered.pairs / known.pairs).clamp(1e-12, 0.5);
    fit.same.share = share(&gathered[0]);
    let mut together = gathered[0].clone();
    if let (Some(moved), Some(gathered)) = (&mut fit.moved, gathered.get(1)) {
        // Most pairs are of people who stayed: what is more of the others is no person.
        moved.share = share(gathered).min(fit.same.share);
        together.join(gathered);
    }
    for (field, kind) in kinds.iter().enumerate() {
        let is_apart = fit.moved.as_ref().is_some_and(|moved| moved.own >> field & 1 == 1);
        let limit = differing(*kind, is_bare(kinds));
        let of = |gathered: &Gathered| {
            let most = known.taught.differing(field, limit.lowest).max(limit.most);
            at_most(shares(&gathered.free[field], &gathered.all[field]), limit.lowest, most)
        };
        if is_settled {
            fit.same.levels[field] = of(if is_apart { &gathered[0] } else { &together });
        }
        if let (Some(moved), Some(gathered)) = (&mut fit.moved, gathered.get(1)) {
            let is_name_or_date =
                matches!(kind, Kind::GivenName | Kind::FullName | Kind::Date | Kind::Identifier);
            moved.levels[field] = if is_apart {
                of(gathered)
            } else {
                at_most(fit.same.levels[field], 1, if is_name_or_date { KNOWN } else { 1.0 })
            };
        }
        let random = without(&known.levels[field], &fit.same_levels(field), fit.same_share());
        fit.random.levels[field] = at_least(random, known.levels[field][EQUAL].min(known.least[field]));
    }
}

/// What is known of the levels of the same person: the lowest, so many, hold a part of the pairs at most, unless pairs that
/// were judged the same show otherwise.
struct Limit {
    lowest: usize,
    most: f64,
}

/// A name, date or code of a person differs altogether in the smaller part of pairs; how people are reached, too, where nothing but
/// that and names is known. Addresses of mail are made of names, and alike where those are.
const fn differing(kind: Kind, is_bare: bool) -> Limit {
    let most = match kind {
        Kind::GivenName | Kind::FullName | Kind::Date | Kind::Identifier => APART,
        Kind::Email | Kind::Phone if is_bare => APART,
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
    // Of a whole name, a part in common is what a family has too.
    let lowest = if matches!(kind, Kind::FullName) {
        2
    } else if is_bare && matches!(kind, Kind::Email) {
        4
    } else {
        1
    };
    Limit { lowest, most }
}

/// Levels the lowest of which, so many, hold no more than this part of pairs.
fn at_most(mut levels: [f64; LEVELS], lowest: usize, most: f64) -> [f64; LEVELS] {
    let low: f64 = levels[1..=lowest].iter().sum();
    if low > most {
        levels[1..=lowest].iter_mut().for_each(|share| *share *= most / low);
        levels[lowest + 1..].iter_mut().for_each(|share| *share *= (1.0 - most) / (1.0 - low));
    }
    levels
}

/// Levels of full names of different people: they share a part of them; the whole is the same by chance alone.
fn of_others(mut levels: [f64; LEVELS], random: &[f64; LEVELS]) -> [f64; LEVELS] {
    let (whole, chance): (f64, f64) = (levels[5..].iter().sum(), random[5..].iter().sum());
    levels[1..5].iter_mut().for_each(|share| *share *= (1.0 - chance) / (1.0 - whole));
    levels[5..].copy_from_slice(&random[5..]);
    levels
}

/// Counts as shares: of pairs brought together without the field, if there are enough.
fn shares(free: &[f64; LEVELS], all: &[f64; LEVELS]) -> [f64; LEVELS] {
    let sum = |counts: &[f64; LEVELS]| counts[1..].iter().sum::<f64>();
    smooth(if sum(free) >= ENOUGH { free } else { all })
}

/// The levels of random pairs without the part that is the same person.
pub(crate) fn without(drawn: &[f64; LEVELS], same: &[f64; LEVELS], lambda: f64) -> [f64; LEVELS] {
    let mut random = [0.0; LEVELS];
    for level in 1..LEVELS {
        random[level] = (drawn[level] - lambda * same[level]).max(drawn[level] * 0.05);
    }
    let total: f64 = random.iter().sum();
    random.map(|share| share / total)
}

/// Levels of which equal ones hold this part at least.
fn at_least(mut levels: [f64; LEVELS], least: f64) -> [f64; LEVELS] {
    let equal = levels[EQUAL];
    if equal < least {
        levels.iter_mut().for_each(|share| *share *= (1.0 - least) / (1.0 - equal));
        levels[EQUAL] = least;
    }
    levels
}

/// The furthest that a share of the same person's levels moved.
fn moved(before: &Fit, after: &Fit) -> f64 {
    let shares = before.same.levels.iter().flatten().zip(after.same.levels.iter().flatten());
    shares.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

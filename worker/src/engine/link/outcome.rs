//! What a linkage gives: pairs with weights, clusters, and an account of both.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::cluster::cluster;
use super::compare::{Compared, Weighed};
use super::judged::{Bonds, Judged};
use super::model::Model;
use super::numbers::{narrow, wide};
use super::partners::limits;
use super::prepared::Prepared;
use super::score::{Scorer, probability};
use super::settings::{Clustering, LinkError, Partners, Settings};
use super::threshold::{Threshold, choose};
use super::unlinked::Unlinked;

/// Members of a cluster all of whose pairs are weighed, at most.
const COMPLETED: usize = 50;

/// Two records and how likely they are the same person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// A row of the table.
    pub a: u32,
    /// Another row; of two linked lists, one of the second.
    pub b: u32,
    /// The logarithm to base 2 of the odds.
    pub weight: f64,
    /// The probability.
    pub probability: f64,
    /// Whether both are in one cluster.
    pub linked: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Pairs that may be the same person, the likeliest first.
    pub pairs: Vec<Pair>,
    /// For each row of the table the first row, in the order of digests, of its cluster.
    pub clusters: Vec<u32>,
    /// Counts.
    pub account: Account,
}

/// Counts of a linkage.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Account {
    /// Records.
    pub records: u64,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs left out because their block was too large, rule by rule.
    pub cut: u64,
    /// Pairs in the same cluster.
    pub linked_pairs: u64,
    /// Clusters, single records included.
    pub clusters: u64,
    /// Clusters of two records or more.
    pub clusters_of_several: u64,
    /// The probability from which on pairs were linked.
    pub threshold: f64,
    /// The same as a weight, to the last bit.
    pub threshold_weight: f64,
    /// Expected share of the linked pairs that are right.
    pub expected_precision: f64,
    /// Expected share of the compared pairs of the same person that are linked.
    pub expected_recall: f64,
    /// How many partners a record may have.
    pub partners: Partners,
    /// Why few records are linked, or none, if that is to be told.
    #[serde(skip)]
    pub unlinked: Option<Unlinked>,
}

impl Account {
    /// The partners for a run that goes on from this one: still to be found where chains were linked, which tell nothing of them.
    #[must_use]
    pub fn partners_found(&self, clustering: Clustering) -> Partners {
        if clustering == Clustering::Connected { Partners::Auto } else { self.partners }
    }
}

/// What is known besides the pairs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// What a reviewer judged.
    pub judged: Judged,
    /// The weight from which on an earlier run linked; a threshold in the settings goes before it.
    pub threshold_weight: Option<f64>,
    /// How many partners a record had in an earlier run; a choice in the settings goes before it.
    pub partners: Option<Partners>,
}

/// Links: chooses the threshold, if none is given, and clusters.
///
/// # Errors
/// The threshold given is no probability; the model is of other columns.
pub fn link(
    prepared: &Prepared,
    model: &Model,
    compared: &Compared,
    settings: &Settings,
) -> Result<Outcome, LinkError> {
    link_given(prepared, model, compared, settings, &Given::default())
}

/// Links with what is known besides the pairs.
///
/// # Errors
/// As [`link`]; also judgements that contradict each other.
pub fn link_given(
    prepared: &Prepared,
    model: &Model,
    compared: &Compared,
    settings: &Settings,
    known: &Given,
) -> Result<Outcome, LinkError> {
    model.check(prepared)?;
    let scorer = Scorer::new(prepared, &model.fit);
    let given = settings.threshold;
    if given.is_some_and(|p| !(p > 0.0 && p < 1.0)) {
        return Err(LinkError::Threshold);
    }
    let is_chained = settings.clustering == Clustering::Connected;
    if is_chained && settings.partners.is_limited() {
        return Err(LinkError::ChainedPartners);
    }
    let found = known.partners.filter(|_| settings.partners == Partners::Auto);
    let chosen = if is_chained { Partners::ManyToMany } else { found.unwrap_or(settings.partners) };
    let given = given.map(|p| (p / (1.0 - p)).log2()).or(known.threshold_weight);
    let (threshold, (partners, limits)) =
        rayon::join(|| choose(&compared.pairs, given), || limits(prepared, &compared.pairs, chosen));
    let bonds = Bonds::new(prepared, &known.judged);
    let joined = (settings.clustering, limits);
    let home = cluster(prepared, &scorer, &compared.pairs, threshold.weight, joined, &bonds);
    bonds.check(&home)?;
    let pair = |pair: &Weighed| {
        let (a, b) = (prepared.origin[wide(pair.a)], prepared.origin[wide(pair.b)]);
        let linked = home[wide(pair.a)] == home[wide(pair.b)];
        Pair { a, b, weight: pair.weight, probability: probability(pair.weight), linked }
    };
    let pairs = || -> Vec<Pair> {
        completed(prepared, &scorer, &compared.pairs, &home).par_iter().map(pair).collect()
    };
    let clusters = || {
        let mut clusters = vec![0; prepared.rows];
        home.iter().enumerate().for_each(|(row, home)| {
            clusters[wide(prepared.origin[row])] = prepared.origin[wide(*home)];
        });
        clusters
    };
    let (pairs, clusters) = rayon::join(pairs, clusters);
    let mut account = account(prepared, compared, &pairs, &home, threshold, partners);
    account.unlinked = Unlinked::of(prepared, &account);
    Ok(Outcome { pairs, clusters, account })
}

/// The kept pairs and those of a cluster that no rule brought together; the likeliest first.
fn completed(prepared: &Prepared, scorer: &Scorer, kept: &[Weighed], home: &[u32]) -> Vec<Weighed> {
    // Most records are alone: only those that another stands for are put in order.
    let rows = home.iter().enumerate().map(|(row, home)| (*home, narrow(row)));
    let mut members: Vec<(u32, u32)> = rows.filter(|(home, row)| home != row).collect();
    members.sort_unstable();
    let mut pairs = kept.to_vec();
    for members in members.chunk_by(|a, b| a.0 == b.0).filter(|others| others.len() < COMPLETED) {
        let cluster: Vec<u32> =
            std::iter::once(members[0].0).chain(members.iter().map(|(_, row)| *row)).collect();
        for (index, a) in cluster.iter().enumerate() {
            for b in &cluster[index + 1..] {
                let across = !prepared.is_link()
                    || (wide(*a) < prepared.first_rows) != (wide(*b) < prepared.first_rows);
                if across && kept.binary_search_by_key(&(*a, *b), |pair| (pair.a, pair.b)).is_err() {
                    let weight = scorer.weight(prepared, prepared.pattern(*a, *b), prepared.row(*a));
                    pairs.push(Weighed { a: *a, b: *b, weight });
                }
            }
        }
    }
    pairs.par_sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    pairs
}

fn account(
    prepared: &Prepared,
    compared: &Compared,
    pairs: &[Pair],
    home: &[u32],
    threshold: Threshold,
    partners: Partners,
) -> Account {
    let mut sizes = vec![0_u32; prepared.rows];
    home.iter().for_each(|home| sizes[wide(*home)] += 1);
    let count = |least: u32| sizes.iter().filter(|size| **size >= least).count() as u64;
    Account {
        records: prepared.rows as u64,
        compared: compared.compared,
        cut: compared.cut,
        linked_pairs: pairs.iter().filter(|pair| pair.linked).count() as u64,
        clusters: count(1),
        clusters_of_several: count(2),
        threshold: probability(threshold.weight),
        threshold_weight: threshold.weight,
        expected_precision: threshold.precision,
        expected_recall: threshold.recall,
        partners,
        unlinked: None,
    }
}

//! Clusters of the records, and who of each stays.

use std::collections::BTreeMap;

use poimuri_shared::order::deduplication::{Deduplication, List, Output, Unit};
use poimuri_shared::partial::packed;
use poimuri_shared::receipt::{DeduplicationAccount, ListAccount};
use serde::{Deserialize, Serialize};

use super::household::{Person, households};
use super::records::Records;
use super::survivor::Survivor;
use crate::engine::link::{Outcome, Pair, Partners};

/// What is delivered of the records, and its account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clustered {
    /// For each row the row that names its cluster.
    #[serde(with = "packed")]
    pub clusters: Vec<u32>,
    /// Names of clusters by that row, where they are not its own.
    pub names: BTreeMap<u32, String>,
    /// For each row the row of its cluster that stays.
    #[serde(with = "packed")]
    pub survivors: Vec<u32>,
    /// The first row of each list.
    pub starts: Vec<u32>,
    /// Pairs, where they are asked for.
    pub pairs: Vec<Pair>,
    /// Counts.
    pub account: DeduplicationAccount,
    /// The weight from which on pairs were linked.
    pub threshold_weight: f64,
    /// How many partners a record could have, as far as was found.
    pub partners: Partners,
}

/// Decides on clusters and survivors.
#[must_use]
pub fn cluster(
    records: &Records,
    linked: Outcome,
    asked: &Deduplication,
    lists: &[List],
    seed: &[u8; 32],
) -> Clustered {
    let priorities = lists.iter().map(|list| list.priority).collect();
    let survivor = Survivor::new(records, &asked.keep, priorities, seed);
    let Outcome { mut pairs, mut clusters, account } = linked;
    if asked.per == Unit::Household {
        clusters = joined(records, &survivor, clusters);
    }
    let (survivors, counts) = survivors(&survivor, &clusters);
    pairs.retain(|_| asked.output == Output::Pairs);
    pairs.iter_mut().for_each(|pair| {
        (pair.a, pair.b) = (pair.a.min(pair.b), pair.a.max(pair.b));
        pair.linked = clusters[pair.a as usize] == clusters[pair.b as usize];
    });
    let kept = |row: &usize| survivors[*row] as usize == *row;
    let of_list = |(index, list): (usize, &List)| ListAccount {
        name: list.name.clone(),
        records: records.named.rows_of(index).len() as u64,
        kept: records.named.rows_of(index).filter(kept).count() as u64,
        known_by: records.named.identified.known_by[index],
    };
    let (threshold_weight, partners) = (account.threshold_weight, account.partners_found(asked.clustering));
    let account = DeduplicationAccount {
        lists: lists.iter().enumerate().map(of_list).collect(),
        records: account.records,
        columns: Vec::new(),
        compared: account.compared,
        left_out: account.cut,
        linked: account.linked_pairs,
        clusters: (0..survivors.len()).filter(kept).count() as u64,
        clusters_of_several: counts.values().sum(),
        survivors: counts,
        threshold: account.threshold,
        expected_precision: account.expected_precision,
        expected_recall: account.expected_recall,
        judgements: None,
        extended: None,
    };
    let (names, starts) = (BTreeMap::new(), records.named.identified.starts.clone());
    Clustered { clusters, names, survivors, starts, pairs, account, threshold_weight, partners }
}

/// Rows by cluster, ascending by the row that names it; those of them that are wanted.
fn members(clusters: &[u32], is_wanted: impl Fn(u32, u32) -> bool) -> Vec<(u32, u32)> {
    let named = clusters.iter().copied().zip(0..);
    let mut members: Vec<(u32, u32)> = named.filter(|(name, row)| is_wanted(*name, *row)).collect();
    members.sort_unstable();
    members
}

fn rows(cluster: &[(u32, u32)]) -> Vec<u32> {
    cluster.iter().map(|(_, row)| *row).collect()
}

/// Clusters of persons joined to households. A household is named after the person with the smallest identifier.
fn joined(records: &Records, survivor: &Survivor<'_>, mut clusters: Vec<u32>) -> Vec<u32> {
    let members = members(&clusters, |_, _| true);
    let person = |cluster: &[(u32, u32)]| {
        let (row, _) = survivor.of(&rows(cluster))?;
        Some(Person { name: cluster[0].0, home: records.traits.homes.get(row as usize)? })
    };
    let persons: Vec<Person<'_>> = members.chunk_by(|a, b| a.0 == b.0).filter_map(person).collect();
    let mut names: Vec<u32> = (0..).take(clusters.len()).collect();
    for household in households(&persons) {
        let first =
            household.iter().copied().min_by_key(|row| records.named.id(*row)).unwrap_or(household[0]);
        household.iter().for_each(|name| names[*name as usize] = first);
    }
    clusters.iter_mut().for_each(|cluster| *cluster = names[*cluster as usize]);
    clusters
}

/// For each row the one of its cluster that stays, and clusters of several by the rule that decided.
fn survivors(survivor: &Survivor<'_>, clusters: &[u32]) -> (Vec<u32>, BTreeMap<String, u64>) {
    let (mut survivors, mut counts) = (clusters.to_vec(), BTreeMap::new());
    // Most records are alone, and stay.
    for others in members(clusters, |name, row| name != row).chunk_by(|a, b| a.0 == b.0) {
        let cluster: Vec<u32> = others.iter().map(|(_, row)| *row).chain([others[0].0]).collect();
        let Some((stays, rule)) = survivor.of(&cluster) else { continue };
        cluster.iter().for_each(|row| survivors[*row as usize] = stays);
        *counts.entry(rule.map_or("order", |rule| rule.name()).to_owned()).or_insert(0) += 1;
    }
    (survivors, counts)
}

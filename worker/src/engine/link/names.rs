//! Names of clusters that stay the same from run to run.
//!
//! A cluster keeps the name that most of its records had before; of two that want one name, the one with more of its
//! records, then the one whose first record's identifier is smaller. A cluster without one is named after its first
//! record, or, where that name was used before, after another.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::Ids;
use super::numbers::wide;

/// The names of clusters, by the row that stands for each. `earlier` has the name each row's cluster had, if it had one.
#[must_use]
pub fn names<'n>(clusters: &[u32], ids: &'n Ids, earlier: &[Option<&'n str>]) -> BTreeMap<u32, String> {
    let mut votes: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    for (cluster, name) in clusters.iter().zip(earlier) {
        name.iter().for_each(|name| *votes.entry((*name, *cluster)).or_insert(0) += 1);
    }
    let id = |row: u32| &ids[wide(row)];
    let mut votes: Vec<(&str, u32, usize)> =
        votes.into_iter().map(|((name, cluster), count)| (name, cluster, count)).collect();
    votes.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(b.0)).then(id(a.1).cmp(id(b.1))));
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    let mut kept: BTreeSet<&str> = BTreeSet::new();
    for (name, cluster, _) in &votes {
        if !kept.contains(name) && !names.contains_key(cluster) {
            kept.insert(name);
            names.insert(*cluster, (*name).to_owned());
        }
    }
    let mut used: BTreeSet<String> = earlier.iter().flatten().map(|name| (*name).to_owned()).collect();
    let mut members: Vec<(u32, &str)> = clusters.iter().copied().zip(ids.iter()).collect();
    members.sort_unstable_by(|a, b| id(a.0).cmp(id(b.0)).then(a.1.cmp(b.1)));
    for cluster in members.chunk_by(|a, b| a.0 == b.0) {
        if names.contains_key(&cluster[0].0) {
            continue;
        }
        let first = id(cluster[0].0);
        let candidates = std::iter::once(first).chain(cluster.iter().map(|(_, id)| *id)).map(str::to_owned);
        let more = (2_u32..).map(|number| format!("{first}#{number}"));
        let name = candidates.chain(more).find(|name| !used.contains(name)).unwrap_or_default();
        used.insert(name.clone());
        names.insert(cluster[0].0, name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_keep_their_names() {
        let ids: Ids = ["a", "b", "c", "d", "e"].into_iter().collect();
        let check = |clusters: [u32; 5], earlier: [&'static str; 5], expected: [&str; 5]| {
            let earlier = earlier.map(|name| Some(name).filter(|name| !name.is_empty()));
            let names = names(&clusters, &ids, &earlier);
            assert_eq!(
                clusters.map(|cluster| names[&cluster].as_str()),
                expected,
                "{clusters:?} {earlier:?}"
            );
        };
        // Nothing is known: each is named after its first record.
        check([0, 0, 2, 3, 3], ["", "", "", "", ""], ["a", "a", "c", "d", "d"]);
        // A new record comes first, the name stays.
        check([4, 4, 2, 3, 4], ["a", "a", "c", "d", ""], ["a", "a", "c", "d", "a"]);
        // Two become one: the larger gives its name.
        check([0, 0, 0, 0, 4], ["a", "c", "c", "c", "e"], ["c", "c", "c", "c", "e"]);
        // One becomes two: the larger keeps it, the other gets one that was not used.
        check([0, 1, 1, 3, 4], ["a", "a", "a", "d", "e"], ["a#2", "a", "a", "d", "e"]);
        check([0, 0, 2, 2, 4], ["c", "c", "c", "c", "e"], ["c", "c", "d", "d", "e"]);
    }
}

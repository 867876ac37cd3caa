//! Clusters: records joined best pair first, and only where the records of both sides agree on the whole, or whatever a
//! chain of pairs connects.

use hashbrown::HashMap;
use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

use super::compare::Weighed;
use super::connect::connected;
use super::judged::Bonds;
use super::numbers::{narrow, size, wide};
use super::partners::Limits;
use super::prepared::Prepared;
use super::score::Scorer;
use super::settings::Clustering;

/// Pairs across two clusters that are looked at before they are joined, at most.
const LOOKS: usize = 64;
/// No single pair counts for more than this, for or against.
const LOUDEST: f64 = 12.0;

/// The rows of a cluster; most have few.
type Members = SmallVec<[u32; 4]>;

/// Records by cluster: for each row, the lowest row of its cluster.
pub(crate) fn cluster(
    prepared: &Prepared,
    scorer: &Scorer,
    pairs: &[Weighed],
    threshold: f64,
    (clustering, limits): (Clustering, Limits),
    bonds: &Bonds,
) -> Vec<u32> {
    let mut edges: Vec<&Weighed> = pairs.iter().filter(|pair| pair.weight >= threshold).collect();
    edges.par_sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    if clustering == Clustering::Connected {
        return connected(prepared.rows, edges.into_iter().map(|edge| (edge.a, edge.b)), bonds);
    }
    let mut home: Vec<u32> = (0..prepared.rows).map(narrow).collect();
    let mut members: HashMap<u32, Members> = HashMap::new();
    for (a, b) in &bonds.same {
        let (x, y) = (home[wide(*a)], home[wide(*b)]);
        if x != y {
            let (low, high) = (x.min(y), x.max(y));
            let right = members.remove(&high).unwrap_or_else(|| smallvec![high]);
            right.iter().for_each(|row| home[wide(*row)] = low);
            members.entry(low).or_insert_with(|| smallvec![low]).extend(right);
        }
    }
    let fits = |left: &[u32], right: &[u32]| {
        let rows = || left.iter().chain(right);
        let first = rows().filter(|row| wide(**row) < prepared.first_rows).count();
        first <= limits.first && rows().count() - first <= limits.second
    };
    for edge in edges {
        let (x, y) = (home[wide(edge.a)], home[wide(edge.b)]);
        if x == y {
            continue;
        }
        let (low, high) = if x < y { (x, y) } else { (y, x) };
        let mut left = members.remove(&low).unwrap_or_else(|| smallvec![low]);
        let right = members.remove(&high).unwrap_or_else(|| smallvec![high]);
        let is_joined = fits(&left, &right)
            && !bonds.forbid(&right, low, &home)
            && (left.len() + right.len() == 2 || agree(prepared, scorer, &left, &right, threshold));
        if is_joined {
            right.iter().for_each(|row| home[wide(*row)] = low);
            left.extend(right);
            members.insert(low, left);
        } else {
            members.extend([(low, left), (high, right)]);
        }
    }
    home
}

/// Whether the pairs across two clusters speak on the whole for one person.
fn agree(prepared: &Prepared, scorer: &Scorer, left: &[u32], right: &[u32], threshold: f64) -> bool {
    let all = left.len() * right.len();
    let step = all.div_ceil(LOOKS);
    let looks = (0..all).step_by(step).map(|index| (left[index / right.len()], right[index % right.len()]));
    let voices = looks.map(|(a, b)| {
        let weight = scorer.weight(prepared, prepared.pattern(a, b), prepared.row(a));
        (weight - threshold).clamp(-LOUDEST, LOUDEST)
    });
    let (sum, count) = voices.fold((0.0, 0_usize), |(sum, count), voice| (sum + voice, count + 1));
    sum / size(count) >= 0.0
}

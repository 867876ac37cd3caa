//! Connected components: whatever a chain of pairs connects is one cluster.

use hashbrown::HashMap;

use super::judged::Bonds;
use super::numbers::{narrow, wide};

/// Records by cluster while clusters grow.
struct Components {
    /// Of each row some row of its cluster.
    home: Vec<u32>,
    /// The rows of each cluster of several.
    members: HashMap<u32, Vec<u32>>,
}

/// For each of so many rows the lowest row of its cluster. Pairs are taken in their order; what was judged goes before them.
pub(crate) fn connected(rows: usize, pairs: impl Iterator<Item = (u32, u32)>, bonds: &Bonds) -> Vec<u32> {
    let home = (0..rows).map(narrow).collect();
    let mut components = Components { home, members: HashMap::new() };
    bonds.same.iter().for_each(|(a, b)| components.join(*a, *b, None));
    pairs.for_each(|(a, b)| components.join(a, b, Some(bonds)));
    let mut lowest: Vec<Option<u32>> = vec![None; rows];
    (0..).zip(components.home).map(|(row, home)| *lowest[wide(home)].get_or_insert(row)).collect()
}

impl Components {
    /// Joins the clusters of two rows, the smaller one to the larger, unless somebody judged that they are apart.
    fn join(&mut self, a: u32, b: u32, apart: Option<&Bonds>) {
        let (x, y) = (self.home[wide(a)], self.home[wide(b)]);
        if x == y {
            return;
        }
        let size = |home: u32| self.members.get(&home).map_or(1, Vec::len);
        let (into, from) = if size(x) >= size(y) { (x, y) } else { (y, x) };
        let rows = self.members.remove(&from).unwrap_or_else(|| vec![from]);
        if apart.is_some_and(|bonds| bonds.forbid(&rows, into, &self.home)) {
            self.members.insert(from, rows);
            return;
        }
        rows.iter().for_each(|row| self.home[wide(*row)] = into);
        self.members.entry(into).or_insert_with(|| vec![into]).extend(rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_one_cluster_named_by_its_lowest_row() {
        let chain = [(5, 4), (2, 3), (4, 2), (7, 8)];
        let found = connected(9, chain.into_iter(), &Bonds::default());
        assert_eq!(found, [0, 1, 2, 2, 2, 2, 6, 7, 7]);
        let bonds = Bonds { same: vec![(0, 1), (1, 8)], ..Bonds::default() };
        assert_eq!(connected(9, chain.into_iter(), &bonds), [0, 0, 2, 2, 2, 2, 6, 0, 0]);
        let long = (0..100_000).rev().map(|row| (row, row + 1));
        assert!(connected(100_001, long, &Bonds::default()).iter().all(|home| *home == 0));
    }
}

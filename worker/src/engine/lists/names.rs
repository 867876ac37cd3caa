//! Names of clusters that stay from order to order.

use std::collections::BTreeMap;

use super::clustered::Clustered;
use super::named::Named;
use crate::engine::link::{self, Ids};

/// The clusters of an earlier order.
#[derive(Debug)]
pub struct EarlierClusters {
    /// Its records.
    pub named: Named,
    /// What became of them.
    pub clustered: Clustered,
}

impl EarlierClusters {
    /// The names of the clusters of records as they are now, by the row that names each; those that are named after that
    /// row are left out. Records are known again by list and key.
    #[must_use]
    pub fn names(&self, records: &Named, clusters: &[u32]) -> BTreeMap<u32, String> {
        let name = |row: u32| {
            let cluster = self.clustered.clusters[row as usize];
            self.clustered.names.get(&cluster).cloned().unwrap_or_else(|| self.named.called(cluster))
        };
        let again = records.again(&self.named);
        let earlier: Vec<Option<String>> = again.into_iter().map(|row| row.map(name)).collect();
        let earlier: Vec<Option<&str>> = earlier.iter().map(Option::as_deref).collect();
        let own: Ids = (0..records.rows()).map(|row| records.called(row)).collect();
        let mut names = link::names(clusters, &own, &earlier);
        names.retain(|row, name| own[*row as usize] != **name);
        names
    }
}

//! Names of clusters that stay from order to order.

use std::collections::{BTreeMap, HashMap};

use poimuri_shared::ids::ListName;
use poimuri_shared::receipt::KnownBy;

use super::clustered::Clustered;
use super::identify::Identified;
use super::keys::AllKeys;
use super::records::Records;
use crate::engine::link::{self, Ids};

/// The clusters of an earlier order.
#[derive(Debug)]
pub struct EarlierClusters {
    /// The names of its lists.
    pub lists: Vec<ListName>,
    /// Its records.
    pub identified: Identified,
    /// Their keys.
    pub keys: AllKeys,
    /// What became of them.
    pub clustered: Clustered,
}

/// What a record is called in a result: its list, and what it is known by there.
pub(super) fn called(list: &ListName, known_as: &str) -> String {
    format!("{list}:{known_as}")
}

impl EarlierClusters {
    /// The names of the clusters of records as they are now, by the row that names each; those that are named after that
    /// row are left out. Records are known again by list and key.
    #[must_use]
    pub fn names(&self, records: &Records, clusters: &[u32]) -> BTreeMap<u32, String> {
        let rows = u32::try_from(self.clustered.clusters.len()).unwrap_or(u32::MAX);
        let mut before: HashMap<(&str, &str), u32> = HashMap::new();
        for row in 0..rows {
            let (list, _) = self.identified.place(row);
            if self.identified.known_by[list] == KnownBy::Key {
                before.insert((self.lists[list].as_str(), self.keys.key(row)), row);
            }
        }
        let name = |row: u32| {
            let cluster = self.clustered.clusters[row as usize];
            self.clustered.names.get(&cluster).cloned().unwrap_or_else(|| {
                let (list, number) = self.identified.place(cluster);
                match self.identified.known_by[list] {
                    KnownBy::Key => called(&self.lists[list], self.keys.key(cluster)),
                    KnownBy::Row => called(&self.lists[list], &number.to_string()),
                }
            })
        };
        let all = 0..u32::try_from(clusters.len()).unwrap_or(u32::MAX);
        let earlier = |row: u32| records.key(row).and_then(|known| before.get(&known).map(|row| name(*row)));
        let earlier: Vec<Option<String>> = all.clone().map(earlier).collect();
        let earlier: Vec<Option<&str>> = earlier.iter().map(Option::as_deref).collect();
        let own: Ids = all.map(|row| records.called(row)).collect();
        let mut names = link::names(clusters, &own, &earlier);
        names.retain(|row, name| own[*row as usize] != **name);
        names
    }
}

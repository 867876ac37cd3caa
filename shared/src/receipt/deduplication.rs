//! What a de-duplication came to, in counts alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::ListName;

/// The account of a de-duplication. It holds no personal data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeduplicationAccount {
    /// The lists, in the order's order.
    pub lists: Vec<ListAccount>,
    /// Records of all lists.
    pub records: u64,
    /// Headings of the columns that were compared.
    pub columns: Vec<String>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs left out because their block was too large.
    pub left_out: u64,
    /// Pairs in the same cluster.
    pub linked: u64,
    /// Clusters, single records included: persons, or households.
    pub clusters: u64,
    /// Clusters of two records or more.
    pub clusters_of_several: u64,
    /// Clusters of several by the rule that decided who stays; `order` where all rules left several.
    pub survivors: BTreeMap<String, u64>,
    /// The probability from which on pairs were linked.
    pub threshold: f64,
    /// Expected share of the linked pairs that are right.
    pub expected_precision: f64,
    /// Expected share of the compared pairs of the same person that are linked.
    pub expected_recall: f64,
    /// Pairs that somebody judged, if any were given.
    #[serde(default)]
    pub judgements: Option<JudgementsAccount>,
    /// What was taken over of the earlier order, if the order goes on from one. Pairs compared and left out are then those of
    /// this order alone.
    #[serde(default)]
    pub extended: Option<ExtendedAccount>,
}

/// What was taken over of an earlier order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExtendedAccount {
    /// How the records differ from those of the earlier order.
    pub records: ExtendedRecords,
    /// Pairs of unchanged records that keep the weights they had.
    pub pairs_kept: u64,
    /// Whether all pairs were compared again, because the earlier order compared others (`compare`).
    pub all_compared: bool,
}

/// How records differ from those of an earlier result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExtendedRecords {
    /// Records that are as they were.
    pub unchanged: u64,
    /// Records that were not there, or are known by their row.
    pub new: u64,
    /// Records with other values.
    pub changed: u64,
    /// Records that are not there any more.
    pub gone: u64,
}

/// Pairs that somebody judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JudgementsAccount {
    /// Pairs judged the same person.
    pub same: u64,
    /// Pairs judged different people.
    pub different: u64,
    /// Judgements of records that are not in the lists, and of pairs that the order does not compare.
    pub set_aside: u64,
    /// Whether the model was learned from them, too.
    pub taught: bool,
}

/// A list of a de-duplication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListAccount {
    /// Its name.
    pub name: ListName,
    /// Records.
    pub records: u64,
    /// Records that stay.
    pub kept: u64,
    /// What its records are known by: `key`, the customer's own, or `row`.
    pub known_by: KnownBy,
}

/// What records of a list are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// The customer's own key, all of them different.
    Key,
    /// The number of the row.
    Row,
}

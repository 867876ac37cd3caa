//! What a de-duplication asks for: the lists, which pairs are compared, who stays, what comes back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RegisterColumns, RegisterSource};
use crate::ids::{ListName, OrderId};

/// Lists of one order at most.
pub const LISTS_MAX: usize = 20;
/// Records of all lists together at most: what one worker can hold in memory.
pub const RECORDS_MAX: u64 = 20_000_000;
/// Where a list's priority lies if nobody says.
pub const LIST_PRIORITY_DEFAULT: u8 = 100;

/// One list of a de-duplication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its name in the result.
    pub name: ListName,
    /// Where it is.
    pub source: RegisterSource,
    /// Records of the list with the larger number stay.
    pub priority: u8,
    /// Headings of its columns.
    pub columns: RegisterColumns,
}

/// What a de-duplication is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deduplication {
    /// What is there once in the result.
    pub per: Unit,
    /// Which pairs are compared.
    pub compare: Across,
    /// Which record stays: each rule decides where those before it leave several.
    pub keep: Vec<KeepRule>,
    /// What comes back.
    pub output: Output,
    /// Headings of columns that are not compared.
    pub leave_out: Vec<String>,
    /// The lowest probability of a linked pair; found from the data where none is given.
    pub threshold: Option<f64>,
    /// How many records of one list may be the same person as one of the other, of two lists that are compared between.
    #[serde(default)]
    pub partners: Partners,
    /// How linked pairs become clusters.
    #[serde(default)]
    pub clustering: Clustering,
    /// Pairs that somebody judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<RegisterSource>,
    /// A de-duplication of the same customer before this one: its model and threshold are used again, records that are as they
    /// were there are not compared with each other again, and clusters keep their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<OrderId>,
}

/// How pairs that are linked become clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Clustering {
    /// The best pair first; clusters are joined only where the records of both agree on the whole.
    #[default]
    Agreeing,
    /// Whatever a chain of pairs above the threshold connects is one cluster.
    Connected,
}

impl Clustering {
    /// Whether it is the one that is meant where none is named.
    #[must_use]
    pub const fn is_usual(&self) -> bool {
        matches!(self, Self::Agreeing)
    }
}

/// How many records of one list may be the same person as one of the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Partners {
    /// Found from the pairs that are sure.
    #[default]
    Auto,
    /// Each record has at most one.
    OneToOne,
    /// A record of the first list may have several; one of the second has at most one.
    OneToMany,
    /// A record of the second list may have several; one of the first has at most one.
    ManyToOne,
    /// Any number.
    ManyToMany,
}

impl Partners {
    /// Whether a record may have but one partner in a list.
    #[must_use]
    pub const fn is_limited(self) -> bool {
        matches!(self, Self::OneToOne | Self::OneToMany | Self::ManyToOne)
    }
}

/// What is there once in the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A person.
    Person,
    /// The persons at one address.
    Household,
}

/// Which pairs of records are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Across {
    /// Both of one list.
    Within,
    /// Of two different lists.
    Between,
    /// All pairs.
    Both,
}

/// A rule by which one of several records stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeepRule {
    /// Of the list with the largest priority.
    ListPriority,
    /// With most cells that are not empty.
    MostComplete,
    /// With the latest `value_date`.
    Newest,
    /// By lot, under the order's seed.
    Random,
}

impl KeepRule {
    /// The rule's name in orders and receipts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ListPriority => "list-priority",
            Self::MostComplete => "most-complete",
            Self::Newest => "newest",
            Self::Random => "random",
        }
    }
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// Every record with its cluster, and which of each cluster stays.
    Clusters,
    /// The records that stay.
    Survivors,
    /// Pairs that may be the same person, with their weights.
    Pairs,
    /// The records that stay, with the customer's own columns.
    Cleaned,
}

impl Output {
    /// The output's name in orders.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clusters => "clusters",
            Self::Survivors => "survivors",
            Self::Pairs => "pairs",
            Self::Cleaned => "cleaned",
        }
    }
}

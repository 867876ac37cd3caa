//! What a user may decide about a linkage; all of it readable and writable as TOML.

use std::collections::BTreeMap;

pub use poimuri_shared::order::deduplication::{Clustering, Partners};
use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::locale::Locale;

/// Settings of a linkage. What is not given is found from the data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// What columns hold, by heading; `ignored` leaves one out.
    pub columns: BTreeMap<String, Kind>,
    /// Blocking rules: each a list of keys such as `surname`, `surname:sound`, `first_name<>surname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Vec<String>>>,
    /// The lowest probability of a linked pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How many records of one list may be the same person as one of the other.
    pub partners: Partners,
    /// How linked pairs become clusters.
    pub clustering: Clustering,
    /// Whose habits of writing names and addresses are known.
    pub locale: Locale,
}

/// A table or a setting that a linkage cannot be made with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Nothing to compare by.
    #[error("no column tells records apart: each is empty, holds one value only, or is left out")]
    NoColumns,
    /// More columns than a pattern holds.
    #[error("{0} columns to compare; at most {max} can be, leave some out", max = super::class::FIELDS_MAX)]
    ManyColumns(usize),
    /// A setting names a column that is not there.
    #[error("the settings name a column that is not in the table: {0}")]
    NoSuchColumn(String),
    /// A rule names a key that cannot be made.
    #[error("the settings name a blocking key that cannot be made of the columns: {0}")]
    NoSuchKey(String),
    /// Rules that bring no records together, or all of them.
    #[error(
        "the settings name no blocking rule, or one without a key: `rules = []` compares nothing; name rules, or leave `rules` out and they are found from the data"
    )]
    NoRules,
    /// Chains know no limit of partners.
    #[error("clustering = \"connected\" links whole chains: it allows any number of partners")]
    ChainedPartners,
    /// A stored model of other columns.
    #[error("the model was made for other columns: it knows {0}")]
    OtherColumns(String),
    /// Judgements that cannot all be true.
    #[error(
        "the judgements contradict each other: {0} records are the same person as one they are apart from"
    )]
    Contradiction(usize),
    /// A threshold that is no probability.
    #[error("the threshold must be a probability above 0 and below 1")]
    Threshold,
}

//! An extraction, typed: what remains of an order for the engine after parsing and validation.
//!
//! Holds everything a result depends on besides the snapshot and the customer's register, so that
//! equal specs give equal bytes.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::criteria::Criteria;
pub use super::decimal::{Decimal, DecimalError};
use super::delivered::Item;

/// One extraction, or the count of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtractionSpec {
    /// Who is looked for.
    pub criteria: Criteria,
    /// What the addresses are for. Recorded; extractions heed every exclusion whatever it is.
    pub purpose: Purpose,
    /// How the customer's own register is used, if there is one.
    pub register: Option<RegisterUse>,
    /// What is delivered once only.
    pub dedup: Dedup,
    /// How many, and of whom.
    pub sample: Sample,
    /// The order's seed.
    pub seed: [u8; 32],
    /// The date ages and prohibitions are judged on.
    pub reference_date: Date,
    /// What is delivered of each person, in this order.
    pub fields: Vec<Item>,
    /// Younger persons are excluded; completed years, 15 to 18.
    pub minimum_age: u8,
}

/// The age under which nobody is addressed unless settings raise it.
pub const MINIMUM_AGE: u8 = 15;

/// What data are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are DVV's own")]
pub enum Purpose {
    DirectMarketing,
    MarketResearch,
    OpinionResearch,
    RegisterUpdate,
}

/// How the customer's own register narrows the target group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterUse {
    /// Its persons are left out.
    Subtract,
    /// Only its persons are kept.
    Intersect,
}

/// What is delivered once only, and which of several stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Dedup {
    /// The unit that gets one row.
    pub per: DedupPer,
    /// The survivor.
    pub keep: Keep,
}

/// The unit that gets one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DedupPer {
    /// Whatever matches.
    None,
    /// A person; a snapshot holds each once.
    Person,
    /// A dwelling.
    Household,
    /// Within a dwelling, people connected by parts of their surnames.
    Family,
}

/// Which of several is kept; ties go to the random rule, then to the smaller identity code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// The smallest hash under the order's seed: favours no age or sex.
    Random,
    /// The earliest birth date.
    Oldest,
    /// The latest birth date.
    Youngest,
    /// A woman before others.
    WomanFirst,
    /// A man before others.
    ManFirst,
}

/// How many, and of whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// How rows are drawn.
    pub method: SampleMethod,
    /// Rows wanted in all. None with [`SampleMethod::All`] and where each group has a size.
    pub size: Option<u64>,
    /// What happens when there are fewer rows than wanted.
    pub shortage: Shortage,
    /// What the weights of groups mean.
    pub weighting: Weighting,
    /// Groups in the order they are tried; none means one group named `""` that takes everybody.
    pub groups: Vec<Group>,
}

impl Sample {
    /// Everybody.
    pub const ALL: Self = Self {
        method: SampleMethod::All,
        size: None,
        shortage: Shortage::TakeAll,
        weighting: Weighting::Shares,
        groups: Vec::new(),
    };
}

/// How rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SampleMethod {
    /// Everybody eligible.
    All,
    /// At equal steps through the order of the snapshot, from a start that follows from the seed.
    Systematic,
}

/// What happens when there are fewer rows than wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shortage {
    /// All there are.
    TakeAll,
    /// The order fails.
    Fail,
}

/// What the weights of groups mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weighting {
    /// Shares of the sample.
    Shares,
    /// Factors of the group's sampling rate.
    Rates,
}

/// One group of a weighted sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Unique within the order; its draws depend on it.
    pub name: String,
    /// How much of the sample it gets. All groups of an order have the same variant.
    pub quota: Quota,
    /// Who belongs to it, unless an earlier group took them.
    pub criteria: Criteria,
}

/// How much of the sample a group gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quota {
    /// Above zero.
    Weight(Decimal),
    /// Rows, above zero.
    Size(u64),
}

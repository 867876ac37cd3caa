//! An extraction, typed: what remains of an order for the engine after parsing and validation.
//!
//! Holds everything a result depends on besides the snapshot and the customer's register, so that
//! equal specs give equal bytes.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::criteria::Criteria;
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

/// An exact decimal number `units / 10^scale`, zero or more, in lowest terms: at most twelve
/// digits, six of them after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    units: u64,
    scale: u8,
}

/// A text that is no [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("number must be zero or more, with at most 12 digits, at most 6 of them after the point")]
pub struct DecimalError;

impl Decimal {
    /// Digits after the point at most.
    pub const SCALE_MAX: u8 = 6;
    const DIGITS_MAX: usize = 12;

    /// A whole number.
    ///
    /// # Errors
    /// More than twelve digits.
    pub fn whole(number: u64) -> Result<Self, DecimalError> {
        number.to_string().parse()
    }

    /// The number times 10⁶, exactly; below 10¹⁸.
    #[must_use]
    pub fn millionths(self) -> u64 {
        self.units * 10_u64.pow(u32::from(Self::SCALE_MAX - self.scale))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, part) = text.split_once('.').map_or((text, ""), |(whole, part)| (whole, part));
        let part = part.trim_end_matches('0');
        let scale = u8::try_from(part.len()).ok().filter(|scale| *scale <= Self::SCALE_MAX);
        let digits = format!("{}{part}", whole.trim_start_matches('0'));
        let is_number = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
        let (Some(scale), true) = (scale, is_number && digits.len() <= Self::DIGITS_MAX) else {
            return Err(DecimalError);
        };
        let units = if digits.is_empty() { 0 } else { digits.parse().ok().ok_or(DecimalError)? };
        Ok(Self { units, scale })
    }
}

impl TryFrom<String> for Decimal {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, DecimalError> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factor = 10_u64.pow(u32::from(self.scale));
        if self.scale == 0 {
            return write!(f, "{}", self.units);
        }
        let width = usize::from(self.scale);
        write!(f, "{}.{:0width$}", self.units / factor, self.units % factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_bounded() {
        let rows: [(&str, Option<(u64, &str)>); 14] = [
            ("60", Some((60_000_000, "60"))),
            ("0.1", Some((100_000, "0.1"))),
            ("007.50", Some((7_500_000, "7.5"))),
            ("0.000001", Some((1, "0.000001"))),
            ("1.05", Some((1_050_000, "1.05"))),
            ("0", Some((0, "0"))),
            ("999999999999", Some((999_999_999_999_000_000, "999999999999"))),
            ("1234567890123", None),
            ("0.0000001", None),
            ("-1", None),
            ("1e3", None),
            (".5", None),
            ("", None),
            ("1.2.3", None),
        ];
        for (text, expected) in rows {
            let got = text.parse::<Decimal>().ok();
            let shown = got.map(|number| (number.millionths(), number.to_string()));
            assert_eq!(shown, expected.map(|(n, t)| (n, t.to_owned())), "{text}");
        }
    }
}

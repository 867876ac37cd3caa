//! What may be asked and shown: guards against picking out single persons, and guarded counts.

mod differencing;
mod identifying;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use differencing::{Condition, Conditions, Differencing, judge};
pub use identifying::{Identifying, check_identifying};

use crate::order::extraction::MINIMUM_AGE;

/// The rules a scheduler goes by. Changing what a rule means raises [`Policy::VERSION`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Rows a delivery has at least; also the smallest count shown.
    pub minimum_result: u64,
    /// Rows a group of a sample has at least.
    pub minimum_group: u64,
    /// Counts for customers are rounded to a multiple of this; 1 and 0 leave them exact.
    pub rounding: u64,
    /// Younger persons are not addressed; completed years, 15 to 18.
    pub minimum_age: u8,
    /// How many days an order's reference date may lie from the date of the snapshot. A later date would
    /// let prohibitions lapse and children come of age.
    pub reference_days_max: u32,
    /// Counts and extractions a customer may ask for in a day of Finland, 1 to 1000.
    pub counts_per_day: u32,
    /// How many days back earlier questions of a customer are compared with a new one, 0 to 31.
    pub near_days: u32,
    /// How many of those may differ from it by a single condition.
    pub near_max: u32,
    /// How many days back the persons of a customer's earlier updates are compared with those of a new one, 0 to 366.
    pub repeat_days: u32,
    /// By how many persons two updates of a customer must differ, unless they are about the same.
    pub repeat_persons: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_result: 100,
            minimum_group: 20,
            rounding: 10,
            minimum_age: MINIMUM_AGE,
            reference_days_max: 366,
            counts_per_day: 100,
            near_days: 14,
            near_max: 8,
            repeat_days: 30,
            repeat_persons: 10,
        }
    }
}

/// Settings that are no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Outside 15 to 18.
    #[error("minimum_age must be 15 to 18")]
    MinimumAge,
    /// Outside 1 to 1000.
    #[error("counts_per_day must be 1 to 1000")]
    CountsPerDay,
    /// Above 31.
    #[error("near_days must be 0 to 31 days")]
    NearDays,
    /// Above 366.
    #[error("repeat_days must be 0 to 366 days")]
    RepeatDays,
}

impl Policy {
    /// Stands in receipts beside what was decided under it.
    pub const VERSION: u32 = 1;

    /// Whether the settings can be gone by.
    ///
    /// # Errors
    /// The setting that cannot.
    pub const fn check(&self) -> Result<(), PolicyError> {
        if !matches!(self.minimum_age, 15..=18) {
            return Err(PolicyError::MinimumAge);
        }
        if !matches!(self.counts_per_day, 1..=1000) {
            return Err(PolicyError::CountsPerDay);
        }
        if self.near_days > 31 {
            return Err(PolicyError::NearDays);
        }
        if self.repeat_days > 366 {
            return Err(PolicyError::RepeatDays);
        }
        Ok(())
    }

    /// A count as a customer may see it.
    #[must_use]
    pub const fn guarded_count(&self, count: u64) -> Guarded {
        if count < self.minimum_result {
            return Guarded::Under(self.minimum_result);
        }
        if self.rounding < 2 {
            return Guarded::About(count);
        }
        let below = count - count % self.rounding;
        let up = count % self.rounding * 2 >= self.rounding;
        Guarded::About(if up { below.saturating_add(self.rounding) } else { below })
    }
}

/// A count for a customer: a rounded number, or the words `under 100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "GuardedText", try_from = "GuardedText")]
#[schemars(with = "GuardedText")]
pub enum Guarded {
    /// Rounded.
    About(u64),
    /// Below this number, nought included.
    Under(u64),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum GuardedText {
    Number(u64),
    Words(String),
}

impl From<Guarded> for GuardedText {
    fn from(count: Guarded) -> Self {
        match count {
            Guarded::About(number) => Self::Number(number),
            Guarded::Under(_) => Self::Words(count.to_string()),
        }
    }
}

impl TryFrom<GuardedText> for Guarded {
    type Error = &'static str;

    fn try_from(text: GuardedText) -> Result<Self, Self::Error> {
        match text {
            GuardedText::Number(number) => Ok(Self::About(number)),
            GuardedText::Words(words) => {
                let number = words.strip_prefix("under ").and_then(|number| number.parse().ok());
                number.map(Self::Under).ok_or("count is neither a number nor `under` a number")
            }
        }
    }
}

impl std::fmt::Display for Guarded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::About(number) => write!(f, "{number}"),
            Self::Under(number) => write!(f, "under {number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_and_small_ones_hidden() {
        let rows = [
            (0, "\"under 100\""),
            (99, "\"under 100\""),
            (100, "100"),
            (104, "100"),
            (105, "110"),
            (1_234_567, "1234570"),
        ];
        for (count, expected) in rows {
            let guarded = Policy::default().guarded_count(count);
            let json = serde_json::to_string(&guarded).unwrap();
            assert_eq!(json, expected, "{count}");
            assert_eq!(serde_json::from_str::<Guarded>(&json).unwrap(), guarded);
        }
        let exact = Policy { rounding: 0, minimum_result: 0, ..Policy::default() };
        assert_eq!(exact.guarded_count(7), Guarded::About(7));
        assert_eq!(Policy::default().guarded_count(u64::MAX), Guarded::About(u64::MAX));
    }

    #[test]
    fn the_minimum_age_has_bounds() {
        for (minimum_age, good) in [(14, false), (15, true), (18, true), (19, false)] {
            assert_eq!(Policy { minimum_age, ..Policy::default() }.check().is_ok(), good, "{minimum_age}");
        }
    }
}

//! An amount of money, exact to the cent, written as decimal euros.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Euros and cents, nought or more; as text `660.00`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Euros(u64);

/// A text that is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("amount must be euros with two decimals, as `660.00`")]
pub struct EurosError;

impl Euros {
    /// An amount in cents.
    #[must_use]
    pub const fn from_cents(cents: u64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    #[must_use]
    pub const fn cents(self) -> u64 {
        self.0
    }
}

impl FromStr for Euros {
    type Err = EurosError;

    fn from_str(text: &str) -> Result<Self, EurosError> {
        let (euros, cents) = text.split_once('.').ok_or(EurosError)?;
        let is_number = !euros.is_empty() && euros.bytes().chain(cents.bytes()).all(|b| b.is_ascii_digit());
        if !is_number || cents.len() != 2 {
            return Err(EurosError);
        }
        format!("{euros}{cents}").parse().map(Self).ok().ok_or(EurosError)
    }
}

impl fmt::Display for Euros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl TryFrom<String> for Euros {
    type Error = EurosError;

    fn try_from(text: String) -> Result<Self, EurosError> {
        text.parse()
    }
}

impl From<Euros> for String {
    fn from(amount: Euros) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_decimals() {
        for (cents, text) in [(0, "0.00"), (5, "0.05"), (66_000, "660.00"), (123_456, "1234.56")] {
            assert_eq!(Euros::from_cents(cents).to_string(), text);
            assert_eq!(text.parse(), Ok(Euros::from_cents(cents)));
        }
        for bad in ["", "1", "1.5", ".50", "-1.00", "1.000", "1,00", "99999999999999999999.00"] {
            assert_eq!(bad.parse::<Euros>(), Err(EurosError), "{bad}");
        }
    }
}

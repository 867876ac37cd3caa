//! Weights of groups: small exact decimal numbers, so that shares never depend on floating point.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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

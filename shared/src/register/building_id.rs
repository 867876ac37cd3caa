//! VTJ-PRT, the permanent identifier of a building: `1`, eight digits, a check character.

use std::fmt;

use super::check_char::{check_char, digits, write_digits};

/// Why a text is not a VTJ-PRT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildingIdError {
    /// Not ten bytes.
    #[error("building identifier does not have ten characters")]
    Length,
    /// Does not begin with `1` and eight digits.
    #[error("building identifier does not begin with 1 and eight digits")]
    Digits,
    /// The last character is not the one the digits demand.
    #[error("building identifier has a wrong check character")]
    Check,
}

/// A VTJ-PRT, kept as its eight middle digits: 0 to [`BuildingId::MAX`]. Its order is that of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuildingId(u32);

impl BuildingId {
    /// The largest number of eight digits.
    pub const MAX: u32 = 99_999_999;

    /// The identifier with the given middle digits, if they are at most [`Self::MAX`].
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// Parses the ten characters, strictly.
    ///
    /// # Errors
    /// The first rule broken: [`BuildingIdError`].
    pub fn parse(text: &str) -> Result<Self, BuildingIdError> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok().ok_or(BuildingIdError::Length)?;
        let number = digits(&bytes[1..9]).filter(|_| bytes[0] == b'1').ok_or(BuildingIdError::Digits)?;
        let id = Self(number);
        if id.check() == bytes[9] { Ok(id) } else { Err(BuildingIdError::Check) }
    }

    /// The eight middle digits as a number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The ten characters, ASCII.
    #[must_use]
    pub fn to_text(self) -> [u8; 10] {
        let mut text = [b'1'; 10];
        write_digits(&mut text[1..9], self.0);
        text[9] = self.check();
        text
    }

    fn check(self) -> u8 {
        check_char(100_000_000 + self.0)
    }
}

impl fmt::Display for BuildingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_text().iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_judged() {
        use BuildingIdError::{Check, Digits, Length};
        let rows: [(&str, Result<u32, BuildingIdError>); 10] = [
            ("1234567892", Ok(23_456_789)),
            ("100012345N", Ok(12_345)),
            ("100000001F", Ok(1)),
            ("199999999V", Ok(99_999_999)),
            ("100012345A", Err(Check)),
            ("200012345N", Err(Digits)),
            ("10001234aN", Err(Digits)),
            ("100012345", Err(Length)),
            ("100012345NN", Err(Length)),
            ("", Err(Length)),
        ];
        for (text, expected) in rows {
            assert_eq!(BuildingId::parse(text).map(BuildingId::number), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_and_number_agree_and_sort_alike(a in 0..=BuildingId::MAX, b in 0..=BuildingId::MAX) {
            let (a, b) = (BuildingId::new(a).unwrap(), BuildingId::new(b).unwrap());
            prop_assert_eq!(BuildingId::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_text().cmp(&b.to_text()));
        }
    }
}

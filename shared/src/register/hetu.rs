//! Henkilötunnus, the personal identity code: `DDMMYY`, century sign, individual number, check character.
//!
//! Rules of Statistics Finland and of the reform of 2023. All eleven characters count: codes that
//! differ in the sign alone may belong to two people. Sex is never derived from a code. Neither
//! errors nor debug output hold a code.

use std::fmt;

use jiff::civil::Date;

use super::check_char::{check_char, digits};

mod text;

/// Century signs in the order of their bytes; the index is the packed value.
const SIGNS: &[u8; 13] = b"+-ABCDEFUVWXY";
const NUMBER_BITS: u32 = 10;
const SIGN_BITS: u32 = 4;

/// Why a text is not an identity code. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum HetuError {
    /// Not eleven bytes.
    #[error("identity code does not have eleven characters")]
    Length,
    /// The first six characters are no date in the century of the sign.
    #[error("identity code does not begin with a date")]
    Date,
    /// The seventh character is no century sign.
    #[error("identity code has an unknown century sign")]
    Sign,
    /// The individual number is not 002 to 999.
    #[error("identity code has an impossible individual number")]
    Number,
    /// The last character is not the one the digits demand.
    #[error("identity code has a wrong check character")]
    Check,
}

/// An identity code, packed so that the order of integers is the order of the texts' bytes.
///
/// ```text
/// bits 33..14  DDMMYY as a number      13..10  index of the sign      9..0  individual number
/// ```
///
/// The check character follows from the rest. No code packs to 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hetu(u64);

/// The century signs of a year of birth, in their order of use; none outside 1800–2099.
#[must_use]
pub const fn signs_of(year: i16) -> &'static [u8] {
    match year {
        1800..=1899 => b"+",
        1900..=1999 => b"-YXWVU",
        2000..=2099 => b"ABCDEF",
        _ => b"",
    }
}

/// First year of the century of a sign.
const fn century(sign: u8) -> Option<i16> {
    match sign {
        b'+' => Some(1800),
        b'-' | b'U'..=b'Y' => Some(1900),
        b'A'..=b'F' => Some(2000),
        _ => None,
    }
}

fn sign_index(sign: u8) -> Option<u64> {
    match sign {
        b'+' => Some(0),
        b'-' => Some(1),
        b'A'..=b'F' => Some(u64::from(sign - b'A') + 2),
        b'U'..=b'Y' => Some(u64::from(sign - b'U') + 8),
        _ => None,
    }
}

/// The days of a month; 0 for an impossible month.
const fn days_in_month(year: i16, month: i8) -> i8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether `DDMMYY` is a date in the century that begins with the given year.
fn is_date(date: u32, century: i16) -> bool {
    let part = |number: u32| i8::try_from(number % 100).unwrap_or(0);
    let (day, month, year) = (part(date / 10_000), part(date / 100), part(date));
    (1..=days_in_month(century + i16::from(year), month)).contains(&day)
}

impl Hetu {
    /// Parses the eleven characters, strictly: capitals, no blanks.
    ///
    /// # Errors
    /// The first rule broken, in the order length, sign, date, number, check.
    pub fn parse(text: &str) -> Result<Self, HetuError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Parses what customers' registers hold: blanks around and small letters are forgiven.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_lenient(text: &str) -> Result<Self, HetuError> {
        let mut bytes: [u8; 11] = text.trim().as_bytes().try_into().ok().ok_or(HetuError::Length)?;
        bytes.make_ascii_uppercase();
        Self::parse_bytes(&bytes)
    }

    /// As [`Self::parse`], of bytes.
    pub(crate) fn parse_bytes(text: &[u8]) -> Result<Self, HetuError> {
        let text: &[u8; 11] = text.try_into().ok().ok_or(HetuError::Length)?;
        let (index, century) = sign_index(text[6]).zip(century(text[6])).ok_or(HetuError::Sign)?;
        let date = digits(&text[..6]).filter(|date| is_date(*date, century)).ok_or(HetuError::Date)?;
        let number = digits(&text[7..10]).filter(|number| *number >= 2).ok_or(HetuError::Number)?;
        if check_char(date * 1000 + number) == text[10] {
            Ok(Self::pack(date, index, number))
        } else {
            Err(HetuError::Check)
        }
    }

    /// The code of a birth date under one of [`signs_of`] its year, with an individual number.
    ///
    /// # Errors
    /// [`HetuError::Sign`] if the sign does not belong to the century, [`HetuError::Number`] outside 2–999.
    pub fn new(birth_date: Date, sign: u8, number: u16) -> Result<Self, HetuError> {
        let century = century(sign).ok_or(HetuError::Sign)?;
        let year = u32::try_from(birth_date.year() - century).ok().ok_or(HetuError::Sign)?;
        if year > 99 {
            return Err(HetuError::Sign);
        }
        if !(2..=999).contains(&number) {
            return Err(HetuError::Number);
        }
        let part = |part: i8| u32::from(part.unsigned_abs());
        let date = part(birth_date.day()) * 10_000 + part(birth_date.month()) * 100 + year;
        Ok(Self::pack(date, sign_index(sign).ok_or(HetuError::Sign)?, u32::from(number)))
    }

    fn pack(date: u32, sign_index: u64, number: u32) -> Self {
        Self((u64::from(date) << SIGN_BITS | sign_index) << NUMBER_BITS | u64::from(number))
    }

    /// The code behind a packed integer; `None` for one no code packs to.
    #[must_use]
    pub fn from_packed(packed: u64) -> Option<Self> {
        let code = Self(packed);
        let sign_fits = ((packed >> NUMBER_BITS) & 15) < 13;
        let number_fits = (2..=999).contains(&code.number());
        let date_fits = u32::try_from(packed >> (NUMBER_BITS + SIGN_BITS))
            .is_ok_and(|date| date <= 311_299 && century(code.sign()).is_some_and(|of| is_date(date, of)));
        (sign_fits && number_fits && date_fits).then_some(code)
    }

    /// The code behind an integer that [`Self::packed`] gave; unchecked, for loops over a snapshot.
    /// Another integer stands for no code, and its text is none.
    #[inline]
    #[must_use]
    pub const fn from_trusted(packed: u64) -> Self {
        Self(packed)
    }

    /// The packed integer; its order is the order of the texts, and it is never 0.
    #[must_use]
    pub const fn packed(self) -> u64 {
        self.0
    }

    /// The eleven characters, ASCII.
    #[must_use]
    pub fn to_text(self) -> [u8; 11] {
        let (first, last) = self.text_ends();
        let mut text = [0; 11];
        text[..8].copy_from_slice(&first.to_le_bytes());
        text[3..].copy_from_slice(&last.to_le_bytes());
        text
    }

    /// The first and the last eight of the eleven characters, each as a little-endian word.
    #[inline]
    #[must_use]
    pub fn text_ends(self) -> (u64, u64) {
        text::ends(self.0 >> (NUMBER_BITS + SIGN_BITS), self.0 >> NUMBER_BITS, self.0)
    }

    /// The date of birth the code tells.
    #[must_use]
    pub fn birth_date(self) -> Date {
        let part = |number: u32| i8::try_from(number % 100).unwrap_or(0);
        let date = self.date_digits();
        let year = century(self.sign()).unwrap_or(0) + i16::from(part(date));
        Date::new(year, part(date / 100), part(date / 10_000)).unwrap_or(Date::ZERO)
    }

    /// The century sign, ASCII.
    #[inline]
    #[must_use]
    pub fn sign(self) -> u8 {
        text::sign(self.0 >> NUMBER_BITS)
    }

    /// The individual number, 2 to 999; from 900 on a temporary or test code.
    #[inline]
    #[must_use]
    pub fn number(self) -> u16 {
        u16::try_from(self.0 & 1023).unwrap_or(0)
    }

    #[inline]
    fn date_digits(self) -> u32 {
        u32::try_from(self.0 >> (NUMBER_BITS + SIGN_BITS)).unwrap_or(0)
    }
}

impl fmt::Debug for Hetu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hetu(***)")
    }
}

#[cfg(test)]
mod tests;

//! The codes of a register as they come, and the account of its rows.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CODES_MAX, CustomerRegister, RegisterError};
use crate::register::hetu::{Hetu, HetuError};

/// Line numbers kept for each reason.
const LINES_KEPT: usize = 5;
/// Codes gathered before duplicates are first thrown out.
const GATHERED: usize = 1 << 20;

/// What was found in a register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterAccount {
    /// Rows, the heading and blank lines aside.
    pub rows: u64,
    /// Rows with a valid code.
    pub valid: u64,
    /// Valid rows whose code another row has too.
    pub duplicates: u64,
    /// Rows without a valid code.
    pub invalid: BTreeMap<Reason, Invalid>,
}

/// Why a row has no valid code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Nothing where the code should be.
    Empty,
    /// Not eleven characters.
    Length,
    /// Does not begin with a date.
    Date,
    /// Unknown century sign.
    Sign,
    /// Impossible individual number.
    Number,
    /// Wrong check character.
    Check,
}

impl Reason {
    /// The reason's name in accounts and receipts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Length => "length",
            Self::Date => "date",
            Self::Sign => "sign",
            Self::Number => "number",
            Self::Check => "check",
        }
    }
}

impl From<HetuError> for Reason {
    fn from(error: HetuError) -> Self {
        match error {
            HetuError::Length => Self::Length,
            HetuError::Date => Self::Date,
            HetuError::Sign => Self::Sign,
            HetuError::Number => Self::Number,
            HetuError::Check => Self::Check,
        }
    }
}

/// Rows without a valid value for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invalid {
    /// How many.
    pub count: u64,
    /// Lines of the first few.
    pub first_lines: Vec<u64>,
}

impl Invalid {
    /// Counts a row.
    pub(super) fn note(&mut self, line: u64) {
        self.count += 1;
        if self.first_lines.len() < LINES_KEPT {
            self.first_lines.push(line);
        }
    }

    /// How many, and on which lines.
    #[must_use]
    pub fn in_words(&self, reason: &str) -> String {
        let lines: Vec<String> = self.first_lines.iter().map(ToString::to_string).collect();
        let more = if lines.len() < LINES_KEPT { "" } else { " …" };
        format!("{}{reason} (line {}{more})", self.count, lines.join(", "))
    }
}

impl RegisterAccount {
    /// The same of a register where a row may be without a code: then it is no fault.
    #[must_use]
    pub(super) fn without_empty(mut self) -> Self {
        self.invalid.remove(&Reason::Empty);
        self
    }

    /// The faults in words: counts and lines by reason.
    #[must_use]
    pub fn faults(&self) -> String {
        let fault =
            |(reason, invalid): (&Reason, &Invalid)| invalid.in_words(&format!(" by {}", reason.name()));
        self.invalid.iter().map(fault).collect::<Vec<_>>().join("; ")
    }

    /// Rows without a valid code by reason, for receipts.
    #[must_use]
    pub fn invalid_counts(&self) -> BTreeMap<String, u64> {
        self.invalid.iter().map(|(reason, invalid)| (reason.name().to_owned(), invalid.count)).collect()
    }
}

/// More codes than are allowed.
#[derive(Debug)]
pub(super) struct Full;

/// Gathers codes in bounded memory.
#[derive(Default)]
pub(super) struct Codes {
    codes: Vec<u64>,
    /// Length at which duplicates are thrown out next.
    compact_at: usize,
    account: RegisterAccount,
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codes({})", self.codes.len())
    }
}

impl Codes {
    /// Adds a row's cell.
    pub(super) fn add(&mut self, line: u64, cell: &[u8]) -> Result<(), Full> {
        self.account.rows += 1;
        match code(cell) {
            Ok(code) => {
                self.account.valid += 1;
                self.codes.push(code.packed());
                if self.codes.len() > self.compact_at.max(GATHERED) { self.compact() } else { Ok(()) }
            }
            Err(reason) => {
                self.account.invalid.entry(reason).or_default().note(line);
                Ok(())
            }
        }
    }

    fn compact(&mut self) -> Result<(), Full> {
        self.codes.sort_unstable();
        self.codes.dedup();
        self.compact_at = self.codes.len() * 2;
        if self.codes.len() > CODES_MAX { Err(Full) } else { Ok(()) }
    }

    /// What was found, whether or not any code is good.
    pub(super) fn into_account(mut self) -> RegisterAccount {
        self.codes.sort_unstable();
        self.codes.dedup();
        let unique = u64::try_from(self.codes.len()).unwrap_or(u64::MAX);
        self.account.duplicates = self.account.valid.saturating_sub(unique);
        self.account
    }

    pub(super) fn finish(mut self) -> Result<CustomerRegister, RegisterError> {
        if self.account.rows == 0 {
            return Err(RegisterError::Empty);
        }
        if self.account.valid == 0 {
            return Err(RegisterError::AllInvalid(self.account));
        }
        if self.compact().is_err() {
            return Err(RegisterError::TooMany);
        }
        self.codes.shrink_to_fit();
        let unique = u64::try_from(self.codes.len()).unwrap_or(u64::MAX);
        self.account.duplicates = self.account.valid.saturating_sub(unique);
        Ok(CustomerRegister { codes: self.codes, account: self.account })
    }
}

/// The code in a cell; blanks, also those that do not break, are forgiven anywhere.
///
/// # Errors
/// Why it holds none.
#[inline]
pub fn code(cell: &[u8]) -> Result<Hetu, Reason> {
    // As nearly everybody writes it.
    if let Ok(code) = Hetu::parse_bytes(cell) {
        return Ok(code);
    }
    let mut text = [0_u8; 11];
    let mut length = 0;
    for byte in cell.iter().filter(|byte| !is_blank(**byte)) {
        *text.get_mut(length).ok_or(Reason::Length)? = *byte;
        length += 1;
    }
    if length == 0 {
        return Err(Reason::Empty);
    }
    let text = text.get(..length).and_then(|text| str::from_utf8(text).ok()).ok_or(Reason::Length)?;
    Ok(Hetu::parse_lenient(text)?)
}

/// Blanks, and the bytes of a no-break space in UTF-8 and in Windows-1252; no byte of a code.
const fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0xa0 | 0xc2)
}

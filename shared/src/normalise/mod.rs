//! Names and addresses brought to a form in which they can be compared: the one normalisation of the house.
//!
//! Updates match customer rows to the register by it, and de-duplication compares records by it. Keys are for
//! comparing, never for printing.
//!
//! | key | keeps apart | makes alike |
//! |---|---|---|
//! | [`primary`] | å ä ö and every other letter | case, blanks of every kind, apostrophes, forms of the hyphen |
//! | [`lettered`] | å ä ö and base letters | what `secondary` does, but for å ä ö |
//! | [`secondary`] | base letters | accents and dots (`ä` and `a`), `ß` and `ss`, `ø` and `o`, `æ` and `ae`, `đ` and `d` |
//! | [`transcribed`] | base letters | also `ae` for `ä` and `oe` for `ö`, as keyboards abroad write them |
//!
//! Pure: no register, no file, no clock. Whether a letter after a house number is part of the number or a
//! stair only the register knows, so an address offers both [`Reading`]s.

mod address;
mod line;
mod name;
mod street;
mod text;
mod titles;

pub use address::{Address, Kind, Reading};
pub use name::{FullName, GivenNames, Surname};
pub use street::postal_code;
pub use text::{lettered, primary, secondary, transcribed};

/// Whose habits of writing names and addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// Finland, with Åland: Finnish and Swedish titles, particles, streets, post boxes, postal codes.
    #[default]
    Finnish,
    /// Anything in Latin letters: characters are made alike, words are left as they are.
    Latin,
}

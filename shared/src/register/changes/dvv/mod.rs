//! The adapter to DVV's change interface (VTJ-muutosrajapinta): one change as one line of JSON.
//!
//! ```text
//! {"kirjausavain": 17, "muutospv": "2026-01-02T22:00:00Z", "henkilotunnus": "...",
//!  "tietoryhmat": [{"tietoryhma": "KUOLINPAIVA", "muutosattribuutti": "LISATTY",
//!                   "kuollut": true, "kuolinpv": {"arvo": "2026-01-01", "tarkkuus": "PAIVA"}}]}
//! ```
//!
//! Names of groups and fields are those of the interface, as its public documentation and open clients show them.
//! No other file knows them. A group of the interface that the register does not hold is passed over and counted;
//! a group nobody knows is left out and reported, and the rest of its line is taken. Any other fault leaves the
//! whole line out. Dates are `{"arvo", "tarkkuus"}` with the precision `PAIVA`, `KUUKAUSI` or `VUOSI`. A group that
//! lists a field under `turvakiellonAlaisetKentat` withholds it.

mod groups;
mod object;
mod read;
mod residence;
mod write;

pub use self::read::{Taken, key, read};
pub use self::write::write;

#[cfg(test)]
mod tests;

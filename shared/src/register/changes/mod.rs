//! Change records: what happened to people of the register between two of its states, as typed facts.
//!
//! ```text
//! files ──► dvv ──► Change ──► snapshot::apply
//! lines     one     facts
//! by key    shape
//! ```
//!
//! A fact tells the state after the change, never the step to it: told twice it changes nothing. `dvv` alone
//! knows the shape in which the register authority writes changes; who applies them knows facts alone.

mod date;
pub mod dvv;
mod fact;
pub mod files;
mod left_out;

pub use self::date::{PartialDate, days};
pub use self::fact::{Abroad, Address, Change, Fact, Home, Identity, Left, NameKind, Prohibition};
pub use self::left_out::{Field, LeftOut, Reason};

//! A customer's lists, each person or household once: from rows to clusters and who of each stays.
//!
//! ```text
//! rows ──► Piece × parts ──► Records ──► (link: prepare, train, compare, link) ──► Clustered ──► rows
//! ```
//!
//! Which records are the same person is decided by `engine::link`, which updates and files share. Here stands what an
//! order adds: several lists, households, rules by which one of several stays.

mod clustered;
mod household;
mod identity;
mod piece;
mod records;
mod render;
mod survivor;
#[cfg(test)]
mod tests;

pub use clustered::{Clustered, cluster};
pub use identity::judged;
pub use piece::{ListSpec, Piece};
pub use records::{Records, RecordsError};
pub use render::{Row, header, pair, row};

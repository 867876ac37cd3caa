//! A customer's lists, each person or household once: from rows to clusters and who of each stays.
//!
//! ```text
//! rows ──► Piece × parts ──┬─► Run ─────► Identified                                       who is compared, in which order
//!                          ├─► Coded ───► Encoded × columns ──► (link: train, compare, link)  by what
//!                          └─► Traits ──► Records ──► Clustered ──► rows                      who of several stays
//! ```
//!
//! Which records are the same person is decided by `engine::link`, which updates and files share. Here stands what an
//! order adds: several lists, households, rules by which one of several stays.

mod clustered;
mod columns;
mod household;
mod identify;
mod identity;
mod keys;
mod named;
mod names;
mod piece;
mod records;
mod render;
mod reviews;
mod survivor;
#[cfg(test)]
mod tests;
mod traits;
mod unchanged;

pub use clustered::{Clustered, cluster};
pub use columns::{Joined, LOCALE, grouped, settings};
pub use identify::{Identified, Run, identify};
pub use identity::{decided, judged};
pub use keys::{AllKeys, Keys};
pub use named::Named;
pub use names::EarlierClusters;
pub use piece::{Coded, ListSpec, Piece};
pub use records::{Records, RecordsError};
pub use render::{Row, header, pair, row};
pub use reviews::{Reviewed, Reviews};
pub use traits::Traits;
pub use unchanged::{TakenOver, Unchanged};

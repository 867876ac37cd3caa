//! A delivery: rows in the recipient's format, encrypted to the recipient, in the store.
//!
//! ```text
//! canonical rows ─► digest ─► csv │ parquet │ xlsx │ fixed ─► SHA-256 ─► age ─► SHA-256 ─► store     manifest last
//! ```
//!
//! Plain content goes nowhere but through memory. Objects of parts are unique to the attempt;
//! the manifest is created if absent, so that a task that runs twice delivers once. Two
//! attempts have different ciphertexts and one digest.

mod body;
mod error;
mod field;
mod fixed;
mod identity;
mod open;
mod parquet;
mod part;
mod rows;
mod terms;
mod writer;
mod xlsx;

#[cfg(test)]
mod tests;

pub use self::error::DeliverError;
pub use self::field::{Field, Kind, fields};
pub use self::identity::Identities;
pub use self::open::{Opened, copy_stored, open_folder, open_stored};
pub use self::terms::{DeliverySummary, Limits, Meta};
pub use self::writer::DeliveryWriter;

//! What a customer asks for: kinds, criteria, sample, delivery; parsing and validation.
//!
//! Knows no shard, file or queue.

mod asked;
pub mod criteria;
pub mod decimal;
pub mod deduplication;
pub mod delivered;
mod document;
mod explain;
pub mod extraction;
mod files;
pub mod parse;

pub use asked::{
    Delivery, Format, Kind, Order, Register, RegisterColumns, SnapshotChoice, Update, UpdateMode,
    XLSX_ROWS_MAX,
};
pub use document::schema;
pub use explain::{explain, explain_criteria};
pub use files::{RegisterFile, RegisterSource};

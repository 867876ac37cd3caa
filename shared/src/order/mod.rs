//! What a customer asks for: kinds, criteria, sample, delivery; parsing and validation.
//!
//! Knows no shard, file or queue.

mod asked;
pub mod criteria;
pub mod decimal;
pub mod delivered;
pub mod extraction;
pub mod parse;

pub use asked::{
    Delivery, Format, Kind, Order, Register, RegisterColumns, RegisterSource, SnapshotChoice, Update,
    UpdateMode,
};

//! What a customer asks for: kinds, criteria, sample, delivery; parsing and validation.
//!
//! Knows no shard, file or queue.

pub mod criteria;
pub mod decimal;
pub mod delivered;
pub mod extraction;

//! An immutable, complete copy of the register at one date.
//!
//! [`tables`] specifies the columns of a shard, [`dictionary`] the texts they refer to.

pub mod dictionary;
pub mod tables;

//! An immutable, complete copy of the register at one date.
//!
//! [`tables`] specifies the columns of a shard, [`dictionary`] the texts they refer to.

pub mod build;
pub mod catalog;
pub mod dictionary;
pub mod format;
pub mod identity;
pub mod manifest;
pub mod reader;
pub mod tables;

pub use self::manifest::Manifest;
pub use self::reader::{Shard, Snapshot, SnapshotError, Verify};

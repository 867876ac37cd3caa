//! What one task contributes, and its account.
//!
//! ```text
//! Selection of each shard ──► Allocation ──► Rows of each shard
//! ```
//!
//! Workers finish in any order and, after a retry, more than once. [`merge`] therefore takes
//! partials in any order, counts a shard once however often it reports, and has no answer
//! while one is missing.

mod account;
mod allocation;
pub mod bytes;
mod merge;
pub mod packed;
mod row_set;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use account::{Account, Excluded, Reason};
pub use allocation::{Allocation, GroupAllocation};
pub use merge::{MergeError, OfShard, merge, total};
pub use row_set::{RowSet, RowSetError};

/// What a shard contributes to a selection: the partial of `select`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardSelection {
    /// Index of the shard.
    pub shard: u32,
    /// What became of its rows.
    pub account: Account,
    /// Rows of the shard in each group, in the order's order of groups; no row is in two.
    pub groups: Vec<RowSet>,
}

/// The drawn rows of a shard, rendered: the partial of `extract`. Its debug form shows no row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardRows {
    /// Index of the shard.
    pub shard: u32,
    /// Rows drawn from each group.
    pub drawn: Vec<u64>,
    /// Packed identity code of each row, in order of `position`.
    pub ids: Vec<u64>,
    /// Bytes of each row in `csv`, its line end included.
    pub lengths: Vec<u32>,
    /// The rows as CSV without header: RFC 4180, UTF-8, CRLF.
    #[serde(with = "bytes")]
    pub csv: Vec<u8>,
}

impl fmt::Debug for ShardRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard, drawn, ids, lengths: _, csv } = self;
        f.debug_struct("ShardRows")
            .field("shard", shard)
            .field("drawn", drawn)
            .field("rows", &ids.len())
            .field("csv_bytes", &csv.len())
            .finish()
    }
}

impl OfShard for ShardSelection {
    fn shard(&self) -> u32 {
        self.shard
    }
}

impl OfShard for ShardRows {
    fn shard(&self) -> u32 {
        self.shard
    }
}

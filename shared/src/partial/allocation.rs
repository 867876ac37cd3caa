//! How a sample is split over groups and shards: the partial of `allocate`.

use serde::{Deserialize, Serialize};

/// Group sizes turned into draws; what every shard needs to draw its own rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// In the order's order of groups.
    pub groups: Vec<GroupAllocation>,
}

/// The draws of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAllocation {
    /// The group's name; `""` if the order has no groups.
    pub name: String,
    /// Eligible rows, N.
    pub eligible: u64,
    /// Rows to draw, n; at most `eligible`.
    pub allocated: u64,
    /// Where the draws begin, r: below `eligible`, or 0 if that is 0.
    pub start: u64,
    /// Eligible rows in the shards before each shard.
    pub before: Vec<u64>,
}

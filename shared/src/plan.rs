//! An order and a snapshot's shape, split into stages of tasks. Pure.
//!
//! ```text
//! extraction   [prepare ×1] → select × shard ranges → allocate ×1 → extract × shard ranges → deliver ×1
//! count        [prepare ×1] → select × shard ranges → tally ×1
//! update       prepare × parts → match × parts → resolve × parts → [approximate × shard ranges] → deliver ×1
//! de-dupl.     prepare × parts → identify ×1 → encode × columns → [observe × looks] → train ×1 → compare × shares → cluster ×1 → deliver ×1
//! ```
//!
//! A part is a piece of a customer's register, a look a share of the pairs that parameters are learned from, a share one of
//! the equal parts that blocking keys are spread over. The columns of short lists are encoded by one task.
//!
//! A stage begins when every partial of the stage before it is committed. How shards
//! are grouped into tasks changes how much work a task is, never a result.

mod road;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use road::{Road, plan};

/// What the tasks of a stage do. One file of `worker::stages` for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reads the customer's own register: in an extraction it finds its persons in the snapshot, in an update
    /// it makes the keys of the rows of a part, in a de-duplication their columns.
    Prepare,
    /// All records in one order, and what they are known by.
    Identify,
    /// A group of columns into codes of prepared texts.
    Encode,
    /// A share of the pairs that parameters are learned from, counted by how alike they are.
    Observe,
    /// All counts into blocking rules and parameters.
    Train,
    /// The pairs of a share of the blocks, weighed.
    Compare,
    /// Pairs into clusters, and who of each stays.
    Cluster,
    /// Persons that the rows of a part may stand for.
    Match,
    /// The rows of a part, each decided and rendered.
    Resolve,
    /// Persons of a range of shards that are nearly what unmatched rows say; for the report alone.
    Approximate,
    /// Criteria, exclusions, own register, de-duplication and groups, shard by shard.
    Select,
    /// Group sizes into quotas and draws.
    Allocate,
    /// Counts of all shards into one answer: the last stage of a count.
    Tally,
    /// The drawn rows, rendered.
    Extract,
    /// Rows into an encrypted delivery, with manifest and receipt.
    Deliver,
}

impl Stage {
    /// The stage's name in the store, in logs and on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Identify => "identify",
            Self::Encode => "encode",
            Self::Observe => "observe",
            Self::Train => "train",
            Self::Compare => "compare",
            Self::Cluster => "cluster",
            Self::Match => "match",
            Self::Resolve => "resolve",
            Self::Approximate => "approximate",
            Self::Select => "select",
            Self::Allocate => "allocate",
            Self::Tally => "tally",
            Self::Extract => "extract",
            Self::Deliver => "deliver",
        }
    }

    /// What the stage has a task for each of.
    const fn split(self) -> Split {
        match self {
            Self::Select | Self::Extract | Self::Approximate => Split::Shards,
            Self::Prepare | Self::Match | Self::Resolve => Split::Parts,
            Self::Encode => Split::Columns,
            Self::Observe => Split::Looks,
            Self::Compare => Split::Shares,
            Self::Identify | Self::Train | Self::Cluster | Self::Allocate | Self::Tally | Self::Deliver => {
                Split::One
            }
        }
    }
}

/// What a stage has a task for each of.
enum Split {
    /// One task in all.
    One,
    /// Ranges of shards.
    Shards,
    /// Parts of the customer's register.
    Parts,
    /// Groups of columns.
    Columns,
    /// Shares of the pairs that a de-duplication learns from.
    Looks,
    /// Shares of the blocks of a de-duplication.
    Shares,
}

/// The decided split of one order. Written once into the store; every task is a
/// stage (its index in `stages`) and a task index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Stages in the order they run.
    pub stages: Vec<Stage>,
    /// First shard of each range, and one more entry: the number of shards.
    pub shard_bounds: Vec<u32>,
    /// Parts of the customer's register that are worked on apart; 1 where it is read as a whole.
    #[serde(default = "one")]
    pub parts: u32,
    /// Groups of columns that a de-duplication encodes apart.
    #[serde(default = "one")]
    pub columns: u32,
    /// Shares that the pairs of a de-duplication are compared in.
    #[serde(default = "one")]
    pub shares: u32,
}

/// Looks at most: what is learned from does not grow with the records.
const LOOKS_MAX: u32 = 8;

const fn one() -> u32 {
    1
}

impl Plan {
    /// Number of tasks of a stage.
    #[must_use]
    pub fn task_count(&self, stage: Stage) -> u32 {
        match stage.split() {
            Split::One => 1,
            Split::Shards => u32::try_from(self.shard_bounds.len().saturating_sub(1)).unwrap_or(u32::MAX),
            Split::Parts => self.parts,
            Split::Columns => self.columns,
            Split::Looks => self.shares.min(LOOKS_MAX),
            Split::Shares => self.shares,
        }
    }

    /// Number of tasks of all stages.
    #[must_use]
    pub fn total_tasks(&self) -> u32 {
        self.stages.iter().map(|stage| self.task_count(*stage)).sum()
    }

    /// The shards a task of a stage by shards works on; `None` for a task that was not planned.
    #[must_use]
    pub fn shards(&self, task: u32) -> Option<Range<u32>> {
        let index = usize::try_from(task).ok()?;
        Some(*self.shard_bounds.get(index)?..*self.shard_bounds.get(index + 1)?)
    }

    /// The stage of an index.
    #[must_use]
    pub fn stage(&self, index: u8) -> Option<Stage> {
        self.stages.get(usize::from(index)).copied()
    }

    /// The index of a stage.
    #[must_use]
    pub fn index_of(&self, stage: Stage) -> Option<u8> {
        let index = self.stages.iter().position(|planned| *planned == stage)?;
        u8::try_from(index).ok()
    }
}

#[cfg(test)]
mod tests;

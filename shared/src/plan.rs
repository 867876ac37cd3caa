//! An order and a snapshot's shape, split into stages of tasks. Pure.
//!
//! ```text
//! extraction   [prepare ×1] → select × shard ranges → allocate ×1 → extract × shard ranges → deliver ×1
//! count        [prepare ×1] → select × shard ranges → tally ×1
//! update       prepare × parts → match × shard ranges → resolve × parts → deliver ×1
//! ```
//!
//! A part is a piece of the customer's register.
//!
//! A stage begins when every partial of the stage before it is committed. How shards
//! are grouped into tasks changes how much work a task is, never a result.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What the tasks of a stage do. One file of `worker::stages` for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reads the customer's own register: in an extraction it finds its persons in the snapshot, in an update
    /// it makes the keys of the rows of a part.
    Prepare,
    /// Persons of a range of shards that rows of the customer's register may stand for.
    Match,
    /// The rows of a part, each decided and rendered.
    Resolve,
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
            Self::Match => "match",
            Self::Resolve => "resolve",
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
            Self::Select | Self::Extract | Self::Match => Split::Shards,
            Self::Prepare | Self::Resolve => Split::Parts,
            Self::Allocate | Self::Tally | Self::Deliver => Split::One,
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
}

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

/// The road an order takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// To a delivery.
    Extraction,
    /// To a size and a price.
    Count,
    /// Of a register of so many parts, back to its customer.
    Update(u32),
}

/// Plans an order over shards of the given sizes.
///
/// Neighbouring shards share a task until it holds `rows_per_task` rows, so that a
/// small snapshot is not all overhead; at least one task in all.
#[must_use]
pub fn plan(road: Road, has_register: bool, shard_rows: &[u64], rows_per_task: u64) -> Plan {
    let prepare = has_register.then_some(Stage::Prepare);
    let rest: &[Stage] = match road {
        Road::Extraction => &[Stage::Select, Stage::Allocate, Stage::Extract, Stage::Deliver],
        Road::Count => &[Stage::Select, Stage::Tally],
        Road::Update(_) => &[Stage::Match, Stage::Resolve, Stage::Deliver],
    };
    let parts = match road {
        Road::Update(parts) => parts,
        Road::Extraction | Road::Count => 1,
    };
    let stages = prepare.into_iter().chain(rest.iter().copied()).collect();
    Plan { stages, shard_bounds: shard_bounds(shard_rows, rows_per_task), parts }
}

fn shard_bounds(shard_rows: &[u64], rows_per_task: u64) -> Vec<u32> {
    let mut bounds = vec![0];
    let mut rows_in_task = 0;
    for (index, rows) in shard_rows.iter().enumerate() {
        if rows_in_task > 0 && rows_in_task + rows > rows_per_task {
            bounds.push(u32::try_from(index).unwrap_or(u32::MAX));
            rows_in_task = 0;
        }
        rows_in_task += rows;
    }
    bounds.push(u32::try_from(shard_rows.len()).unwrap_or(u32::MAX));
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_cover_every_shard_once() {
        let check = |rows: &[u64], per_task: u64, expected: &[u32]| {
            let plan = plan(Road::Extraction, false, rows, per_task);
            assert_eq!(plan.shard_bounds, expected, "{rows:?} by {per_task}");
            let covered: Vec<u32> =
                (0..plan.task_count(Stage::Select)).flat_map(|task| plan.shards(task).unwrap()).collect();
            assert_eq!(covered, (0..u32::try_from(rows.len()).unwrap()).collect::<Vec<_>>());
        };
        check(&[10, 10, 10, 10], 20, &[0, 2, 4]);
        check(&[10, 10, 10, 10], 1, &[0, 1, 2, 3, 4]);
        check(&[10, 10, 10, 10], 1000, &[0, 4]);
        check(&[50, 1, 1, 50], 20, &[0, 1, 3, 4]);
        check(&[0, 0, 5], 5, &[0, 3]);
        check(&[7], 5, &[0, 1]);
    }

    #[test]
    fn an_own_register_is_prepared_first() {
        let with = plan(Road::Extraction, true, &[1], 1);
        assert_eq!(with.stages.first(), Some(&Stage::Prepare));
        assert_eq!(with.index_of(Stage::Deliver), Some(4));
        assert_eq!(with.total_tasks(), 5);
        let count = plan(Road::Count, false, &[1, 1], 1);
        assert_eq!(count.stages, [Stage::Select, Stage::Tally]);
        assert_eq!(count.shards(2), None);
    }

    #[test]
    fn an_update_is_split_by_parts_and_by_shards() {
        let update = plan(Road::Update(3), true, &[1, 1], 1);
        assert_eq!(update.stages, [Stage::Prepare, Stage::Match, Stage::Resolve, Stage::Deliver]);
        let tasks: Vec<u32> = update.stages.iter().map(|stage| update.task_count(*stage)).collect();
        assert_eq!(tasks, [3, 2, 3, 1]);
    }
}

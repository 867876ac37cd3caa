//! What a scheduler puts in.

use std::collections::BTreeMap;

use crate::ids::{CustomerId, OrderId};

use super::state::Past;

/// One stage of one order, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePlan {
    /// The order.
    pub order: OrderId,
    /// The stage's ordinal in the order.
    pub stage: u8,
    /// Tasks are numbered from 0; at least one, at most [`super::MAX_TASKS`].
    pub task_count: u32,
    /// Tasks whose partials are in the store.
    pub done: Vec<u32>,
    /// What the store remembers of tasks that failed; taken when the stage is not known yet.
    pub past: BTreeMap<u32, Past>,
    /// Who shares the workers: their customers take turns by processor time.
    pub tenant: CustomerId,
    /// Among the tenant's orders the larger goes first; taken when the order is not known yet.
    pub priority: u8,
    /// Taken when the order is not known yet.
    pub paused: bool,
}

/// What planning a stage did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// The stage was not known in this epoch.
    pub fresh: bool,
    /// No task is left to do.
    pub stage_done: bool,
}

//! Where a subscription stands: its steps, folded. Pure.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Begun, Continuous, Step, SubscriptionState, Task, TaskKind, What};
use crate::ids::{OrderId, RegisterId, SnapshotId};
use crate::lifecycle::{End, OrderState};

/// Where a subscription stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The number of the next step.
    pub next: u32,
    /// The snapshot its customer was brought up to; none before the first load.
    pub position: Option<SnapshotId>,
    /// Its members; none before the first load.
    pub members: Option<RegisterId>,
    /// Whether it is paused.
    pub paused: bool,
    /// When and why it ended.
    pub ended: Option<(Timestamp, String)>,
    /// The step whose order has not ended.
    pub open: Option<(u32, Step)>,
    /// Loads and runs so far.
    pub runs: Vec<Run>,
    /// Whether members came or went since the last run began.
    pub has_new_members: bool,
}

/// A load or a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// The number of its step.
    pub step: u32,
    /// What it does.
    pub task: TaskKind,
    /// Its order.
    pub order: OrderId,
    /// The snapshot it compares with.
    pub from: Option<SnapshotId>,
    /// The snapshot it brings the customer up to.
    pub to: SnapshotId,
    /// When it was begun, UTC.
    #[schemars(with = "String")]
    pub begun_at: Timestamp,
    /// What became of it.
    pub state: RunState,
    /// Why it was not delivered.
    pub reason: Option<String>,
    /// Whether the customer said that it received the delivery.
    pub is_acknowledged: bool,
}

/// What became of a load or a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Its order has not ended.
    Open,
    /// It counts.
    Delivered,
    /// It counts for nothing; the next run begins where it began.
    Void,
}

impl Run {
    /// Whether it took members in.
    #[must_use]
    pub fn is_load(&self) -> bool {
        self.task == TaskKind::Load
    }
}

impl RunState {
    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Delivered => "delivered",
            Self::Void => "void",
        }
    }

    fn of(end: Option<&End>) -> Self {
        match end.map(|end| end.state) {
            None => Self::Open,
            Some(OrderState::Delivered) => Self::Delivered,
            Some(
                OrderState::Accepted
                | OrderState::Planned
                | OrderState::Running
                | OrderState::Merging
                | OrderState::Refused
                | OrderState::Failed
                | OrderState::Cancelled,
            ) => Self::Void,
        }
    }
}

impl Standing {
    /// Folds steps in their order, each with how its order ended.
    #[must_use]
    pub fn of<'s>(steps: impl IntoIterator<Item = (&'s Step, Option<&'s End>)>) -> Self {
        let mut standing = Self::default();
        for (step, end) in steps {
            standing.add(step, end);
            standing.next += 1;
        }
        standing
    }

    fn add(&mut self, step: &Step, end: Option<&End>) {
        match &step.what {
            What::Begun(begun) => self.begin(step, begun, end),
            What::Removed { members, removed: _ } => {
                self.members = Some(members.clone());
                self.has_new_members = true;
            }
            What::Paused => self.paused = true,
            What::Resumed => self.paused = false,
            What::Ended { reason } => self.ended = Some((step.at, reason.clone())),
        }
    }

    fn begin(&mut self, step: &Step, begun: &Begun, end: Option<&End>) {
        let state = RunState::of(end);
        self.runs.push(Run {
            step: self.next,
            task: begun.task.kind(),
            order: begun.order.clone(),
            from: begun.task.from().cloned(),
            to: begun.snapshot.clone(),
            begun_at: step.at,
            state,
            reason: end.and_then(|end| end.reason.clone()),
            is_acknowledged: false,
        });
        let is_load = matches!(begun.task, Task::Load { .. });
        self.has_new_members = is_load;
        match state {
            RunState::Open => self.open = Some((self.next, step.clone())),
            RunState::Void => {}
            RunState::Delivered => {
                if is_load {
                    self.members = Continuous::members_after(&begun.order);
                }
                self.position = Some(begun.snapshot.clone());
            }
        }
    }

    /// Deliveries whose receipt was not acknowledged, the oldest first.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.state == RunState::Delivered && !run.is_acknowledged)
    }

    /// The state in one word.
    #[must_use]
    pub const fn state(&self) -> SubscriptionState {
        match (&self.ended, self.paused, &self.members) {
            (Some(_), ..) => SubscriptionState::Ended,
            (None, true, _) => SubscriptionState::Paused,
            (None, false, None) => SubscriptionState::Loading,
            (None, false, Some(_)) => SubscriptionState::Active,
        }
    }
}

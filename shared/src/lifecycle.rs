//! The life of an order: its states, its end, and the decisions taken on the way.
//!
//! ```text
//! accepted ─► planned ─► running ─► merging ─► delivered
//!     │           └──────────┴──────────┴────► failed ──(retry)──► running
//!     └─► refused                    └───────► cancelled, refused
//! ```
//!
//! Decisions are objects in the store, so that an emptied queue forgets none of them. The
//! state is derived from them and from the commits; it is stored nowhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::WorkerId;
use crate::plan::{Plan, Stage};
use crate::queue::{Fingerprint, Past};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrderState {
    /// Checked and stored; no task has been handed out.
    Accepted,
    /// Tasks wait; none is committed.
    Planned,
    /// Partials are being made.
    Running,
    /// All shards are read; the result is being put together.
    Merging,
    /// The recipient has a delivery (for a count: the answer is known).
    Delivered,
    /// The order asks for something that may not be given.
    Refused,
    /// A task was given up; an operator can retry the order.
    Failed,
    /// Ended on request.
    Cancelled,
}

impl OrderState {
    /// The state's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Merging => "merging",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more happens by itself.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Accepted | Self::Planned | Self::Running | Self::Merging => false,
            Self::Delivered | Self::Refused | Self::Failed | Self::Cancelled => true,
        }
    }
}

/// How an order ended; the object `end`, of which the first wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// `delivered`, `refused` or `cancelled`.
    pub state: OrderState,
    /// Why, for the customer; never personal data.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A decision about a running order; objects `events/<number>`, in the order they were taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub decision: Decision,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Hand out no more tasks.
    Pause,
    /// Go on.
    Resume,
    /// Another priority.
    Prioritise(u8),
    /// A task took a worker down.
    WorkerLost {
        /// The stage's index in the plan.
        stage: u8,
        /// The task's index.
        task: u32,
        /// The worker.
        worker: WorkerId,
    },
    /// A task was given up.
    TaskGivenUp {
        /// The stage's index in the plan.
        stage: u8,
        /// The task's index.
        task: u32,
        /// What the queue knew of it: kinds and counts of failures, no data.
        past: Past,
    },
    /// Try the tasks given up again, with a clean past.
    Retry,
}

/// What the decisions taken so far amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether tasks are held back.
    pub paused: bool,
    /// The priority, if it was changed.
    pub priority: Option<u8>,
    /// What tasks went through, by stage and task, since the last retry.
    pub past: BTreeMap<(u8, u32), Past>,
}

impl Standing {
    /// Adds up decisions in the order they were taken.
    #[must_use]
    pub fn of(events: &[Event]) -> Self {
        let mut standing = Self::default();
        for event in events {
            standing.add(&event.decision);
        }
        standing
    }

    fn add(&mut self, decision: &Decision) {
        match decision {
            Decision::Pause => self.paused = true,
            Decision::Resume => self.paused = false,
            Decision::Prioritise(priority) => self.priority = Some(*priority),
            Decision::WorkerLost { stage, task, worker } => {
                let past = self.past.entry((*stage, *task)).or_default();
                past.losses = past.losses.saturating_add(1);
                if !past.workers.contains(worker) {
                    past.workers.push(worker.clone());
                }
            }
            Decision::TaskGivenUp { stage, task, past } => {
                self.past.insert((*stage, *task), Past { dead: true, ..past.clone() });
            }
            Decision::Retry => self.past.clear(),
        }
    }

    /// What the tasks of one stage went through.
    #[must_use]
    pub fn past_of(&self, stage: u8) -> BTreeMap<u32, Past> {
        let of_stage = self.past.iter().filter(|((index, _), _)| *index == stage);
        of_stage.map(|((_, task), past)| (*task, past.clone())).collect()
    }

    /// Why the order stands still, if a task was given up.
    #[must_use]
    pub fn given_up(&self, plan: &Plan) -> Option<String> {
        let ((stage, task), past) = self.past.iter().find(|(_, past)| past.dead)?;
        let stage = plan.stage(*stage).map_or("unknown stage", Stage::name);
        let kind = past.fingerprint.as_ref().map_or("worker lost", Fingerprint::as_str);
        Some(format!("task {task} of stage {stage} was given up after {} attempts: {kind}", past.attempts()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(decisions: Vec<Decision>) -> Standing {
        let at = "2026-11-01T00:00:00Z".parse().unwrap();
        Standing::of(&decisions.into_iter().map(|decision| Event { at, decision }).collect::<Vec<_>>())
    }

    fn lost(worker: &str) -> Decision {
        Decision::WorkerLost { stage: 1, task: 3, worker: worker.parse().unwrap() }
    }

    #[test]
    fn the_last_decision_counts() {
        assert!(standing(vec![Decision::Pause]).paused);
        assert!(!standing(vec![Decision::Pause, Decision::Resume]).paused);
        assert_eq!(standing(vec![Decision::Prioritise(3), Decision::Prioritise(7)]).priority, Some(7));
    }

    #[test]
    fn lost_workers_are_counted_until_a_retry() {
        let twice = standing(vec![lost("w-1"), lost("w-2"), lost("w-2")]);
        let past = &twice.past_of(1)[&3];
        assert_eq!((past.losses, past.workers.len()), (3, 2));
        assert!(twice.past_of(0).is_empty());
        assert!(standing(vec![lost("w-1"), Decision::Retry]).past.is_empty());
    }

    #[test]
    fn a_task_given_up_is_named() {
        let plan = crate::plan::plan(crate::plan::Road::Count, true, &[1], 1);
        let past = Past { errors: 5, fingerprint: Some(Fingerprint::new("store-full")), ..Past::default() };
        let failed = standing(vec![Decision::TaskGivenUp { stage: 1, task: 0, past }]);
        let reason = failed.given_up(&plan).unwrap();
        assert_eq!(reason, "task 0 of stage select was given up after 5 attempts: store-full");
        assert_eq!(standing(vec![lost("w-1")]).given_up(&plan), None);
    }
}

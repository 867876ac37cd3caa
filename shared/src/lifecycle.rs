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

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::Stage;

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
    /// A task was given up.
    TaskGivenUp {
        /// Its stage.
        stage: Stage,
        /// Its index.
        task: u32,
        /// Kind and place of the error; never personal data.
        evidence: String,
    },
    /// Try the tasks given up again.
    Retry,
}

/// What the decisions taken so far amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether tasks are held back.
    pub paused: bool,
    /// The priority, if it was changed.
    pub priority: Option<u8>,
    /// Evidence of tasks given up since the last retry.
    pub given_up: Vec<String>,
}

impl Standing {
    /// Adds up decisions in the order they were taken.
    #[must_use]
    pub fn of(events: &[Event]) -> Self {
        let mut standing = Self::default();
        for event in events {
            match &event.decision {
                Decision::Pause => standing.paused = true,
                Decision::Resume => standing.paused = false,
                Decision::Prioritise(priority) => standing.priority = Some(*priority),
                Decision::TaskGivenUp { stage, task, evidence } => {
                    standing.given_up.push(format!("{} {task}: {evidence}", stage.name()));
                }
                Decision::Retry => standing.given_up.clear(),
            }
        }
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(decisions: Vec<Decision>) -> Standing {
        let at = "2026-11-01T00:00:00Z".parse().unwrap();
        Standing::of(&decisions.into_iter().map(|decision| Event { at, decision }).collect::<Vec<_>>())
    }

    fn given_up() -> Decision {
        Decision::TaskGivenUp { stage: Stage::Select, task: 3, evidence: "worker lost".into() }
    }

    #[test]
    fn the_last_decision_counts() {
        assert!(standing(vec![Decision::Pause]).paused);
        assert!(!standing(vec![Decision::Pause, Decision::Resume]).paused);
        assert_eq!(standing(vec![Decision::Prioritise(3), Decision::Prioritise(7)]).priority, Some(7));
        assert_eq!(standing(vec![given_up()]).given_up, ["select 3: worker lost"]);
        assert!(standing(vec![given_up(), Decision::Retry]).given_up.is_empty());
    }
}

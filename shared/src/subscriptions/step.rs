//! What is done for a subscription, step by step.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, RegisterId, SnapshotId, SubscriptionId};

/// One step of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When it was taken.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// An order was begun.
    Begun(Begun),
    /// Members were taken away.
    Removed {
        /// Those that are left.
        members: RegisterId,
        /// How many went.
        removed: u64,
    },
    /// No run begins until it is resumed.
    Paused,
    /// Runs begin again.
    Resumed,
    /// It is over for good.
    Ended {
        /// Why, for people.
        reason: String,
    },
}

/// An order of a subscription: all that it takes to accept it, now or after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its id.
    pub order: OrderId,
    /// Its seed, 64 hexadecimal digits.
    pub seed: String,
    /// The snapshot it runs on; of a run the one the customer is brought up to.
    pub snapshot: SnapshotId,
    /// Its rows: a file of the customer, or the members.
    pub register: RegisterId,
    /// What it does.
    pub task: Task,
    /// Whether the customer brought the rows, not an operator.
    #[serde(default)]
    pub by_customer: bool,
}

/// What an order does for its subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Compares a file of the customer in full; who is found becomes a member beside those there are.
    Load {
        /// The members there are.
        members: Option<RegisterId>,
    },
    /// Tells what changed of the members since an earlier snapshot.
    Changes {
        /// The earlier snapshot.
        from: SnapshotId,
    },
    /// Tells the present state of every member.
    Full {
        /// The earlier snapshot, if it is still there: what differs from it is flagged.
        from: Option<SnapshotId>,
    },
}

/// What an order does for its subscription, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskKind {
    /// Takes members in.
    Load,
    /// Tells what changed of them.
    Changes,
    /// Tells the present state of each.
    Full,
}

impl TaskKind {
    /// The word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Changes => "changes",
            Self::Full => "full",
        }
    }
}

impl Task {
    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> TaskKind {
        match self {
            Self::Load { .. } => TaskKind::Load,
            Self::Changes { .. } => TaskKind::Changes,
            Self::Full { .. } => TaskKind::Full,
        }
    }

    /// The snapshot it compares with.
    #[must_use]
    pub const fn from(&self) -> Option<&SnapshotId> {
        match self {
            Self::Load { .. } => None,
            Self::Changes { from } => Some(from),
            Self::Full { from } => from.as_ref(),
        }
    }
}

impl Step {
    /// The order it began, if it did.
    #[must_use]
    pub const fn begun(&self) -> Option<&Begun> {
        match &self.what {
            What::Begun(begun) => Some(begun),
            What::Removed { .. } | What::Paused | What::Resumed | What::Ended { .. } => None,
        }
    }
}

/// What an accepted order is to its subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuous {
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The step that began it.
    pub step: u32,
    /// What it does.
    pub task: Task,
}

impl Continuous {
    /// The register that members of a load become, once its order was delivered.
    #[must_use]
    pub fn members_after(order: &OrderId) -> Option<RegisterId> {
        format!("m-{order}").parse().ok()
    }

    /// The snapshot a run compares with, and whether it tells of every member; none for a load.
    #[must_use]
    pub const fn run(&self) -> Option<(Option<&SnapshotId>, bool)> {
        match &self.task {
            Task::Load { .. } => None,
            Task::Changes { .. } => Some((self.task.from(), false)),
            Task::Full { .. } => Some((self.task.from(), true)),
        }
    }
}

//! How far an order is, as users see it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::OrderId;
use crate::lifecycle::OrderState;

/// How far one order is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// The order.
    pub id: OrderId,
    /// Where it stands.
    pub state: OrderState,
    /// Whether tasks are held back by an operator.
    pub paused: bool,
    /// Each stage in the order they run.
    pub stages: Vec<StageProgress>,
    /// Why it failed or was refused.
    pub reason: Option<String>,
    /// When it was delivered, cancelled, refused or given up, UTC.
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<Timestamp>,
}

/// How far one stage is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageProgress {
    /// The stage's name.
    pub stage: String,
    /// Tasks committed.
    pub done: u32,
    /// Tasks in all.
    pub total: u32,
    /// Thousandths of the stage, including tasks under way.
    pub permille: u32,
}

impl Progress {
    /// Thousandths of the whole order; every stage weighs the same.
    #[must_use]
    pub fn permille(&self) -> u32 {
        if self.state == OrderState::Delivered {
            return 1000;
        }
        let count = u32::try_from(self.stages.len()).unwrap_or(u32::MAX).max(1);
        self.stages.iter().map(|stage| stage.permille).sum::<u32>() / count
    }
}

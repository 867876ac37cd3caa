//! What a scheduler goes by.

use std::path::PathBuf;
use std::time::Duration;

use poimuri_shared::policy::Policy;
use poimuri_shared::price::Prices;
use poimuri_shared::retention::Periods;

/// What a scheduler goes by.
#[derive(Debug, Clone)]
pub struct SchedulerSettings {
    /// The folder of snapshots.
    pub snapshots: PathBuf,
    /// The file whose lock is the place of the acting scheduler, if the queue is this process's alone and another
    /// process may come to the store; otherwise the queue keeps the place.
    pub place: Option<PathBuf>,
    /// Rows a task by shards holds at most, unless a shard is larger.
    pub rows_per_task: u64,
    /// How often every open order is looked at without a hint.
    pub reconcile_every: Duration,
    /// Whether it looks after every open order of the store, or only after those that were handed to it.
    pub every_order: bool,
    /// How often subscriptions are looked at; none: they are not.
    pub subscriptions_every: Option<Duration>,
    /// How often what has outlived its retention is looked for.
    pub erase_every: Duration,
    /// How long personal data are kept.
    pub retention: Periods,
    /// What may be asked and shown.
    pub policy: Policy,
    /// What orders cost.
    pub prices: Prices,
}

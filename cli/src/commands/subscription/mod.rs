//! `subscription`: continuous updates of customers' registers, in the store or through a scheduler. One file per command.

mod add;
mod members;
mod repeat;
mod run;
mod show;

use clap::{Args, Subcommand};
use poimuri_shared::ids::SubscriptionId;
use serde_json::json;

use crate::answer::Answer;
use crate::args::Global;
use crate::commands::order::Reach;
use crate::context::block_on;
use crate::desk::Desk;
use crate::failure::Outcome;

const SHOW_EXAMPLES: &str = "Examples:
  poimuri subscription show u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription show u-01kbt6v8q5z3f9x2m7c4n1h0ds --json";
const PAUSE_EXAMPLES: &str = "Examples:
  poimuri subscription pause u-01kbt6v8q5z3f9x2m7c4n1h0ds";
const RESUME_EXAMPLES: &str = "Examples:
  poimuri subscription resume u-01kbt6v8q5z3f9x2m7c4n1h0ds";
const END_EXAMPLES: &str = "Examples:
  poimuri subscription end u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription end u-01kbt6v8q5z3f9x2m7c4n1h0ds --reason \"contract-ended\"";
const ACKNOWLEDGE_EXAMPLES: &str = "Examples:
  poimuri subscription acknowledge u-01kbt6v8q5z3f9x2m7c4n1h0ds 3";

/// Continuous updates of customers' registers.
///
/// A subscription loads its members once, as an update does, and then tells run by run what changed of them between
/// snapshots: on each new snapshot, or at the times of a cron expression. Each run is an order; `order receipt`,
/// `order report` and `delivery open` work on it.
#[derive(Debug, Subcommand)]
pub(crate) enum Subscription {
    /// Accept a subscription and begin to load its members
    Add(add::Add),
    /// List the subscriptions, the newest first
    List(show::List),
    /// Show where a subscription stands and what was delivered
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Which),
    /// Carry out what a subscription needs now, whatever its rhythm
    Run(run::Run),
    /// Let no run begin
    #[command(after_help = PAUSE_EXAMPLES)]
    Pause(Which),
    /// Let runs begin again
    #[command(after_help = RESUME_EXAMPLES)]
    Resume(Which),
    /// End a subscription for good
    #[command(after_help = END_EXAMPLES)]
    End(End),
    /// Count the members, bring more of them, or take some away
    Members(members::Members),
    /// Note that the customer received a delivery
    #[command(after_help = ACKNOWLEDGE_EXAMPLES)]
    Acknowledge(Acknowledge),
    /// Copy deliveries that were not acknowledged, encrypted as they are: the same bytes as before
    Repeat(repeat::Repeat),
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The subscription
    id: SubscriptionId,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Args)]
pub(crate) struct End {
    /// The subscription
    id: SubscriptionId,
    /// Why it ends, for those who read of it later; never about a person
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, Args)]
pub(crate) struct Acknowledge {
    /// The subscription
    id: SubscriptionId,
    /// The step of the delivery, as `subscription show` tells it
    step: u32,
    #[command(flatten)]
    reach: Reach,
}

impl Subscription {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Add(add) => add.run(global),
            Self::List(list) => list.run(global),
            Self::Show(which) => show::show(global, &which),
            Self::Run(run) => run.run(global),
            Self::Pause(which) => pause(global, &which, true),
            Self::Resume(which) => pause(global, &which, false),
            Self::End(end) => end.run(global),
            Self::Members(members) => members.run(global),
            Self::Acknowledge(acknowledge) => acknowledge.run(global),
            Self::Repeat(repeat) => repeat.run(global),
        }
    }
}

fn pause(global: &Global, which: &Which, is_paused: bool) -> Outcome<Answer> {
    let (context, id) = (which.reach.context(global)?, &which.id);
    block_on(async { Desk::open(&context).await?.set_paused(id, is_paused).await })?;
    let word = if is_paused { "is paused" } else { "goes on" };
    Answer::new(&json!({ "id": id, "paused": is_paused }), format!("subscription {id} {word}"))
}

impl End {
    fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let Self { id, reason, reach: _ } = self;
        block_on(async { Desk::open(&context).await?.end_subscription(&id, reason).await })?;
        Answer::new(&json!({ "id": id, "ended": true }), format!("subscription {id} has ended"))
    }
}

impl Acknowledge {
    fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let acknowledged =
            block_on(async { Desk::open(&context).await?.acknowledge(&self.id, self.step).await })?;
        let word = if acknowledged.known { "was acknowledged before" } else { "is acknowledged" };
        Answer::new(&acknowledged, format!("delivery of step {} {word}", self.step))
    }
}

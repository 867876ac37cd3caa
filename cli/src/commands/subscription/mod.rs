//! `subscription`: continuous updates of customers' registers. Straight in the store: whoever may write there is an operator.

mod add;
mod members;
mod repeat;
mod run;
mod show;

use std::sync::Arc;

use clap::{Args, Subcommand};
use poimuri_scheduler::service::Scheduler;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::orders::Orders;
use poimuri_shared::queue::{MemoryQueue, Queue};
use poimuri_shared::subscriptions::Subscriptions;
use serde_json::json;

use crate::answer::Answer;
use crate::args::Global;
use crate::context::Context;
use crate::desk::errors;
use crate::failure::Outcome;
use crate::house::{self, Follow};

const LIST_EXAMPLES: &str = "Examples:
  poimuri subscription list
  poimuri subscription list --json";
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
    /// List the subscriptions
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Show where a subscription stands and what was delivered
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Which),
    /// Carry out in this process what a subscription needs now, whatever its rhythm
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
}

#[derive(Debug, Args)]
pub(crate) struct End {
    /// The subscription
    id: SubscriptionId,
    /// Why it ends, for those who read of it later; never about a person
    #[arg(long, value_name = "TEXT", default_value = "ended by an operator")]
    reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct Acknowledge {
    /// The subscription
    id: SubscriptionId,
    /// The step of the delivery, as `subscription show` tells it
    step: u32,
}

/// What every command works with.
pub(super) struct Desk {
    pub(super) context: Context,
    pub(super) scheduler: Arc<Scheduler>,
    pub(super) subscriptions: Subscriptions,
}

impl Desk {
    /// # Errors
    /// A wrong setting, or no store.
    pub(super) fn open(global: &Global) -> Outcome<Self> {
        let context = Context::new(global)?;
        context.must_exist()?;
        let subscriptions = Subscriptions::new(Orders::new(Arc::clone(&context.store)));
        // Nobody works on its queue: a scheduler finds in the store what is begun here.
        let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::embedded());
        let (scheduler, _hints) = house::scheduler(&context, queue, Follow::Orders)?;
        Ok(Self { context, scheduler, subscriptions })
    }
}

impl Subscription {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Add(add) => add.run(&Desk::open(global)?, global.show()),
            Self::List => show::list(&Desk::open(global)?),
            Self::Show(which) => show::show(&Desk::open(global)?, &which.id),
            Self::Run(run) => run.run(global),
            Self::Pause(which) => pause(&Desk::open(global)?, &which.id, true),
            Self::Resume(which) => pause(&Desk::open(global)?, &which.id, false),
            Self::End(end) => end.run(&Desk::open(global)?),
            Self::Members(members) => members.run(&Desk::open(global)?),
            Self::Acknowledge(acknowledge) => acknowledge.run(&Desk::open(global)?),
            Self::Repeat(repeat) => repeat.run(&Desk::open(global)?),
        }
    }
}

fn pause(desk: &Desk, id: &SubscriptionId, is_paused: bool) -> Outcome<Answer> {
    let paused = desk.scheduler.pause_subscription(&desk.subscriptions, id, is_paused);
    paused.map_err(|error| errors::service(&error))?;
    let word = if is_paused { "is paused" } else { "goes on" };
    Answer::new(&json!({ "id": id, "paused": is_paused }), format!("subscription {id} {word}"))
}

impl End {
    fn run(self, desk: &Desk) -> Outcome<Answer> {
        let Self { id, reason } = self;
        desk.scheduler
            .end_subscription(&desk.subscriptions, &id, &reason)
            .map_err(|error| errors::service(&error))?;
        Answer::new(&json!({ "id": id, "ended": true }), format!("subscription {id} has ended"))
    }
}

impl Acknowledge {
    fn run(self, desk: &Desk) -> Outcome<Answer> {
        let Self { id, step } = self;
        let is_new = desk.scheduler.acknowledge(&desk.subscriptions, &id, step);
        let is_new = is_new.map_err(|error| errors::service(&error))?;
        let word = if is_new { "is acknowledged" } else { "was acknowledged before" };
        let document = json!({ "id": id, "step": step, "known": !is_new });
        Answer::new(&document, format!("delivery of step {step} {word}"))
    }
}

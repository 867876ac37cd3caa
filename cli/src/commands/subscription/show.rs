//! `subscription list` and `subscription show`.

use clap::Args;
use poimuri_shared::subscriptions::{Run, SubscriptionState, SubscriptionView};

use super::Which;
use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::commands::order::Reach;
use crate::context::block_on;
use crate::desk::Desk;
use crate::failure::Outcome;

const EXAMPLES: &str = "Examples:
  poimuri subscription list
  poimuri subscription list --state paused --json
  poimuri subscription list --scheduler http://127.0.0.1:8480";

/// List the subscriptions, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Only subscriptions in this state: loading, active, paused or ended
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<SubscriptionState>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    reach: Reach,
}

fn state(text: &str) -> Result<SubscriptionState, String> {
    let known = SubscriptionState::ALL.into_iter().find(|state| state.name() == text);
    known.ok_or_else(|| {
        format!("must be one of {}", SubscriptionState::ALL.map(SubscriptionState::name).join(", "))
    })
}

impl List {
    pub(super) fn run(&self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let views =
            block_on(async { Desk::open(&context).await?.subscriptions(self.limit, self.state).await })?;
        let cells: Vec<_> = views.iter().map(view_cells).collect();
        let head = ["subscription", "customer", "state", "rhythm", "members", "up to"];
        Answer::new(&views, table(head, &cells))
    }
}

fn view_cells(view: &SubscriptionView) -> [String; 6] {
    [
        view.id.to_string(),
        view.customer.to_string(),
        view.state.to_string(),
        view.rhythm.to_string(),
        thousands(view.members),
        view.position.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
    ]
}

pub(super) fn show(global: &Global, which: &Which) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    let detail = block_on(async { Desk::open(&context).await?.subscription(&which.id).await })?;
    let view = &detail.view;
    let mut text = format!(
        "subscription {} of {}, {}, {}\n{} members, up to {}\n",
        view.id,
        view.customer,
        view.state,
        view.rhythm,
        thousands(view.members),
        view.position.as_ref().map_or("-", |position| position.as_str()),
    );
    if let Some(reason) = &view.ended {
        text.push_str(&format!("ended: {reason}\n"));
    }
    let runs: Vec<[String; 6]> = detail.runs.iter().map(cells).collect();
    text.push_str(&table(["step", "what", "delivery", "state", "acknowledged", "up to"], &runs));
    for run in &detail.runs {
        if let Some(reason) = &run.reason {
            text.push_str(&format!("step {}: {reason}\n", run.step));
        }
    }
    Answer::new(&detail, text)
}

fn cells(run: &Run) -> [String; 6] {
    let acknowledged = if run.is_acknowledged { "yes" } else { "no" };
    [
        run.step.to_string(),
        run.task.name().to_owned(),
        run.order.to_string(),
        run.state.name().to_owned(),
        acknowledged.to_owned(),
        run.to.to_string(),
    ]
}

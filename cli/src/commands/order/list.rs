//! `order list`: the orders there are, the newest first.

use clap::Args;
use clap::builder::PossibleValuesParser;
use poimuri_client::OrderView;

use super::{Reach, show};
use crate::answer::{Answer, table};
use crate::args::Global;
use crate::context::block_on;
use crate::desk::Desk;
use crate::failure::Outcome;

const EXAMPLES: &str = "Examples:
  poimuri order list
  poimuri order list --state failed --json";

const STATES: [&str; 8] =
    ["accepted", "planned", "running", "merging", "delivered", "refused", "failed", "cancelled"];

/// List orders, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Only orders in this state
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(STATES))]
    state: Option<String>,
    /// At most this many orders
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    reach: Reach,
}

impl List {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        let views = block_on(async {
            let desk = Desk::open(&context).await?;
            desk.list(self.limit, self.state.as_deref()).await
        })?;
        let cells: Vec<_> = views.iter().map(cells).collect();
        let text = if views.is_empty() {
            "no orders".to_owned()
        } else {
            table(["order", "customer", "kind", "state", "done", "accepted"], &cells)
        };
        Answer::new(&views, text)
    }
}

fn cells(view: &OrderView) -> [String; 6] {
    let paused = if view.progress.paused { " (paused)" } else { "" };
    [
        view.progress.id.to_string(),
        view.customer.clone(),
        view.kind.clone(),
        format!("{}{paused}", view.progress.state.name()),
        format!("{} %", view.progress.permille() / 10),
        show::to_the_second(&view.accepted_at),
    ]
}

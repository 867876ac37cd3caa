//! `subscription repeat`: deliveries once more, byte for byte, until they are acknowledged.

use std::path::PathBuf;

use clap::Args;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::subscriptions::{Run, RunState};
use serde_json::json;

use crate::answer::{Answer, table, thousands};
use crate::args::Global;
use crate::commands::order::Reach;
use crate::context::{Context, block_on};
use crate::desk::Desk;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri subscription repeat u-01kbt6v8q5z3f9x2m7c4n1h0ds --out outbox
  poimuri subscription repeat u-01kbt6v8q5z3f9x2m7c4n1h0ds 3 --out outbox
  poimuri subscription repeat u-01kbt6v8q5z3f9x2m7c4n1h0ds --out outbox --scheduler http://127.0.0.1:8480";

/// Copy deliveries that were not acknowledged, encrypted as they are: the same bytes as before
///
/// Each goes into a folder named by its id, for `delivery open`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Repeat {
    /// The subscription
    id: SubscriptionId,
    /// The step of one delivery, acknowledged or not. Default: every one that is not acknowledged
    step: Option<u32>,
    /// The folder to write into; made if missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

impl Repeat {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        block_on(self.repeat(&context))
    }

    async fn repeat(&self, context: &Context) -> Outcome<Answer> {
        let desk = Desk::open(context).await?;
        let detail = desk.subscription(&self.id).await?;
        let is_chosen = |run: &&Run| match self.step {
            None => detail.view.unacknowledged.contains(&run.step),
            Some(step) => run.step == step && run.state == RunState::Delivered,
        };
        let chosen: Vec<&Run> = detail.runs.iter().filter(is_chosen).collect();
        if chosen.is_empty() && self.step.is_some() {
            return Err(Failure::not_found("nothing was delivered in that step".to_owned())
                .hint(format!("poimuri subscription show {}", self.id)));
        }
        let (mut cells, mut documents) = (Vec::new(), Vec::new());
        for run in chosen {
            let folder = self.out.join(run.order.as_str());
            let manifest = desk.copy_delivery(context, (&self.id, run), &folder).await?;
            cells.push([run.step.to_string(), run.order.to_string(), thousands(manifest.rows)]);
            documents.push(json!({ "step": run.step, "order": run.order, "rows": manifest.rows,
                "folder": folder.display().to_string() }));
        }
        let text = if cells.is_empty() {
            "every delivery is acknowledged".to_owned()
        } else {
            table(["step", "delivery", "rows"], &cells)
        };
        Answer::new(&documents, text)
    }
}

//! `subscription repeat`: deliveries once more, byte for byte, until they are acknowledged.

use std::path::PathBuf;

use clap::Args;
use poimuri_shared::audit::Action;
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::retention::Kept;
use poimuri_shared::subscriptions::{Run, RunState};
use poimuri_worker::deliver::copy_stored;
use serde_json::json;

use super::Desk;
use super::show::told;
use crate::answer::{Answer, table, thousands};
use crate::context::must_be_kept;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri subscription repeat u-01kbt6v8q5z3f9x2m7c4n1h0ds --out outbox
  poimuri subscription repeat u-01kbt6v8q5z3f9x2m7c4n1h0ds 3 --out outbox";

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
}

impl Repeat {
    pub(super) fn run(self, desk: &Desk) -> Outcome<Answer> {
        let (_, standing) = told(desk, &self.id)?;
        let chosen: Vec<&Run> = match self.step {
            None => standing.unacknowledged().collect(),
            Some(step) => {
                let runs = standing.runs.iter();
                runs.filter(|run| run.step == step && run.state == RunState::Delivered).collect()
            }
        };
        if chosen.is_empty() && self.step.is_some() {
            return Err(Failure::not_found("nothing was delivered in that step".to_owned())
                .hint(format!("poimuri subscription show {}", self.id)));
        }
        let (mut cells, mut documents) = (Vec::new(), Vec::new());
        for run in chosen {
            must_be_kept(&desk.context, &Kept::Delivery(run.order.clone()))?;
            let folder = self.out.join(run.order.as_str());
            let manifest = copy_stored(&*desk.context.store, &run.order, &folder)
                .map_err(|error| Failure::from_disposed(&error, "copy the delivery"))?;
            desk.context.log_look(Action::DeliveryRead, run.order.as_str())?;
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

//! `order explain`: what an order asks for and what became of it, in plain words.

mod pairs;

use clap::Args;
use poimuri_client::OrderView;
use poimuri_shared::order;
use poimuri_shared::orders::Orders;
use serde_json::{Value, json};

use super::show::view_text;
use super::{Which, receipt_text};
use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on, store_failed};
use crate::desk::Desk;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri order explain o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order explain o-01kbt6v8q5z3f9x2m7c4n1h0ds --pair customers:10001,club:77";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    #[command(flatten)]
    which: Which,
    /// Of a delivered de-duplication: show how a pair comes to its weight, what brings it together, and whether it is linked.
    /// A record is named as in the result: its list, a colon, and its key, or its row where the list has no keys. Read from the
    /// store, never over HTTP. May be given several times
    #[arg(long, value_name = "RECORD_A,RECORD_B", allow_hyphen_values = true, conflicts_with = "scheduler")]
    pair: Vec<String>,
}

impl Explain {
    pub(super) fn run(&self, global: &Global) -> Outcome<Answer> {
        let context = self.which.reach.context(global)?;
        if self.pair.is_empty() {
            return explain(&context, &self.which);
        }
        pairs::explain(&context, &self.which.id, &self.pair)
    }
}

fn explain(context: &Context, which: &Which) -> Outcome<Answer> {
    let (view, receipt) = block_on(async {
        let desk = Desk::open(context).await?;
        let view = desk.show(&which.id).await?;
        let is_delivered = view.progress.state.name() == "delivered";
        let receipt = if is_delivered { Some(desk.receipt(context, &which.id).await?) } else { None };
        Outcome::Ok((view, receipt))
    })?;
    let orders = Orders::new(std::sync::Arc::clone(&context.store));
    // Over HTTP the order itself is not to be seen, only how far it is.
    let accepted = orders.order(&which.id).map_err(|error| store_failed(&error))?;
    let events = orders.events(&which.id).map_err(|error| store_failed(&error))?;
    let asked = accepted.as_ref().map(|accepted| order::explain(&accepted.order)).unwrap_or_default();
    let events: Vec<Value> = events
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::failed(error.to_string()))?;
    let text = text(&view, &asked, &events, receipt.as_ref());
    let document = json!({ "order": view, "asks": asked, "events": events, "receipt": receipt });
    Ok(Answer::with(document, text))
}

fn text(view: &OrderView, asked: &[String], events: &[Value], receipt: Option<&Value>) -> String {
    let mut text = String::new();
    text.extend(asked.iter().map(|line| format!("{line}\n")));
    if !asked.is_empty() {
        text.push('\n');
    }
    text.push_str(&view_text(view));
    if !events.is_empty() {
        text.push_str("\nOn the way:\n");
        text.extend(events.iter().map(|event| format!("  {event}\n")));
    }
    if let Some(receipt) = receipt {
        text.push('\n');
        text.push_str(&receipt_text(receipt));
    }
    text
}

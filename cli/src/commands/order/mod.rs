//! `order`: submits orders, follows them, decides about them, reads their receipts. One file per command.

use clap::{Args, Subcommand};
use poimuri_shared::ids::OrderId;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

mod list;
mod run;
mod submit;

const SHOW_EXAMPLES: &str = "Examples:
  poimuri order show o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order show o-01kbt6v8q5z3f9x2m7c4n1h0ds --json";
const WATCH_EXAMPLES: &str = "Examples:
  poimuri order watch o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const CANCEL_EXAMPLES: &str = "Examples:
  poimuri order cancel o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const PAUSE_EXAMPLES: &str = "Examples:
  poimuri order pause o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const RESUME_EXAMPLES: &str = "Examples:
  poimuri order resume o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const RETRY_EXAMPLES: &str = "Examples:
  poimuri order retry o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const RECEIPT_EXAMPLES: &str = "Examples:
  poimuri order receipt o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order receipt o-01kbt6v8q5z3f9x2m7c4n1h0ds --json";
const EXPLAIN_EXAMPLES: &str = "Examples:
  poimuri order explain o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const VERIFY_EXAMPLES: &str = "Examples:
  poimuri order verify o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const SCHEMA_EXAMPLES: &str = "Examples:
  poimuri order schema > order.schema.json";

/// Submit orders, follow them, read their receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum Order {
    /// Submit an order; a scheduler and workers carry it out
    Submit(submit::Submit),
    /// Carry out a whole order in this process, without a scheduler
    Run(run::Run),
    /// List orders, the newest first
    List(list::List),
    /// Show how far an order is
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Which),
    /// Follow an order until it ends
    #[command(after_help = WATCH_EXAMPLES)]
    Watch(Which),
    /// Cancel an order; what was delivered stays delivered
    #[command(after_help = CANCEL_EXAMPLES)]
    Cancel(Which),
    /// Hand out no more tasks of an order
    #[command(after_help = PAUSE_EXAMPLES)]
    Pause(Which),
    /// Let a paused order go on
    #[command(after_help = RESUME_EXAMPLES)]
    Resume(Which),
    /// Try the tasks of a failed order again
    #[command(after_help = RETRY_EXAMPLES)]
    Retry(Which),
    /// Print the receipt of a delivered order
    #[command(after_help = RECEIPT_EXAMPLES)]
    Receipt(Which),
    /// Say in plain words what an order asks for and what became of it
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Which),
    /// Carry out an order again, without delivering, and compare with its receipt
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Which),
    /// Print the JSON Schema of an order file
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The order
    #[arg(value_name = "ID")]
    id: OrderId,
}

impl Order {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}

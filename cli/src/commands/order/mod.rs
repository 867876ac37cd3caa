//! `order`: submits orders, follows them, decides about them, reads their receipts. One file per command.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use poimuri_shared::ids::OrderId;

use crate::answer::Answer;
use crate::args::Global;
use crate::context::Context;
use crate::desk::Decision;
use crate::failure::Outcome;
use crate::settings::{Flags, flag};

mod explain;
mod file;
mod follow;
mod list;
mod report;
mod run;
mod schema;
mod show;
mod submit;
mod verify;

pub(crate) use file::{OrderFile, beside};
pub(crate) use follow::{Telling, delivered};
pub(crate) use run::{Finished, run_order};
pub(crate) use show::{plain, receipt_text};

const SHOW_EXAMPLES: &str = "Examples:
  poimuri order show o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order show o-01kbt6v8q5z3f9x2m7c4n1h0ds --json";
const WATCH_EXAMPLES: &str = "Examples:
  poimuri order watch o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order watch o-01kbt6v8q5z3f9x2m7c4n1h0ds --scheduler http://127.0.0.1:8480";
const CANCEL_EXAMPLES: &str = "Examples:
  poimuri order cancel o-01kbt6v8q5z3f9x2m7c4n1h0ds";
const PAUSE_EXAMPLES: &str = "Examples:
  poimuri order pause o-01kbt6v8q5z3f9x2m7c4n1h0ds --scheduler http://127.0.0.1:8480";
const RESUME_EXAMPLES: &str = "Examples:
  poimuri order resume o-01kbt6v8q5z3f9x2m7c4n1h0ds --scheduler http://127.0.0.1:8480";
const RETRY_EXAMPLES: &str = "Examples:
  poimuri order retry o-01kbt6v8q5z3f9x2m7c4n1h0ds --scheduler http://127.0.0.1:8480";
const RECEIPT_EXAMPLES: &str = "Examples:
  poimuri order receipt o-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri order receipt o-01kbt6v8q5z3f9x2m7c4n1h0ds --json";
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
    /// Print the match report of an update, or write it as a page; it holds nobody's data
    Report(report::Report),
    /// Say in plain words what an order asks for and what became of it
    Explain(explain::Explain),
    /// Carry out an order again, without delivering, and compare with its receipt
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Which),
    /// Print the JSON Schema of an order file
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema,
}

/// Which scheduler is talked to.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// Talk to this scheduler instead of the store. Default: the setting client.scheduler
    #[arg(long, value_name = "URL")]
    scheduler: Option<String>,
    /// A file with the token for the scheduler. Default: the setting client.token
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
}

impl Reach {
    /// What a command that may talk to a scheduler works with.
    ///
    /// # Errors
    /// A wrong setting.
    pub(crate) fn context(&self, global: &Global) -> Outcome<Context> {
        let mut flags = Flags::new();
        flag(&mut flags, "client.scheduler", self.scheduler.as_ref());
        flag(&mut flags, "client.token", self.token.as_ref().map(|path| path.display()));
        Context::with(global, flags, "warn")
    }
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The order
    #[arg(value_name = "ID")]
    id: OrderId,
    #[command(flatten)]
    reach: Reach,
}

impl Order {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        match self {
            Self::Submit(submit) => submit.run(global),
            Self::Run(run) => run.run(global),
            Self::List(list) => list.run(global),
            Self::Show(which) => show::show(global, &which),
            Self::Watch(which) => follow::watch(global, &which),
            Self::Cancel(which) => show::decide(global, &which, Decision::Cancel),
            Self::Pause(which) => show::decide(global, &which, Decision::Pause),
            Self::Resume(which) => show::decide(global, &which, Decision::Resume),
            Self::Retry(which) => show::decide(global, &which, Decision::Retry),
            Self::Receipt(which) => show::receipt(global, &which),
            Self::Report(report) => report.run(global),
            Self::Explain(explain) => explain.run(global),
            Self::Verify(which) => verify::verify(global, &which),
            Self::Schema => schema::schema(),
        }
    }
}

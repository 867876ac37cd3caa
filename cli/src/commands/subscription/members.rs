//! `subscription members`: who is told of, in numbers; brought and taken away by file.

use std::path::{Path, PathBuf};

use clap::Args;
use poimuri_shared::ids::{RegisterId, SubscriptionId};
use poimuri_shared::order::RegisterColumns;
use serde_json::json;

use crate::answer::{Answer, thousands};
use crate::args::Global;
use crate::commands::order::Reach;
use crate::context::{Context, block_on};
use crate::desk::{Desk, RegisterFile};
use crate::failure::Outcome;

const EXAMPLES: &str = "Examples:
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds --add new-customers.csv
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds --remove gone-customers.csv";

/// Count the members, bring more of them, or take some away
///
/// Files are read as the first one was, with the same columns. Rows that are brought are compared in full on the snapshot
/// the subscription stands at, and each is answered; who is found becomes a member. Members are taken away by the
/// customer's own key; nothing else is read of such a file, and nothing of it is kept.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Members {
    /// The subscription
    id: SubscriptionId,
    /// A file of rows whose persons become members
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
    /// A file of rows whose keys are taken away
    #[arg(long, value_name = "FILE", conflicts_with = "add")]
    remove: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

impl Members {
    pub(super) fn run(self, global: &Global) -> Outcome<Answer> {
        let context = self.reach.context(global)?;
        block_on(async {
            let desk = Desk::open(&context).await?;
            match (&self.add, &self.remove) {
                (Some(file), _) => bring(&context, &desk, &self.id, file).await,
                (None, Some(file)) => take_away(&context, &desk, &self.id, file).await,
                (None, None) => count(&desk, &self.id).await,
            }
        })
    }
}

async fn count(desk: &Desk, id: &SubscriptionId) -> Outcome<Answer> {
    let members = desk.subscription(id).await?.view.members;
    Answer::new(&json!({ "id": id, "members": members }), format!("{} members", thousands(members)))
}

/// Uploads a file of the subscription's customer.
async fn upload(context: &Context, desk: &Desk, id: &SubscriptionId, path: &Path) -> Outcome<RegisterId> {
    let customer = desk.subscription(id).await?.view.customer;
    let columns = RegisterColumns::default();
    desk.upload(context, &customer, &RegisterFile { path, sheet: None, columns: &columns }).await
}

async fn bring(context: &Context, desk: &Desk, id: &SubscriptionId, file: &Path) -> Outcome<Answer> {
    let register = upload(context, desk, id, file).await?;
    let brought = desk.add_members(id, register).await?;
    let text = format!(
        "order {} loads the members\nA scheduler carries it out by itself; without one:\n  \
         poimuri subscription run {id}",
        brought.order
    );
    Answer::new(&brought, text)
}

async fn take_away(context: &Context, desk: &Desk, id: &SubscriptionId, file: &Path) -> Outcome<Answer> {
    let register = upload(context, desk, id, file).await?;
    let taken = desk.remove_members(id, register.clone()).await;
    // The keys are needed no longer, whatever became of them.
    let destroyed = desk.remove_register(context, &register).await;
    let taken = taken?;
    destroyed?;
    let text = format!(
        "{} members are taken away, {} are left; {} keys are nobody's",
        thousands(taken.removed),
        thousands(taken.left),
        thousands(taken.unknown)
    );
    Answer::new(&taken, text)
}

//! `subscription members`: who is told of, in numbers; brought and taken away by file.

use std::path::{Path, PathBuf};

use clap::Args;
use poimuri_shared::customer_register::{Field, Mapping, Row, Table};
use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::registers::{self, RegisterError};
use serde_json::json;

use super::Desk;
use super::show::known;
use crate::answer::{Answer, thousands};
use crate::context::store_failed;
use crate::desk::{RegisterFile, errors, store};
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds --add new-customers.csv
  poimuri subscription members u-01kbt6v8q5z3f9x2m7c4n1h0ds --remove gone-customers.csv";

/// Count the members, bring more of them, or take some away
///
/// Files are read as the first one was, with the same columns. Rows that are brought are compared in full on the snapshot
/// the subscription stands at, and each is answered; who is found becomes a member. Members are taken away by the
/// customer's own key; nothing else is read of such a file.
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
}

impl Members {
    pub(super) fn run(self, desk: &Desk) -> Outcome<Answer> {
        let Self { id, add, remove } = self;
        match (add, remove) {
            (Some(file), _) => bring(desk, &id, &file),
            (None, Some(file)) => take_away(desk, &id, &file),
            (None, None) => {
                let count = count(desk, &id)?;
                let text = format!("{} members", thousands(count));
                Answer::new(&json!({ "id": id, "members": count }), text)
            }
        }
    }
}

/// How many members a subscription has.
///
/// # Errors
/// If the store fails.
pub(super) fn count(desk: &Desk, id: &SubscriptionId) -> Outcome<u64> {
    let standing = desk.subscriptions.standing(id).map_err(|error| store_failed(&error))?;
    let Some(members) = standing.members else { return Ok(0) };
    // Of a subscription that is over they are erased.
    let found = registers::find(&*desk.context.store, &members).map_err(|error| store_failed(&error))?;
    Ok(found.map_or(0, |register| register.parts.iter().map(|part| part.rows).sum()))
}

fn bring(desk: &Desk, id: &SubscriptionId, file: &Path) -> Outcome<Answer> {
    let subscription = known(desk, id)?;
    let file = RegisterFile { path: file, sheet: None };
    let register = store::upload_unnamed(&desk.context, &subscription.order.customer, &file)?;
    let order = desk
        .scheduler
        .add_members(&desk.subscriptions, id, &register)
        .map_err(|error| errors::service(&error))?;
    let text = format!(
        "order {order} loads the members\nA scheduler carries it out by itself; without one:\n  \
         poimuri subscription run {id}"
    );
    Answer::new(&json!({ "id": id, "order": order }), text)
}

fn take_away(desk: &Desk, id: &SubscriptionId, file: &Path) -> Outcome<Answer> {
    let subscription = known(desk, id)?;
    let columns = subscription.order.register.map(|register| register.columns).unwrap_or_default();
    let content = std::fs::File::open(file).map_err(|error| Failure::file("read the keys", file, &error))?;
    let table = Table::open(content).map_err(|error| errors::register(&error.into()))?;
    // Other columns need not be there.
    let columns = poimuri_shared::order::RegisterColumns { key: columns.key, ..Default::default() };
    let mapping = Mapping::of_any(&table.form().columns, &columns);
    let mapping = mapping.map_err(|error| Failure::refused(format!("{}: {error}", file.display())))?;
    let none = || Failure::refused(format!("{}: no column holds the customer's own key", file.display()));
    let column = mapping.column(Field::Key).ok_or_else(none)?;
    let mut keys = Vec::new();
    table
        .each(|row: &Row<'_>| {
            keys.push(row.cell(column).into_owned());
            Ok::<(), RegisterError>(())
        })
        .map_err(|error| errors::register(&error))?;
    let removed = desk
        .scheduler
        .remove_members(&desk.subscriptions, id, keys)
        .map_err(|error| errors::service(&error))?;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let text = format!(
        "{} members are taken away, {} are left; {} keys are nobody's",
        thousands(count(removed.removed)),
        thousands(count(removed.left)),
        thousands(count(removed.unknown))
    );
    let document =
        json!({ "id": id, "removed": removed.removed, "left": removed.left, "unknown": removed.unknown });
    Answer::new(&document, text)
}

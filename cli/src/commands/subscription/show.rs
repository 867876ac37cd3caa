//! `subscription list` and `subscription show`.

use poimuri_shared::ids::SubscriptionId;
use poimuri_shared::subscriptions::{Run, Standing, Subscription};
use serde_json::{Value, json};

use super::Desk;
use super::members::count;
use crate::answer::{Answer, table, thousands};
use crate::context::store_failed;
use crate::failure::{Failure, Outcome};

/// A subscription that must be there.
///
/// # Errors
/// If there is no such, or the store fails.
pub(super) fn known(desk: &Desk, id: &SubscriptionId) -> Outcome<Subscription> {
    let found = desk.subscriptions.find(id).map_err(|error| store_failed(&error))?;
    found.ok_or_else(|| Failure::not_found(format!("subscription {id} is not known")))
}

/// A subscription and where it stands, with what was acknowledged.
///
/// # Errors
/// If there is no such, or the store fails.
pub(super) fn told(desk: &Desk, id: &SubscriptionId) -> Outcome<(Subscription, Standing)> {
    let subscription = known(desk, id)?;
    let standing = desk.subscriptions.told(id).map_err(|error| store_failed(&error))?;
    Ok((subscription, standing))
}

pub(super) fn list(desk: &Desk) -> Outcome<Answer> {
    let (mut cells, mut documents) = (Vec::new(), Vec::new());
    for id in desk.subscriptions.all().map_err(|error| store_failed(&error))? {
        let (subscription, standing) = told(desk, &id)?;
        let members = count(desk, &id)?;
        cells.push([
            id.to_string(),
            subscription.order.customer.to_string(),
            standing.word().to_owned(),
            subscription.rhythm.to_string(),
            thousands(members),
            standing.position.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        ]);
        documents.push(document(&subscription, &standing, members));
    }
    let head = ["subscription", "customer", "state", "rhythm", "members", "up to"];
    Answer::new(&documents, table(head, &cells))
}

pub(super) fn show(desk: &Desk, id: &SubscriptionId) -> Outcome<Answer> {
    let (subscription, standing) = told(desk, id)?;
    let members = count(desk, id)?;
    let mut text = format!(
        "subscription {id} of {}, {}, {}\n{} members, up to {}\n",
        subscription.order.customer,
        standing.word(),
        subscription.rhythm,
        thousands(members),
        standing.position.as_ref().map_or("-", |position| position.as_str()),
    );
    if let Some((_, reason)) = &standing.ended {
        text.push_str(&format!("ended: {reason}\n"));
    }
    let runs: Vec<[String; 6]> = standing.runs.iter().map(cells).collect();
    text.push_str(&table(["step", "what", "delivery", "state", "acknowledged", "up to"], &runs));
    for run in &standing.runs {
        if let Some(reason) = &run.reason {
            text.push_str(&format!("step {}: {reason}\n", run.step));
        }
    }
    let mut document = document(&subscription, &standing, members);
    document["runs"] = json!(standing.runs);
    Answer::new(&document, text)
}

fn document(subscription: &Subscription, standing: &Standing, members: u64) -> Value {
    json!({
        "id": subscription.id,
        "customer": subscription.order.customer,
        "permit": subscription.order.permit,
        "recipient": subscription.order.delivery.as_ref().map(|delivery| &delivery.recipient),
        "rhythm": subscription.rhythm,
        "state": standing.word(),
        "ended": standing.ended.as_ref().map(|(_, reason)| reason),
        "members": members,
        "position": standing.position,
        "unacknowledged": standing.unacknowledged().map(|run| run.step).collect::<Vec<_>>(),
        "created_at": subscription.created_at,
    })
}

fn cells(run: &Run) -> [String; 6] {
    let acknowledged = if run.is_acknowledged { "yes" } else { "no" };
    [
        run.step.to_string(),
        run.task.to_owned(),
        run.order.to_string(),
        run.state.name().to_owned(),
        acknowledged.to_owned(),
        run.to.to_string(),
    ]
}

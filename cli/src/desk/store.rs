//! Orders straight in the store. Whoever may write there is an operator.

use std::sync::Arc;
use std::time::Duration;

use poimuri_client::OrderView;
use poimuri_scheduler::accept::{Caller, Submission};
use poimuri_scheduler::service::Scheduler;
use poimuri_shared::audit::Action;
use poimuri_shared::customer_register::Input;
use poimuri_shared::ids::{CustomerId, OrderId, RegisterId};
use poimuri_shared::progress::Progress;
use poimuri_shared::registers::{self, Given, StoredRegister};
use serde_json::Value;

use super::{Accepted, Decision, Handed, RegisterFile, errors};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Between two looks at an order that is followed, at most.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Hands an order to a scheduler in this process.
///
/// # Errors
/// Each reason against it.
pub(crate) async fn submit(scheduler: &Arc<Scheduler>, handed: Handed) -> Outcome<Accepted> {
    let submission = Submission {
        text: handed.text,
        format: handed.format,
        registers: handed.registers,
        seed: handed.seed,
        priority: handed.priority,
        idempotency_key: handed.key,
        caller: Caller::Operator,
    };
    let accepted =
        scheduler.submit(submission, |_customer| true).await.map_err(|error| errors::service(&error))?;
    Ok(Accepted {
        id: accepted.id,
        snapshot: Some(accepted.snapshot.to_string()),
        known: accepted.known,
        warnings: accepted.warnings,
    })
}

/// Stores a register of a customer, sealed while it is read.
///
/// # Errors
/// If the file cannot be read or stored.
pub(crate) fn upload(
    context: &Context,
    id: &RegisterId,
    customer: &CustomerId,
    file: &RegisterFile<'_>,
) -> Outcome<StoredRegister> {
    let RegisterFile { path, sheet, columns } = *file;
    let given = Given { sheet, columns: columns.clone() };
    let content = std::fs::File::open(path).and_then(Input::of_file);
    let content = content.map_err(|error| Failure::file("read the register", path, &error))?;
    let (masters, now) = (context.masters()?, context.clock.now());
    let stored = registers::put(&*context.store, &masters, id, customer, now, content, &given)
        .map_err(|error| errors::register(&error))?;
    context.log(Action::RegisterUploaded, id.as_str())?;
    Ok(stored)
}

/// Stores a register under a name of its own.
///
/// # Errors
/// As [`upload`].
pub(crate) fn upload_unnamed(
    context: &Context,
    customer: &CustomerId,
    file: &RegisterFile<'_>,
) -> Outcome<RegisterId> {
    let id = new_register(context)?;
    upload(context, &id, customer, file)?;
    Ok(id)
}

/// Destroys a register of a customer.
///
/// # Errors
/// If it is not known or needed, or the store fails.
pub(crate) fn remove_register(context: &Context, id: &RegisterId) -> Outcome<()> {
    registers::remove(&context.store, id, "operator", context.clock.now())
        .map_err(|error| errors::register(&error))
}

/// The id of a register that nobody named.
pub(super) fn new_register(context: &Context) -> Outcome<RegisterId> {
    let id = OrderId::generate(context.clock.now()).to_string().replacen('o', "r", 1);
    id.parse().map_err(|error| Failure::caused(Exit::Failed, "name the register", &error))
}

pub(super) async fn view(scheduler: &Scheduler, id: &OrderId) -> Outcome<OrderView> {
    let accepted = scheduler.accepted(id).await.map_err(|error| errors::service(&error))?;
    let progress = scheduler.progress(id).await.map_err(|error| errors::service(&error))?;
    Ok(OrderView {
        customer: accepted.order.customer.to_string(),
        kind: accepted.order.kind.name().to_owned(),
        snapshot: accepted.snapshot.to_string(),
        accepted_at: accepted.accepted_at.to_string(),
        progress,
    })
}

pub(super) async fn list(
    scheduler: &Scheduler,
    limit: usize,
    state: Option<&str>,
) -> Outcome<Vec<OrderView>> {
    let mut views = Vec::new();
    for id in scheduler.list().await.map_err(|error| errors::service(&error))? {
        if views.len() >= limit {
            break;
        }
        // An acceptance that was cut short is no order.
        let Ok(view) = view(scheduler, &id).await else { continue };
        if state.is_none_or(|state| state == view.progress.state.name()) {
            views.push(view);
        }
    }
    Ok(views)
}

pub(super) async fn decide(
    context: &Context,
    scheduler: &Scheduler,
    id: &OrderId,
    decision: Decision,
) -> Outcome<OrderView> {
    // A cancelled order ends in the store; everything else must reach the queue.
    if decision != Decision::Cancel && context.settings.queue.redis.is_none() {
        return Err(Failure::usage("only a scheduler can do this, and neither it nor Redis is named")
            .hint("--scheduler http://127.0.0.1:8480, or the setting client.scheduler or queue.redis"));
    }
    let decided = match decision {
        Decision::Cancel => scheduler.cancel(id).await.map(|_end| ()),
        Decision::Pause => scheduler.set_paused(id, true).await,
        Decision::Resume => scheduler.set_paused(id, false).await,
        Decision::Retry => scheduler.retry(id).await,
    };
    decided.map_err(|error| errors::service(&error))?;
    view(scheduler, id).await
}

pub(super) async fn receipt(context: &Context, scheduler: &Scheduler, id: &OrderId) -> Outcome<Value> {
    let receipt = scheduler.receipt(id).await.map_err(|error| errors::service(&error))?;
    context.log_look(Action::ExactNumbersSeen, id.as_str())?;
    serde_json::to_value(&receipt).map_err(|error| Failure::failed(error.to_string()))
}

/// Follows an order until it settles.
///
/// # Errors
/// If it is not known or the store fails.
pub(crate) async fn follow(
    scheduler: &Scheduler,
    id: &OrderId,
    mut tell: impl FnMut(&Progress),
) -> Outcome<Progress> {
    let mut hints = scheduler.queue().subscribe();
    let mut last = None;
    loop {
        let progress = scheduler.progress(id).await.map_err(|error| errors::service(&error))?;
        if last.as_ref() != Some(&progress) {
            tell(&progress);
        }
        if progress.state.is_settled() {
            return Ok(progress);
        }
        last = Some(progress);
        // An event is a reason to look at once; without one, looking again is harmless.
        drop(tokio::time::timeout(LOOK_EVERY, hints.recv()).await);
    }
}

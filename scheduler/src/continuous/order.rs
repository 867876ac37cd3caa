//! The order that carries out a step of a subscription.

use jiff::Timestamp;
use poimuri_shared::order::{Register, RegisterSource, SnapshotChoice, UpdateMode};
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::snapshot::Manifest;
use poimuri_shared::subscriptions::{Begun, Continuous, Subscription, Task, columns_of_members};

use crate::accept::PRIORITY_DEFAULT;

/// The order of a step as it is accepted, whenever that is.
pub(super) fn accepted(
    subscription: &Subscription,
    (number, at): (u32, Timestamp),
    begun: &Begun,
    manifest: &Manifest,
) -> AcceptedOrder {
    let mut order = subscription.order.clone();
    order.snapshot = SnapshotChoice::Id(manifest.id.clone());
    let columns = match (&begun.task, &order.register) {
        (Task::Load { .. }, Some(own)) => own.columns.clone(),
        (Task::Load { .. } | Task::Changes { .. } | Task::Full { .. }, _) => columns_of_members(),
    };
    order.register =
        Some(Register { source: RegisterSource::Id(begun.register.clone()), used: None, columns });
    if let Some(update) = &mut order.update {
        // What was reviewed is the register the subscription began with.
        update.reviewed &= matches!(begun.task, Task::Load { members: None });
        match begun.task {
            Task::Load { .. } => {}
            Task::Changes { .. } => update.pass_through = false,
            Task::Full { .. } => (update.pass_through, update.mode) = (false, UpdateMode::Current),
        }
    }
    AcceptedOrder {
        id: begun.order.clone(),
        order,
        snapshot: manifest.id.clone(),
        snapshot_date: manifest.as_of,
        reference_date: manifest.as_of,
        seed: begun.seed.clone(),
        seed_set_by_operator: false,
        register: Some(begun.register.clone()),
        lists: Vec::new(),
        reviews: None,
        continuous: Some(Continuous {
            subscription: subscription.id.clone(),
            step: number,
            task: begun.task.clone(),
        }),
        accepted_at: at,
        priority: PRIORITY_DEFAULT,
        by_customer: begun.by_customer,
    }
}

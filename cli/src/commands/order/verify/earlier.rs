//! What an earlier de-duplication left, put beside the order that goes on from it.

use std::sync::Arc;

use poimuri_shared::ids::OrderId;
use poimuri_shared::lifecycle::{End, OrderState};
use poimuri_shared::orders::Orders;
use poimuri_shared::retention::Kept;
use poimuri_shared::store::commit::{TaskName, commit_partial, read_partial};
use poimuri_shared::store::keys;
use poimuri_shared::store::layout::KeyOwner;
use poimuri_worker::opened::left_for_later;

use crate::context::{Context, must_be_kept, store_failed};
use crate::failure::{Failure, Outcome};

/// Puts the earlier order, ended, and what it left for later ones into the store that is thrown away.
pub(super) fn copy(context: &Context, scratch: &Context, id: &OrderId) -> Outcome<()> {
    must_be_kept(context, &Kept::Order(id.clone()))?;
    let key_failed = |error: &_| Failure::from_disposed(error, "use the key of the earlier order");
    let (owner, masters, their_masters) = (KeyOwner::Order(id), scratch.masters()?, context.masters()?);
    let theirs = keys::load(&*context.store, &their_masters, owner).map_err(|error| key_failed(&error))?;
    let own = keys::create(&*scratch.store, &masters, owner).map_err(|error| key_failed(&error))?;
    let orders = Orders::new(Arc::clone(&context.store));
    let accepted = orders.order(id).map_err(|error| store_failed(&error))?;
    let plan = orders.plan(id).map_err(|error| store_failed(&error))?;
    let Some((accepted, plan)) = accepted.zip(plan) else {
        return Err(Failure::not_found(format!("order {id} is not known")));
    };
    for (stage, task) in left_for_later(&accepted, &plan) {
        let name = TaskName { order: id, stage, task };
        let partial = read_partial(&*context.store, &theirs, &name).map_err(|error| store_failed(&error))?;
        let _first = commit_partial(&*scratch.store, &own, &name, "a", &partial)
            .map_err(|error| store_failed(&error))?;
    }
    let beside = Orders::new(Arc::clone(&scratch.store));
    let end = End { state: OrderState::Delivered, reason: None, at: accepted.accepted_at };
    beside.accept(&accepted, &plan).map_err(|error| store_failed(&error))?;
    beside.finish(id, end).map_err(|error| store_failed(&error))?;
    beside.close(id).map_err(|error| store_failed(&error))
}

//! `order verify`: carries out an order again, beside the store, and compares with its receipt.
//!
//! The same order with the same seed on the same snapshot runs through the same stages in a store
//! that is thrown away, delivered to a key that is thrown away. Only the permit's dates are set aside: the
//! delivery being verified was permitted when it was made.

use std::sync::Arc;

use jiff::civil::Date;
use poimuri_shared::customer_register::Input;
use poimuri_shared::ids::{OrderId, RegisterId};
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::plan::Plan;
use poimuri_shared::queue::{MemoryQueue, Queue};
use poimuri_shared::receipt::Receipt;
use poimuri_shared::recipient::{Recipient, keygen};
use poimuri_shared::retention::Kept;
use poimuri_shared::store::layout::KeyOwner;
use poimuri_shared::store::{Folder, keys};
use poimuri_shared::subscriptions::Task;
use poimuri_shared::{registers, registry};
use serde_json::json;

use super::{Telling, Which, follow};
use crate::answer::{Answer, thousands};
use crate::args::Global;
use crate::context::{Context, block_on, must_be_kept, store_failed};
use crate::desk::{errors, store};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::house::{Follow, House};
use crate::progress::Show;

/// An order with all that carrying it out again takes.
struct Original {
    accepted: AcceptedOrder,
    plan: Plan,
    receipt: Receipt,
}

pub(super) fn verify(global: &Global, which: &Which) -> Outcome<Answer> {
    let context = which.reach.context(global)?;
    context.must_exist()?;
    let original = original(&context, &which.id)?;
    let beside = tempfile::Builder::new()
        .prefix(".verify-")
        .tempdir_in(context.settings.store.scratch())
        .map_err(|error| Failure::failed(format!("make a store to throw away: {error}")))?;
    let scratch = context.beside(beside.path());
    copy(&context, &scratch, &original)?;
    let again = block_on(again(&scratch, global.show(), &original.accepted.id))?;
    drop(beside);
    compare(&original.receipt, &again)
}

fn original(context: &Context, id: &OrderId) -> Outcome<Original> {
    let orders = Orders::new(Arc::clone(&context.store));
    let (accepted, plan, receipt) = (orders.order(id), orders.plan(id), orders.receipt(id));
    let failed = |error: &_| store_failed(error);
    must_be_kept(context, &Kept::Order(id.clone()))?;
    let accepted = accepted.map_err(|error| failed(&error))?;
    let accepted = accepted.ok_or_else(|| Failure::not_found(format!("order {id} is not known")))?;
    let (plan, receipt) = (plan.map_err(|error| failed(&error))?, receipt.map_err(|error| failed(&error))?);
    let none =
        || Failure::refused(format!("order {id} has not been delivered: there is nothing to compare with"));
    let (plan, receipt) = plan.zip(receipt).ok_or_else(none)?;
    Ok(Original { accepted, plan, receipt })
}

/// Puts the order into the store that is thrown away.
fn copy(context: &Context, scratch: &Context, original: &Original) -> Outcome<()> {
    let (accepted, order) = (&original.accepted, &original.accepted.order);
    let masters = scratch.masters()?;
    if let Some(id) = &order.permit {
        let permit = registry::permit(&*context.store, id).map_err(|error| store_failed(&error))?;
        let mut permit = permit.ok_or_else(|| Failure::not_found(format!("permit {id} is not known")))?;
        (permit.valid_from, permit.valid_to) = (Date::MIN, Date::MAX);
        registry::import_permit(&*scratch.store, &permit).map_err(|error| store_failed(&error))?;
    }
    if let Some(delivery) = &order.delivery {
        let recipient = Recipient { id: delivery.recipient.clone(), key: keygen().public };
        registry::add_recipient(&*scratch.store, &recipient).map_err(|error| store_failed(&error))?;
    }
    for id in accepted.registers().chain(members_before(accepted)) {
        let theirs = context.masters()?;
        let of_register = |error| errors::register(&error);
        let columns = registers::get(&*context.store, id).map_err(of_register)?.columns;
        let content = registers::open(&*context.store, &theirs, id).map_err(of_register)?;
        let content = Input::of_stream(content);
        let (customer, given) = (&order.customer, registers::Given { sheet: None, columns });
        registers::put(&*scratch.store, &masters, id, customer, accepted.accepted_at, content, &given)
            .map_err(of_register)?;
    }
    keys::create(&*scratch.store, &masters, KeyOwner::Order(&accepted.id))
        .map_err(|error| Failure::from_disposed(&error, "make a key"))?;
    let orders = Orders::new(Arc::clone(&scratch.store));
    orders
        .fix_release(&accepted.id, &original.receipt.release_snapshot)
        .map_err(|error| store_failed(&error))?;
    orders.accept(accepted, &original.plan).map_err(|error| store_failed(&error))
}

/// The members that an order of a subscription adds others to.
fn members_before(accepted: &AcceptedOrder) -> Option<&RegisterId> {
    match accepted.continuous.as_ref().map(|continuous| &continuous.task) {
        Some(Task::Load { members }) => members.as_ref(),
        Some(Task::Changes { .. } | Task::Full { .. }) | None => None,
    }
}

async fn again(scratch: &Context, show: Show, id: &OrderId) -> Outcome<Receipt> {
    let queue: Arc<dyn Queue> = Arc::new(MemoryQueue::embedded());
    let mut house = House::open(scratch, &queue, None, Follow::Orders)?;
    let telling = Telling::start(show, "carrying it out again");
    let scheduler = Arc::clone(&house.scheduler);
    let followed = tokio::select! {
        progress = store::follow(&scheduler, id, |progress| telling.tell(progress)) => progress,
        failure = house.watch() => Err(failure),
    };
    let receipt = match followed.and_then(|progress| follow::delivered(&progress)) {
        Ok(()) => scheduler.receipt(id).await.map_err(|error| errors::service(&error)),
        Err(failure) => Err(failure),
    };
    house.close().await;
    telling.done("");
    receipt
}

fn compare(receipt: &Receipt, again: &Receipt) -> Outcome<Answer> {
    let parts = [
        ("digest", receipt.digest == again.digest),
        ("rows delivered", receipt.delivered == again.delivered),
        ("funnel", receipt.funnel == again.funnel),
        ("groups", receipt.groups == again.groups),
        ("account of the de-duplication", receipt.deduplication == again.deduplication),
    ];
    let different: Vec<String> =
        parts.iter().filter(|(_, equal)| !equal).map(|(name, _)| format!("{name} differs")).collect();
    if !different.is_empty() {
        return Err(Failure::new(
            Exit::Failed,
            format!("order {} does not come out the same", receipt.order),
        )
        .details(different));
    }
    let document = json!({
        "order": receipt.order,
        "snapshot": receipt.snapshot,
        "digest": receipt.digest,
        "delivered": receipt.delivered,
        "verified": true,
    });
    let text = format!(
        "order {}: {} rows come out the same, digest {}",
        receipt.order,
        thousands(receipt.delivered),
        receipt.digest
    );
    Answer::new(&document, text)
}

impl Context {
    /// The same settings and snapshots with another store.
    fn beside(&self, folder: &std::path::Path) -> Self {
        let mut settings = self.settings.clone();
        settings.store.move_to(folder);
        let store = Arc::new(Folder::new(folder));
        Self { settings, store, clock: Arc::clone(&self.clock) }
    }
}

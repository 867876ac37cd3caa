//! The guard on what customers ask repeatedly, as orders are accepted: what it decides on, and what it writes down.

use std::collections::BTreeMap;

use poimuri_shared::asked::{Asked, Verdict};
use poimuri_shared::audit::{Action, Event};
use poimuri_shared::ids::OrderId;
use poimuri_shared::order::Order;
use poimuri_shared::orders::{AcceptedOrder, Orders};
use poimuri_shared::policy::{Conditions, Differencing};
use poimuri_shared::registry;

use crate::accept::refused;
use crate::service::{Scheduler, ServiceError};
use crate::submission::Caller;

/// Earlier orders that a line of the audit log names at most.
const NAMED_MAX: usize = 10;

/// Refuses a customer who says that its update was reviewed.
pub(crate) fn check_review(order: &Order, caller: Caller) -> Result<(), ServiceError> {
    let is_reviewed = order.update.as_ref().is_some_and(|update| update.reviewed);
    if is_reviewed && caller == Caller::Customer {
        return Err(refused("update.reviewed: an operator alone may say that an update was reviewed"));
    }
    Ok(())
}

impl Scheduler {
    /// Refuses a customer's order by what the customer asked before, or writes it down beside that. What is
    /// nearly equal to earlier orders is in the audit log either way.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] with the reason, or when the store fails.
    pub(crate) fn heed_earlier_questions(
        &self,
        orders: &Orders,
        accepted: &AcceptedOrder,
    ) -> Result<(), ServiceError> {
        let masters = self.masters();
        let hash = |text: &[u8]| masters.hashed_number("conditions", text);
        let conditions = Conditions::of(&accepted.order, accepted.register.as_ref(), &hash);
        let Some(conditions) = conditions else { return Ok(()) };
        let (store, customer) = (&**orders.store(), &accepted.order.customer);
        let asked = Asked { order: accepted.id.clone(), conditions };
        let today = self.clock().today();
        let verdict = self.questions().ask(store, &self.settings().policy, customer, today, &asked)?;
        let (refused, near) = match verdict {
            Verdict::Allowed(near) => (None, near),
            Verdict::Refused(refused, near) => (Some(refused), near),
        };
        if !near.is_empty() {
            self.note(orders, accepted, Action::NearQuestion, refused.is_some(), &near)?;
        }
        let Some(refused) = refused else { return Ok(()) };
        if matches!(refused, Differencing::Budget(_)) {
            self.note(orders, accepted, Action::BudgetSpent, true, &[])?;
        }
        Err(ServiceError::Refused(vec![refused.to_string()]))
    }

    fn note(
        &self,
        orders: &Orders,
        accepted: &AcceptedOrder,
        action: Action,
        is_refused: bool,
        near: &[OrderId],
    ) -> Result<(), ServiceError> {
        let named: Vec<&str> = near.iter().rev().take(NAMED_MAX).map(OrderId::as_str).collect();
        let details = BTreeMap::from([
            ("kind".to_owned(), accepted.order.kind.name().to_owned()),
            ("outcome".to_owned(), if is_refused { "refused" } else { "allowed" }.to_owned()),
            ("near".to_owned(), near.len().to_string()),
            ("nearest".to_owned(), named.join(" ")),
        ]);
        let event = Event {
            at: self.clock().now(),
            actor: accepted.order.customer.to_string(),
            action,
            subject: accepted.id.to_string(),
            details,
        };
        Ok(registry::log_event(&**orders.store(), &event)?)
    }
}

//! What stays although its days are over: somebody still needs it.

use jiff::Timestamp;

use super::marks::Due;
use super::{Kept, Kind};
use crate::clock::helsinki_date;
use crate::ids::{OrderId, RegisterId};
use crate::orders::{AcceptedOrder, Orders};
use crate::store::StoreError;
use crate::subscriptions::Subscriptions;

const BY_ORDER: &str = "an open order needs it";
const BY_SUBSCRIPTION: &str = "a subscription needs it";
const NOT_ACKNOWLEDGED: &str = "its customer has not acknowledged it";

/// What is still needed, and why.
#[derive(Debug, Default)]
pub(super) struct Needed {
    registers: Vec<(RegisterId, &'static str)>,
    orders: Vec<OrderId>,
    deliveries: Vec<OrderId>,
    /// Open orders that are damaged: what they need is not known, and nothing waits for them.
    pub(super) damaged: Vec<(OrderId, StoreError)>,
}

impl Needed {
    /// What is needed at a moment of the things that are due; nothing is looked at that none of them may be.
    pub(super) fn by(orders: &Orders, page: &[Due], moment: Timestamp) -> Result<Self, StoreError> {
        let has = |kind| page.iter().any(|due| due.kept.kind() == kind);
        let mut needed = Self::default();
        if has(Kind::Register) || has(Kind::Order) {
            needed.add_open_orders(orders)?;
        }
        if has(Kind::Register) || has(Kind::Delivery) {
            needed.add_subscriptions(orders, moment)?;
        }
        Ok(needed)
    }

    /// Registers and earlier orders that orders still want to read.
    fn add_open_orders(&mut self, orders: &Orders) -> Result<(), StoreError> {
        for open in orders.open()? {
            match still_open(orders, &open) {
                Ok(accepted) => {
                    let registers = accepted.iter().flat_map(AcceptedOrder::registers);
                    self.registers.extend(registers.map(|id| (id.clone(), BY_ORDER)));
                    self.orders.extend(accepted.iter().filter_map(AcceptedOrder::earlier).cloned());
                }
                Err(error) if is_beyond_reading(orders, &error)? => self.damaged.push((open, error)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Members of subscriptions, and deliveries that are repeated until they are acknowledged.
    fn add_subscriptions(&mut self, orders: &Orders, moment: Timestamp) -> Result<(), StoreError> {
        let subscriptions = Subscriptions::new(orders.clone());
        for id in subscriptions.all()? {
            let Some(subscription) = subscriptions.find(&id)? else { continue };
            let standing = subscriptions.told(&id)?;
            if helsinki_date(moment) > subscriptions.kept_until(&subscription, &standing)? {
                continue;
            }
            self.deliveries.extend(standing.unacknowledged().map(|run| run.order.clone()));
            self.registers.extend(standing.members.map(|id| (id, BY_SUBSCRIPTION)));
        }
        Ok(())
    }

    /// Why a thing stays; none if nobody needs it.
    pub(super) fn why(&self, kept: &Kept) -> Option<&'static str> {
        match kept {
            Kept::Order(id) => self.orders.contains(id).then_some(BY_ORDER),
            Kept::Delivery(id) => self.deliveries.contains(id).then_some(NOT_ACKNOWLEDGED),
            Kept::Register(id) => self.registers.iter().find(|(held, _)| held == id).map(|(_, why)| *why),
        }
    }
}

/// An order that has not ended.
fn still_open(orders: &Orders, id: &OrderId) -> Result<Option<AcceptedOrder>, StoreError> {
    if orders.end(id)?.is_some() { Ok(None) } else { orders.order(id) }
}

/// Whether an object is no JSON at all. What is JSON and cannot be read is of another build of the program, which may need more than
/// this one knows: then nothing is erased.
fn is_beyond_reading(orders: &Orders, error: &StoreError) -> Result<bool, StoreError> {
    let StoreError::Damaged { name, .. } = error else { return Ok(false) };
    let bytes = orders.store().get_opt(name)?;
    Ok(bytes.is_none_or(|bytes| serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err()))
}

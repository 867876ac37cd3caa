//! The objects of an order, typed: acceptance, plan, decisions, end, receipt.
//!
//! ```text
//! accept:  idempotency → order → plan → open     (the marker is the commit: without it there is no order)
//! close:   end → marked for retention → open removed
//! ```
//!
//! Who reads and writes here blocks on the store; callers on an async runtime go through a blocking thread.

mod accepted;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use accepted::{AcceptedOrder, Idempotency};

use crate::ids::{OrderId, SnapshotId};
use crate::lifecycle::{Decision, End, Event};
use crate::plan::{Plan, Stage};
use crate::receipt::Receipt;
use crate::retention::{self, Kept};
use crate::store::commit::committed_tasks;
use crate::store::{PAGE_MAX, Put, SharedObjects, StoreError, json, layout, list_all};

/// Orders that may be open at the same time.
const OPEN_MAX: usize = 100_000;
/// Decisions an order may have.
const EVENTS_MAX: usize = 100_000;

/// The orders in a store.
#[derive(Debug, Clone)]
pub struct Orders {
    store: SharedObjects,
}

impl Orders {
    /// Orders of the given store.
    #[must_use]
    pub const fn new(store: SharedObjects) -> Self {
        Self { store }
    }

    /// The store itself.
    #[must_use]
    pub const fn store(&self) -> &SharedObjects {
        &self.store
    }

    /// Claims an idempotency key; what it already stands for, if anything.
    ///
    /// # Errors
    /// When the store fails.
    pub fn claim_key(&self, key_hash: &str, wanted: &Idempotency) -> Result<Option<Idempotency>, StoreError> {
        let name = layout::idempotency(key_hash);
        if self.put_new(&name, wanted)? { Ok(None) } else { self.get(&name) }
    }

    /// Writes an order and its plan; from the last of its objects on it survives anything.
    ///
    /// # Errors
    /// When the store fails: the order was not accepted.
    pub fn accept(&self, accepted: &AcceptedOrder, plan: &Plan) -> Result<(), StoreError> {
        self.put_new(&layout::order(&accepted.id), accepted)?;
        self.put_new(&layout::plan(&accepted.id), plan)?;
        // Found there: an earlier attempt at this acceptance was the one that counts.
        let (Put::Created | Put::Exists) = self.store.put_new(&layout::open(&accepted.id), b"{}")?;
        Ok(())
    }

    /// Orders that have not ended, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open(&self) -> Result<Vec<OrderId>, StoreError> {
        let prefix = format!("{}/", layout::OPEN);
        Ok(ids(&list_all(&*self.store, &prefix, OPEN_MAX)?))
    }

    /// The first `limit` orders there are after one, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn page(&self, after: Option<&OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        let after = after.map_or("", OrderId::as_str);
        Ok(ids(&self.store.children(layout::ORDERS, after, limit)?))
    }

    /// Every order there is, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub fn all(&self) -> Result<Vec<OrderId>, StoreError> {
        let mut ids: Vec<OrderId> = Vec::new();
        loop {
            let page = self.page(ids.last(), PAGE_MAX)?;
            let is_last = page.len() < PAGE_MAX;
            ids.extend(page);
            if is_last {
                return Ok(ids);
            }
        }
    }

    /// An order; none if it was never accepted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn order(&self, id: &OrderId) -> Result<Option<AcceptedOrder>, StoreError> {
        self.get(&layout::order(id))
    }

    /// Whether the order was accepted whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_open_or_ended(&self, id: &OrderId) -> Result<bool, StoreError> {
        Ok(self.store.exists(&layout::open(id))? || self.store.exists(&layout::end(id))?)
    }

    /// The order's plan.
    ///
    /// # Errors
    /// When the store fails.
    pub fn plan(&self, id: &OrderId) -> Result<Option<Plan>, StoreError> {
        self.get(&layout::plan(id))
    }

    /// Tasks of a stage whose partials are committed, ascending.
    ///
    /// # Errors
    /// When the store fails.
    pub fn commits(&self, id: &OrderId, stage: Stage) -> Result<Vec<u32>, StoreError> {
        committed_tasks(&*self.store, id, stage.name())
    }

    /// Decisions taken so far.
    ///
    /// # Errors
    /// When the store fails.
    pub fn events(&self, id: &OrderId) -> Result<Vec<Event>, StoreError> {
        let names = list_all(&*self.store, &layout::events(id), EVENTS_MAX)?;
        names.iter().filter_map(|name| self.get(name).transpose()).collect()
    }

    /// Adds a decision after all others.
    ///
    /// # Errors
    /// When the store fails.
    pub fn decide(&self, id: &OrderId, at: Timestamp, decision: Decision) -> Result<(), StoreError> {
        let event = Event { at, decision };
        let taken = list_all(&*self.store, &layout::events(id), EVENTS_MAX)?.len();
        let mut number = u32::try_from(taken).unwrap_or(u32::MAX);
        while !self.put_new(&layout::event(id, number), &event)? {
            number += 1;
        }
        Ok(())
    }

    /// How the order ended, if it has.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end(&self, id: &OrderId) -> Result<Option<End>, StoreError> {
        self.get(&layout::end(id))
    }

    /// Ends the order unless it has ended; how it ended.
    ///
    /// # Errors
    /// When the store fails.
    pub fn finish(&self, id: &OrderId, end: End) -> Result<End, StoreError> {
        let name = layout::end(id);
        if self.put_new(&name, &end)? {
            return Ok(end);
        }
        Ok(self.get(&name)?.unwrap_or(end))
    }

    /// Takes an ended order off the list of open ones; how long its data are kept begins to count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn close(&self, id: &OrderId) -> Result<(), StoreError> {
        let open = layout::open(id);
        if !self.store.exists(&open)? {
            return Ok(());
        }
        if let Some(end) = self.end(id)? {
            retention::keep(&*self.store, &Kept::Order(id.clone()), end.at)?;
            retention::keep(&*self.store, &Kept::Delivery(id.clone()), end.at)?;
        }
        self.store.delete(&open)
    }

    /// Fixes the snapshot that deaths and prohibitions are checked against at release; the first choice stays.
    ///
    /// # Errors
    /// When the store fails.
    pub fn fix_release(&self, id: &OrderId, chosen: &SnapshotId) -> Result<SnapshotId, StoreError> {
        let name = layout::release(id);
        if self.put_new(&name, chosen)? {
            return Ok(chosen.clone());
        }
        Ok(self.get(&name)?.unwrap_or_else(|| chosen.clone()))
    }

    /// The receipt, once there is one. It counts only if the order ended as delivered.
    ///
    /// # Errors
    /// When the store fails.
    pub fn receipt(&self, id: &OrderId) -> Result<Option<Receipt>, StoreError> {
        self.get(&layout::receipt(id))
    }

    /// Writes the receipt unless one is there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_receipt(&self, receipt: &Receipt) -> Result<(), StoreError> {
        self.put_new(&layout::receipt(&receipt.order), receipt).map(|_| ())
    }

    fn put_new<T: Serialize>(&self, name: &str, value: &T) -> Result<bool, StoreError> {
        json::put_new(&*self.store, name, value)
    }

    fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        json::get(&*self.store, name)
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn ids(names: &[String]) -> Vec<OrderId> {
    let mut ids: Vec<OrderId> = names.iter().filter_map(|name| last_part(name).parse().ok()).collect();
    ids.sort_unstable();
    ids
}

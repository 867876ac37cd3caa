//! Erasing one thing whose period is over, so that it can be cut short anywhere and done again.
//!
//! ```text
//! erasing   what is there, counted before anything goes
//!   ↓       key destroyed: what it sealed is noise; objects removed; looked again
//! erased    the certificate
//!   ↓       a line in the audit log (twice, if it is cut short right after it)
//! marker removed
//! ```
//!
//! A register is looked for once more after `erasing` stands: an order that came meanwhile needs it, or an upload has
//! just succeeded under its id. Orders and uploads look for `erasing` after they have written, so that one of the two
//! sees the other. What an upload that never succeeded left is removed in the same way, but for the certificate: its id
//! stays free.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::certificate::{Begun, Certificate, EraseError, Erasure, Outcome, certificate};
use super::contents::{customer_of, keys_of, objects_of};
use super::marks::{Due, due};
use super::needed::Needed;
use super::{Kept, Kind, LEASE_LONGEST, Periods};
use crate::audit::Action;
use crate::ids::{OrderId, RegisterId};
use crate::lifecycle::End;
use crate::orders::Orders;
use crate::store::keys;
use crate::store::layout;
use crate::store::{Objects, SharedObjects, StoreError, json};
use crate::{registers, registry};

/// Why what a marker stands for stays.
const LATER: &str = "a later upload has its id";
/// Things that are erased between two looks at whether to go on.
const STEP: usize = 16;

/// One pass over everything whose period is over, step by step; it may be left at any step.
#[derive(Debug)]
pub struct Round {
    orders: Orders,
    periods: Periods,
    /// The present.
    now: Timestamp,
    /// The moment periods are judged at.
    as_of: Timestamp,
    kinds: Vec<Kind>,
    after: String,
    asked_by: Option<String>,
    damaged: BTreeMap<OrderId, StoreError>,
}

impl Round {
    /// A round that judges periods at `as_of`, which an operator may set; leases are judged at `now`.
    #[must_use]
    pub fn new(store: SharedObjects, periods: Periods, now: Timestamp, as_of: Timestamp) -> Self {
        let kinds = Kind::ALL.into_iter().rev().collect();
        let (orders, after, damaged) = (Orders::new(store), String::new(), BTreeMap::new());
        Self { orders, periods, now, as_of, kinds, after, asked_by: None, damaged }
    }

    /// A round that somebody asks for: periods are over at once.
    #[must_use]
    pub fn on_request(store: SharedObjects, asked_by: &str, now: Timestamp) -> Self {
        let periods = Periods { order_days: 0, delivery_days: 0, register_days: 0 };
        Self { asked_by: Some(asked_by.to_owned()), ..Self::new(store, periods, now, now) }
    }

    /// Erases one register unless an open order needs it; none if there is no such. Whoever uploads has
    /// finished once the register can be found, so that no lease is waited for.
    ///
    /// # Errors
    /// When store or key fail; erasing it again goes on.
    pub fn erase_register(&self, id: &RegisterId) -> Result<Option<Outcome>, EraseError> {
        let (store, kept) = (self.store(), Kept::Register(id.clone()));
        let found = registers::find(store, id)?;
        if found.is_none() && !store.exists(&layout::erasing(Kind::Register.name(), kept.id()))? {
            return Ok(None);
        }
        let since = found.map_or(self.now, |register| register.uploaded_at);
        let marker = layout::retained(Kind::Register.name(), since, kept.id());
        let due = Due { kept, since, marker };
        if let Some(why) = Needed::by(&self.orders, std::slice::from_ref(&due), self.as_of)?.why(&due.kept) {
            return Ok(Some(Outcome::Held(why)));
        }
        self.erase_now(&due, since).map(Some)
    }

    /// Erases the next few things that are due; none once the round is over.
    ///
    /// # Errors
    /// When the markers cannot be read. What goes wrong with one thing is in its outcome, and stops no other.
    pub fn step(&mut self) -> Result<Option<Vec<Erasure>>, StoreError> {
        let Some(page) = self.next_due()? else { return Ok(None) };
        let mut needed = Needed::by(&self.orders, &page, self.as_of)?;
        self.damaged.extend(std::mem::take(&mut needed.damaged));
        let erase = |due: Due| Erasure { outcome: self.erase(&due, &needed), kept: due.kept };
        Ok(Some(page.into_iter().map(erase).collect()))
    }

    /// Open orders that were found damaged on the way. What they need is not known and was held for nobody else.
    #[must_use]
    pub const fn damaged(&self) -> &BTreeMap<OrderId, StoreError> {
        &self.damaged
    }

    /// The next few things that are due, and nothing done about them; none once the round is over.
    ///
    /// # Errors
    /// When the markers cannot be read.
    pub fn next_due(&mut self) -> Result<Option<Vec<Due>>, StoreError> {
        let Some(kind) = self.kinds.last().copied() else { return Ok(None) };
        let (page, more) = due(self.store(), kind, &self.periods, self.as_of, &self.after, STEP)?;
        match page.last() {
            Some(last) if more => self.after.clone_from(&last.marker),
            _ => {
                self.kinds.pop();
                self.after.clear();
            }
        }
        Ok(Some(page))
    }

    fn store(&self) -> &dyn Objects {
        &**self.orders.store()
    }

    fn erase(&self, due: &Due, needed: &Needed) -> Result<Outcome, EraseError> {
        if let Some(why) = needed.why(&due.kept) {
            return Ok(Outcome::Held(why));
        }
        let since = match &due.kept {
            Kept::Order(id) | Kept::Delivery(id) => match self.orders.end(id)? {
                Some(End { at, .. }) => at,
                None => return Ok(Outcome::Held("its order has not ended")),
            },
            Kept::Register(id) => match registers::find(self.store(), id)? {
                Some(register) if register.uploaded_at != due.since => {
                    // The marker of an upload that failed; the register has one of its own.
                    self.store().delete(&due.marker)?;
                    return Ok(Outcome::Held(LATER));
                }
                Some(_) | None => due.since,
            },
        };
        if since.checked_add(LEASE_LONGEST).is_ok_and(|until| self.now < until) {
            return Ok(Outcome::Held("a worker may still hold a task of it"));
        }
        self.erase_now(due, since)
    }

    /// Removes the thing and, last, its marker.
    fn erase_now(&self, due: &Due, since: Timestamp) -> Result<Outcome, EraseError> {
        let outcome = self.remove(due, since)?;
        if matches!(outcome, Outcome::Erased(_)) {
            self.store().delete(&due.marker)?;
        }
        Ok(outcome)
    }

    fn remove(&self, due: &Due, since: Timestamp) -> Result<Outcome, EraseError> {
        let (store, kept) = (self.store(), &due.kept);
        let kind = kept.kind();
        let objects = objects_of(store, kept)?;
        let erasing = layout::erasing(kind.name(), kept.id());
        if let Some(done) = certificate(store, kept)?
            && objects.is_empty()
            && !store.exists(&erasing)?
        {
            return Ok(Outcome::Erased(done));
        }
        let begun = self.begin(kept, since, objects.len())?;
        if let Some(why) = self.must_stay(due, &begun)? {
            store.delete(&erasing)?;
            return Ok(Outcome::Held(why));
        }
        self.destroy_key(kept, since)?;
        for name in &objects {
            store.delete(name)?;
        }
        if !objects_of(store, kept)?.is_empty() || keys_of(store, kept)? != 0 {
            return Err(EraseError::Remains);
        }
        // What was never a register had no customer, and gets no certificate.
        let is_leftover = kind == Kind::Register && begun.customer.is_none();
        let made = Certificate { begun, erased_at: self.now };
        let name = layout::erased(kind.name(), kept.id());
        let is_first = is_leftover || json::put_new(store, &name, &made)?;
        let (actor, subject) = (self.asked_by.as_deref().unwrap_or("retention"), kept.id());
        if kind != Kind::Delivery {
            registry::log(store, self.now, actor, Action::KeyDestroyed, subject)?;
        }
        registry::log(store, self.now, actor, Action::DataErased, &format!("{}:{subject}", kind.name()))?;
        store.delete(&erasing)?;
        let made = if is_first { made } else { certificate(store, kept)?.unwrap_or(made) };
        Ok(Outcome::Erased(made))
    }

    /// Why a register stays although its erasure has begun; once its key is destroyed it cannot.
    fn must_stay(&self, due: &Due, begun: &Begun) -> Result<Option<&'static str>, StoreError> {
        let Kept::Register(id) = &due.kept else { return Ok(None) };
        if keys_of(self.store(), &due.kept)? == 0 {
            return Ok(None);
        }
        if begun.customer.is_none() && registers::find(self.store(), id)?.is_some() {
            return Ok(Some(LATER));
        }
        Ok(Needed::by(&self.orders, std::slice::from_ref(due), self.as_of)?.why(&due.kept))
    }

    /// Writes down what is there; of an erasure that was cut short, what was there at first.
    fn begin(&self, kept: &Kept, since: Timestamp, objects: usize) -> Result<Begun, StoreError> {
        let (store, kind) = (self.store(), kept.kind());
        let begun = Begun {
            kind,
            id: kept.id().to_owned(),
            since,
            customer: customer_of(store, kept)?,
            kept_days: self.periods.days(kind),
            asked_by: self.asked_by.clone(),
            begun_at: self.now,
            objects: u64::try_from(objects).unwrap_or(u64::MAX),
            keys: keys_of(store, kept)?,
        };
        let name = layout::erasing(kind.name(), kept.id());
        if json::put_new(store, &name, &begun)? {
            Ok(begun)
        } else {
            Ok(json::get(store, &name)?.unwrap_or(begun))
        }
    }

    fn destroy_key(&self, kept: &Kept, since: Timestamp) -> Result<(), EraseError> {
        match kept {
            Kept::Order(id) => {
                let retention = keys::Retention {
                    ended: Some(since),
                    keep: self.periods.kept_for(Kind::Order),
                    longest_lease: LEASE_LONGEST,
                };
                Ok(keys::destroy(self.store(), id, &retention, self.as_of)?)
            }
            Kept::Register(id) => Ok(keys::destroy_register(self.store(), id)?),
            // It is encrypted to its recipient, who alone has the key.
            Kept::Delivery(_) => Ok(()),
        }
    }
}

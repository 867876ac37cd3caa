//! Whom updates told of, so that a register that is an earlier one but for a few persons can be seen.
//!
//! ```text
//! updates/<customer>/<date>/<order>      that there was an update: names alone
//! orders/<order>/data/deliver…persons    identity codes of its persons, ascending, sealed under the order's key
//! ```
//!
//! The codes go when the order's key and data go. A list of thousands with one row exchanged is a question about one
//! person: mass services do not answer it.

use std::io::{BufReader, Read, Write as _};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::ids::{CustomerId, OrderId};
use crate::lifecycle::OrderState;
use crate::orders::Orders;
use crate::policy::Policy;
use crate::store::key::OrderKey;
use crate::store::keys::{self, KeyError};
use crate::store::layout::{self, KeyOwner};
use crate::store::master::MasterKeys;
use crate::store::seal::{create_sealed, finish_sealed, open_sealed};
use crate::store::{Objects, PAGE_MAX, StoreError};

/// An update that is about to tell of persons.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The order.
    pub order: &'a OrderId,
    /// Whose register it is.
    pub customer: &'a CustomerId,
    /// The day the order was accepted on.
    pub on: Date,
    /// Packed identity codes of the persons, ascending, each once.
    pub persons: &'a [u64],
}

impl Telling<'_> {
    /// Writes down whom the update tells of, before it does.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note(&self, objects: &dyn Objects, key: &OrderKey) -> Result<(), StoreError> {
        let name = persons(self.order);
        if !objects.exists(&name)? {
            let mut sealer = create_sealed(objects, key.seal_key(), &name)?;
            for person in self.persons {
                let written = sealer.write_all(&person.to_le_bytes());
                written.map_err(|error| StoreError::from_io("write", &name, error))?;
            }
            finish_sealed(&name, sealer)?;
        }
        let marker = layout::told(self.customer, self.on, self.order);
        objects.put_new(&marker, b"{}").map(|_put| ())
    }

    /// Whether an update of the customer within [`Policy::repeat_days`] told of the same persons but for fewer than
    /// [`Policy::repeat_persons`]. Orders that delivered nothing and those whose data are gone do not count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_near_earlier(
        &self,
        orders: &Orders,
        masters: &MasterKeys,
        policy: &Policy,
    ) -> Result<bool, StoreError> {
        let store = &**orders.store();
        let first = self.on.checked_sub(i64::from(policy.repeat_days).days()).unwrap_or(self.on);
        let prefix = layout::all_told(self.customer);
        let mut after = format!("{prefix}{first}");
        loop {
            let names = store.list(&prefix, &after, PAGE_MAX)?;
            for name in &names {
                let Some(earlier) = name.rsplit('/').next().and_then(|id| id.parse().ok()) else { continue };
                if earlier != *self.order
                    && delivers(orders, &earlier)?
                    && self.is_near(store, masters, &earlier, policy.repeat_persons)?
                {
                    return Ok(true);
                }
            }
            match names.last() {
                Some(last) if names.len() == PAGE_MAX => after.clone_from(last),
                _ => return Ok(false),
            }
        }
    }

    fn is_near(
        &self,
        store: &dyn Objects,
        masters: &MasterKeys,
        earlier: &OrderId,
        limit: u64,
    ) -> Result<bool, StoreError> {
        let name = persons(earlier);
        let key = match keys::load(store, masters, KeyOwner::Order(earlier)) {
            Ok(key) => key,
            Err(KeyError::Store(error)) => return Err(error),
            Err(_gone) => return Ok(false),
        };
        let theirs = match open_sealed(store, key.seal_key(), &name) {
            Ok(theirs) => BufReader::new(theirs),
            Err(StoreError::Missing { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let apart = difference(self.persons, theirs, limit);
        let apart = apart.map_err(|error| StoreError::from_io("read", &name, error))?;
        Ok((1..limit).contains(&apart))
    }
}

fn persons(order: &OrderId) -> String {
    layout::data(order, "deliver", 0, "persons")
}

/// Whether an order has delivered or may yet.
fn delivers(orders: &Orders, id: &OrderId) -> Result<bool, StoreError> {
    Ok(orders.end(id)?.is_none_or(|end| end.state == OrderState::Delivered))
}

/// How many numbers stand in one list alone, counted no further than `limit`.
fn difference(ours: &[u64], mut theirs: impl Read, limit: u64) -> std::io::Result<u64> {
    let mut next = || {
        let mut bytes = [0; 8];
        match theirs.read_exact(&mut bytes) {
            Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    };
    let mut ours = ours.iter().copied();
    let (mut mine, mut other, mut apart) = (ours.next(), next()?, 0);
    while apart < limit {
        match (mine, other) {
            (None, None) => break,
            (Some(one), Some(two)) if one == two => (mine, other) = (ours.next(), next()?),
            (Some(one), Some(two)) if one < two => (mine, apart) = (ours.next(), apart + 1),
            (Some(_), None) => (mine, apart) = (ours.next(), apart + 1),
            (_, Some(_)) => (other, apart) = (next()?, apart + 1),
        }
    }
    Ok(apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_counted_up_to_a_limit() {
        let check = |ours: &[u64], theirs: &[u64], limit: u64, expected: u64| {
            let bytes: Vec<u8> = theirs.iter().flat_map(|number| number.to_le_bytes()).collect();
            assert_eq!(difference(ours, &bytes[..], limit).unwrap(), expected, "{ours:?} {theirs:?}");
        };
        check(&[], &[], 5, 0);
        check(&[1, 2, 3], &[1, 2, 3], 5, 0);
        check(&[1, 2, 3], &[1, 3], 5, 1);
        check(&[1, 3], &[1, 2, 3, 4], 5, 2);
        check(&[1, 4, 9], &[2, 4, 8, 10], 9, 5);
        check(&[1, 2, 3, 4], &[5, 6, 7, 8], 3, 3);
    }
}

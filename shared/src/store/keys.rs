//! One random key for each order, kept wrapped; destroying it is the end of the order's data.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::key::OrderKey;
use super::layout::{self, KeyOwner};
use super::master::{MasterError, MasterKeys};
use super::seal::{seal, unseal};
use super::{Objects, Put, StoreError, list_all};
use crate::error::{Disposed, Disposition};
use crate::ids::{OrderId, RegisterId};

/// Most wrapped keys that [`rewrap`] and the like look at.
const KEYS_MAX: usize = 10_000_000;

/// A key that cannot be had or may not be destroyed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The store's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master key file's.
    #[error(transparent)]
    Master(#[from] MasterError),
    /// It was destroyed, or never made.
    #[error("{owner} has no key: its data are gone for good")]
    Gone {
        /// Beginning of the names of its wrappings.
        owner: String,
    },
    /// It is wrapped by a master key that is not in the file.
    #[error("the key of {owner} is wrapped by a master key that is not in the file")]
    Unknown {
        /// Beginning of the names of its wrappings.
        owner: String,
    },
    /// Somebody may still need it.
    #[error("the key of order {order} may not be destroyed before {}", until.map_or_else(|| "the order has ended".to_owned(), |until| until.to_string()))]
    TooEarly {
        /// The order.
        order: OrderId,
        /// From when it may; `None` while the order is open.
        until: Option<Timestamp>,
    },
}

impl Disposed for KeyError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Store(error) => error.disposition(),
            Self::TooEarly { .. } => Disposition::Retry(Duration::from_secs(3600)),
            Self::Master(_) | Self::Gone { .. } | Self::Unknown { .. } => Disposition::Abort,
        }
    }
}

/// The key of an owner, made on the first call: once, also by many at a time with the
/// same master keys. Call it only where an order or register begins.
///
/// # Errors
/// Any [`KeyError`] but [`KeyError::TooEarly`].
pub fn create(
    objects: &dyn Objects,
    masters: &MasterKeys,
    owner: KeyOwner<'_>,
) -> Result<OrderKey, KeyError> {
    if !wrappings(objects, owner)?.is_empty() {
        return load(objects, masters, owner);
    }
    let key =
        OrderKey::generate().map_err(|error| StoreError::from_io("make", &layout::keys(owner), error))?;
    match wrap(objects, masters, owner, &key)? {
        Put::Created => Ok(key),
        Put::Exists => load(objects, masters, owner),
    }
}

/// The key of an owner.
///
/// # Errors
/// [`KeyError::Gone`], [`KeyError::Unknown`], or the store's.
pub fn load(objects: &dyn Objects, masters: &MasterKeys, owner: KeyOwner<'_>) -> Result<OrderKey, KeyError> {
    // The newest master key's wrapping is the usual one: no listing then.
    if let Some(key) =
        masters.newest().map(|newest| unwrap(objects, masters, owner, &newest.id)).transpose()?.flatten()
    {
        return Ok(key);
    }
    let ids = wrappings(objects, owner)?;
    if ids.is_empty() {
        return Err(KeyError::Gone { owner: layout::keys(owner) });
    }
    for id in ids {
        if let Some(key) = unwrap(objects, masters, owner, &id)? {
            return Ok(key);
        }
    }
    Err(KeyError::Unknown { owner: layout::keys(owner) })
}

/// Wraps every key by the newest master key only; returns how many were not. An
/// interruption is harmless, and so is a second run.
///
/// # Errors
/// [`KeyError::Unknown`] for a key that no master key in the file unwraps; the keys before it are done.
pub fn rewrap(objects: &dyn Objects, masters: &MasterKeys) -> Result<u64, KeyError> {
    let newest = masters.newest().map_or("", |key| key.id.as_str());
    let mut rewrapped = 0;
    for name in list_all(objects, &format!("{}/", layout::KEYS), KEYS_MAX)? {
        let Some((owner, id)) = layout::split_key(&name) else { continue };
        if id == newest {
            continue;
        }
        let target = format!("{owner}{newest}");
        if !objects.exists(&target)? {
            let key = unwrap_named(objects, masters, &name, id)?;
            let key = key.ok_or_else(|| KeyError::Unknown { owner: owner.to_owned() })?;
            // Another run of this may have come first; its wrapping holds the same key.
            let (Put::Created | Put::Exists) = wrap_named(objects, masters, &target, &key)?;
        }
        objects.delete(&name)?;
        rewrapped += 1;
    }
    Ok(rewrapped)
}

/// What must have passed before an order's key may go.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// When the order ended, if it did.
    pub ended: Option<Timestamp>,
    /// How long its data are kept after that.
    pub keep: Duration,
    /// How long a worker may hold a task without a sign of life.
    pub longest_lease: Duration,
}

/// Destroys an order's key: what it sealed is noise from then on. A key that is gone is no error.
///
/// # Errors
/// [`KeyError::TooEarly`], or the store's.
pub fn destroy(
    objects: &dyn Objects,
    order: &OrderId,
    retention: &Retention,
    now: Timestamp,
) -> Result<(), KeyError> {
    let wait = retention.keep.saturating_add(retention.longest_lease);
    // A wait beyond the calendar never ends.
    let until = retention.ended.map(|ended| ended.checked_add(wait).unwrap_or(Timestamp::MAX));
    if until.is_none_or(|until| now < until) {
        return Err(KeyError::TooEarly { order: order.clone(), until });
    }
    destroy_all(objects, KeyOwner::Order(order))
}

/// Destroys a register's key: its content is noise from then on.
///
/// # Errors
/// The store's.
pub fn destroy_register(objects: &dyn Objects, register: &RegisterId) -> Result<(), KeyError> {
    destroy_all(objects, KeyOwner::Register(register))
}

/// How many master keys wrap an owner's key.
///
/// # Errors
/// The store's.
pub fn count(objects: &dyn Objects, owner: KeyOwner<'_>) -> Result<u64, StoreError> {
    Ok(u64::try_from(wrappings(objects, owner)?.len()).unwrap_or(u64::MAX))
}

fn destroy_all(objects: &dyn Objects, owner: KeyOwner<'_>) -> Result<(), KeyError> {
    for id in wrappings(objects, owner)? {
        objects.delete(&layout::key(owner, &id))?;
    }
    Ok(())
}

/// Ids of the master keys that wrap an owner's key.
fn wrappings(objects: &dyn Objects, owner: KeyOwner<'_>) -> Result<Vec<String>, StoreError> {
    let begin = layout::keys(owner);
    let names = list_all(objects, &begin, KEYS_MAX)?;
    let ids = names.iter().filter_map(|name| layout::split_key(name)).filter(|(of, _)| *of == begin);
    Ok(ids.map(|(_, id)| id.to_owned()).collect())
}

fn wrap(
    objects: &dyn Objects,
    masters: &MasterKeys,
    owner: KeyOwner<'_>,
    key: &OrderKey,
) -> Result<Put, StoreError> {
    let id = masters.newest().map_or("", |newest| newest.id.as_str());
    wrap_named(objects, masters, &layout::key(owner, id), key)
}

fn wrap_named(
    objects: &dyn Objects,
    masters: &MasterKeys,
    name: &str,
    key: &OrderKey,
) -> Result<Put, StoreError> {
    let newest = masters.newest().ok_or(StoreError::Name)?;
    objects.put_new(name, &seal(&newest.seal, name, key.bytes())?)
}

fn unwrap(
    objects: &dyn Objects,
    masters: &MasterKeys,
    owner: KeyOwner<'_>,
    id: &str,
) -> Result<Option<OrderKey>, StoreError> {
    unwrap_named(objects, masters, &layout::key(owner, id), id)
}

/// `None` if the object or the master key is not there.
fn unwrap_named(
    objects: &dyn Objects,
    masters: &MasterKeys,
    name: &str,
    id: &str,
) -> Result<Option<OrderKey>, StoreError> {
    let Some(master) = masters.find(id) else { return Ok(None) };
    let Some(wrapped) = objects.get_opt(name)? else { return Ok(None) };
    let bytes = Zeroizing::new(unseal(&master.seal, name, &wrapped)?);
    let bytes: [u8; 32] = bytes.as_slice().try_into().ok().ok_or_else(|| StoreError::Damaged {
        name: name.to_owned(),
        reason: "it is not the length of a key",
    })?;
    Ok(Some(OrderKey::from_bytes(bytes)))
}

//! What there is of something that is kept: its objects with personal data, its keys, its customer.

use crate::ids::{CustomerId, OrderId};
use crate::registers;
use crate::store::keys;
use crate::store::layout::{self, KeyOwner};
use crate::store::{Objects, StoreError, list_all};

use super::Kept;

/// Objects of one thing, at most: the partials of a million tasks and as much again.
const OBJECTS_MAX: usize = 2_000_000;

/// Names of the objects with personal data.
pub(super) fn objects_of(store: &dyn Objects, kept: &Kept) -> Result<Vec<String>, StoreError> {
    match kept {
        Kept::Order(id) => objects_of_order(store, id),
        Kept::Delivery(id) => {
            let manifest = layout::delivery_manifest(id);
            let names = list_all(store, &layout::delivery(id), OBJECTS_MAX)?;
            Ok(names.into_iter().filter(|name| *name != manifest).collect())
        }
        Kept::Register(id) => {
            let mut names = list_all(store, &layout::register_data(id), OBJECTS_MAX)?;
            // Last: it tells whose the register is until everything else is gone.
            let head = registers::head(id);
            if store.exists(&head)? {
                names.push(head);
            }
            Ok(names)
        }
    }
}

pub(super) fn customer_of(store: &dyn Objects, kept: &Kept) -> Result<Option<CustomerId>, StoreError> {
    let Kept::Register(id) = kept else { return Ok(None) };
    Ok(registers::find(store, id)?.map(|register| register.customer))
}

fn objects_of_order(store: &dyn Objects, id: &OrderId) -> Result<Vec<String>, StoreError> {
    let mut names = list_all(store, &layout::all_commits(id), OBJECTS_MAX)?;
    names.extend(list_all(store, &layout::all_data(id), OBJECTS_MAX)?);
    Ok(names)
}

/// How many wrappings of its key there are.
pub(super) fn keys_of(store: &dyn Objects, kept: &Kept) -> Result<u64, StoreError> {
    match kept {
        Kept::Order(id) => keys::count(store, KeyOwner::Order(id)),
        Kept::Register(id) => keys::count(store, KeyOwner::Register(id)),
        Kept::Delivery(_) => Ok(0),
    }
}

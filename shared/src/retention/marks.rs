//! Markers of what is kept, by time: the index that rounds read from its oldest end.
//!
//! A marker is written before what it stands for can be found (a register) or before the order leaves the
//! list of open ones, and removed after the certificate: whatever is cut short is found again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Kept, Kind, Periods, certificate};
use crate::ids::{OrderId, RegisterId};
use crate::lifecycle::End;
use crate::registers;
use crate::store::json::{self, damaged};
use crate::store::{Objects, StoreError, each_child, layout};

/// The content of a marker.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    since: Timestamp,
}

/// A thing whose period is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The thing.
    pub kept: Kept,
    /// Since when it has been kept.
    pub since: Timestamp,
    pub(super) marker: String,
}

/// Marks a thing as kept since a moment; marking it again changes nothing.
///
/// # Errors
/// When the store fails.
pub fn keep(store: &dyn Objects, kept: &Kept, since: Timestamp) -> Result<(), StoreError> {
    let name = layout::retained(kept.kind().name(), since, kept.id());
    json::put_new(store, &name, &Mark { since }).map(|_created| ())
}

/// Marks what has no marker although it is kept: ended orders and registers of a store that was restored,
/// or written by a version that set none. Lists everything; returns how many.
///
/// # Errors
/// When the store fails.
pub fn keep_all(store: &dyn Objects) -> Result<u64, StoreError> {
    let mut marked = 0;
    let mut keep_unless_erased = |kept: Kept, since: Timestamp| -> Result<(), StoreError> {
        if certificate(store, &kept)?.is_none() {
            keep(store, &kept, since)?;
            marked += 1;
        }
        Ok(())
    };
    each_child(store, layout::ORDERS, |id| {
        let Ok(id) = id.parse::<OrderId>() else { return Ok(()) };
        let Some(End { at, .. }) = json::get(store, &layout::end(&id))? else { return Ok(()) };
        keep_unless_erased(Kept::Order(id.clone()), at)?;
        keep_unless_erased(Kept::Delivery(id), at)
    })?;
    each_child(store, layout::REGISTERS, |id| {
        let Ok(id) = id.parse::<RegisterId>() else { return Ok(()) };
        let Some(register) = registers::find(store, &id)? else { return Ok(()) };
        keep_unless_erased(Kept::Register(id), register.uploaded_at)
    })?;
    Ok(marked)
}

/// The next things of a kind that are due at a moment, after a marker (empty: from the oldest), and
/// whether there may be more.
pub(super) fn due(
    store: &dyn Objects,
    kind: Kind,
    periods: &Periods,
    moment: Timestamp,
    after: &str,
    limit: usize,
) -> Result<(Vec<Due>, bool), StoreError> {
    let names = store.list(&layout::all_retained(kind.name()), after, limit)?;
    let mut found = Vec::new();
    for marker in &names {
        let kept = layout::id_of_retained(marker).and_then(|id| Kept::new(kind, id));
        let kept = kept.ok_or_else(|| damaged(marker))?;
        // Gone between listing and reading: another round erased it.
        let Some(Mark { since }) = json::get(store, marker)? else { continue };
        if periods.until(kind, since) > moment {
            // Those that follow are younger still.
            return Ok((found, false));
        }
        found.push(Due { kept, since, marker: marker.clone() });
    }
    Ok((found, names.len() == limit))
}

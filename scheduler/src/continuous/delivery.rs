//! Deliveries of a subscription once more: the files as they are stored, encrypted to their customer.

use std::fmt;
use std::io::{Cursor, Read};

use poimuri_shared::delivery::{MANIFEST, Manifest};
use poimuri_shared::ids::{OrderId, SubscriptionId};
use poimuri_shared::retention::{self, Kept};
use poimuri_shared::store::layout;
use poimuri_shared::subscriptions::{Run, RunState, Standing, Subscriptions};

use super::unreadable;
use crate::service::{Scheduler, ServiceError};

/// A file of a delivery, as it is stored.
pub struct DeliveryFile {
    /// The order that delivered it.
    pub order: OrderId,
    /// Its length.
    pub bytes: u64,
    /// What is in it.
    pub content: Box<dyn Read + Send>,
}

impl fmt::Debug for DeliveryFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeliveryFile").field("order", &self.order).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// A file of the delivery of a step: the manifest, or one that it names.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Gone`] if its retention is over, or when the store fails.
    pub(super) fn delivery_file(
        &self,
        subscriptions: &Subscriptions,
        (id, step): (&SubscriptionId, u32),
        name: &str,
    ) -> Result<DeliveryFile, ServiceError> {
        let standing = subscriptions.standing(id)?;
        let order = delivered(&standing, id, step)?.order.clone();
        let store = &**self.orders().store();
        let kept = Kept::Delivery(order.clone());
        if let Some(erased) = retention::certificate(store, &kept)? {
            let at = erased.date();
            return Err(ServiceError::Gone(format!("the {kept} was erased under retention on {at}")));
        }
        let manifest = store.get(&layout::delivery_manifest(&order))?;
        if name == MANIFEST {
            let bytes = u64::try_from(manifest.len()).unwrap_or(u64::MAX);
            return Ok(DeliveryFile { order, bytes, content: Box::new(Cursor::new(manifest)) });
        }
        // Parts of attempts that were lost lie beside it; they are no part of the delivery.
        let files = Manifest::parse(&manifest).map_err(|error| unreadable(&error))?.files;
        let unknown = || ServiceError::NotFound(format!("this file of the delivery of step {step}"));
        let file = files.into_iter().find(|file| file.object == name).ok_or_else(unknown)?;
        let content = store.open(&format!("{}{}", layout::delivery(&order), file.object))?;
        Ok(DeliveryFile { order, bytes: file.sealed_bytes, content })
    }
}

/// The load or run that delivered in a step.
pub(super) fn delivered<'s>(
    standing: &'s Standing,
    id: &SubscriptionId,
    step: u32,
) -> Result<&'s Run, ServiceError> {
    let found = standing.runs.iter().find(|run| run.step == step && run.state == RunState::Delivered);
    found.ok_or_else(|| ServiceError::NotFound(format!("a delivery of step {step} of subscription {id}")))
}

//! Parts that no manifest names: what attempts left that lost or died.

use poimuri_shared::ids::OrderId;
use poimuri_shared::store::{Objects, layout, list_all};

use super::error::DeliverError;
use super::manifest::Manifest;

/// Most parts of a delivery.
const PARTS_MAX: usize = 100_000;

/// Removes parts that the manifest does not name, or all of them if there is none; returns
/// how many. Only for an order that ended and whose leases ran out.
///
/// # Errors
/// The store's, or a manifest that is damaged.
pub fn sweep_parts(objects: &dyn Objects, order: &OrderId) -> Result<u64, DeliverError> {
    let name = layout::delivery_manifest(order);
    let manifest = objects.get_opt(&name)?.map(|bytes| Manifest::parse(&bytes)).transpose()?;
    let files = manifest.map(|manifest| manifest.files).unwrap_or_default();
    let folder = layout::delivery(order);
    let mut swept = 0;
    for object in list_all(objects, &folder, PARTS_MAX)? {
        let is_named = files.iter().any(|file| object.strip_prefix(&folder) == Some(&file.object));
        if object != name && !is_named {
            objects.delete(&object)?;
            swept += 1;
        }
    }
    Ok(swept)
}

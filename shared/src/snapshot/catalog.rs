//! The published snapshots of a folder: each in a folder of its own, named by its id.

use std::path::Path;

use super::format::MANIFEST_FILE;
use super::manifest::Manifest;
use super::reader::SnapshotError;
use crate::ids::SnapshotId;

/// Every published snapshot, by date, then by the time it was built. A folder without manifest is one that
/// is being built or copied; it is passed over.
///
/// # Errors
/// When the folder or a manifest cannot be read. A folder that does not exist has no snapshots.
pub fn list(folder: &Path) -> Result<Vec<Manifest>, SnapshotError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(SnapshotError::io(folder, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| SnapshotError::io(folder, error))?.path();
        let is_named =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.'));
        if is_named && path.join(MANIFEST_FILE).is_file() {
            found.push(Manifest::read(&path)?);
        }
    }
    found.sort_by(|a, b| (a.as_of, a.built, &a.id).cmp(&(b.as_of, b.built, &b.id)));
    Ok(found)
}

/// The snapshot of the highest date, of these the latest published.
///
/// # Errors
/// As [`list`].
pub fn latest(folder: &Path) -> Result<Option<Manifest>, SnapshotError> {
    Ok(list(folder)?.pop())
}

/// A snapshot by its id.
///
/// # Errors
/// When its manifest cannot be read.
pub fn find(folder: &Path, id: &SnapshotId) -> Result<Option<Manifest>, SnapshotError> {
    let path = folder.join(id.as_str());
    if path.join(MANIFEST_FILE).is_file() { Manifest::read(&path).map(Some) } else { Ok(None) }
}

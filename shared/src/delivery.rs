//! The last object of a delivery: what it consists of. Written once; the first wins.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, PermitId, RecipientId, SnapshotId};
use crate::order::Format;

/// Version of the manifest's format.
pub const VERSION: u32 = 1;
/// The name of the manifest in the delivery's folder.
pub const MANIFEST: &str = "manifest";

/// Bytes that are not the manifest of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{MANIFEST}: {0}")]
pub struct ManifestError(pub &'static str);

/// What a delivery consists of. It is not encrypted and holds nothing about anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub version: u32,
    /// The order, and the delivery's id.
    pub order: OrderId,
    /// The snapshot the rows were taken from.
    pub snapshot: SnapshotId,
    /// The permit it was made under.
    pub permit: PermitId,
    /// Whom it is encrypted to.
    pub recipient: RecipientId,
    /// The key it is encrypted to.
    pub recipient_key: String,
    /// How the files are written.
    pub format: Format,
    /// Columns in their order.
    pub fields: Vec<String>,
    /// Delivered rows.
    pub rows: u64,
    /// SHA-256 of the rows as CSV without header, 64 hexadecimal digits.
    pub digest: String,
    /// Values that were too long for their width.
    pub cut_values: u64,
    /// When it was made.
    pub created: Timestamp,
    /// The files, in their order.
    pub files: Vec<PartFile>,
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Its name once decrypted.
    pub name: String,
    /// Its name in the delivery's folder, encrypted.
    pub object: String,
    /// Rows in it.
    pub rows: u64,
    /// Bytes before encryption.
    pub plain_bytes: u64,
    /// SHA-256 before encryption, 64 hexadecimal digits.
    pub plain_sha256: String,
    /// Bytes as stored.
    pub sealed_bytes: u64,
    /// SHA-256 as stored, 64 hexadecimal digits.
    pub sealed_sha256: String,
}

impl Manifest {
    /// Reads a manifest; names of files in it are safe to use then.
    ///
    /// # Errors
    /// [`ManifestError`] if it is none, of another version, or names files elsewhere.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self =
            serde_json::from_slice(bytes).ok().ok_or(ManifestError("it is not a manifest"))?;
        if manifest.version != VERSION {
            return Err(ManifestError("it has another version"));
        }
        let is_safe = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.len() <= 255
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        };
        if !manifest.files.iter().all(|file| is_safe(&file.name) && is_safe(&file.object)) {
            return Err(ManifestError("it names a file that is not beside it"));
        }
        Ok(manifest)
    }

    /// The manifest as stored.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of texts and numbers has a JSON form.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}

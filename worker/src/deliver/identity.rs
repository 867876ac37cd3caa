//! The recipient's secret keys, as deliveries are opened with them.

use std::fs;
use std::path::Path;

use age::x25519;
use poimuri_shared::recipient::read_identities;
use zeroize::Zeroizing;

use super::error::DeliverError;

/// The keys of an identity file.
pub struct Identities(Vec<x25519::Identity>);

impl std::fmt::Debug for Identities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identities({})", self.0.len())
    }
}

impl Identities {
    /// Reads an identity file, as `poimuri recipient keygen` and `age-keygen` write it.
    ///
    /// # Errors
    /// [`DeliverError::File`], or [`DeliverError::Identity`] if a line is no identity or none is there.
    pub fn load(path: &Path) -> Result<Self, DeliverError> {
        let text = fs::read_to_string(path).map_err(|error| DeliverError::file("read", path, error))?;
        let identities = read_identities(&Zeroizing::new(text));
        identities.map(Self).ok().ok_or_else(|| DeliverError::Identity { path: path.to_owned() })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|identity| identity as &dyn age::Identity)
    }
}

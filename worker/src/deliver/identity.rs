//! The recipient's key pair, in the file format of `age`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::x25519;
use zeroize::Zeroizing;

use super::error::DeliverError;

/// Makes a key pair: the identity into a file readable by its owner only, which must not
/// exist. Returns the public key, `age1…`.
///
/// # Errors
/// [`DeliverError::File`].
pub fn keygen(path: &Path) -> Result<String, DeliverError> {
    let identity = x25519::Identity::generate();
    let public = identity.to_public().to_string();
    let secret = identity.to_string();
    let text = Zeroizing::new(format!("# public key: {public}\n{}\n", secret.expose_secret()));
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| DeliverError::file("create", path, error))?;
    Ok(public)
}

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
        let text = Zeroizing::new(text);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let identities: Option<Vec<x25519::Identity>> = lines.map(|line| line.parse().ok()).collect();
        match identities {
            Some(identities) if !identities.is_empty() => Ok(Self(identities)),
            _ => Err(DeliverError::Identity { path: path.to_owned() }),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|identity| identity as &dyn age::Identity)
    }
}

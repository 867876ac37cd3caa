//! Third parties that receive deliveries, their public keys, and the making of keys.

use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;

use age::secrecy::ExposeSecret as _;
use age::x25519;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ids::RecipientId;
use crate::private_file;

/// A registered recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recipient {
    /// Its name in orders and permits.
    pub id: RecipientId,
    /// What deliveries to it are encrypted to.
    pub key: PublicKey,
}

/// A public key of `age`: `age1` and 58 characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct PublicKey(String);

/// A key that is none. Holds nothing of it: it may be a secret one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a public key.
    #[error("public key must be `age1` with 58 more characters and a right checksum")]
    Public,
    /// A secret key where a public one belongs.
    #[error("this is a secret key: give the public one, which begins with `age1`, and keep the secret one")]
    Secret,
    /// No file of secret keys.
    #[error("identity file must have lines that begin with AGE-SECRET-KEY-1 and have a right checksum")]
    Identity,
}

impl PublicKey {
    /// The key as `age` takes it.
    ///
    /// # Errors
    /// Never for a key that was parsed.
    pub fn to_age(&self) -> Result<x25519::Recipient, KeyError> {
        self.0.parse().ok().ok_or(KeyError::Public)
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY") {
            return Err(KeyError::Secret);
        }
        let key: x25519::Recipient = text.parse().ok().ok_or(KeyError::Public)?;
        Ok(Self(key.to_string()))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A new pair of keys.
pub struct NewKey {
    /// What deliveries are encrypted to.
    pub public: PublicKey,
    /// The text of the identity file, the secret key in it; for the recipient alone.
    pub identity_file: Zeroizing<String>,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewKey({}, ***)", self.public)
    }
}

impl NewKey {
    /// Writes the identity file, readable by its owner only; it must not exist.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`], or the system's.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        private_file::create(path, self.identity_file.as_bytes())
    }
}

/// Makes a pair of keys from the operating system's randomness.
#[must_use]
pub fn keygen() -> NewKey {
    let identity = x25519::Identity::generate();
    let public = identity.to_public().to_string();
    let secret = identity.to_string();
    let text = format!("# public key: {public}\n{}\n", secret.expose_secret());
    NewKey { public: PublicKey(public), identity_file: Zeroizing::new(text) }
}

/// The secret keys in the text of an identity file, as `poimuri recipient keygen` and `age-keygen` write it;
/// comments begin with `#`.
///
/// # Errors
/// A line is no secret key, or there is none.
pub fn read_identities(text: &str) -> Result<Vec<x25519::Identity>, KeyError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identities: Option<Vec<x25519::Identity>> = lines.map(|line| line.parse().ok()).collect();
    identities.filter(|identities| !identities.is_empty()).ok_or(KeyError::Identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_opens_what_is_sealed_to_it() {
        let made = keygen();
        let sealed = age::encrypt(&made.public.to_age().unwrap(), b"rows").unwrap();
        let identities = read_identities(&made.identity_file).unwrap();
        assert_eq!(age::decrypt(&identities[0], &sealed).unwrap(), b"rows");
        assert_eq!(identities[0].to_public().to_string(), made.public.as_str());
        assert!(!format!("{made:?}").contains("SECRET"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_told() {
        let made = keygen();
        let secret = made.identity_file.lines().last().unwrap();
        assert_eq!(secret.parse::<PublicKey>(), Err(KeyError::Secret));
        let mut wrong = made.public.as_str().to_owned();
        let last = if wrong.pop() == Some('q') { 'p' } else { 'q' };
        wrong.push(last);
        for bad in ["", "age1nonsense", "ssh-ed25519 AAAA", &wrong] {
            assert_eq!(bad.parse::<PublicKey>(), Err(KeyError::Public), "{bad}");
        }
        let half = format!("{}nonsense\n", made.identity_file.as_str());
        for bad in ["# nothing\n", &half] {
            assert_eq!(read_identities(bad).map(|_| ()), Err(KeyError::Identity));
        }
        assert!(made.public.as_str().parse::<PublicKey>().is_ok());
    }
}

//! Master keys: a file that wraps every other key.
//!
//! ```text
//! # comment
//! poimuri-master-1 <64 hexadecimal digits>     oldest first; the last one wraps
//! ```
//!
//! Whoever has the file and the store can read the orders in it; whoever loses the file
//! has lost them. It is made by an explicit step, never by the way.

#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::fill_random;
use super::key::{derive, keyed};
use super::seal::SealKey;
use crate::private_file;

const FORMAT: &str = "poimuri-master-1";
const COMMENT: &str = "# Poimuri master keys, oldest first; the last one wraps. Keep this file secret, and a copy of it safe.\n";

/// A master key file that cannot be used. Contents are never part of a message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterError {
    /// There is none, and none is made without being asked for.
    #[error("there is no master key file {}; the setting store.master_key names it", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// One is there, and would be lost.
    #[error("master key file {} is there already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// People other than its owner can read it.
    #[error("master key file {} can be read by everybody; make it private with chmod 600", path.display())]
    Exposed {
        /// Where.
        path: PathBuf,
    },
    /// It is no master key file.
    #[error("master key file {} is refused at line {line}: {reason}", path.display())]
    Malformed {
        /// Where.
        path: PathBuf,
        /// Counted from 1; 0 for the whole file.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// The system's answer.
    #[error("cannot {operation} master key file {}", path.display())]
    Io {
        /// The verb.
        operation: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// One master key.
#[derive(Debug, Clone)]
pub(super) struct MasterKey {
    /// 16 hexadecimal digits, derived from the key.
    pub(super) id: String,
    pub(super) seal: SealKey,
    bytes: SecretBytes,
}

#[derive(Clone)]
struct SecretBytes(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes")
    }
}

impl MasterKey {
    fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let id = hex::encode(&keyed(&bytes, &[b"poimuri master id 1"])[..8]);
        let seal = SealKey::new(&derive(&bytes, b"poimuri master wrap 1"));
        Self { id, seal, bytes: SecretBytes(bytes) }
    }
}

/// The master keys in use, oldest first; never empty.
#[derive(Debug, Clone)]
pub struct MasterKeys {
    keys: Vec<MasterKey>,
}

impl MasterKeys {
    /// Makes a file with one random key, readable by its owner only.
    ///
    /// # Errors
    /// [`MasterError::Exists`], or the system's.
    pub fn init(path: &Path) -> Result<Self, MasterError> {
        let line = random_line().map_err(|error| failed("make", path, error))?;
        let text = Zeroizing::new(format!("{COMMENT}{}", line.as_str()));
        match private_file::create(path, text.as_bytes()) {
            Ok(()) => Self::load(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(MasterError::Exists { path: path.to_owned() })
            }
            Err(error) => Err(failed("create", path, error)),
        }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Any [`MasterError`] but [`MasterError::Exists`].
    pub fn load(path: &Path) -> Result<Self, MasterError> {
        let meta = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(MasterError::Missing { path: path.to_owned() });
            }
            other => other.map_err(|error| failed("read", path, error))?,
        };
        if meta.permissions().mode() & 0o007 != 0 {
            return Err(MasterError::Exposed { path: path.to_owned() });
        }
        let text = fs::read_to_string(path).map_err(|error| failed("read", path, error))?;
        Self::parse(path, &Zeroizing::new(text))
    }

    /// Adds a random key to the file, which wraps from then on. Others keep unwrapping;
    /// once `keys::rewrap` has run they can be taken out by hand.
    ///
    /// # Errors
    /// Any [`MasterError`].
    pub fn rotate(path: &Path) -> Result<Self, MasterError> {
        Self::load(path)?;
        let io = |error| failed("rewrite", path, error);
        let mut text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&random_line().map_err(io)?);
        let beside = path.with_extension("rotating");
        private_file::create(&beside, text.as_bytes()).map_err(io)?;
        fs::rename(&beside, path).map_err(io)?;
        private_file::sync_folder(path).map_err(io)?;
        Self::load(path)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, MasterError> {
        let malformed = |line, reason| MasterError::Malformed { path: path.to_owned(), line, reason };
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let digits = line
                .strip_prefix(FORMAT)
                .ok_or_else(|| malformed(index + 1, "a key begins with poimuri-master-1"))?;
            let mut bytes = Zeroizing::new([0; 32]);
            hex::decode_to_slice(digits.trim(), &mut *bytes)
                .ok()
                .ok_or_else(|| malformed(index + 1, "a key has 64 hexadecimal digits"))?;
            keys.push(MasterKey::new(bytes));
        }
        if keys.is_empty() { Err(malformed(0, "it holds no key")) } else { Ok(Self { keys }) }
    }

    /// The key that wraps.
    pub(super) fn newest(&self) -> Option<&MasterKey> {
        self.keys.last()
    }

    pub(super) fn find(&self, id: &str) -> Option<&MasterKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// A secret for another purpose, such as hashing idempotency keys. It comes from the
    /// oldest key, so that it stays while keys are only added.
    #[must_use]
    pub fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.keys.first().map_or_else(Zeroizing::default, |key| {
            derive(&key.bytes.0, format!("poimuri {purpose} 1").as_bytes())
        })
    }

    /// A keyed hash to compare texts by.
    #[must_use]
    pub fn hashed_number(&self, purpose: &str, text: &[u8]) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = keyed(&self.secret(purpose), &[text]);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// A keyed hash for names of objects: 64 hexadecimal digits that betray nothing of `text`.
    #[must_use]
    pub fn hashed_name(&self, purpose: &str, text: &str) -> String {
        hex::encode(keyed(&self.secret(purpose), &[text.as_bytes()]))
    }
}

fn failed(operation: &'static str, path: &Path, source: io::Error) -> MasterError {
    MasterError::Io { operation, path: path.to_owned(), source }
}

fn random_line() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill_random(&mut *bytes)?;
    let digits = Zeroizing::new(hex::encode(*bytes));
    Ok(Zeroizing::new(format!("{FORMAT} {}\n", digits.as_str())))
}

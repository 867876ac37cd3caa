//! What can go wrong with a delivery. No message holds a delivered value.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use poimuri_shared::delivery::{MANIFEST, ManifestError};
use poimuri_shared::error::{Disposed, Disposition};
use poimuri_shared::store::StoreError;

/// A delivery that could not be written or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliverError {
    /// The store's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The recipient's key is none.
    #[error("the recipient's key is not an age X25519 public key (age1…)")]
    RecipientKey,
    /// A row that is not what the fields say; rows count from 1.
    #[error("row {row} cannot be delivered: {reason}")]
    Row {
        /// Which.
        row: u64,
        /// What is wrong; never the value.
        reason: &'static str,
    },
    /// Parquet's.
    #[error("cannot write Parquet")]
    Parquet(#[source] parquet::errors::ParquetError),
    /// Another attempt delivered something else.
    #[error("delivery of {order} is there with another digest")]
    Conflict {
        /// The order.
        order: String,
    },
    /// The manifest or a file is not what was delivered.
    #[error("delivery is damaged: {file}: {reason}")]
    Damaged {
        /// Name of the file.
        file: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// The identity file holds no key.
    #[error("identity file {} holds no age identity", path.display())]
    Identity {
        /// Where.
        path: PathBuf,
    },
    /// The delivery is encrypted to somebody else.
    #[error("{file} is not encrypted to this identity")]
    NotForYou {
        /// Name of the file.
        file: String,
    },
    /// A file outside the store.
    #[error("cannot {operation} {}", path.display())]
    File {
        /// The verb.
        operation: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl DeliverError {
    /// An error of the system met on the way into the store's object `name`.
    pub(super) fn write(name: &str, error: io::Error) -> Self {
        Self::Store(StoreError::from_io("write", name, error))
    }

    /// Parquet hides an error of the system in its own; a full disk is none of Parquet's business.
    pub(super) fn parquet(name: &str, error: parquet::errors::ParquetError) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(system) = cause.downcast_ref::<io::Error>() {
                let same =
                    system.raw_os_error().map_or_else(|| system.kind().into(), io::Error::from_raw_os_error);
                return Self::write(name, same);
            }
            source = cause.source();
        }
        Self::Parquet(error)
    }

    pub(super) fn file(operation: &'static str, path: &std::path::Path, source: io::Error) -> Self {
        Self::File { operation, path: path.to_owned(), source }
    }
}

impl From<ManifestError> for DeliverError {
    fn from(ManifestError(reason): ManifestError) -> Self {
        Self::Damaged { file: MANIFEST.to_owned(), reason }
    }
}

impl Disposed for DeliverError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Store(error) => error.disposition(),
            Self::File { .. } => Disposition::Retry(Duration::from_secs(5)),
            Self::RecipientKey | Self::NotForYou { .. } | Self::Identity { .. } => Disposition::Refuse,
            Self::Row { .. } | Self::Parquet(_) | Self::Conflict { .. } | Self::Damaged { .. } => {
                Disposition::Abort
            }
        }
    }
}

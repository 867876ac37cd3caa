//! What can go wrong with a store, by object, and whose move it is then.

use std::io;
use std::time::Duration;

use crate::error::{Disposed, Disposition};

/// A failure of the store. Names of objects hold ids only, never personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A name that no store could hold safely, or that is too long.
    #[error(
        "object name is not 1 to 512 letters, digits, dots, hyphens and underscores in parts of at most 160"
    )]
    Name,
    /// The store may not be written to.
    #[error("store is not writable at {name}")]
    NotWritable {
        /// The object.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// No space is left, or a quota is used up.
    #[error("store is full, cannot write {name}")]
    Full {
        /// The object.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// No such object.
    #[error("store has no object {name}")]
    Missing {
        /// The object.
        name: String,
    },
    /// The object's bytes are not what was written.
    #[error("object {name} is damaged: {reason}")]
    Damaged {
        /// The object.
        name: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// More objects than the caller can take.
    #[error("store has more than {max} objects under {prefix}")]
    TooMany {
        /// Beginning of their names.
        prefix: String,
        /// The caller's bound.
        max: usize,
    },
    /// The store lacks an ability that correctness rests on.
    #[error("store cannot be used: {reason}")]
    Unsuitable {
        /// Which ability.
        reason: &'static str,
        /// What the system said, if it said anything.
        source: Option<io::Error>,
    },
    /// Anything else the system reports.
    #[error("cannot {operation} object {name}")]
    Io {
        /// The verb.
        operation: &'static str,
        /// The object.
        name: String,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Sorts an error of the operating system by what it means for the store.
    #[must_use]
    pub fn from_io(operation: &'static str, name: &str, source: io::Error) -> Self {
        let name = name.to_owned();
        #[expect(clippy::wildcard_enum_match_arm, reason = "kinds of std are open-ended; the rest is Io")]
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { name },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable { name, source }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full { name, source }
            }
            io::ErrorKind::InvalidFilename => Self::Name,
            _ => Self::Io { operation, name, source },
        }
    }
}

impl Disposed for StoreError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::NotWritable { .. } | Self::Full { .. } => Disposition::Retry(Duration::from_secs(10)),
            Self::Io { .. } => Disposition::Retry(Duration::from_secs(1)),
            Self::Name
            | Self::Missing { .. }
            | Self::Damaged { .. }
            | Self::TooMany { .. }
            | Self::Unsuitable { .. } => Disposition::Abort,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_or_locked_store_is_tried_again() {
        let check = |kind: io::ErrorKind, retried: bool| {
            let error = StoreError::from_io("write", "orders/o-1/end", io::Error::from(kind));
            assert_eq!(matches!(error.disposition(), Disposition::Retry(_)), retried, "{error}");
        };
        check(io::ErrorKind::StorageFull, true);
        check(io::ErrorKind::QuotaExceeded, true);
        check(io::ErrorKind::PermissionDenied, true);
        check(io::ErrorKind::ReadOnlyFilesystem, true);
        check(io::ErrorKind::Interrupted, true);
        check(io::ErrorKind::NotFound, false);
        check(io::ErrorKind::InvalidFilename, false);
    }
}

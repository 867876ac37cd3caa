//! What can go wrong with a store, by object, and whose move it is then.

use std::error::Error;
use std::io::{self, ErrorKind as K};
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

/// Whether the store takes nothing at the moment, whatever the error is wrapped in: it is full, or may not be
/// written to. Trying again helps only once somebody has made room.
#[must_use]
pub fn takes_nothing(error: &(dyn Error + 'static)) -> bool {
    let mut link = Some(error);
    while let Some(error) = link {
        if let Some(StoreError::Full { .. } | StoreError::NotWritable { .. }) = error.downcast_ref() {
            return true;
        }
        let io = error.downcast_ref::<io::Error>();
        let full =
            |error: &io::Error| matches!(error.kind(), K::StorageFull | K::QuotaExceeded | K::FileTooLarge);
        if io.is_some_and(full) {
            return true;
        }
        // An error of the system that wraps another one does not name it as its source.
        let inner = io.and_then(io::Error::get_ref).map(|inner| inner as &(dyn Error + 'static));
        link = inner.or_else(|| error.source());
    }
    false
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

    #[test]
    fn a_full_store_is_recognised_through_wrappings() {
        let full = || io::Error::from(K::StorageFull);
        let store = |error| StoreError::from_io("write", "orders/o-1/end", error);
        assert!(takes_nothing(&store(full())));
        assert!(takes_nothing(&store(io::Error::from(K::ReadOnlyFilesystem))));
        assert!(takes_nothing(&io::Error::other(io::Error::other(full()))));
        assert!(takes_nothing(&io::Error::other(store(full()))));
        assert!(takes_nothing(&crate::store::KeyError::Store(store(full()))));
        for other in [store(io::Error::from(K::NotFound)), store(io::Error::other("cable"))] {
            assert!(!takes_nothing(&other), "{other}");
        }
    }
}

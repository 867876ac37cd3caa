//! Why a snapshot cannot be read. Names files, never what is in them.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Disposed, Disposition};

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A file of the snapshot is not there.
    #[error("snapshot file {} is missing", .0.display())]
    Missing(PathBuf),
    /// The system does not let a file be read.
    #[error("snapshot file {} cannot be read", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A file is shorter or longer than the manifest says.
    #[error("snapshot file {} has {found} bytes, its manifest says {expected}", file.display())]
    Size {
        /// The file.
        file: PathBuf,
        /// Bytes in the manifest.
        expected: u64,
        /// Bytes on disk.
        found: u64,
    },
    /// A file does not have the checksum of the manifest.
    #[error("snapshot file {} is damaged: its checksum is not the one of the manifest", .0.display())]
    Checksum(PathBuf),
    /// A file is not what this format says.
    #[error("snapshot file {} is damaged: {what}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A manifest that is not one.
    #[error("snapshot manifest {} is damaged", .0.display())]
    Manifest(PathBuf, #[source] serde_json::Error),
    /// Written by a later version of the program.
    #[error("snapshot {} has format version {found}, this program reads up to {readable}", file.display())]
    NewerFormat {
        /// The manifest.
        file: PathBuf,
        /// Version in the manifest.
        found: u64,
        /// Highest version this program reads.
        readable: u32,
    },
    /// A shard the snapshot does not have.
    #[error("snapshot has no shard {0}")]
    NoShard(u32),
    /// No snapshot of this name among the published ones.
    #[error("snapshot {0} does not exist")]
    Unknown(String),
    /// No snapshot at all.
    #[error("no snapshot is published in {}", .0.display())]
    None(PathBuf),
}

impl SnapshotError {
    /// The error of the system on a file; a file that is not there has its own.
    pub(crate) fn io(file: &std::path::Path, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound {
            Self::Missing(file.to_owned())
        } else {
            Self::Read(file.to_owned(), error)
        }
    }
}

impl Disposed for SnapshotError {
    fn disposition(&self) -> Disposition {
        match self {
            // Another worker may see the file, or this one later: folders are mounted and copied.
            Self::Missing(_) | Self::Read(..) => Disposition::Retry(Duration::from_secs(5)),
            Self::Unknown(_) | Self::None(_) => Disposition::Refuse,
            Self::Size { .. }
            | Self::Checksum(_)
            | Self::Damaged { .. }
            | Self::Manifest(..)
            | Self::NewerFormat { .. }
            | Self::NoShard(_) => Disposition::Abort,
        }
    }
}

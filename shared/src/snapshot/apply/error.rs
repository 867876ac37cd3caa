//! Why changes are not applied. Names files, fields and counts, never values.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::error::{Disposed, Disposition};
use crate::register::changes::files::FilesError;
use crate::snapshot::build::BuildError;
use crate::snapshot::reader::SnapshotError;

/// Why changes are not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The base cannot be read.
    #[error("base snapshot cannot be read")]
    Base(#[source] SnapshotError),
    /// The result would be older than what it is made of.
    #[error("date {as_of} is before that of the base, {base}")]
    Earlier {
        /// The date asked for.
        as_of: Date,
        /// The date of the base.
        base: Date,
    },
    /// The changes cannot be read.
    #[error("changes cannot be read")]
    Files(#[from] FilesError),
    /// Too many lines cannot be applied; nothing is published.
    #[error(
        "{left_out} of {lines} changes are left out or missing, at most {limit} percent may; see {}",
        report.display()
    )]
    TooMany {
        /// Lines and groups left out, and keys that did not come.
        left_out: u64,
        /// Lines of all files, and keys that did not come.
        lines: u64,
        /// The limit in percent.
        limit: f64,
        /// Where they are listed.
        report: PathBuf,
    },
    /// The result cannot be published.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Disposed for ApplyError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Earlier { .. } | Self::Files(_) | Self::TooMany { .. } => Disposition::Refuse,
            Self::Base(_) => Disposition::Abort,
            Self::Build(error) => error.disposition(),
        }
    }
}

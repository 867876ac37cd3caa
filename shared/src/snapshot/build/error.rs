//! Why a snapshot is not built. Names files, columns and counts, never values.

use std::io;
use std::path::PathBuf;

use crate::error::{Disposed, Disposition};
use crate::snapshot::reader::SnapshotError;

/// Why a snapshot is not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A source file is not there or cannot be opened.
    #[error("source file {file} cannot be opened")]
    Open {
        /// Name of the file.
        file: &'static str,
        /// Cause.
        source: io::Error,
    },
    /// A source file is no Parquet file, or a damaged one.
    #[error("source file {file} cannot be read")]
    Parquet {
        /// Name of the file.
        file: &'static str,
        /// Cause.
        source: parquet::errors::ParquetError,
    },
    /// A required column is not there.
    #[error("source file {file} has no column {column}")]
    NoColumn {
        /// Name of the file.
        file: &'static str,
        /// Name of the column.
        column: &'static str,
    },
    /// A required column has another type.
    #[error("column {column} of source file {file} has type {found}, wanted is {wanted}")]
    Mistyped {
        /// Name of the file.
        file: &'static str,
        /// Name of the column.
        column: &'static str,
        /// Type in the file.
        found: String,
        /// Type of the contract.
        wanted: &'static str,
    },
    /// A file has more rows than a snapshot can number.
    #[error("source file {file} has too many rows: {rows}")]
    TooManyRows {
        /// Name of the file.
        file: &'static str,
        /// Rows in the file.
        rows: i64,
    },
    /// More different values than the codes of the format can tell apart.
    #[error("{dictionary} has {found} different values, a snapshot holds {most}")]
    TooManyValues {
        /// Name of the dictionary.
        dictionary: &'static str,
        /// Different values in the source files.
        found: u32,
        /// The most there can be.
        most: u32,
    },
    /// Number of shards outside 1 to 9,999.
    #[error("number of shards must be 1 to 9999, not {0}")]
    Shards(u32),
    /// The limit of rejected rows is no share.
    #[error("limit of rejected rows must be 0 to 100 percent")]
    Limit,
    /// Too many rows break a rule; nothing is published.
    #[error(
        "{rejected} of {rows} rows break a rule, at most {limit} percent may; see {}",
        report.display()
    )]
    TooManyRejects {
        /// Rows that break a rule.
        rejected: u64,
        /// Rows of all files.
        rows: u64,
        /// The limit in percent.
        limit: f64,
        /// Where the rejected rows are listed.
        report: PathBuf,
    },
    /// The snapshot cannot be written.
    #[error("{} cannot be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// Columns do not fit their file: a defect.
    #[error("table {0} cannot be encoded")]
    Encode(String, #[source] arrow_schema::ArrowError),
    /// The report of rejected rows cannot be encoded: a defect.
    #[error("rejected rows cannot be encoded")]
    Report(#[source] parquet::errors::ParquetError),
    /// A snapshot of this name is there already and cannot be read.
    #[error("the same snapshot is published already and cannot be read")]
    Published(#[source] SnapshotError),
    /// The content has no name: a defect.
    #[error("snapshot cannot be named")]
    Name(#[source] crate::ids::NameError),
}

impl Disposed for BuildError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Open { .. }
            | Self::Parquet { .. }
            | Self::NoColumn { .. }
            | Self::Mistyped { .. }
            | Self::TooManyRows { .. }
            | Self::TooManyValues { .. }
            | Self::Shards(_)
            | Self::Limit
            | Self::TooManyRejects { .. } => Disposition::Refuse,
            Self::Write(..) | Self::Encode(..) | Self::Report(_) | Self::Published(_) | Self::Name(_) => {
                Disposition::Abort
            }
        }
    }
}

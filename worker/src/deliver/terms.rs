//! What a delivery is made by, and what it came to.

use jiff::Timestamp;
use poimuri_shared::delivery::{Manifest, PartFile};
use poimuri_shared::ids::{PermitId, RecipientId, SnapshotId};
use poimuri_shared::order::{Format, XLSX_ROWS_MAX};

/// When a part ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of a part.
    pub part_rows_max: u64,
    /// Bytes of a part, counted as canonical rows; a longer row has a part of its own.
    pub part_bytes_max: u64,
}

impl Limits {
    /// The limits of a format: a workbook's sheet is filled.
    #[must_use]
    pub fn of(format: Format) -> Self {
        match format {
            Format::Xlsx => Self { part_rows_max: XLSX_ROWS_MAX, ..Self::default() },
            Format::Csv | Format::Parquet | Format::Fixed => Self::default(),
        }
    }
}

impl Default for Limits {
    /// A million rows fit into what spreadsheets open; 1 GiB into what mail gateways carry.
    fn default() -> Self {
        Self { part_rows_max: 1_000_000, part_bytes_max: 1 << 30 }
    }
}

/// What the manifest says besides the files.
#[derive(Debug, Clone)]
pub struct Meta {
    /// The snapshot the rows were taken from.
    pub snapshot: SnapshotId,
    /// The permit it is made under.
    pub permit: PermitId,
    /// Whom it is encrypted to.
    pub recipient: RecipientId,
    /// When it is made.
    pub created: Timestamp,
}

/// A delivery that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySummary {
    /// Delivered rows.
    pub rows: u64,
    /// SHA-256 of the rows as CSV without header, 64 hexadecimal digits.
    pub digest: String,
    /// Its files.
    pub files: Vec<PartFile>,
    /// Whether it is an attempt before this one that delivered.
    pub was_there: bool,
}

impl DeliverySummary {
    pub(super) fn of(manifest: Manifest, was_there: bool) -> Self {
        Self { rows: manifest.rows, digest: manifest.digest, files: manifest.files, was_there }
    }
}

//! What is wrong with a workbook; no value of a cell is part of a message.

use super::{CELLS_MAX, PARTS_MAX, RATIO_MAX, ROWS_MAX, STRINGS_MAX, TEXT_RATIO_MAX};

/// A workbook that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookFault {
    /// Some other ZIP file, or a format of another program.
    #[error("it is a ZIP file and no Excel workbook (.xlsx)")]
    None,
    /// A compound file.
    #[error("it is a workbook of an old format (.xls) or has a password; save it as .xlsx without one")]
    Old,
    /// Not what the format says.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// More bytes than are read, compressed.
    #[error("it has more than {0} bytes")]
    Large(u64),
    /// More parts than are read.
    #[error("it has more than {PARTS_MAX} parts")]
    Parts,
    /// More bytes than are read, inflated.
    #[error("{part} has more than {bytes} bytes when it is inflated")]
    Inflated {
        /// What inflates.
        part: &'static str,
        /// The limit.
        bytes: u64,
    },
    /// A part that bursts.
    #[error("a part inflates to more than {RATIO_MAX} times its size")]
    Ratio,
    /// A part that inflates to another size than the file says.
    #[error("a part has another size than the file says")]
    Size,
    /// More strings than are read.
    #[error("it has more than {STRINGS_MAX} different strings")]
    Strings,
    /// A string too long for a cell.
    #[error("it has a string longer than a cell may be")]
    LongString,
    /// A row beyond the last that a sheet can have.
    #[error("the sheet has more than {ROWS_MAX} rows")]
    Rows,
    /// More cells than are read.
    #[error("the sheet has more than {CELLS_MAX} cells")]
    Cells,
    /// Long strings behind many short references.
    #[error("the text of the sheet has more than {TEXT_RATIO_MAX} times the bytes of the sheet")]
    LargeText,
    /// No such sheet.
    #[error("it has no sheet of the name that was asked for; it has: {}", .0.join(", "))]
    NoSuchSheet(Vec<String>),
    /// Nothing but charts.
    #[error("it has no sheet with cells")]
    NoSheet,
    /// A row that cannot be read.
    #[error("row {row}: {reason}")]
    Row {
        /// The row of the sheet, from 1.
        row: u32,
        /// What is wrong.
        reason: &'static str,
    },
}

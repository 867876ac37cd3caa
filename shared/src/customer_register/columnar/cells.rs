//! Cells of Parquet as a customer would write them.

use std::fmt::Write as _;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use jiff::ToSpan as _;

use super::super::LINE_BYTES_MAX;

/// A text that has more than this makes its row too long.
const TEXT_BYTES_MAX: usize = LINE_BYTES_MAX + 4;

/// Whether columns of this type can be told.
pub(super) fn is_told(kind: &DataType) -> bool {
    kind.is_integer()
        || matches!(
            kind,
            DataType::Utf8View | DataType::Boolean | DataType::Date32 | DataType::Float32 | DataType::Float64
        )
}

/// Writes a row: cells between `;`, all quoted. What makes it longer than a line may be is left out: whoever reads it
/// sees that it is too long.
pub(super) fn write_row(batch: &RecordBatch, index: usize, scratch: &mut String, out: &mut Vec<u8>) {
    let mut length = 0;
    for (place, column) in batch.columns().iter().enumerate() {
        if place > 0 {
            out.push(b';');
        }
        let text = text(column, index, scratch);
        let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
        quote(text, out);
        length += text.len();
        if length > LINE_BYTES_MAX {
            break;
        }
    }
    out.push(b'\n');
}

/// Writes a cell, quoted.
pub(super) fn quote(cell: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = cell.as_bytes();
    while let Some(at) = memchr::memchr(b'"', rest) {
        let (before, after) = rest.split_at(at + 1);
        out.extend_from_slice(before);
        out.push(b'"');
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// The text of a value, or of none.
#[expect(clippy::wildcard_enum_match_arm, reason = "other types are refused when the file is opened")]
fn text<'a>(column: &'a ArrayRef, index: usize, scratch: &'a mut String) -> &'a str {
    macro_rules! told {
        ($value:expr) => {{
            scratch.clear();
            // A string takes all that is written to it.
            _ = write!(scratch, "{}", $value);
            scratch.as_str()
        }};
    }
    macro_rules! number {
        ($kind:ty) => {
            told!(column.as_primitive::<$kind>().value(index))
        };
    }
    if column.is_null(index) {
        return "";
    }
    match column.data_type() {
        DataType::Utf8View => column.as_string_view().value(index),
        DataType::Boolean => told!(column.as_boolean().value(index)),
        DataType::Date32 => {
            let day = column.as_primitive::<Date32Type>().value(index);
            let date = jiff::civil::date(1970, 1, 1).checked_add(i64::from(day).days());
            date.map_or("", |date| told!(date))
        }
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        _ => "",
    }
}

//! Lines that are left out: which, where, and why. Never what stands in them.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;

use crate::register::changes::files::{ChangeFiles, Fault};
use crate::snapshot::build::rejects::properties;

/// Rows written at a time.
const BATCH: usize = 65_536;

/// `change-rejects.parquet`: `file`, `line` (from 1), `key` (null where a line has none), `field`, `reason`, by file
/// and line.
pub(super) fn encode(files: &ChangeFiles, faults: &[Fault]) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let schema = batch(files, &[])?.schema();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties()))?;
    for part in faults.chunks(BATCH) {
        writer.write(&batch(files, part)?)?;
    }
    writer.close()?;
    Ok(bytes)
}

fn batch(files: &ChangeFiles, faults: &[Fault]) -> Result<RecordBatch, ParquetError> {
    let text = |of: &dyn Fn(&Fault) -> String| -> ArrayRef {
        Arc::new(faults.iter().map(|fault| Some(of(fault))).collect::<StringArray>())
    };
    let name = |fault: &Fault| files.names.get(fault.place.file as usize).cloned().unwrap_or_default();
    let lines = Int64Array::from_iter_values(faults.iter().map(|fault| i64::from(fault.place.line)));
    let keys: UInt64Array = faults.iter().map(|fault| fault.place.key).collect();
    let columns: [(&str, ArrayRef, bool); 5] = [
        ("file", text(&name), false),
        ("line", Arc::new(lines), false),
        ("key", Arc::new(keys), true),
        ("field", text(&|fault| fault.left_out.field.to_string()), false),
        ("reason", text(&|fault| fault.left_out.reason.text()), false),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

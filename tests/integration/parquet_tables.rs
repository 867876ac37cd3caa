//! Tables in Parquet files as text: the source of a register read, a customer's register written.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array as _, ArrayRef, Date32Array, RecordBatch, StringArray};
use jiff::civil::{Date, date};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

const DAY_ZERO: Date = date(1970, 1, 1);

/// A row by the names of its columns, nulls left out; of a list its last value.
pub(crate) type TextRow = HashMap<String, String>;

/// The rows of a file, in its order. Columns that are neither text, number, date, truth nor a list of them are left out.
pub(crate) fn read(path: &Path) -> Vec<TextRow> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let file = File::open(path).unwrap();
    let reader =
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).unwrap().build().unwrap();
    reader.flat_map(|batch| rows(&batch.unwrap())).collect()
}

fn rows(batch: &RecordBatch) -> Vec<TextRow> {
    let mut rows = vec![TextRow::new(); batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        for (index, row) in rows.iter_mut().enumerate().filter(|(index, _)| column.is_valid(*index)) {
            row.extend(text(column, index).map(|text| (field.name().clone(), text)));
        }
    }
    rows
}

fn text(column: &ArrayRef, row: usize) -> Option<String> {
    if let Some(texts) = column.as_string_opt::<i32>() {
        return Some(texts.value(row).to_owned());
    }
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        return Some((DAY_ZERO + jiff::Span::new().days(days.value(row))).to_string());
    }
    if let Some(numbers) = column.as_primitive_opt::<Int32Type>() {
        return Some(numbers.value(row).to_string());
    }
    if let Some(truths) = column.as_boolean_opt() {
        return Some(truths.value(row).to_string());
    }
    let values = column.as_list_opt::<i32>()?.value(row);
    (!values.is_empty()).then(|| text(&values, values.len() - 1)).flatten()
}

/// Writes the cells of a simple text with semicolons; columns in `dates` as days.
pub(crate) fn written(text: &str, dates: &[&str]) -> Vec<u8> {
    let mut lines = text.lines().map(|line| line.split(';').collect::<Vec<_>>());
    let headings = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let columns = headings.iter().enumerate().map(|(place, heading)| {
        let cells = rows.iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty()));
        let column: ArrayRef = if dates.contains(heading) {
            Arc::new(cells.map(|cell| cell.map(days)).collect::<Date32Array>())
        } else {
            Arc::new(cells.collect::<StringArray>())
        };
        (*heading, column, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn days(date: &str) -> i32 {
    date.parse::<Date>().unwrap().since(DAY_ZERO).unwrap().get_days()
}

//! A register as Parquet, read as the text of a table: headings, then rows.
//!
//! Parquet is read from its end, so the file is held in memory; its rows are not.

use std::io::{self, Read};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array as _, ArrayRef, RecordBatch};
use arrow_schema::DataType;
use bytes::Bytes;
use jiff::ToSpan as _;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};

use super::RegisterError;

/// What Parquet files begin with.
pub(super) const PARQUET: &[u8] = b"PAR1";
/// A Parquet file has at most this many bytes.
pub(super) const PARQUET_BYTES_MAX: u64 = 1 << 30;

/// The rows of a Parquet file as text.
pub(super) struct Text {
    batches: ParquetRecordBatchReader,
    bytes: Vec<u8>,
    given: usize,
}

impl Text {
    /// Opens a file.
    ///
    /// # Errors
    /// It is damaged or holds what is no table.
    pub(super) fn open(bytes: Bytes) -> Result<Self, RegisterError> {
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options);
        let builder = builder.map_err(|_source| RegisterError::Parquet("it is damaged"))?;
        let fields = builder.schema().fields().clone();
        if !fields.iter().all(|field| is_read(field.data_type())) {
            return Err(RegisterError::Parquet("a column is neither text, number, date nor yes or no"));
        }
        let mut bytes = Vec::new();
        let names: Vec<String> = fields.iter().map(|field| field.name().clone()).collect();
        row(&names, &mut bytes);
        let batches = builder.build().map_err(|_source| RegisterError::Parquet("it is damaged"))?;
        Ok(Self { batches, bytes, given: 0 })
    }

    fn next(&mut self) -> io::Result<bool> {
        let Some(batch) = self.batches.next() else { return Ok(false) };
        let batch = batch.map_err(|_source| io::Error::other(RegisterError::Parquet("it is damaged")))?;
        self.bytes.clear();
        self.given = 0;
        write(&batch, &mut self.bytes);
        Ok(true)
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let rest = self.bytes.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

fn is_read(kind: &DataType) -> bool {
    kind.is_integer()
        || matches!(
            kind,
            DataType::Utf8
                | DataType::LargeUtf8
                | DataType::Boolean
                | DataType::Date32
                | DataType::Float32
                | DataType::Float64
        )
}

fn write(batch: &RecordBatch, out: &mut Vec<u8>) {
    let mut cells = vec![String::new(); batch.num_columns()];
    for index in 0..batch.num_rows() {
        for (cell, column) in cells.iter_mut().zip(batch.columns()) {
            *cell = if column.is_null(index) { String::new() } else { text(column, index) };
        }
        row(&cells, out);
    }
}

/// Writes a row as text: cells between `;`, all quoted.
pub(super) fn row(cells: &[String], out: &mut Vec<u8>) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(b';');
        }
        out.push(b'"');
        for (index, piece) in cell.split('"').enumerate() {
            if index > 0 {
                out.extend_from_slice(b"\"\"");
            }
            out.extend_from_slice(piece.as_bytes());
        }
        out.push(b'"');
    }
    out.push(b'\n');
}

/// A value as a customer would write it.
#[expect(clippy::wildcard_enum_match_arm, reason = "other types are refused when the file is opened")]
fn text(column: &ArrayRef, index: usize) -> String {
    macro_rules! number {
        ($kind:ty) => {
            column.as_primitive::<$kind>().value(index).to_string()
        };
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(index).to_owned(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(index).to_owned(),
        DataType::Boolean => column.as_boolean().value(index).to_string(),
        DataType::Date32 => {
            let day = column.as_primitive::<Date32Type>().value(index);
            let date = jiff::civil::date(1970, 1, 1).checked_add(i64::from(day).days());
            date.map(|date| date.to_string()).unwrap_or_default()
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
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date32Array, Int64Array, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    fn told(bytes: &[u8]) -> Result<String, RegisterError> {
        let mut text = String::new();
        Text::open(Bytes::copy_from_slice(bytes))?.read_to_string(&mut text).map_err(RegisterError::of_io)?;
        Ok(text)
    }

    #[test]
    fn parquet_is_read_as_a_table() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("sukunimi", Arc::new(StringArray::from(vec![Some("Mäki;\"x\""), None]))),
            ("postinumero", Arc::new(Int64Array::from(vec![100, 33100]))),
            ("syntymäaika", Arc::new(Date32Array::from(vec![Some(0), None]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        let bytes = writer.into_inner().unwrap();
        let expected = "\"sukunimi\";\"postinumero\";\"syntymäaika\"\n\"Mäki;\"\"x\"\"\";\"100\";\"1970-01-01\"\n\"\";\"33100\";\"\"\n";
        assert_eq!(told(&bytes).unwrap(), expected);
        let cut = told(&bytes[..bytes.len() / 2]);
        assert!(matches!(cut, Err(RegisterError::Parquet(_))));
    }
}

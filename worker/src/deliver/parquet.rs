//! Rows as Parquet: typed columns, Snappy, an empty value is null.

use std::sync::Arc;

use arrow_array::builder::{ArrayBuilder, Date32Builder, Int32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema, SchemaRef};
use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::error::DeliverError;
use super::field::{Field, Kind};
use super::part::Sink;

/// Rows of one batch, and of one row group.
const BATCH_ROWS: usize = 16 * 1024;
const GROUP_ROWS: usize = 256 * 1024;

enum Values {
    Text(StringBuilder),
    Number(Int32Builder),
    Date(Date32Builder),
}

impl Values {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Number => Self::Number(Int32Builder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
        }
    }

    fn add(&mut self, value: &str) -> Result<(), &'static str> {
        let value = (!value.is_empty()).then_some(value);
        match self {
            Self::Text(values) => values.append_option(value),
            Self::Number(values) => {
                let number = value.map(str::parse).transpose();
                values.append_option(number.ok().ok_or("a number is none")?);
            }
            Self::Date(values) => values.append_option(value.map(days).transpose()?),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(values) => ArrayBuilder::finish(values),
            Self::Number(values) => ArrayBuilder::finish(values),
            Self::Date(values) => ArrayBuilder::finish(values),
        }
    }
}

/// Days since 1970-01-01.
fn days(text: &str) -> Result<i32, &'static str> {
    let date: Date = text.parse().ok().ok_or("a date is none")?;
    let epoch = jiff::civil::date(1970, 1, 1);
    i32::try_from(date.duration_since(epoch).as_hours() / 24).ok().ok_or("a date is out of range")
}

pub(super) struct ParquetBody {
    schema: SchemaRef,
    columns: Vec<Values>,
    rows: usize,
    writer: ArrowWriter<Sink>,
}

impl ParquetBody {
    pub(super) fn begin(fields: &[Field], sink: Sink, object: &str) -> Result<Self, DeliverError> {
        let columns = fields.iter().map(|field| {
            let data_type = match field.kind {
                Kind::Text => DataType::Utf8,
                Kind::Number => DataType::Int32,
                Kind::Date => DataType::Date32,
            };
            arrow_schema::Field::new(&field.name, data_type, true)
        });
        let schema = Arc::new(Schema::new(columns.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("poimuri ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties))
            .map_err(|error| DeliverError::parquet(object, error))?;
        let columns = fields.iter().map(|field| Values::new(field.kind)).collect();
        Ok(Self { schema, columns, rows: 0, writer })
    }

    pub(super) fn field_count(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn add(&mut self, row: &csv::StringRecord) -> Result<(), &'static str> {
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.add(value)?;
        }
        self.rows += 1;
        Ok(())
    }

    pub(super) fn write_full(&mut self, object: &str) -> Result<(), DeliverError> {
        if self.rows >= BATCH_ROWS { self.write_batch(object) } else { Ok(()) }
    }

    fn write_batch(&mut self, object: &str) -> Result<(), DeliverError> {
        let arrays = self.columns.iter_mut().map(Values::finish).collect();
        self.rows = 0;
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .map_err(parquet::errors::ParquetError::from)
            .and_then(|batch| self.writer.write(&batch))
            .map_err(|error| DeliverError::parquet(object, error))
    }

    pub(super) fn finish(mut self, object: &str) -> Result<Sink, DeliverError> {
        if self.rows > 0 {
            self.write_batch(object)?;
        }
        self.writer.into_inner().map_err(|error| DeliverError::parquet(object, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days() {
        for (text, expected) in
            [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-01", 20_758), ("1900-01-01", -25_567)]
        {
            assert_eq!(days(text), Ok(expected), "{text}");
        }
        assert!(days("2026-02-30").is_err());
    }
}

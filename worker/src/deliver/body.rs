//! Rows in the format of the delivery, whichever it is.

use std::io::Write as _;

use super::error::DeliverError;
use poimuri_shared::order::Format;

use super::field::Field;
use super::fixed::FixedBody;
use super::parquet::ParquetBody;
use super::part::Sink;
use super::rows::each_row;
use super::xlsx::XlsxBody;

/// A file being filled with rows.
pub(super) enum Body {
    Csv(Sink),
    Parquet(Box<ParquetBody>),
    Fixed(FixedBody),
    Xlsx(Box<XlsxBody>),
}

/// The row of names; those of a customer's own columns may need quotes.
fn header(names: &[&str]) -> Vec<u8> {
    let quoted = names.iter().map(|name| {
        if name.contains([',', '"', '\r', '\n']) {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            (*name).to_owned()
        }
    });
    format!("{}\r\n", quoted.collect::<Vec<_>>().join(",")).into_bytes()
}

impl Body {
    /// Begins a file; `object` is what errors of the store call it.
    pub(super) fn begin(
        format: Format,
        fields: &[Field],
        mut sink: Sink,
        object: &str,
    ) -> Result<Self, DeliverError> {
        Ok(match format {
            Format::Csv => {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                sink.write_all(&header(&names)).map_err(|error| DeliverError::write(object, error))?;
                Self::Csv(sink)
            }
            Format::Parquet => Self::Parquet(Box::new(ParquetBody::begin(fields, sink, object)?)),
            Format::Xlsx => Self::Xlsx(Box::new(XlsxBody::begin(fields, sink, object)?)),
            Format::Fixed => Self::Fixed(FixedBody::new(fields, sink)),
        })
    }

    /// Adds whole canonical rows, the first of which is `first_row` (from 1) of the delivery.
    pub(super) fn push(&mut self, rows: &[u8], first_row: u64, object: &str) -> Result<(), DeliverError> {
        match self {
            Self::Csv(sink) => sink.write_all(rows).map_err(|error| DeliverError::write(object, error)),
            Self::Parquet(body) => {
                each_row(rows, body.field_count(), first_row, |row| body.add(row))?;
                body.write_full(object)
            }
            Self::Xlsx(body) => {
                each_row(rows, body.field_count(), first_row, |row| body.add(row))?;
                body.write_full(object)
            }
            Self::Fixed(body) => {
                each_row(rows, body.field_count(), first_row, |row| {
                    body.add(row);
                    Ok(())
                })?;
                body.write_full(object)
            }
        }
    }

    /// Whether no more rows fit into the file.
    pub(super) fn is_full(&self) -> bool {
        matches!(self, Self::Xlsx(body) if body.is_full())
    }

    /// The file's end; the values that had to be cut.
    pub(super) fn finish(self, object: &str) -> Result<(Sink, u64), DeliverError> {
        match self {
            Self::Csv(sink) => Ok((sink, 0)),
            Self::Parquet(body) => Ok((body.finish(object)?, 0)),
            Self::Fixed(body) => body.finish(object),
            Self::Xlsx(body) => body.finish(object),
        }
    }
}

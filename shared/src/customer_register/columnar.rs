//! A register as Parquet, read as the text of a table: headings, then rows.
//!
//! Row groups are read one after another, each a page of every column at a time: neither the file nor a row group is
//! ever whole in memory.

mod cells;
mod header;
mod packing;
mod pages;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use self::cells::{is_told, quote, write_row};
use self::pages::{Index, Pages};
use super::RegisterError;
use super::anywhere::Anywhere;
use super::form::COLUMNS_MAX;

/// What Parquet files begin with.
pub(super) const PARQUET: &[u8] = b"PAR1";
/// A Parquet file has at most this many bytes.
pub(super) const PARQUET_BYTES_MAX: u64 = 4 << 30;
/// The rows of a Parquet file have at most this many bytes as text: a few bytes can stand for very many rows.
const TEXT_BYTES_MAX: u64 = 8 << 30;
/// Text made at once, but for one row.
const PIECE: usize = 64 << 10;
const DAMAGED: RegisterError = RegisterError::Parquet("it is damaged");

/// The rows of a Parquet file as text.
pub(super) struct Text {
    batches: ParquetRecordBatchReader,
    pages: Pages,
    /// Rows that are read, and which is next.
    batch: Option<(RecordBatch, usize)>,
    scratch: String,
    bytes: Vec<u8>,
    given: usize,
    made: u64,
}

impl Text {
    /// Opens a file.
    ///
    /// # Errors
    /// It is damaged or holds what is no table.
    pub(super) fn open(file: &Anywhere) -> Result<Self, RegisterError> {
        let known = known(file)?;
        let fields = known.schema().fields();
        if fields.is_empty() {
            return Err(RegisterError::Parquet("it has no columns"));
        }
        if fields.len() > COLUMNS_MAX {
            return Err(RegisterError::TooManyColumns);
        }
        if !fields.iter().all(|field| is_told(field.data_type())) {
            return Err(RegisterError::Parquet("a column is neither text, number, date nor yes or no"));
        }
        let mut bytes = Vec::new();
        row(fields.iter().map(|field| field.name().as_str()), &mut bytes);
        let pages = Pages::new(file, known.metadata());
        let batches = ParquetRecordBatchReaderBuilder::new_with_metadata(pages.clone(), known).build();
        let batches = batches.map_err(|_source| DAMAGED)?;
        Ok(Self { batches, pages, batch: None, scratch: String::new(), bytes, given: 0, made: 0 })
    }

    /// Makes the text of the next rows; false if there are none.
    fn next(&mut self) -> Result<bool, RegisterError> {
        self.bytes.clear();
        self.given = 0;
        let Some((batch, mut next)) = self.batch.take() else {
            let Some(batch) = self.batches.next() else { return Ok(false) };
            let fault = |_source| self.pages.fault().map_or(DAMAGED, RegisterError::Parquet);
            self.batch = Some((batch.map_err(fault)?, 0));
            return Ok(true);
        };
        while next < batch.num_rows() && self.bytes.len() < PIECE {
            write_row(&batch, next, &mut self.scratch, &mut self.bytes);
            next += 1;
        }
        self.batch = (next < batch.num_rows()).then_some((batch, next));
        self.made += self.bytes.len() as u64;
        if self.made > TEXT_BYTES_MAX {
            return Err(RegisterError::Parquet("its rows have more than 8 GiB as text"));
        }
        Ok(true)
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() {
            if !self.next().map_err(io::Error::other)? {
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

/// What a file says of itself at its end. Texts are looked at where their page lies: one that stands in many rows is
/// there once.
fn known(file: &Anywhere) -> Result<ArrowReaderMetadata, RegisterError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let known = ArrowReaderMetadata::load(&Index(file), options.clone()).map_err(|_source| DAMAGED)?;
    if !known.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns).all(is_placed) {
        return Err(DAMAGED);
    }
    let fields = known.schema().fields().iter().map(|field| {
        let kind = field.data_type();
        let kind = if *kind == DataType::Utf8 { &DataType::Utf8View } else { kind };
        field.as_ref().clone().with_data_type(kind.clone())
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    ArrowReaderMetadata::try_new(Arc::clone(known.metadata()), options.with_schema(schema))
        .map_err(|_source| DAMAGED)
}

/// Whether a column's piece lies where something can lie.
fn is_placed(piece: &ColumnChunkMetaData) -> bool {
    let places =
        [piece.data_page_offset(), piece.dictionary_page_offset().unwrap_or(0), piece.compressed_size()];
    places.iter().all(|place| *place >= 0)
}

/// Writes a row as text: cells between `;`, all quoted.
pub(super) fn row<'c>(cells: impl IntoIterator<Item = &'c str>, out: &mut Vec<u8>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(b';');
        }
        quote(cell, out);
    }
    out.push(b'\n');
}

//! Columns as an Arrow IPC stream of one record batch: line numbers first, then the columns in their order, each with its
//! identity codes behind it if there are.

use std::io::{self, Read, Write};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, RecordBatch, UInt32Array, UInt64Array};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Field, Schema};

use super::{Column, Columns};

impl Columns {
    /// Writes them.
    ///
    /// # Errors
    /// Of the writer.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        let arrays = self.arrays().map_err(failed)?;
        let fields = arrays.iter().enumerate();
        let fields: Vec<Field> = fields
            .map(|(place, array)| Field::new(place.to_string(), array.data_type().clone(), false))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let mut writer = StreamWriter::try_new(out, &schema).map_err(failed)?;
        let batch = RecordBatch::try_new(schema, arrays).map_err(failed)?;
        writer.write(&batch).map_err(failed)?;
        writer.finish().map_err(failed)
    }

    fn arrays(&self) -> Result<Vec<ArrayRef>, ArrowError> {
        let lines: ArrayRef = Arc::new(UInt64Array::new(self.lines.clone(), None));
        let mut arrays = vec![lines];
        for (column, identity_codes) in self.columns.iter().zip(&self.identity_codes) {
            arrays.push(match column {
                Column::Plain(texts) => Arc::new(texts.clone()),
                Column::Coded { codes, texts } => {
                    let codes = UInt32Array::new(codes.clone(), None);
                    Arc::new(DictionaryArray::try_new(codes, Arc::new(texts.clone()))?)
                }
            });
            if let Some(codes) = identity_codes {
                arrays.push(Arc::new(UInt64Array::new(codes.clone(), None)));
            }
        }
        Ok(arrays)
    }

    /// Reads what [`Columns::write`] wrote.
    ///
    /// # Errors
    /// Of the reader, and of kind `InvalidData` if it is something else.
    pub fn read(input: impl Read) -> io::Result<Self> {
        let mut reader = StreamReader::try_new(input, None).map_err(failed)?;
        let batch = reader.next().ok_or(io::ErrorKind::InvalidData)?.map_err(failed)?;
        let (lines, arrays) = batch.columns().split_first().ok_or(io::ErrorKind::InvalidData)?;
        let numbers = |array: &ArrayRef| array.as_primitive_opt().map(|it: &UInt64Array| it.values().clone());
        let lines = numbers(lines).ok_or(io::ErrorKind::InvalidData)?;
        let mut all = Self { lines, columns: Vec::new(), identity_codes: Vec::new() };
        for array in arrays {
            match (numbers(array), all.identity_codes.last_mut()) {
                (Some(codes), Some(of_last)) => *of_last = Some(codes),
                _ => {
                    all.columns.push(column(array).ok_or(io::ErrorKind::InvalidData)?);
                    all.identity_codes.push(None);
                }
            }
        }
        Ok(all)
    }
}

fn column(array: &ArrayRef) -> Option<Column> {
    match array.as_string_opt() {
        Some(texts) => Some(Column::Plain(texts.clone())),
        None => {
            let coded = array.as_dictionary_opt::<UInt32Type>()?;
            let texts = coded.values().as_string_opt()?.clone();
            Some(Column::Coded { codes: coded.keys().values().clone(), texts })
        }
    }
}

fn failed(error: ArrowError) -> io::Error {
    if let ArrowError::IoError(_, error) = error {
        return error;
    }
    io::Error::new(io::ErrorKind::InvalidData, error)
}

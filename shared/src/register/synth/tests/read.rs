//! A source file read back, column by column.

use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Int32Type};
use arrow_array::{Array as _, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::register::source::SourceFile;

/// A file read back; the schema must be the one of the contract.
pub(super) struct Read(Vec<RecordBatch>);

impl Read {
    pub(super) fn file(folder: &Path, file: SourceFile) -> Self {
        let source = std::fs::File::open(folder.join(file.file_name())).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(source).unwrap();
        for (field, column) in builder.schema().fields().iter().zip(file.columns()) {
            assert_eq!((field.name().as_str(), field.is_nullable()), (column.name, column.nullable));
        }
        Self(builder.build().unwrap().map(Result::unwrap).collect())
    }

    pub(super) fn texts(&self, column: &str) -> Vec<Option<String>> {
        let part = |batch: &RecordBatch| -> Vec<Option<String>> {
            let array = batch.column_by_name(column).unwrap().as_string::<i32>();
            array.iter().map(|text| text.map(str::to_owned)).collect()
        };
        self.0.iter().flat_map(part).collect()
    }

    pub(super) fn sure(&self, column: &str) -> Vec<String> {
        self.texts(column).into_iter().map(Option::unwrap).collect()
    }

    pub(super) fn lists(&self, column: &str) -> Vec<Vec<String>> {
        let part = |batch: &RecordBatch| -> Vec<Vec<String>> {
            let array = batch.column_by_name(column).unwrap().as_list::<i32>().clone();
            let items =
                |row| array.value(row).as_string::<i32>().iter().flatten().map(str::to_owned).collect();
            (0..array.len()).map(|row| if array.is_null(row) { Vec::new() } else { items(row) }).collect()
        };
        self.0.iter().flat_map(part).collect()
    }

    pub(super) fn dates(&self, column: &str) -> Vec<Option<i32>> {
        let part = |batch: &RecordBatch| -> Vec<Option<i32>> {
            batch.column_by_name(column).unwrap().as_primitive::<Date32Type>().iter().collect()
        };
        self.0.iter().flat_map(part).collect()
    }

    pub(super) fn numbers(&self, column: &str) -> Vec<Option<i32>> {
        let part = |batch: &RecordBatch| -> Vec<Option<i32>> {
            batch.column_by_name(column).unwrap().as_primitive::<Int32Type>().iter().collect()
        };
        self.0.iter().flat_map(part).collect()
    }

    pub(super) fn flags(&self, column: &str) -> Vec<bool> {
        let part = |batch: &RecordBatch| -> Vec<bool> {
            batch.column_by_name(column).unwrap().as_boolean().iter().map(Option::unwrap).collect()
        };
        self.0.iter().flat_map(part).collect()
    }
}

//! Source files of a register: their columns checked, then read one by one over the whole file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use super::error::BuildError;
use crate::register::source::{Kind, SourceFile};

/// Rows decoded at a time.
const BATCH: usize = 65_536;

/// A source file whose columns are those of the contract.
pub(crate) struct Source {
    pub(crate) file: SourceFile,
    path: PathBuf,
    plain: ArrowReaderMetadata,
    /// The same, texts as dictionaries where the file has them.
    coded: ArrowReaderMetadata,
    pub(crate) rows: usize,
    pub(crate) ignored: Vec<String>,
}

impl Source {
    pub(crate) fn open(folder: &Path, file: SourceFile) -> Result<Self, BuildError> {
        let name = file.file_name();
        let path = folder.join(name);
        let handle = File::open(&path).map_err(|source| BuildError::Open { file: name, source })?;
        let failed = |source| BuildError::Parquet { file: name, source };
        // The types of Parquet decide, not what the writer's Arrow had: large or plain text is one.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = ArrowReaderMetadata::load(&handle, options.clone()).map_err(failed)?;
        let rows = plain.metadata().file_metadata().num_rows();
        let rows = u32::try_from(rows)
            .ok()
            .filter(|rows| *rows < u32::MAX / 2)
            .ok_or(BuildError::TooManyRows { file: name, rows })?;
        check(file, plain.schema())?;
        let coded = options.with_schema(Arc::new(with_dictionaries(plain.schema())));
        let coded = ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), coded).map_err(failed)?;
        let known = |field: &str| file.columns().iter().any(|column| column.name == field);
        let names = plain.schema().fields().iter().map(|field| field.name());
        let ignored = names.filter(|name| !known(name)).cloned().collect();
        Ok(Self { file, path, plain, coded, rows: rows as usize, ignored })
    }

    /// Visits a column from the first row to the last; texts as dictionaries if `coded`.
    pub(crate) fn scan(
        &self,
        column: &str,
        coded: bool,
        mut visit: impl FnMut(&ArrayRef),
    ) -> Result<(), BuildError> {
        let file = self.file.file_name();
        let handle = File::open(&self.path).map_err(|source| BuildError::Open { file, source })?;
        let failed = |source| BuildError::Parquet { file, source };
        let metadata = if coded { &self.coded } else { &self.plain };
        let root = metadata.schema().index_of(column).ok();
        let mask = ProjectionMask::roots(metadata.parquet_schema(), root);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(handle, metadata.clone())
            .with_projection(mask)
            .with_batch_size(BATCH)
            .build()
            .map_err(failed)?;
        for batch in reader {
            let batch = batch.map_err(|error| failed(error.into()))?;
            batch.columns().iter().for_each(&mut visit);
        }
        Ok(())
    }
}

fn with_dictionaries(schema: &Schema) -> Schema {
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let field = |field: &Arc<Field>| {
        if *field.data_type() == DataType::Utf8 {
            Arc::new(field.as_ref().clone().with_data_type(coded.clone()))
        } else {
            Arc::clone(field)
        }
    };
    Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>())
}

fn check(file: SourceFile, schema: &Schema) -> Result<(), BuildError> {
    for column in file.columns() {
        let (name, file) = (column.name, file.file_name());
        let field = schema.field_with_name(name).ok();
        let found = field.ok_or(BuildError::NoColumn { file, column: name })?.data_type();
        // A column without any value has no type: pandas writes such.
        let empty = column.nullable && *found == DataType::Null;
        if !empty && !fits(column.kind, found) {
            let (found, wanted) = (found.to_string(), wanted(column.kind));
            return Err(BuildError::Mistyped { file, column: name, found, wanted });
        }
    }
    Ok(())
}

fn fits(kind: Kind, found: &DataType) -> bool {
    match kind {
        Kind::Text => *found == DataType::Utf8,
        Kind::TextList => {
            matches!(found, DataType::List(item) if matches!(item.data_type(), DataType::Utf8 | DataType::Null))
        }
        Kind::Date => *found == DataType::Date32,
        Kind::Int => found.is_integer(),
        Kind::Bool => *found == DataType::Boolean,
    }
}

const fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::TextList => "list of texts",
        Kind::Date => "date",
        Kind::Int => "whole number",
        Kind::Bool => "yes or no",
    }
}

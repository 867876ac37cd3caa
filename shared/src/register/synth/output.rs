//! The Parquet files: one row group for each batch, its columns encoded in parallel, written in order.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use super::SynthError;
use crate::register::source::SourceFile;

/// The temporary name of a file; whatever still bears it at the end is removed.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nothing bears the name once the file is complete.
        drop(std::fs::remove_file(&self.0));
    }
}

/// A source file being written under a temporary name.
pub(super) struct Output {
    file: SourceFile,
    temporary: Temporary,
    folder: PathBuf,
    schema: SchemaRef,
    writer: SerializedFileWriter<File>,
    factory: ArrowRowGroupWriterFactory,
    groups: usize,
    rows: u64,
}

impl Output {
    pub(super) fn create(folder: &Path, file: SourceFile) -> Result<Self, SynthError> {
        let io = |source| SynthError::Create { file: file.file_name(), source };
        let failed = |source| SynthError::Write { file: file.file_name(), source };
        let temporary = Temporary(folder.join(format!(".{}.part", file.file_name())));
        let target = File::create(&temporary.0).map_err(io)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by("poimuri".to_owned());
        let schema = file.schema();
        let parquet = ArrowSchemaConverter::new().convert(&schema).map_err(failed)?;
        let properties = Arc::new(properties.build());
        let writer =
            SerializedFileWriter::new(target, parquet.root_schema_ptr(), properties).map_err(failed)?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        Ok(Self { file, temporary, folder: folder.to_owned(), schema, writer, factory, groups: 0, rows: 0 })
    }

    /// Appends one row group.
    pub(super) fn append(&mut self, batch: &RecordBatch) -> Result<(), SynthError> {
        self.append_group(batch).map_err(|source| SynthError::Write { file: self.file.file_name(), source })
    }

    fn append_group(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let writers = self.factory.create_column_writers(self.groups)?;
        // Every column of the schema has one leaf: no column is a struct.
        let columns: Vec<_> =
            writers.into_iter().zip(self.schema.fields().iter().zip(batch.columns())).collect();
        let chunks: Vec<_> = columns
            .into_par_iter()
            .map(|(mut writer, (field, array))| {
                for leaf in compute_leaves(field, array)? {
                    writer.write(&leaf)?;
                }
                writer.close()
            })
            .collect::<Result<_, ParquetError>>()?;
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        self.groups += 1;
        self.rows += u64::try_from(batch.num_rows()).unwrap_or(0);
        Ok(())
    }

    /// Completes the file under its name; the number of its rows.
    pub(super) fn finish(self) -> Result<u64, SynthError> {
        let name = self.file.file_name();
        self.writer.close().map_err(|source| SynthError::Write { file: name, source })?;
        std::fs::rename(&self.temporary.0, self.folder.join(name))
            .map_err(|source| SynthError::Create { file: name, source })?;
        Ok(self.rows)
    }
}

//! Rows that are left out: which, where, and why. Never what stands in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::columns::Broken;
use super::error::BuildError;
use super::rules::Reason;
use crate::register::source::SourceFile;
use crate::snapshot::manifest::RejectCount;

/// Rows written at a time.
const BATCH: usize = 65_536;

#[derive(Debug, Clone, Copy)]
struct Reject {
    row: u32,
    /// Index of the column in the contract.
    column: u8,
    reason: Reason,
}

/// Verdicts on the rows of one file.
#[derive(Debug)]
pub(crate) struct Verdicts {
    file: SourceFile,
    /// By row whether it stays.
    pub(crate) kept: Vec<bool>,
    rejects: Vec<Reject>,
}

impl Verdicts {
    pub(crate) fn new(file: SourceFile, rows: usize) -> Self {
        Self { file, kept: vec![true; rows], rejects: Vec::new() }
    }

    /// Leaves rows out; a row that is out already keeps its first reason.
    pub(crate) fn reject(&mut self, column: &'static str, broken: Broken) {
        let index = self.file.columns().iter().position(|other| other.name == column);
        let column = index.and_then(|index| u8::try_from(index).ok()).unwrap_or(0);
        for (row, reason) in broken {
            if std::mem::replace(&mut self.kept[row as usize], false) {
                self.rejects.push(Reject { row, column, reason });
            }
        }
    }

    pub(crate) const fn rejected(&self) -> usize {
        self.rejects.len()
    }

    fn column(&self, reject: &Reject) -> &'static str {
        self.file.columns().get(usize::from(reject.column)).map_or("", |column| column.name)
    }
}

/// Counts by file, column and reason, sorted.
pub(crate) fn counts(files: &[&Verdicts]) -> Vec<RejectCount> {
    let mut counts: BTreeMap<(&str, &str, String), u64> = BTreeMap::new();
    for file in files {
        for reject in &file.rejects {
            *counts.entry((file.file.file_name(), file.column(reject), reject.reason.text())).or_default() +=
                1;
        }
    }
    let count = |((file, column, reason), rows): ((&str, &str, String), u64)| RejectCount {
        file: file.to_owned(),
        column: column.to_owned(),
        reason,
        rows,
    };
    counts.into_iter().map(count).collect()
}

/// `rejects.parquet`: `file`, `row` (from 0), `column`, `reason`, by file and row.
pub(crate) fn encode(files: &mut [&mut Verdicts]) -> Result<Vec<u8>, BuildError> {
    let mut bytes = Vec::new();
    let schema = batch("", &[]).map_err(BuildError::Report)?.schema();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, schema, Some(properties())).map_err(BuildError::Report)?;
    for file in files {
        file.rejects.sort_unstable_by_key(|reject| reject.row);
        for part in file.rejects.chunks(BATCH) {
            let part: Vec<_> =
                part.iter().map(|reject| (reject.row, file.column(reject), reject.reason)).collect();
            let batch = batch(file.file.file_name(), &part).map_err(BuildError::Report)?;
            writer.write(&batch).map_err(BuildError::Report)?;
        }
    }
    writer.close().map_err(BuildError::Report)?;
    Ok(bytes)
}

/// How a report is written: the same rows give the same bytes.
pub(crate) fn properties() -> WriterProperties {
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("poimuri".to_owned());
    properties.build()
}

fn batch(file: &str, rejects: &[(u32, &str, Reason)]) -> Result<RecordBatch, parquet::errors::ParquetError> {
    let text = |texts: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
    let rows = Int64Array::from_iter_values(rejects.iter().map(|(row, ..)| i64::from(*row)));
    Ok(RecordBatch::try_from_iter([
        ("file", text(rejects.iter().map(|_| file.to_owned()).collect())),
        ("row", Arc::new(rows) as ArrayRef),
        ("column", text(rejects.iter().map(|(_, column, _)| (*column).to_owned()).collect())),
        ("reason", text(rejects.iter().map(|(.., reason)| reason.text()).collect())),
    ])?)
}

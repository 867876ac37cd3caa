//! One Arrow IPC file, mapped: where each column lies, without touching a column.
//!
//! Only the footer and the head of the record batch are read: a few pages. Columns go by name and must have
//! the type of the format; other columns are ignored.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::types::{ArrowPrimitiveType, UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, ListArray, PrimitiveArray, StringArray};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use arrow_schema::{DataType, Field};
use xxhash_rust::xxh3::xxh3_128;

use super::error::SnapshotError;
use super::layout::{Layout, Placed, layout};
use super::memory::{self, Memory};
use crate::snapshot::format::Kind;
use crate::snapshot::manifest::FileEntry;

/// Whether checksums are compared when a file is first mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// Sizes only.
    #[default]
    No,
    /// The whole file is read once and compared with the manifest.
    OnFirstMap,
}

/// A mapped file of one record batch.
#[derive(Debug)]
pub(crate) struct ArrowFile {
    path: PathBuf,
    memory: Memory,
    rows: usize,
    columns: Vec<Placed>,
    metadata: Vec<(String, String)>,
    /// A bit for each of the first 64 columns that was asked for.
    prefetched: AtomicU64,
}

impl ArrowFile {
    /// Maps a file whose size, and on request checksum, is as its manifest says.
    pub(crate) fn open(folder: &Path, entry: &FileEntry, verify: Verify) -> Result<Self, SnapshotError> {
        let path = folder.join(&entry.file);
        let io = |error| SnapshotError::io(&path, error);
        let file = File::open(&path).map_err(io)?;
        let found = file.metadata().map_err(io)?.len();
        if found != entry.bytes {
            return Err(SnapshotError::Size { file: path, expected: entry.bytes, found });
        }
        let memory = Memory::map(&file).map_err(io)?;
        if verify == Verify::OnFirstMap && memory.in_sequence(xxh3_128).map_err(io)? != entry.checksum.0 {
            return Err(SnapshotError::Checksum(path));
        }
        let damaged = |what| SnapshotError::Damaged { file: path.clone(), what };
        let layout = layout(memory.bytes()).map_err(damaged)?;
        if u64::try_from(layout.rows).ok() != Some(entry.rows) {
            return Err(damaged("its number of rows is not the one of the manifest"));
        }
        let Layout { rows, columns, metadata } = layout;
        Ok(Self { path, memory, rows, columns, metadata, prefetched: AtomicU64::new(0) })
    }

    pub(crate) fn damaged(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Damaged { file: self.path.clone(), what }
    }

    fn column(&self, name: &str, kind: Kind) -> Result<&Placed, SnapshotError> {
        let column = self.columns.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| self.damaged("a column is missing"))?;
        let same = match (&column.kind, kind.data_type()) {
            // The name of a list's item is the writer's choice.
            (DataType::List(found), DataType::List(wanted)) => found.data_type() == wanted.data_type(),
            (found, wanted) => *found == wanted,
        };
        if same { Ok(column) } else { Err(self.damaged("a column has another type")) }
    }

    /// `count` values of one buffer of a column.
    fn values<T: ArrowNativeType>(
        &self,
        column: &Placed,
        buffer: usize,
        count: usize,
    ) -> Result<ScalarBuffer<T>, SnapshotError> {
        let bytes = count.checked_mul(size_of::<T>()).ok_or_else(|| self.damaged("a column is too long"))?;
        let range = column.buffers.get(buffer).filter(|range| range.len() >= bytes);
        let range = range.ok_or_else(|| self.damaged("a column is too short"))?;
        if bytes == 0 {
            return Ok(ScalarBuffer::from(Vec::new()));
        }
        if range.start % align_of::<T>() != 0 {
            return Err(self.damaged("a column is not aligned"));
        }
        Ok(ScalarBuffer::new(self.memory.slice(range.start, bytes), 0, count))
    }

    pub(crate) fn scalars<T: ArrowNativeType>(
        &self,
        name: &str,
        kind: Kind,
    ) -> Result<ScalarBuffer<T>, SnapshotError> {
        self.values(self.column(name, kind)?, 1, self.rows)
    }

    pub(crate) fn texts(&self, name: &str) -> Result<StringArray, SnapshotError> {
        let column = self.column(name, Kind::Text)?;
        if self.rows == 0 {
            return Ok(StringArray::new_null(0));
        }
        let offsets = self.values(column, 1, self.rows + 1)?;
        let bits: ScalarBuffer<u8> = if column.null_count == 0 {
            ScalarBuffer::from(Vec::new())
        } else {
            self.values(column, 0, self.rows.div_ceil(8))?
        };
        let bytes = &column.buffers[2];
        let validity = memory::validity(bits.into_inner(), self.rows, column.null_count);
        Ok(memory::texts(offsets, self.memory.slice(bytes.start, bytes.len()), validity))
    }

    pub(crate) fn lists(&self, name: &str, kind: Kind) -> Result<ListArray, SnapshotError> {
        let column = self.column(name, kind)?;
        let offsets =
            if self.rows == 0 { ScalarBuffer::from(vec![0]) } else { self.values(column, 1, self.rows + 1)? };
        let values = if kind == Kind::ListU32 {
            self.items::<UInt32Type>(column)?
        } else {
            self.items::<UInt64Type>(column)?
        };
        let item = Arc::new(Field::new_list_field(values.data_type().clone(), false));
        Ok(memory::lists(item, offsets, values))
    }

    fn items<T: ArrowPrimitiveType>(&self, column: &Placed) -> Result<ArrayRef, SnapshotError> {
        let bytes = column.buffers.get(3).map_or(0, Range::len);
        let values = self.values::<T::Native>(column, 3, bytes / size_of::<T::Native>())?;
        Ok(Arc::new(PrimitiveArray::<T>::new(values, None)))
    }

    /// A number in the schema's metadata.
    pub(crate) fn number(&self, key: &str) -> Result<u32, SnapshotError> {
        let value = self.metadata.iter().find(|(name, _)| name == key);
        let number = value.and_then(|(_, value)| value.parse().ok());
        number.ok_or_else(|| self.damaged("its metadata is incomplete"))
    }

    /// Asks the system to read the named columns ahead, each once; unknown names are passed over.
    pub(crate) fn prefetch(&self, columns: &[&str]) -> Result<(), SnapshotError> {
        for (index, column) in (0_u32..).zip(&self.columns) {
            let bit = 1_u64.checked_shl(index).unwrap_or(0);
            let is_wanted = columns.contains(&column.name.as_str());
            if !is_wanted || self.prefetched.fetch_or(bit, Ordering::Relaxed) & bit != 0 {
                continue;
            }
            // The values alone: validity bits say nothing the values do not.
            for range in column.buffers.iter().skip(1) {
                self.memory
                    .will_need(range.start, range.len())
                    .map_err(|error| SnapshotError::Read(self.path.clone(), error))?;
            }
        }
        Ok(())
    }
}

//! A snapshot being written: files under a temporary folder, then one rename.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::MetadataVersion;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{ArrowError, Metadata};
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_128;

use super::error::BuildError;
use crate::snapshot::format::{Column, schema};
use crate::snapshot::manifest::{Checksum, FileEntry};

/// Buffers begin at multiples of this, as Arrow recommends.
const ALIGNMENT: usize = 64;

/// Beginning of the names of folders that are not published.
const PREFIX: &str = ".building-";

/// A temporary folder among the snapshots; removed unless it is published.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: TempDir,
    /// Held while the folder is in use, so that another build can tell what a killed one left.
    _lock: File,
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

impl Folder {
    pub(crate) fn create(snapshots: &Path) -> Result<Self, BuildError> {
        let failed = |error| BuildError::Write(snapshots.to_owned(), error);
        fs::create_dir_all(snapshots).map_err(failed)?;
        sweep(snapshots).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(snapshots).map_err(failed)?;
        let lock = File::create(lock_path(folder.path())).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self { folder, _lock: lock })
    }

    /// Writes a table as an Arrow IPC file of one record batch.
    pub(crate) fn write_table(
        &self,
        name: &str,
        columns: &[Column],
        arrays: Vec<ArrayRef>,
        metadata: &[(&'static str, u32)],
    ) -> Result<FileEntry, BuildError> {
        let rows = arrays.first().map_or(0, |array| array.len());
        let bytes =
            encode(columns, arrays, metadata).map_err(|error| BuildError::Encode(name.to_owned(), error))?;
        self.write(name, &bytes, u64::try_from(rows).unwrap_or(u64::MAX))
    }

    /// Writes a file and waits until it is on disk.
    pub(crate) fn write(&self, name: &str, bytes: &[u8], rows: u64) -> Result<FileEntry, BuildError> {
        let path = self.folder.path().join(name);
        write_durably(&path, bytes).map_err(|error| BuildError::Write(path.clone(), error))?;
        Ok(FileEntry {
            file: name.to_owned(),
            rows,
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            checksum: Checksum(xxh3_128(bytes)),
        })
    }

    /// Gives the folder its name; all of it appears at once, or nothing.
    pub(crate) fn publish(mut self, target: &Path) -> Result<(), BuildError> {
        let failed = |error| BuildError::Write(target.to_owned(), error);
        sync_folder(self.folder.path()).map_err(failed)?;
        fs::rename(self.folder.path(), target).map_err(failed)?;
        target.parent().map_or(Ok(()), sync_folder).map_err(failed)?;
        // The temporary name is free by now: nothing is left to remove.
        self.folder.disable_cleanup(true);
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Of no use without its folder; if it stays, the next build removes it.
        drop(fs::remove_file(lock_path(self.folder.path())));
    }
}

/// Writes a file and waits until it is on disk.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes what builds left that were killed: their locks are free.
fn sweep(snapshots: &Path) -> io::Result<()> {
    for entry in fs::read_dir(snapshots)? {
        let path = entry?.path();
        let is_lock = path.extension().is_some_and(|extension| extension == "lock");
        let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        if !(is_lock && is_ours) {
            continue;
        }
        let Ok(lock) = File::open(&path) else { continue };
        if lock.try_lock().is_ok() {
            let folder = path.with_extension("");
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            remove_if_there(&path)?;
        }
    }
    Ok(())
}

fn encode(
    columns: &[Column],
    arrays: Vec<ArrayRef>,
    metadata: &[(&'static str, u32)],
) -> Result<Vec<u8>, ArrowError> {
    let metadata = metadata.iter().map(|(key, value)| (*key, value.to_string()));
    let schema = schema(columns).with_metadata(metadata.collect::<Metadata>());
    let schema = Arc::new(schema);
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    let options = IpcWriteOptions::try_new(ALIGNMENT, false, MetadataVersion::V5)?;
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options)?;
    writer.write(&batch)?;
    writer.finish()?;
    writer.into_inner()
}

//! Files that are being written.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::super::{DataWriter, StoreError};
use super::disk::{Disk, DiskFile};
use super::{Folder, parent_of};

/// A file on its way; its temporary name goes with it.
pub(super) struct Temporary {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) path: PathBuf,
    pub(super) file: Box<dyn DiskFile>,
}

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; what cannot be removed is swept later.
        self.disk.remove(&self.path).ok();
    }
}

/// A large object on its way to its own name.
pub(super) struct FileWriter {
    pub(super) folder: Folder,
    pub(super) name: String,
    pub(super) target: PathBuf,
    pub(super) temporary: Temporary,
    pub(super) bytes: u64,
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.temporary.write(bytes)?;
        self.bytes += u64::try_from(written).map_err(io::Error::other)?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

impl DataWriter for FileWriter {
    fn finish(mut self: Box<Self>) -> Result<u64, StoreError> {
        let failed = |operation, error| StoreError::from_io(operation, &self.name, error);
        self.temporary.file.sync().map_err(|error| failed("sync", error))?;
        let disk = &self.folder.disk;
        self.folder
            .place(&self.target, || disk.rename(&self.temporary.path, &self.target))
            .map_err(|error| failed("create", error))?;
        disk.sync_folder(parent_of(&self.target)).map_err(|error| failed("sync", error))?;
        Ok(self.bytes)
    }
}

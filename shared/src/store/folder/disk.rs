//! The few calls of the operating system that writing a folder consists of, as a trait,
//! so that tests can make each of them fail in turn.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// A file open for writing.
pub(super) trait DiskFile: Write + Send {
    /// Waits until content and size would survive a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

/// Calls that change a folder.
pub(super) trait Disk: Debug + Send + Sync + 'static {
    /// Creates a file that must not exist; readable by its owner only.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file a second name that must not exist.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Moves a file over whatever has the other name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Creates a folder that only its owner can enter.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a folder would survive a power cut.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// The operating system itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct RealDisk;

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?))
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

//! Objects as files of one folder, private to their owner.
//!
//! A new object is written under a temporary name, synced, hard-linked to its own name and
//! removed from the temporary one, and its folder synced: two waits for the disk. A hard link
//! is the one call that creates a whole file and fails if the name is taken, on every file
//! system that has it; [`Objects::probe`] finds out.

mod disk;
mod walk;
mod writer;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use self::disk::{Disk, RealDisk};
use self::writer::{FileWriter, Temporary};
use super::{DataWriter, Objects, PAGE_MAX, Put, StoreError, check_name, unique};

/// Folder of unfinished files; its name is no object's.
const TEMPORARY: &str = ".tmp";

/// How often a folder may vanish (a neighbour tidied it away) before linking into it gives up.
const PLACE_ATTEMPTS_MAX: u32 = 8;

/// A store in a folder. Nothing is created before the first write.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    disk: Arc<dyn Disk>,
}

impl Folder {
    /// The store in the given folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), disk: Arc::new(RealDisk) }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, name: &str) -> Result<PathBuf, StoreError> {
        check_name(name)?;
        Ok(self.root.join(name))
    }

    fn temporary(&self, name: &str) -> Result<Temporary, StoreError> {
        let folder = self.root.join(TEMPORARY);
        let path = folder.join(unique());
        let created = match self.disk.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_folders(&folder).and_then(|()| self.disk.create(&path))
            }
            other => other,
        };
        match created {
            Ok(file) => Ok(Temporary { disk: Arc::clone(&self.disk), path, file }),
            // A store whose folder cannot be created is not writable; nothing was looked for.
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                Err(StoreError::NotWritable { name: name.to_owned(), source })
            }
            Err(error) => Err(StoreError::from_io("create", name, error)),
        }
    }

    /// Creates a folder and those above it, and makes their names durable.
    fn make_folders(&self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.is_dir()).collect();
        for path in missing.iter().rev() {
            match self.disk.make_folder(path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        for parent in missing.iter().filter_map(|path| path.parent()) {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            self.disk.sync_folder(parent)?;
        }
        Ok(())
    }

    /// Runs `put` (a link or a rename into `target`), making its folder when there is none.
    fn place(&self, target: &Path, put: impl Fn() -> io::Result<()>) -> io::Result<()> {
        let mut attempts = 0;
        loop {
            match put() {
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < PLACE_ATTEMPTS_MAX => {
                    attempts += 1;
                    self.make_folders(parent_of(target))?;
                }
                other => return other,
            }
        }
    }

    /// Removes folders that an object's removal left empty, up to those of the layout.
    fn tidy(&self, target: &Path) {
        let top = |path: &Path| path.parent() == Some(self.root.as_path()) || path == self.root;
        for folder in target.ancestors().skip(1).take_while(|path| !top(path)) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }
}

/// Every object's path is the root joined with a name, so it has a parent.
fn parent_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

impl Objects for Folder {
    fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let target = self.path(name)?;
        let mut temporary = self.temporary(name)?;
        temporary.write_all(bytes).map_err(|error| StoreError::from_io("write", name, error))?;
        temporary.file.sync().map_err(|error| StoreError::from_io("sync", name, error))?;
        let linked = self.place(&target, || self.disk.link(&temporary.path, &target));
        let put = match linked {
            Ok(()) => Put::Created,
            // Over a network an answer can be lost and the call repeated: two names are ours.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let names = fs::metadata(&temporary.path).map_or(1, |meta| meta.nlink());
                if names > 1 { Put::Created } else { Put::Exists }
            }
            Err(error) => return Err(StoreError::from_io("create", name, error)),
        };
        // Also for `Exists`: whoever created it may not have come this far.
        self.disk
            .sync_folder(parent_of(&target))
            .map_err(|error| StoreError::from_io("sync", name, error))?;
        Ok(put)
    }

    fn create_data(&self, name: &str) -> Result<Box<dyn DataWriter>, StoreError> {
        let target = self.path(name)?;
        let temporary = self.temporary(name)?;
        Ok(Box::new(FileWriter { folder: self.clone(), name: name.to_owned(), target, temporary, bytes: 0 }))
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        let file = File::open(self.path(name)?).map_err(|error| StoreError::from_io("open", name, error))?;
        Ok(Box::new(file))
    }

    fn exists(&self, name: &str) -> Result<bool, StoreError> {
        let path = self.path(name)?;
        path.try_exists().map_err(|error| StoreError::from_io("look for", name, error))
    }

    fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let base = prefix.rfind('/').map_or("", |at| &prefix[..=at]);
        if !base.is_empty() {
            check_name(base.trim_end_matches('/'))?;
        }
        let mut names = Vec::new();
        let wanted = walk::Wanted { prefix, after, limit: limit.min(PAGE_MAX) };
        walk::walk(&self.root.join(base), base, &wanted, &mut names)
            .map_err(|error| StoreError::from_io("list", prefix, error))?;
        Ok(names)
    }

    fn children(&self, folder: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let path = self.path(folder)?;
        walk::children(&path, after, limit.min(PAGE_MAX))
            .map_err(|error| StoreError::from_io("list", folder, error))
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        let target = self.path(name)?;
        let removed = match self.disk.remove(&target) {
            Ok(()) => self.disk.sync_folder(parent_of(&target)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => Err(error),
        };
        removed.map_err(|error| StoreError::from_io("delete", name, error))?;
        self.tidy(&target);
        Ok(())
    }

    fn sweep_orphans(&self, older_than: Duration) -> Result<u64, StoreError> {
        let failed = |error| StoreError::from_io("sweep", TEMPORARY, error);
        let folder = self.root.join(TEMPORARY);
        let mut swept = 0;
        for orphan in walk::children(&folder, "", usize::MAX).map_err(failed)? {
            let path = folder.join(orphan);
            let Ok(modified) = fs::metadata(&path).and_then(|meta| meta.modified()) else { continue };
            // A time in the future (another machine's clock) is young.
            if modified.elapsed().is_ok_and(|age| age >= older_than) {
                match self.disk.remove(&path) {
                    Ok(()) => swept += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(failed(error)),
                }
            }
        }
        Ok(swept)
    }
}

//! A snapshot being read: lazily mapped shards, dictionaries and the index of identity codes.
//!
//! Opening reads the manifest and compares the sizes of all files; a file is mapped, and on request verified,
//! when it is first asked for. Whatever is wrong is an error that names the file.

mod columns;
mod error;
mod file;
mod layout;
mod memory;
mod shard;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::error::SnapshotError;
pub(crate) use self::file::ArrowFile;
pub use self::file::Verify;
pub use self::shard::Shard;

use self::shard::Slot;
use super::dictionary::{Dict, Dictionary};
use super::format::Kind;
use super::identity::IdentityIndex;
use super::manifest::{FileEntry, Manifest};
use crate::ids::SnapshotId;

/// A published snapshot. Cheap to share; everything in it is mapped on first use.
#[derive(Debug)]
pub struct Snapshot {
    folder: PathBuf,
    manifest: Manifest,
    verify: Verify,
    shards: Vec<Slot<Arc<Shard>>>,
    dictionaries: Vec<Slot<Dictionary>>,
    identity: Slot<IdentityIndex>,
}

impl Snapshot {
    /// Opens a snapshot's folder without comparing checksums.
    ///
    /// # Errors
    /// [`SnapshotError`] if a file is missing or has another size, or the format is newer.
    pub fn open(folder: &Path) -> Result<Self, SnapshotError> {
        Self::open_with(folder, Verify::No)
    }

    /// Opens a snapshot's folder; says when checksums are compared.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(folder: &Path, verify: Verify) -> Result<Self, SnapshotError> {
        let manifest = Manifest::read(folder)?;
        for entry in manifest.files() {
            check_size(folder, entry)?;
        }
        let shards = manifest.shards.iter().map(|_| Slot::default()).collect();
        let dictionaries = Dict::ALL.iter().map(|_| Slot::default()).collect();
        let folder = folder.to_owned();
        Ok(Self { folder, manifest, verify, shards, dictionaries, identity: Slot::default() })
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &SnapshotId {
        &self.manifest.id
    }

    /// Its manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Number of shards; they are numbered from 0 in the global order.
    #[must_use]
    pub fn shard_count(&self) -> u32 {
        self.manifest.shard_count()
    }

    /// A shard. No file is touched before one of its tables is asked for.
    ///
    /// # Errors
    /// [`SnapshotError::NoShard`].
    pub fn shard(&self, index: u32) -> Result<Arc<Shard>, SnapshotError> {
        let place = usize::try_from(index).ok();
        let (slot, entry) = place
            .and_then(|at| self.shards.get(at).zip(self.manifest.shards.get(at)))
            .ok_or(SnapshotError::NoShard(index))?;
        let shard = slot.get_or_make(|| {
            Ok(Arc::new(Shard::new(self.folder.clone(), index, entry.clone(), self.verify)))
        })?;
        Ok(Arc::clone(shard))
    }

    /// A dictionary.
    ///
    /// # Errors
    /// [`SnapshotError`] naming the file that is missing, truncated or damaged.
    pub fn dictionary(&self, dict: Dict) -> Result<&Dictionary, SnapshotError> {
        let missing = || SnapshotError::Missing(self.folder.join(dict.file_name()));
        let slot = Dict::ALL.iter().position(|other| *other == dict);
        let slot = slot.and_then(|index| self.dictionaries.get(index)).ok_or_else(missing)?;
        slot.get_or_make(|| {
            let name = dict.file_name();
            let entry = self.manifest.dictionaries.iter().find(|entry| entry.file == name);
            let file = ArrowFile::open(&self.folder, entry.ok_or_else(missing)?, self.verify)?;
            let links = dict.links().map(|links| file.lists(links, Kind::ListU32)).transpose()?;
            Ok(Dictionary::new(file.texts("value")?, links))
        })
    }

    /// The index of identity codes.
    ///
    /// # Errors
    /// [`SnapshotError`] naming the file that is missing, truncated or damaged.
    pub fn identity(&self) -> Result<&IdentityIndex, SnapshotError> {
        self.identity.get_or_make(|| {
            let file = ArrowFile::open(&self.folder, &self.manifest.identity, self.verify)?;
            IdentityIndex::from_file(file)
        })
    }
}

fn check_size(folder: &Path, entry: &FileEntry) -> Result<(), SnapshotError> {
    let path = folder.join(&entry.file);
    let found = std::fs::metadata(&path).map_err(|error| SnapshotError::io(&path, error))?.len();
    if found == entry.bytes {
        Ok(())
    } else {
        Err(SnapshotError::Size { file: path, expected: entry.bytes, found })
    }
}

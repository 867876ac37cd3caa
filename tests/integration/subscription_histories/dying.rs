//! A store that is lost after some changes: what a process that is killed leaves behind. For tests, here and of other crates.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

// By the name of the module that holds it: tests of other crates hold it too, by its path.
use super::{DataWriter, Objects, Put, SharedObjects, StoreError};

#[derive(Debug)]
pub(crate) struct Dying {
    below: SharedObjects,
    left: AtomicU32,
}

impl Dying {
    /// A store over another one, lost after so many changes.
    pub(crate) fn over(below: &SharedObjects, left: u32) -> SharedObjects {
        Arc::new(Self { below: Arc::clone(below), left: AtomicU32::new(left) })
    }

    fn change(&self, name: &str) -> Result<(), StoreError> {
        let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let dead = || StoreError::from_io("reach", name, std::io::Error::other("killed"));
        left.map(drop).ok().ok_or_else(dead)
    }
}

impl Objects for Dying {
    fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        self.change(name)?;
        self.below.put_new(name, bytes)
    }

    fn create_data(&self, name: &str) -> Result<Box<dyn DataWriter>, StoreError> {
        self.change(name)?;
        self.below.create_data(name)
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        self.below.open(name)
    }

    fn exists(&self, name: &str) -> Result<bool, StoreError> {
        self.below.exists(name)
    }

    fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.below.list(prefix, after, limit)
    }

    fn children(&self, folder: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.below.children(folder, after, limit)
    }

    fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.change(name)?;
        self.below.delete(name)
    }

    fn sweep_orphans(&self, older_than: Duration) -> Result<u64, StoreError> {
        self.below.sweep_orphans(older_than)
    }
}

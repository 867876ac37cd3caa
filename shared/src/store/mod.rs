//! The store holds the truth: named objects, written once.
//!
//! ```text
//! layout   what objects are called                commit   the first partial of a task wins
//! folder   objects as files                       keys     one key per order, wrapped by a master key
//! bucket   objects in an S3-compatible store      seal     encryption at rest, in frames
//! ```
//!
//! Nothing here knows what the objects mean; orders, plans and partials are bytes. All calls
//! block and belong on threads that may: `worker::execute` and its like.

#[cfg(feature = "bucket")]
pub mod bucket;
pub mod commit;
#[cfg(test)]
mod conformance;
pub mod error;
pub mod folder;
pub mod json;
pub mod key;
pub mod keys;
pub mod layout;
pub mod master;
mod random;
pub mod seal;

use std::fmt::Debug;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

pub use self::commit::{Committed, TaskName, commit_partial, committed_tasks, read_partial};
pub use self::error::StoreError;
pub use self::folder::Folder;
pub use self::key::OrderKey;
pub use self::keys::KeyError;
pub use self::master::MasterKeys;
pub(crate) use self::random::fill_random;
pub use self::random::unique;

/// Most names one call of [`Objects::list`] returns.
pub const PAGE_MAX: usize = 1_000;

/// What an attempt to create an object came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Put {
    /// The object is durable under its name.
    Created,
    /// An object of this name was there, and still is, unchanged.
    Exists,
}

/// An object being written; nothing is visible before [`DataWriter::finish`], and dropping
/// it leaves nothing but an orphan for the sweep.
pub trait DataWriter: Write + Send {
    /// Makes the object durable under its name; returns its bytes.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn finish(self: Box<Self>) -> Result<u64, StoreError>;
}

/// Named objects. Names are paths of `/`-separated parts of letters, digits and `._-`.
pub trait Objects: Debug + Send + Sync + 'static {
    /// Creates an object whole unless one of that name exists: the commit. Of any number
    /// of callers, in any number of processes, exactly one gets [`Put::Created`].
    ///
    /// # Errors
    /// Any [`StoreError`] of writing; the object may or may not exist then.
    fn put_new(&self, name: &str, bytes: &[u8]) -> Result<Put, StoreError>;

    /// Begins an object under a name no other writer uses.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn create_data(&self, name: &str) -> Result<Box<dyn DataWriter>, StoreError>;

    /// Writes an object under a name no other writer uses.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn put_data(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut writer = self.create_data(name)?;
        writer.write_all(bytes).map_err(|error| StoreError::from_io("write", name, error))?;
        writer.finish().map(|_| ())
    }

    /// Begins to read an object.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none.
    fn open(&self, name: &str) -> Result<Box<dyn Read + Send>, StoreError>;

    /// A whole object.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none.
    fn get(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        self.open(name)?.read_to_end(&mut bytes).map_err(|error| StoreError::from_io("read", name, error))?;
        Ok(bytes)
    }

    /// A whole object, if there is one.
    ///
    /// # Errors
    /// Any [`StoreError`] but [`StoreError::Missing`].
    fn get_opt(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.get(name) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::Missing { name: _ }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the object exists.
    ///
    /// # Errors
    /// Any [`StoreError`] but [`StoreError::Missing`].
    fn exists(&self, name: &str) -> Result<bool, StoreError>;

    /// The first names that begin with `prefix` and sort after `after` (empty: from the
    /// start), ascending; at most `limit`, and never more than [`PAGE_MAX`].
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError>;

    /// The parts that directly follow `folder/` in names, of objects and of deeper
    /// folders alike, after `after`, ascending; at most `limit`.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    fn children(&self, folder: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError>;

    /// Removes an object for good; none there is no error.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn delete(&self, name: &str) -> Result<(), StoreError>;

    /// Removes what writers that died left behind and nothing names, once it has been
    /// untouched for `older_than`; returns how many.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    fn sweep_orphans(&self, older_than: Duration) -> Result<u64, StoreError>;

    /// Tries whether the store can do what correctness rests on. Called at start.
    ///
    /// # Errors
    /// [`StoreError::Unsuitable`] if it cannot create if absent.
    fn probe(&self) -> Result<(), StoreError> {
        let name = format!("probe-{}", unique());
        let tried = self.put_new(&name, b"first").and_then(|first| {
            let second = self.put_new(&name, b"second")?;
            Ok((first, second, self.get(&name)?))
        });
        self.delete(&name)?;
        match tried {
            Ok((Put::Created, Put::Exists, content)) if content == b"first" => Ok(()),
            Ok(_) => {
                Err(StoreError::Unsuitable { reason: "it does not keep the first of two", source: None })
            }
            Err(StoreError::Io { source, .. }) => Err(StoreError::Unsuitable {
                reason: "it cannot create an object if absent",
                source: Some(source),
            }),
            Err(error) => Err(error),
        }
    }
}

/// A store handed from part to part.
pub type SharedObjects = Arc<dyn Objects>;

/// Visits the names in a folder, ascending, however many there are.
pub(crate) fn each_child(
    store: &dyn Objects,
    folder: &str,
    mut visit: impl FnMut(&str) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.children(folder, &after, PAGE_MAX)?;
        for id in &page {
            visit(id)?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE_MAX => after.clone_from(last),
            _ => return Ok(()),
        }
    }
}

/// All names that begin with `prefix`, page by page; refuses more than `max`.
///
/// # Errors
/// [`StoreError::TooMany`], or any error of [`Objects::list`].
pub fn list_all(objects: &dyn Objects, prefix: &str, max: usize) -> Result<Vec<String>, StoreError> {
    let mut names: Vec<String> = Vec::new();
    loop {
        let page = objects.list(prefix, names.last().map_or("", String::as_str), PAGE_MAX)?;
        let is_last = page.len() < PAGE_MAX;
        names.extend(page);
        if names.len() > max {
            return Err(StoreError::TooMany { prefix: prefix.to_owned(), max });
        }
        if is_last {
            return Ok(names);
        }
    }
}

/// Refuses names that are not safe as paths, URLs and keys on every kind of store.
pub(crate) fn check_name(name: &str) -> Result<(), StoreError> {
    let part_is_safe = |part: &str| {
        (1..=160).contains(&part.len())
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    if name.len() <= 512 && name.split('/').all(part_is_safe) { Ok(()) } else { Err(StoreError::Name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_names_pass() {
        for good in ["orders/o-1/end", "a", "keys/o-1.0a", "orders/o-1/data/select-000001.ff"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let (long_part, long) = ("x".repeat(161), "x/".repeat(300) + "x");
        for bad in ["", "/", "a/", "/a", "a//b", "../a", "a/../b", ".tmp/a", "a b", "å", &long_part, &long] {
            assert!(matches!(check_name(bad), Err(StoreError::Name)), "{bad}");
        }
    }
}

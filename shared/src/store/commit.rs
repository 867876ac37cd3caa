//! The first complete partial of a task wins; a second one must be equal.
//!
//! ```text
//! commit = header length (2, big-endian) ‖ header ‖ sealed content, if it is small
//! header = keyed digest of the plain content, its length, and the name of a data object, if it is large
//! ```
//!
//! A small partial travels inside its commit, so that a commit is one object: half the waits
//! for the disk, and a lost race leaves nothing behind. Ciphertexts of equal contents differ;
//! equality compares the digests.

#[cfg(test)]
mod tests;

use std::io::{Read as _, Write as _};

use serde::{Deserialize, Serialize};

use super::key::OrderKey;
use super::seal::{self, create_sealed, finish_sealed};
use super::{Objects, Put, StoreError, layout, list_all, unique};
use crate::codec;
use crate::ids::OrderId;

/// Contents up to this many bytes are stored within the commit.
pub const WITHIN_BYTES_MAX: usize = 1024 * 1024;

/// Most tasks of one stage that can be listed.
pub const TASKS_MAX: usize = 1_000_000;

/// Which task of which order; `stage` is a name made of lower-case letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskName<'a> {
    /// The order.
    pub order: &'a OrderId,
    /// The stage.
    pub stage: &'static str,
    /// Index of the task in its stage.
    pub task: u32,
}

impl TaskName<'_> {
    fn commit(&self) -> String {
        layout::commit(self.order, self.stage, self.task)
    }
}

/// What a commit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Committed {
    /// This partial is the task's.
    First,
    /// The task has an equal partial: an attempt before this one was not lost after all.
    SameAsBefore,
    /// The task has another partial. It stays; that they differ is a defect to report.
    Conflict(Conflict),
}

/// Two attempts at one task that answered differently. Nothing in it tells about the contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "commit {name} of {committed_bytes} bytes is there, another attempt made a different one of {offered_bytes} bytes"
)]
pub struct Conflict {
    /// The commit.
    pub name: String,
    /// Plain bytes of the partial that counts.
    pub committed_bytes: u64,
    /// Plain bytes of the one that came later.
    pub offered_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    digest: [u8; 32],
    plain_bytes: u64,
    data: Option<String>,
}

impl Header {
    fn of(key: &OrderKey, commit: &str, content: &[u8], data: Option<String>) -> Self {
        let plain_bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { digest: key.digest(commit, content), plain_bytes, data }
    }

    fn encode(&self, commit: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let damaged =
            || StoreError::Damaged { name: commit.to_owned(), reason: "its header cannot be written" };
        let header = codec::encode(self).ok().ok_or_else(damaged)?;
        let length = u16::try_from(header.len()).ok().ok_or_else(damaged)?;
        Ok([&length.to_be_bytes()[..], &header, sealed].concat())
    }

    fn decode<'a>(commit: &str, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), StoreError> {
        let split = || {
            let (length, rest) = bytes.split_first_chunk::<2>()?;
            rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
        };
        let damaged = |reason| StoreError::Damaged { name: commit.to_owned(), reason };
        let (header, sealed) = split().ok_or_else(|| damaged("its header is cut short"))?;
        let header = codec::decode(header).ok().ok_or_else(|| damaged("its header cannot be read"))?;
        Ok((header, sealed))
    }
}

/// Commits the content as the partial of a task.
///
/// Harmless however often it is repeated, by whomever, at the same time or much later.
/// `attempt` is any text for the name of data; names are made unique in any case.
///
/// # Errors
/// Any [`StoreError`] of writing; whether the task is committed is then to be seen.
pub fn commit_partial(
    objects: &dyn Objects,
    key: &OrderKey,
    task: &TaskName<'_>,
    attempt: &str,
    content: &[u8],
) -> Result<Committed, StoreError> {
    let commit = task.commit();
    let is_large = content.len() > WITHIN_BYTES_MAX;
    // Only a large partial is worth a look first: it saves writing it in vain.
    if is_large && let Some(before) = objects.get_opt(&commit)? {
        return compare(key, &commit, &before, content);
    }
    let data =
        is_large.then(|| layout::data(task.order, task.stage, task.task, &format!("{attempt}-{}", unique())));
    let sealed = match &data {
        Some(name) => {
            write_data(objects, key, name, content)?;
            Vec::new()
        }
        None => seal::seal(key.seal_key(), &commit, content)?,
    };
    let bytes = Header::of(key, &commit, content, data.clone()).encode(&commit, &sealed)?;
    match objects.put_new(&commit, &bytes)? {
        Put::Created => Ok(Committed::First),
        Put::Exists => {
            let committed = compare(key, &commit, &objects.get(&commit)?, content)?;
            // Data that differ are evidence and stay until the order is swept.
            if let (Committed::SameAsBefore, Some(name)) = (&committed, &data) {
                objects.delete(name)?;
            }
            Ok(committed)
        }
    }
}

fn write_data(objects: &dyn Objects, key: &OrderKey, name: &str, content: &[u8]) -> Result<(), StoreError> {
    let mut sealer = create_sealed(objects, key.seal_key(), name)?;
    sealer.write_all(content).map_err(|error| StoreError::from_io("write", name, error))?;
    finish_sealed(name, sealer).map(|_| ())
}

fn compare(key: &OrderKey, commit: &str, before: &[u8], content: &[u8]) -> Result<Committed, StoreError> {
    let (before, _) = Header::decode(commit, before)?;
    let offered = Header::of(key, commit, content, None);
    if before.digest == offered.digest && before.plain_bytes == offered.plain_bytes {
        return Ok(Committed::SameAsBefore);
    }
    Ok(Committed::Conflict(Conflict {
        name: commit.to_owned(),
        committed_bytes: before.plain_bytes,
        offered_bytes: offered.plain_bytes,
    }))
}

/// The committed partial of a task, verified.
///
/// # Errors
/// [`StoreError::Missing`] if the task is not committed, [`StoreError::Damaged`] if the
/// content is not what was committed.
pub fn read_partial(
    objects: &dyn Objects,
    key: &OrderKey,
    task: &TaskName<'_>,
) -> Result<Vec<u8>, StoreError> {
    let commit = task.commit();
    let bytes = objects.get(&commit)?;
    let (header, sealed) = Header::decode(&commit, &bytes)?;
    let content = match &header.data {
        None => seal::unseal(key.seal_key(), &commit, sealed)?,
        Some(name) => {
            let mut content =
                Vec::with_capacity(usize::try_from(header.plain_bytes).unwrap_or(0).min(1 << 30));
            let mut opener = seal::open_sealed(objects, key.seal_key(), name)?;
            opener.read_to_end(&mut content).map_err(|error| seal::damage(name, error))?;
            content
        }
    };
    if key.digest(&commit, &content) == header.digest {
        Ok(content)
    } else {
        Err(StoreError::Damaged { name: commit, reason: "its digest is not that of its content" })
    }
}

/// Indices of the committed tasks of a stage, ascending.
///
/// # Errors
/// Any [`StoreError`] of reading.
pub fn committed_tasks(objects: &dyn Objects, order: &OrderId, stage: &str) -> Result<Vec<u32>, StoreError> {
    let names = list_all(objects, &layout::commits(order, stage), TASKS_MAX)?;
    let mut tasks: Vec<u32> = names.iter().filter_map(|name| layout::task_of_commit(name)).collect();
    tasks.sort_unstable();
    Ok(tasks)
}

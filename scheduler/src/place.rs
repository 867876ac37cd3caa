//! The place of the acting scheduler: one has it, others stand by and say so.
//!
//! A queue that several processes share keeps the place itself. One in memory knows nothing of another process: there
//! the place is the lock of a file, which goes with the process that holds it, however that ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use poimuri_shared::error::chain;
use poimuri_shared::queue::{Queue, QueueError};

/// How long the acting scheduler keeps its place in a queue without renewing it.
const KEPT: Duration = Duration::from_secs(5);

/// The place as a scheduler of this name sees it.
#[derive(Debug)]
pub(crate) struct Place {
    holder: String,
    lock: Option<Lock>,
    acting: AtomicBool,
    said_standing_by: AtomicBool,
    said_unreachable: AtomicBool,
}

impl Place {
    /// The place kept by the queue, and by the lock of a file if there is one.
    pub(crate) fn new(holder: String, lock: Option<PathBuf>) -> Self {
        Self {
            holder,
            lock: lock.map(|path| Lock { path, held: Mutex::new(None) }),
            acting: AtomicBool::new(false),
            said_standing_by: AtomicBool::new(false),
            said_unreachable: AtomicBool::new(false),
        }
    }

    /// Whether this scheduler has the place.
    pub(crate) fn is_ours(&self) -> bool {
        self.acting.load(Ordering::Relaxed)
    }

    /// Takes the place or keeps it; false while another has it.
    pub(crate) async fn take(&self, queue: &dyn Queue) -> bool {
        let leads = match &self.lock {
            Some(lock) if !lock.is_ours() => Ok(false),
            _ => queue.lead(&self.holder, KEPT).await,
        };
        match leads {
            Ok(true) => {
                if !self.acting.swap(true, Ordering::Relaxed) {
                    tracing::info!(scheduler = self.holder, "acting");
                }
                self.said_standing_by.store(false, Ordering::Relaxed);
            }
            Ok(false) => {
                self.acting.store(false, Ordering::Relaxed);
                if !self.said_standing_by.swap(true, Ordering::Relaxed) {
                    tracing::info!(scheduler = self.holder, "standing by: another scheduler is acting");
                }
            }
            // Nobody else can take the place while the queue is away.
            Err(error) => {
                self.say_unreachable(&error);
                return self.is_ours();
            }
        }
        self.said_unreachable.store(false, Ordering::Relaxed);
        self.is_ours()
    }

    /// Leaves the place to whoever comes next.
    pub(crate) async fn leave(&self, queue: &dyn Queue) {
        if self.acting.swap(false, Ordering::Relaxed)
            && let Err(error) = queue.step_down(&self.holder).await
        {
            tracing::debug!(error = %chain(&error), "place not given back");
        }
        if let Some(lock) = &self.lock {
            lock.leave();
        }
    }

    /// Says once that the queue is away.
    pub(crate) fn say_unreachable(&self, error: &QueueError) {
        if !self.said_unreachable.swap(true, Ordering::Relaxed) {
            tracing::warn!(error = %chain(error), "queue is away, trying again each second");
        }
    }
}

/// A file and its lock while that is ours. Nothing is written into it.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    held: Mutex<Option<File>>,
}

impl Lock {
    /// Takes the lock or keeps it; false while another process has it. Where files cannot be locked nobody can tell: then
    /// it counts as ours, and two schedulers that act come to the same bytes.
    fn is_ours(&self) -> bool {
        self.take().unwrap_or_else(|error| {
            tracing::debug!(%error, "the place of the acting scheduler cannot be locked");
            true
        })
    }

    fn take(&self) -> io::Result<bool> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            return Ok(true);
        }
        let file = File::options().create(true).append(true).open(&self.path)?;
        match file.try_lock() {
            Ok(()) => {
                *held = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn leave(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use poimuri_shared::queue::MemoryQueue;

    use super::*;

    #[tokio::test]
    async fn one_has_the_place_of_a_store_until_it_leaves_or_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str, file: &str| Place::new(name.to_owned(), Some(folder.path().join(file)));
        let (first, second) = (place("a", "acting.lock"), place("b", "acting.lock"));
        let (one, other) = (MemoryQueue::embedded(), MemoryQueue::embedded());
        assert!(first.take(&one).await && first.take(&one).await && first.is_ours());
        assert!(!second.take(&other).await && !second.is_ours());
        first.leave(&one).await;
        assert!(second.take(&other).await);
        assert!(!first.take(&one).await);
        drop(second);
        assert!(first.take(&one).await);
        let nowhere = place("c", "nowhere/acting.lock");
        assert!(nowhere.take(&MemoryQueue::embedded()).await, "no lock, no place to stand by for");
    }
}

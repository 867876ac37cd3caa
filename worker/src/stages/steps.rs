//! How far a task is, step by step.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::StageError;
use crate::consume::TaskContext;

/// Progress by equal steps, and the place where a task notices that it should stop.
pub(super) struct Steps<'a> {
    count: usize,
    done: AtomicUsize,
    context: &'a TaskContext,
}

impl<'a> Steps<'a> {
    pub(super) const fn new(count: usize, context: &'a TaskContext) -> Self {
        Self { count, done: AtomicUsize::new(0), context }
    }

    /// Called before each step.
    pub(super) fn next(&self) -> Result<(), StageError> {
        if self.context.cancelled() {
            return Err(StageError::Stopped);
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed);
        let permille = done * 1000 / self.count.max(1);
        self.context.progress(u16::try_from(permille).unwrap_or(1000));
        Ok(())
    }
}

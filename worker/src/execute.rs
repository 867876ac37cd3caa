//! The only bridge from async to rayon: catches panics once and measures processor time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tokio::sync::oneshot;

/// A computation panicked. What it said is not repeated: it may hold data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a computation panicked")]
pub struct Panicked;

/// What a computation brought, and its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed<T> {
    /// The result.
    pub value: T,
    /// Processor time, milliseconds: the time it took, by its share of the pool's threads.
    pub core_ms: u64,
}

/// The processors a worker may use.
#[derive(Debug, Clone)]
pub struct Cpu {
    pool: Arc<ThreadPool>,
    active: Arc<AtomicUsize>,
}

impl Cpu {
    /// A pool of its own; 0 threads means as many as the machine has.
    ///
    /// # Errors
    /// If the operating system gives no threads.
    pub fn new(threads: usize) -> Result<Self, ThreadPoolBuildError> {
        let name = |index| format!("cpu-{index}");
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(name).build()?;
        Ok(Self { pool: Arc::new(pool), active: Arc::default() })
    }

    /// Threads of the pool.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Runs a computation on the pool; parallel loops in it use the whole pool.
    /// It goes on when the caller stops waiting.
    ///
    /// # Errors
    /// [`Panicked`] if it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Computed<T>, Panicked> {
        let (give, take) = oneshot::channel();
        let (threads, active) = (self.threads(), Arc::clone(&self.active));
        self.pool.spawn(move || {
            let before = active.fetch_add(1, Ordering::Relaxed) + 1;
            let begun = Instant::now();
            let value = catch_unwind(AssertUnwindSafe(work));
            let after = active.fetch_sub(1, Ordering::Relaxed);
            let core_ms = share(begun.elapsed().as_millis(), threads, before.midpoint(after));
            // Whoever asked may have gone; the work was idempotent then.
            drop(give.send(value.map(|value| Computed { value, core_ms })));
        });
        match take.await {
            Ok(Ok(computed)) => Ok(computed),
            Ok(Err(_)) | Err(_) => Err(Panicked),
        }
    }
}

/// The processor time of one of `active` computations that share the threads.
fn share(elapsed_ms: u128, threads: usize, active: usize) -> u64 {
    let threads = u128::try_from(threads).unwrap_or(1);
    let active = u128::try_from(active).unwrap_or(1).clamp(1, threads.max(1));
    u64::try_from(elapsed_ms * threads / active).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_pool_lives_on() {
        let cpu = Cpu::new(1).unwrap();
        let broken = cpu.run(|| if cfg!(test) { panic!("on purpose") } else { 0 }).await;
        assert_eq!(broken, Err(Panicked));
        assert_eq!(cpu.run(|| 42).await.unwrap().value, 42);
        assert_eq!(cpu.active.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn time_is_shared_between_those_who_use_the_threads() {
        for (elapsed, threads, active, expected) in
            [(100, 1, 1, 100), (100, 4, 1, 400), (100, 4, 2, 200), (100, 4, 9, 100), (0, 4, 0, 0)]
        {
            assert_eq!(share(elapsed, threads, active), expected, "{elapsed} {threads} {active}");
        }
    }
}

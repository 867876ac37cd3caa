//! Waiting for a state, with a limit, never for a time.

use std::thread;
use std::time::{Duration, Instant};

/// How long the state is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks until the condition gives a value.
///
/// # Panics
/// When the limit passes first; the message says what was waited for.
#[track_caller]
pub fn wait_for<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} in vain for {what}");
        thread::park_timeout(PAUSE);
    }
}

/// Whether the condition stays true for the whole span.
pub fn holds_for(span: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < span {
        if !condition() {
            return false;
        }
        thread::park_timeout(PAUSE);
    }
    true
}

//! Whose move it is after a failure.
//!
//! Each module has its own small error enum beside the code that raises it;
//! at the queue one question remains, and this is its answer.

use std::time::Duration;

/// Who has to act after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// The customer. The order asks for something that cannot be done; tell them why.
    Refuse,
    /// Nobody: try again after the given pause. The world may have changed.
    Retry(Duration),
    /// Us. An invariant broke or data is damaged; stop, and keep the evidence.
    Abort,
}

/// An error that knows whose move it is. Implemented by an exhaustive match
/// without `_`, so that whoever adds a variant decides its fate.
pub trait Disposed: std::error::Error {
    /// Who has to act.
    fn disposition(&self) -> Disposition;
}

/// The messages of an error and of all its sources, joined by `: `.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

//! What can go wrong between us and the queue.

use std::time::Duration;

use crate::error::{Disposed, Disposition};

/// A call of the queue that did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The server cannot be reached or did not answer in time. An ordinary event: try again.
    #[error("queue is unreachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No room for more work; what is there goes on, and cancelling works.
    #[error("queue is full: {0}")]
    Full(&'static str),
    /// The server is not fit to be our queue; the reason says what to change.
    #[error("queue server refused: {0}")]
    Unfit(String),
    /// A plan the queue cannot hold.
    #[error("stage cannot be planned: {0}")]
    Plan(&'static str),
    /// The server answered what our scripts never answer.
    #[error("queue answered unexpectedly to {call}")]
    Answer {
        /// What was asked.
        call: &'static str,
        /// What the client library says, if it does.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

impl Disposed for QueueError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Unreachable(_) => Disposition::Retry(Duration::from_secs(1)),
            Self::Full(_) => Disposition::Retry(Duration::from_secs(5)),
            Self::Unfit(_) | Self::Plan(_) | Self::Answer { .. } => Disposition::Abort,
        }
    }
}

//! What can go wrong between a program and a scheduler.

use std::time::Duration;

use poimuri_shared::error::{Disposed, Disposition};
use serde::Deserialize;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address is not `http://host:port`.
    #[error("scheduler address is not valid: {0}")]
    Address(String),
    /// A register file cannot be read.
    #[error("read the register file")]
    File(#[source] std::io::Error),
    /// A delivery cannot be written where it is wanted.
    #[error("write the delivery")]
    Output(#[source] std::io::Error),
    /// Nobody answers there, or the answer broke off.
    #[error("scheduler cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The scheduler stands by, or its store or queue is away: try again.
    #[error("scheduler is not available: {0}")]
    Unavailable(String),
    /// What was handed in, an order, a subscription or a register, asks for what may not be given, or is none.
    #[error("{message}")]
    Refused {
        /// One sentence.
        message: String,
        /// Each thing wrong, by line and field where known.
        details: Vec<String>,
    },
    /// The caller's token does not allow this.
    #[error("{0}")]
    Forbidden(String),
    /// No such thing, or it was erased.
    #[error("{0}")]
    NotFound(String),
    /// It is not in a state for this, or the key was used for something else.
    #[error("{0}")]
    Conflict(String),
    /// The answer is not one a scheduler gives.
    #[error("scheduler answered unexpectedly: {0}")]
    Answer(String),
}

impl Disposed for ClientError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::Unreachable(_) | Self::Unavailable(_) => Disposition::Retry(Duration::from_secs(1)),
            Self::Address(_)
            | Self::File(_)
            | Self::Output(_)
            | Self::Refused { .. }
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Conflict(_) => Disposition::Refuse,
            Self::Answer(_) => Disposition::Abort,
        }
    }
}

/// The body of a failed call.
#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    error: String,
    #[serde(default)]
    details: Vec<String>,
}

impl ClientError {
    /// The error a status and a body stand for.
    pub(crate) fn of(status: u16, body: &[u8]) -> Self {
        let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
        let message = if problem.error.is_empty() { format!("status {status}") } else { problem.error };
        match status {
            401 | 403 => Self::Forbidden(message),
            404 | 410 => Self::NotFound(message),
            409 => Self::Conflict(message),
            400 | 413 | 415 | 422 => Self::Refused { message, details: problem.details },
            502..=504 => Self::Unavailable(message),
            _ => Self::Answer(message),
        }
    }

    /// Whether the same call may succeed a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.disposition(), Disposition::Retry(_))
    }
}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_decode() {
            Self::Answer(error.to_string())
        } else {
            Self::Unreachable(error.without_url())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_become_errors() {
        let body = br#"{"error":"the order is refused","details":["line 3: criteria: unknown field"]}"#;
        let ClientError::Refused { message, details } = ClientError::of(422, body) else { panic!() };
        assert_eq!((message.as_str(), details.len()), ("the order is refused", 1));
        assert!(matches!(ClientError::of(404, b""), ClientError::NotFound(text) if text == "status 404"));
        assert!(matches!(ClientError::of(410, b"{}"), ClientError::NotFound(_)));
        assert!(ClientError::of(503, b"{}").is_passing());
        assert!(!ClientError::of(500, b"<html>").is_passing());
    }
}

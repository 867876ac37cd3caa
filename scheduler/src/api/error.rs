//! What a failed call answers: a status, a message for the caller, and details by field.
//!
//! The message never holds personal data; causes meant for us go to the log.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::service::ServiceError;

/// The body of every failed call.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// One sentence for the caller.
    pub error: String,
    /// Each thing wrong with the order, with its line and field where known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// A failed call.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    problem: Problem,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, problem: Problem { error: error.into(), details: Vec::new() } }
    }

    pub(crate) fn with_details(mut self, details: Vec<String>) -> Self {
        self.problem.details = details;
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.problem)).into_response()
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound(what) => Self::new(StatusCode::NOT_FOUND, format!("{what} is not known")),
            ServiceError::Refused(details) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "the order is refused").with_details(details)
            }
            ServiceError::Conflict(why) => Self::new(StatusCode::CONFLICT, why),
            ServiceError::NotYet(what) => Self::new(StatusCode::CONFLICT, what),
            ServiceError::Store(error) => {
                tracing::error!(error = %poimuri_shared::error::chain(&error), "store failed");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "the store cannot be used at the moment")
            }
            ServiceError::Queue(error) => {
                tracing::warn!(error = %poimuri_shared::error::chain(&error), "queue failed");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "the queue cannot be reached at the moment")
            }
            ServiceError::Internal(error) => {
                tracing::error!(%error, "internal error");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error")
            }
        }
    }
}

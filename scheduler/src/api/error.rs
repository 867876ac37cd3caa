//! What a failed call answers: a status, a message for the caller, and details by field.
//!
//! The message never holds personal data; causes meant for us go to the log.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::service::ServiceError;

/// The body of every failed call.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Problem {
    /// One sentence for the caller.
    pub error: String,
    /// Each thing wrong with what was handed in, with its line and field where known.
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

    /// What a call fails with that hands in something else than an order: `what` is refused.
    pub(crate) fn refusing(what: &'static str) -> impl FnOnce(ServiceError) -> Self {
        move |error| {
            let ServiceError::Refused(details) = error else { return error.into() };
            Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("{what} refused")).with_details(details)
        }
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

/// The longest reason the framework gives, bytes.
const REASON_BYTES_MAX: usize = 4096;

/// Gives a failed call a [`Problem`] as its body where the framework answered by itself: an unknown path, another method, a
/// query or body of another form.
pub(crate) async fn with_problem(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_told = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let reason = axum::body::to_bytes(body, REASON_BYTES_MAX).await.unwrap_or_default();
    let reason = match std::str::from_utf8(&reason) {
        Ok(reason) if !reason.is_empty() => reason.to_owned(),
        _ => status.canonical_reason().unwrap_or("failed").to_lowercase(),
    };
    let mut told = ApiError::new(status, reason).into_response();
    if let Some(allowed) = parts.headers.get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    told
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound(what) => Self::new(StatusCode::NOT_FOUND, format!("{what} is not known")),
            refused @ ServiceError::Refused(_) => Self::refusing("the order is")(refused),
            ServiceError::Conflict(why) => Self::new(StatusCode::CONFLICT, why),
            ServiceError::NotYet(what) => Self::new(StatusCode::CONFLICT, what),
            ServiceError::Gone(what) => Self::new(StatusCode::GONE, what),
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

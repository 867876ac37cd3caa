//! How something is handed in: in which form, and under which key.

use axum::http::{HeaderMap, StatusCode, header};
use poimuri_shared::document::Format;

use super::error::ApiError;

/// The form of a body: JSON if its type says so, otherwise TOML.
pub(super) fn format_of(headers: &HeaderMap) -> Format {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if kind.starts_with("application/json") { Format::Json } else { Format::Toml }
}

/// The key under which it is one, however often it is handed in.
///
/// # Errors
/// If it is no plain text.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let key = headers.get("idempotency-key").map(|value| value.to_str().map(str::to_owned));
    key.transpose().ok().ok_or_else(|| ApiError::new(StatusCode::BAD_REQUEST, "Idempotency-Key is not ASCII"))
}

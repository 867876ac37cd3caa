//! Uploading a customer register: streamed into the store, sealed on the way, never whole in memory.

use std::io::{self, Read};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt as _;
use poimuri_shared::ids::{CustomerId, RegisterId};
use poimuri_shared::registers::{self, RegisterError};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::Api;
use super::error::ApiError;
use crate::service::ServiceError;

/// Pieces of the upload that may wait for the store.
const PIECES_WAITING_MAX: usize = 16;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    /// Whose register it is.
    customer: CustomerId,
}

#[derive(Debug, Serialize)]
pub(crate) struct Uploaded {
    id: RegisterId,
    bytes: u64,
}

pub(crate) async fn put(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Uploaded>), ApiError> {
    if !api.tokens.role(&headers)?.sees(&query.customer) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "this token is for another customer"));
    }
    let (pieces, received) = mpsc::channel(PIECES_WAITING_MAX);
    let pump = tokio::spawn(pump(body, pieces));
    let (masters, now) = (api.scheduler.masters(), api.scheduler.clock().now());
    let stored = api
        .scheduler
        .blocking(move |orders| {
            let content = Pieces { received, piece: Bytes::new() };
            registers::put(&**orders.store(), &masters, &id, &query.customer, now, content).map_err(failed)
        })
        .await;
    pump.abort();
    let stored = stored?;
    Ok((StatusCode::CREATED, Json(Uploaded { id: stored.id, bytes: stored.bytes })))
}

fn failed(error: RegisterError) -> ServiceError {
    match error {
        RegisterError::Exists(_) => ServiceError::Conflict(error.to_string()),
        RegisterError::Unknown(id) => ServiceError::NotFound(format!("register {id}")),
        RegisterError::TooLarge(_) | RegisterError::Content(_) => {
            ServiceError::Refused(vec![error.to_string()])
        }
        RegisterError::Key(error) => ServiceError::Internal(poimuri_shared::error::chain(&error)),
        RegisterError::Store(error) => ServiceError::Store(error),
    }
}

async fn pump(body: Body, pieces: mpsc::Sender<io::Result<Bytes>>) {
    let mut stream = body.into_data_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(io::Error::other);
        if pieces.send(piece).await.is_err() {
            return;
        }
    }
}

/// The upload as a blocking thread reads it.
struct Pieces {
    received: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.received.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

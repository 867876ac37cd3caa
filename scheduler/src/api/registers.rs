//! Customer registers: uploaded as a stream, sealed on the way, never whole in memory; shown and removed.

use std::io::{self, Read};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use poimuri_shared::audit::Action;
use poimuri_shared::customer_register::{Form, Input, Quality};
use poimuri_shared::ids::{CustomerId, RegisterId};
use poimuri_shared::registers::{self, RegisterError, StoredRegister};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::Api;
use super::error::ApiError;
use crate::role::Role;
use crate::service::ServiceError;

/// Pieces of the upload that may wait for the store.
const PIECES_WAITING_MAX: usize = 16;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadQuery {
    /// Whose register it is.
    customer: CustomerId,
    /// The sheet to read of a workbook.
    sheet: Option<String>,
}

/// A register as it is told of: how it was read, and counts; no value of a row.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    id: RegisterId,
    customer: CustomerId,
    uploaded_at: Timestamp,
    bytes: u64,
    form: Form,
    quality: Quality,
}

impl From<StoredRegister> for Shown {
    fn from(register: StoredRegister) -> Self {
        let StoredRegister { id, customer, uploaded_at, bytes, form, quality, parts: _ } = register;
        Self { id, customer, uploaded_at, bytes, form, quality }
    }
}

pub(crate) async fn put(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Shown>), ApiError> {
    if !api.tokens.role(&headers)?.sees(&query.customer) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "this token is for another customer"));
    }
    let (pieces, received) = mpsc::channel(PIECES_WAITING_MAX);
    let pump = tokio::spawn(pump(body, pieces));
    let (masters, now) = (api.scheduler.masters(), api.scheduler.clock().now());
    let stored = api
        .scheduler
        .blocking(move |orders| {
            let content = Input::of_stream(Pieces { received, piece: Bytes::new() });
            let UploadQuery { customer, sheet } = &query;
            Ok(registers::put(&**orders.store(), &masters, &id, customer, now, content, sheet.as_deref())?)
        })
        .await;
    pump.abort();
    let stored = stored?;
    api.scheduler.log(stored.customer.as_str(), Action::RegisterUploaded, stored.id.as_str()).await?;
    Ok((StatusCode::CREATED, Json(stored.into())))
}

pub(crate) async fn list(State(api): State<Api>, headers: HeaderMap) -> Result<Json<Vec<Shown>>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let all = api.scheduler.blocking(|orders| Ok(registers::list(&**orders.store())?)).await?;
    Ok(Json(all.into_iter().filter(|register| role.sees(&register.customer)).map(Shown::from).collect()))
}

pub(crate) async fn show(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    headers: HeaderMap,
) -> Result<Json<Shown>, ApiError> {
    Ok(Json(find(&api, id, &headers).await?.into()))
}

pub(crate) async fn remove(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let register = find(&api, id, &headers).await?;
    let now = api.scheduler.clock().now();
    let removed = api.scheduler.blocking(move |orders| {
        Ok(registers::remove(orders.store(), &register.id, register.customer.as_str(), now)?)
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A register the caller may see; to everybody else there is none.
async fn find(api: &Api, id: RegisterId, headers: &HeaderMap) -> Result<StoredRegister, ApiError> {
    let role = api.tokens.role(headers)?;
    let found = api.scheduler.blocking(move |orders| {
        let store = &**orders.store();
        Ok(match role {
            Role::Operator => registers::get(store, &id),
            Role::Customer(own) => registers::find_own(store, &id, &own),
        })
    });
    match found.await? {
        Err(gone @ RegisterError::Erased { .. }) => Err(ApiError::new(StatusCode::GONE, gone.to_string())),
        found => Ok(found.map_err(ServiceError::from)?),
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

//! Calls about subscriptions.

use std::io::{self, Read};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use poimuri_shared::ids::{RegisterId, SubscriptionId};
use poimuri_shared::subscriptions::{
    Acknowledged, Brought, Prompt, Subscribed, SubscriptionDetail, SubscriptionState, SubscriptionView,
    TakenAway, Went,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::error::ApiError;
use super::handed::{format_of, idempotency_key};
use super::{Api, LIST_DEFAULT, LIST_MAX};
use crate::continuous::Listing;
use crate::submission::Subscribing;

/// Pieces of a delivery that may wait for the line.
const PIECES_WAITING_MAX: usize = 16;
/// Bytes of such a piece.
const PIECE_BYTES: usize = 256 << 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscribeQuery {
    /// The register uploaded in place of the file.
    register: Option<RegisterId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// At most this many, by default 100, at most 1000.
    limit: Option<usize>,
    /// Only subscriptions older than this one.
    before: Option<SubscriptionId>,
    /// Only subscriptions in this state.
    state: Option<SubscriptionState>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunQuery {
    /// Only what the rhythm says is due.
    #[serde(default)]
    due: bool,
}

/// An uploaded register whose rows are members that come or go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembersBody {
    /// The register.
    register: RegisterId,
}

/// Why a subscription ends.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndBody {
    /// One line for those who read of it later; never about a person.
    reason: Option<String>,
}

pub(crate) async fn add(
    State(api): State<Api>,
    Query(query): Query<SubscribeQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Subscribed>), ApiError> {
    let role = api.tokens.role(&headers)?;
    let asked = Subscribing {
        text: body.to_vec(),
        format: format_of(&headers),
        register: query.register,
        idempotency_key: idempotency_key(&headers)?,
    };
    let subscribed =
        api.subscriptions.subscribe(&role, asked).await.map_err(ApiError::refusing("the subscription is"))?;
    let status = if subscribed.known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(subscribed)))
}

pub(crate) async fn list(
    State(api): State<Api>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<Vec<SubscriptionView>>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let ListQuery { limit, before, state } = query;
    let listing = Listing { limit: limit.unwrap_or(LIST_DEFAULT).min(LIST_MAX), before, state };
    Ok(Json(api.subscriptions.list(&role, listing).await?))
}

pub(crate) async fn show(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
) -> Result<Json<SubscriptionDetail>, ApiError> {
    let role = api.tokens.role(&headers)?;
    Ok(Json(api.subscriptions.show(&role, &id).await?))
}

pub(crate) async fn run(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    Query(query): Query<RunQuery>,
    headers: HeaderMap,
) -> Result<Json<Went>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let prompt = if query.due { Prompt::Rhythm } else { Prompt::Hand };
    Ok(Json(api.subscriptions.run(&role, &id, prompt).await.map_err(ApiError::refusing("the run is"))?))
}

pub(crate) async fn pause(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
) -> Result<Json<SubscriptionDetail>, ApiError> {
    let role = api.tokens.role(&headers)?;
    Ok(Json(api.subscriptions.set_paused(&role, &id, true).await?))
}

pub(crate) async fn resume(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
) -> Result<Json<SubscriptionDetail>, ApiError> {
    let role = api.tokens.role(&headers)?;
    Ok(Json(api.subscriptions.set_paused(&role, &id, false).await?))
}

pub(crate) async fn end(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
    body: Option<Json<EndBody>>,
) -> Result<Json<SubscriptionDetail>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let EndBody { reason } = body.map(|Json(body)| body).unwrap_or_default();
    Ok(Json(api.subscriptions.end(&role, &id, reason).await.map_err(ApiError::refusing("the end is"))?))
}

pub(crate) async fn add_members(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
    Json(body): Json<MembersBody>,
) -> Result<(StatusCode, Json<Brought>), ApiError> {
    let role = api.tokens.role(&headers)?;
    let brought = api.subscriptions.add_members(&role, &id, body.register).await;
    Ok((StatusCode::CREATED, Json(brought.map_err(ApiError::refusing("the members are"))?)))
}

pub(crate) async fn remove_members(
    State(api): State<Api>,
    Path(id): Path<SubscriptionId>,
    headers: HeaderMap,
    Json(body): Json<MembersBody>,
) -> Result<Json<TakenAway>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let taken = api.subscriptions.remove_members(&role, &id, body.register).await;
    Ok(Json(taken.map_err(ApiError::refusing("the removal is"))?))
}

pub(crate) async fn acknowledge(
    State(api): State<Api>,
    Path((id, step)): Path<(SubscriptionId, u32)>,
    headers: HeaderMap,
) -> Result<Json<Acknowledged>, ApiError> {
    let role = api.tokens.role(&headers)?;
    Ok(Json(api.subscriptions.acknowledge(&role, &id, step).await?))
}

pub(crate) async fn delivery(
    State(api): State<Api>,
    Path((id, step, file)): Path<(SubscriptionId, u32, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let role = api.tokens.role(&headers)?;
    let file = api.subscriptions.delivery(&role, (&id, step), file).await?;
    let head = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
    ];
    Ok((head, streamed(file.content)).into_response())
}

/// A file piece by piece, read on a thread that may block; never whole in memory.
fn streamed(mut content: Box<dyn Read + Send>) -> Body {
    let (pieces, received) = mpsc::channel::<io::Result<Bytes>>(PIECES_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        loop {
            let mut piece = vec![0; PIECE_BYTES];
            let piece = match content.read(&mut piece) {
                Ok(0) => return,
                Ok(count) => {
                    piece.truncate(count);
                    Ok(piece.into())
                }
                Err(error) => Err(error),
            };
            // An error breaks the answer off, and so does a caller who is gone.
            let is_last = piece.is_err();
            if pieces.blocking_send(piece).is_err() || is_last {
                return;
            }
        }
    });
    Body::from_stream(unfold(received, |mut received| async move {
        received.recv().await.map(|piece| (piece, received))
    }))
}

//! Calls about orders.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use poimuri_shared::audit::Action;
use poimuri_shared::ids::{OrderId, RegisterId};
use poimuri_shared::lifecycle::OrderState;
use poimuri_shared::orders::AcceptedOrder;
use poimuri_shared::progress::Progress;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::handed::{format_of, idempotency_key};
use super::{Api, LIST_DEFAULT, LIST_MAX};
use crate::accept::{Accepted, Submission};
use crate::role::Role;

/// An order as the API shows it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrderView {
    /// Whom it is for.
    customer: String,
    /// `extraction`, `count`, `update` or `deduplication`.
    kind: String,
    /// The snapshot it is pinned to.
    snapshot: String,
    /// When it was accepted, UTC.
    accepted_at: String,
    /// How far it is.
    #[serde(flatten)]
    progress: Progress,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitQuery {
    /// 64 hexadecimal digits; operators only.
    seed: Option<String>,
    /// The registers uploaded in place of the order's files, in its order, with commas between them.
    register: Option<String>,
    /// 0 to 255, by default 100.
    priority: Option<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// At most this many, by default 100, at most 1000.
    limit: Option<usize>,
    /// Only orders older than this one.
    before: Option<OrderId>,
    /// Only orders in this state.
    state: Option<OrderState>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PriorityBody {
    priority: u8,
}

pub(crate) async fn submit(
    State(api): State<Api>,
    Query(query): Query<SubmitQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Accepted>), ApiError> {
    let role = api.tokens.role(&headers)?;
    if query.seed.is_some() && role != Role::Operator {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "only an operator may set the seed"));
    }
    let registers = query.register.iter().flat_map(|ids| ids.split(',')).map(str::parse::<RegisterId>);
    let registers: Result<Vec<RegisterId>, _> = registers.collect();
    let registers = registers.map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    let submission = Submission {
        text: body.to_vec(),
        format: format_of(&headers),
        registers,
        seed: query.seed,
        priority: query.priority,
        idempotency_key: idempotency_key(&headers)?,
        caller: role.caller(),
    };
    let accepted = api.scheduler.submit(submission, move |customer| role.sees(customer)).await?;
    let status = if accepted.known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(accepted)))
}

pub(crate) async fn list(
    State(api): State<Api>,
    Query(query): Query<ListQuery>,
    headers: HeaderMap,
) -> Result<Json<Vec<OrderView>>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let limit = query.limit.unwrap_or(LIST_DEFAULT).min(LIST_MAX);
    let ids = api.scheduler.list().await?;
    let older = ids.into_iter().filter(|id| query.before.as_ref().is_none_or(|before| id < before));
    let mut views = Vec::new();
    for id in older {
        if views.len() >= limit {
            break;
        }
        // An order whose acceptance was cut short is not listed.
        let Ok(view) = view(&api, &role, &id).await else { continue };
        if query.state.is_none_or(|state| state == view.progress.state) {
            views.push(view);
        }
    }
    Ok(Json(views))
}

pub(crate) async fn show(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiError> {
    let role = api.tokens.role(&headers)?;
    Ok(Json(view(&api, &role, &id).await?))
}

async fn view(api: &Api, role: &Role, id: &OrderId) -> Result<OrderView, ApiError> {
    let accepted = visible(api, role, id).await?;
    let progress = api.scheduler.progress(id).await?;
    Ok(OrderView {
        customer: accepted.order.customer.to_string(),
        kind: accepted.order.kind.name().to_owned(),
        snapshot: accepted.snapshot.to_string(),
        accepted_at: accepted.accepted_at.to_string(),
        progress,
    })
}

/// An order the caller may see; to others it does not exist.
pub(super) async fn visible(api: &Api, role: &Role, id: &OrderId) -> Result<AcceptedOrder, ApiError> {
    let accepted = api.scheduler.accepted(id).await?;
    if role.sees(&accepted.order.customer) {
        Ok(accepted)
    } else {
        Err(ApiError::new(StatusCode::NOT_FOUND, format!("order {id} is not known")))
    }
}

pub(crate) async fn receipt(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, ApiError> {
    let role = api.tokens.role(&headers)?;
    visible(&api, &role, &id).await?;
    let receipt = api.scheduler.receipt(&id).await?;
    let shown = match role {
        Role::Operator => {
            api.scheduler.log("operator", Action::ExactNumbersSeen, id.as_str()).await?;
            serde_json::to_value(&receipt)
        }
        Role::Customer(_) => serde_json::to_value(api.scheduler.guarded(&receipt)?),
    };
    shown.map(Json).ok().ok_or_else(|| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error"))
}

pub(crate) async fn cancel(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiError> {
    let role = api.tokens.role(&headers)?;
    visible(&api, &role, &id).await?;
    api.scheduler.cancel(&id).await?;
    Ok(Json(view(&api, &role, &id).await?))
}

pub(crate) async fn pause(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiError> {
    let role = operator(&api, &headers)?;
    api.scheduler.set_paused(&id, true).await?;
    Ok(Json(view(&api, &role, &id).await?))
}

pub(crate) async fn resume(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiError> {
    let role = operator(&api, &headers)?;
    api.scheduler.set_paused(&id, false).await?;
    Ok(Json(view(&api, &role, &id).await?))
}

pub(crate) async fn retry(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<OrderView>, ApiError> {
    let role = operator(&api, &headers)?;
    api.scheduler.retry(&id).await?;
    Ok(Json(view(&api, &role, &id).await?))
}

pub(crate) async fn prioritise(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(body): Json<PriorityBody>,
) -> Result<Json<OrderView>, ApiError> {
    let role = operator(&api, &headers)?;
    api.scheduler.prioritise(&id, body.priority).await?;
    Ok(Json(view(&api, &role, &id).await?))
}

fn operator(api: &Api, headers: &HeaderMap) -> Result<Role, ApiError> {
    match api.tokens.role(headers)? {
        Role::Operator => Ok(Role::Operator),
        Role::Customer(_) => Err(ApiError::new(StatusCode::FORBIDDEN, "only an operator may do this")),
    }
}

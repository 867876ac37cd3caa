//! Customer registers: looked at, uploaded as a stream, sealed on the way, never whole in memory; shown and removed.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use poimuri_shared::audit::Action;
use poimuri_shared::customer_register::{Form, Input, Quality};
use poimuri_shared::ids::{CustomerId, RegisterId};
use poimuri_shared::registers::{self, Look, LookedAt, RegisterError, StoredRegister};
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use super::error::ApiError;
use crate::role::Role;
use crate::service::ServiceError;

mod asked;
mod pieces;

use asked::Asked;
use pieces::pieces;

/// A register in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Shown {
    /// Its id.
    id: RegisterId,
    /// Whose it is.
    customer: CustomerId,
    /// When it was uploaded.
    #[schemars(with = "String")]
    uploaded_at: Timestamp,
    /// Bytes of the file.
    bytes: u64,
    /// How it is written.
    form: Form,
    /// Counts.
    quality: Quality,
}

impl From<StoredRegister> for Shown {
    fn from(register: StoredRegister) -> Self {
        let StoredRegister { id, customer, uploaded_at, bytes, form, columns: _, quality, parts: _ } =
            register;
        Self { id, customer, uploaded_at, bytes, form, quality }
    }
}

/// Looks at a file and stores nothing.
pub(crate) async fn look(
    State(api): State<Api>,
    asked: Asked,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Look>, ApiError> {
    api.tokens.role(&headers)?;
    let (content, _fetching) = pieces(body);
    let looked = api
        .scheduler
        .blocking(move |_orders| Ok(registers::look(Input::of_stream(content), &asked.given())?))
        .await;
    looked.map(Json).map_err(ApiError::refusing("the register is"))
}

pub(crate) async fn put(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    asked: Asked,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<LookedAt>), ApiError> {
    let customer = asked.customer()?.clone();
    let role = api.tokens.role(&headers)?;
    if !role.sees(&customer) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "this token is for another customer"));
    }
    let (content, _fetching) = pieces(body);
    let (masters, now) = (api.scheduler.masters(), api.scheduler.clock().now());
    let stored = api.scheduler.blocking(move |orders| {
        let (store, content) = (&**orders.store(), Input::of_stream(content));
        let stored = registers::put(store, &masters, &id, &customer, now, content, &asked.given())?;
        Ok(registers::look_at(store, &masters, &stored, &stored.columns)?)
    });
    let stored = stored.await.map_err(ApiError::refusing("the register is"))?;
    api.scheduler.log(role.actor(), Action::RegisterUploaded, stored.id.as_str()).await?;
    Ok((StatusCode::CREATED, Json(stored)))
}

pub(crate) async fn list(State(api): State<Api>, headers: HeaderMap) -> Result<Json<Vec<Shown>>, ApiError> {
    let role = api.tokens.role(&headers)?;
    let all = api.scheduler.blocking(|orders| Ok(registers::list(&**orders.store())?)).await?;
    Ok(Json(all.into_iter().filter(|register| role.sees(&register.customer)).map(Shown::from).collect()))
}

pub(crate) async fn show(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Json<LookedAt>, ApiError> {
    let register = find(&api, id, &headers).await?;
    let masters = api.scheduler.masters();
    let looked = api.scheduler.blocking(move |orders| {
        Ok(registers::look_at(&**orders.store(), &masters, &register, &asked.columns)?)
    });
    looked.await.map(Json).map_err(ApiError::refusing("the register is"))
}

pub(crate) async fn remove(
    State(api): State<Api>,
    Path(id): Path<RegisterId>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let (register, role) = (find(&api, id, &headers).await?, api.tokens.role(&headers)?);
    let now = api.scheduler.clock().now();
    let removed = api
        .scheduler
        .blocking(move |orders| Ok(registers::remove(orders.store(), &register.id, role.actor(), now)?));
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

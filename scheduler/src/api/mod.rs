//! The HTTP API: parse, call, answer. Decisions live in `service` and `accept`.
//!
//! | call | answer |
//! |---|---|
//! | `POST /v1/orders` | 201 accepted, 200 known by its `Idempotency-Key`, 409, 422 |
//! | `GET /v1/orders`, `GET /v1/orders/{id}` | how far orders are |
//! | `GET /v1/orders/{id}/progress` | the same as server-sent events until the order settles |
//! | `GET /v1/orders/{id}/receipt` | the receipt; rounded and guarded for a customer |
//! | `POST /v1/orders/{id}/{cancel,pause,resume,retry}`, `PUT …/priority` | 200 |
//! | `POST /v1/looks` | 200: how a file would be read as a customer register; it is not stored |
//! | `PUT /v1/registers/{id}` | 201: a customer register, for `[register] id`, and the same look at it |
//! | `GET /v1/registers`, `GET /v1/registers/{id}`, `DELETE …` | 200, 204; rows masked |
//! | `POST /v1/subscriptions` | 201 accepted, 200 known by its `Idempotency-Key`, 409, 422 |
//! | `GET /v1/subscriptions`, `GET /v1/subscriptions/{id}` | where subscriptions stand; one with its loads and runs |
//! | `POST /v1/subscriptions/{id}/run` | what it needs is begun: the order that is under way, or why there is none |
//! | `POST /v1/subscriptions/{id}/{pause,resume,end}` | 200 |
//! | `POST /v1/subscriptions/{id}/members`, `…/members/remove` | members of an uploaded register come or go |
//! | `GET /v1/subscriptions/{id}/deliveries/{step}/{file}` | a delivery's `manifest` or a file it names, encrypted, the same bytes each time |
//! | `POST /v1/subscriptions/{id}/deliveries/{step}/acknowledge` | 200 |
//! | `GET /health`, `GET /metrics`, `GET /openapi.json` | for machines |
//!
//! Every failed call answers with a problem as JSON, also while its body is still being sent.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, map_response};
use axum::routing::{get, post, put};
use tokio::net::TcpListener;

use crate::continuous::SubscriptionService;
use crate::service::Scheduler;

mod auth;
mod error;
mod handed;
mod health;
mod linger;
mod openapi;
mod orders;
mod progress;
mod registers;
mod subscriptions;

pub use auth::{TokenError, Tokens};
pub use openapi::document as openapi_document;

/// The largest order a call may carry, bytes.
pub const ORDER_BYTES_MAX: usize = 16 << 20;

/// How many of a kind are listed unless the caller says.
const LIST_DEFAULT: usize = 100;
/// How many are listed at most.
const LIST_MAX: usize = 1000;

/// What every call can reach.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub(crate) scheduler: Arc<Scheduler>,
    pub(crate) subscriptions: SubscriptionService,
    pub(crate) tokens: Arc<Tokens>,
}

/// A listener that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("listen on {address}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// An open API beyond this machine.
    #[error("{0} is reachable from outside, so scheduler.tokens must name a token file")]
    Open(SocketAddr),
    /// The server stopped by itself.
    #[error("serve HTTP")]
    Serve(#[source] std::io::Error),
}

/// Binds the address an API is to be served on.
///
/// # Errors
/// If it cannot be bound, or would be open to other machines without tokens.
pub async fn bind(address: SocketAddr, tokens: &Tokens) -> Result<TcpListener, ServeError> {
    if tokens.is_open() && !address.ip().is_loopback() {
        return Err(ServeError::Open(address));
    }
    TcpListener::bind(address).await.map_err(|source| ServeError::Bind { address, source })
}

/// Serves the API until the shutdown.
///
/// # Errors
/// If the server stops by itself.
pub async fn serve(
    listener: TcpListener,
    scheduler: Arc<Scheduler>,
    tokens: Tokens,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let subscriptions = SubscriptionService::new(Arc::clone(&scheduler));
    let app = router(Api { scheduler, subscriptions, tokens: Arc::new(tokens) });
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await.map_err(ServeError::Serve)
}

fn router(api: Api) -> Router {
    Router::new()
        .route("/v1/orders", post(orders::submit).get(orders::list))
        .route("/v1/orders/{id}", get(orders::show))
        .route("/v1/orders/{id}/progress", get(progress::stream))
        .route("/v1/orders/{id}/receipt", get(orders::receipt))
        .route("/v1/orders/{id}/cancel", post(orders::cancel))
        .route("/v1/orders/{id}/pause", post(orders::pause))
        .route("/v1/orders/{id}/resume", post(orders::resume))
        .route("/v1/orders/{id}/retry", post(orders::retry))
        .route("/v1/orders/{id}/priority", put(orders::prioritise))
        .route("/v1/looks", post(registers::look).layer(DefaultBodyLimit::disable()))
        .route("/v1/registers", get(registers::list))
        .route(
            "/v1/registers/{id}",
            put(registers::put)
                .get(registers::show)
                .delete(registers::remove)
                .layer(DefaultBodyLimit::disable()),
        )
        .route("/v1/subscriptions", post(subscriptions::add).get(subscriptions::list))
        .route("/v1/subscriptions/{id}", get(subscriptions::show))
        .route("/v1/subscriptions/{id}/run", post(subscriptions::run))
        .route("/v1/subscriptions/{id}/pause", post(subscriptions::pause))
        .route("/v1/subscriptions/{id}/resume", post(subscriptions::resume))
        .route("/v1/subscriptions/{id}/end", post(subscriptions::end))
        .route("/v1/subscriptions/{id}/members", post(subscriptions::add_members))
        .route("/v1/subscriptions/{id}/members/remove", post(subscriptions::remove_members))
        .route("/v1/subscriptions/{id}/deliveries/{step}/acknowledge", post(subscriptions::acknowledge))
        .route("/v1/subscriptions/{id}/deliveries/{step}/{file}", get(subscriptions::delivery))
        .route("/health", get(health::health))
        .route("/metrics", get(health::metrics))
        .route("/openapi.json", get(openapi::get))
        .layer(DefaultBodyLimit::max(ORDER_BYTES_MAX))
        .layer(map_response(error::with_problem))
        .layer(from_fn(linger::linger))
        .with_state(api)
}

//! Whether the scheduler is well, and the queue's totals for Prometheus.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use poimuri_shared::queue::Overview;
use schemars::JsonSchema;
use serde::Serialize;

use super::Api;
use super::error::ApiError;
use crate::service::ServiceError;

/// The answer of `/health`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// `acting`, or `standby` while another scheduler acts.
    scheduler: &'static str,
    /// `ok` or `unreachable`. Orders survive an unreachable queue.
    queue: &'static str,
    /// `ok` or `failing`.
    store: &'static str,
    /// The program's version.
    version: &'static str,
}

pub(crate) async fn health(State(api): State<Api>) -> (StatusCode, Json<Health>) {
    let queue = api.scheduler.queue().epoch().await.is_ok();
    let store = api.scheduler.open_orders().await.is_ok();
    let health = Health {
        scheduler: if api.scheduler.is_acting() { "acting" } else { "standby" },
        queue: if queue { "ok" } else { "unreachable" },
        store: if store { "ok" } else { "failing" },
        version: env!("CARGO_PKG_VERSION"),
    };
    let status = if store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health))
}

pub(crate) async fn metrics(State(api): State<Api>) -> Result<String, ApiError> {
    let overview = api.scheduler.queue().overview().await.map_err(ServiceError::from)?;
    Ok(render(&overview, api.scheduler.is_acting()))
}

/// Totals only: no order, customer or worker is named.
fn render(overview: &Overview, acting: bool) -> String {
    let workers = u64::try_from(overview.workers.len()).unwrap_or(u64::MAX);
    let rows = [
        ("poimuri_orders", "orders the queue knows", u64::from(overview.orders)),
        ("poimuri_tasks_waiting", "tasks waiting", overview.waiting),
        ("poimuri_tasks_running", "tasks leased to a worker", overview.running),
        ("poimuri_tasks_retrying", "tasks pausing after a failure", overview.retrying),
        ("poimuri_tasks_dead", "tasks given up", overview.dead),
        ("poimuri_workers", "workers heard of in the last minute", workers),
        ("poimuri_scheduler_acting", "1 if this scheduler acts, 0 if it stands by", u64::from(acting)),
    ];
    let mut text = String::new();
    for (name, help, value) in rows {
        text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_lines_of_name_and_value() {
        let text = render(&Overview { waiting: 7, ..Overview::default() }, true);
        assert!(text.contains("\npoimuri_tasks_waiting 7\n"));
        assert!(text.contains("\npoimuri_scheduler_acting 1\n"));
        assert!(text.lines().all(|line| line.starts_with('#') || line.split(' ').count() == 2));
    }
}

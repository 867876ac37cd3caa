//! Whether settings can be gone by: one that cannot is refused by its name.

use poimuri_client::Client;
use poimuri_shared::queue::RedisQueue;

use super::Settings;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::telemetry;

const REDIS_SCHEMES: [&str; 3] = ["redis://", "redis+unix://", "unix://"];

/// Checks what the types of the settings leave open.
///
/// # Errors
/// The first setting that cannot be gone by.
pub(super) fn check(settings: &Settings) -> Outcome<()> {
    seconds("scheduler.reconcile_every", settings.scheduler.reconcile_every, 0.01, 3_600.0)?;
    seconds("scheduler.subscriptions_every", settings.scheduler.subscriptions_every, 0.1, 86_400.0)?;
    seconds("scheduler.erase_every", settings.scheduler.erase_every, 1.0, 86_400.0)?;
    if !(1..=100_000_000).contains(&settings.scheduler.rows_per_task) {
        return Err(Failure::usage("scheduler.rows_per_task must be 1 to 100 000 000 rows"));
    }
    if settings.worker.threads > 1024 {
        return Err(Failure::usage("worker.threads must be 0 to 1024 threads"));
    }
    if let Some(url) = &settings.queue.redis
        && !REDIS_SCHEMES.iter().any(|scheme| url.starts_with(scheme))
    {
        return Err(Failure::usage("queue.redis must be redis://host:port or redis+unix:///path"));
    }
    RedisQueue::check_prefix(&settings.queue.prefix)
        .map_err(|reason| Failure::usage(format!("queue.prefix {reason}")))?;
    if let Some(url) = &settings.client.scheduler {
        Client::new(url).map_err(|error| Failure::caused(Exit::Usage, "client.scheduler", &error))?;
    }
    if let Some(level) = &settings.log.level {
        telemetry::filter(level)?;
    }
    settings.store.check()?;
    settings.policy.check().map_err(|error| Failure::usage(format!("policy.{error}")))?;
    settings.retention.check().map_err(|error| Failure::usage(format!("retention.{error}")))?;
    settings.prices.check().map_err(|error| Failure::caused(Exit::Usage, "prices", &error))
}

fn seconds(name: &str, value: f64, least: f64, most: f64) -> Outcome<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Failure::usage(format!("{name} must be {least} to {most} seconds")))
}

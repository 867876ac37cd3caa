//! Settings: what the program goes by, from file, environment and command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use config::{Config, Value};
use poimuri_shared::policy::Policy;
use poimuri_shared::price::Prices;
use poimuri_shared::retention::Periods;
use serde::Deserialize;

use crate::args::Global;
use crate::failure::Outcome;

mod check;
mod layers;
mod store;
mod table;

pub(crate) use store::Store;

/// All settings, typed. `table` says what each means.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Settings {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    pub(crate) scheduler: Scheduler,
    pub(crate) worker: Worker,
    #[serde(default)]
    pub(crate) client: Client,
    pub(crate) policy: Policy,
    pub(crate) retention: Periods,
    #[serde(default)]
    pub(crate) prices: Prices,
    pub(crate) log: Log,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Queue {
    pub(crate) redis: Option<String>,
    pub(crate) prefix: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Scheduler {
    pub(crate) listen: SocketAddr,
    pub(crate) tokens: Option<PathBuf>,
    pub(crate) rows_per_task: u64,
    /// Seconds.
    pub(crate) reconcile_every: f64,
    /// Seconds.
    pub(crate) subscriptions_every: f64,
    /// Seconds.
    pub(crate) erase_every: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Worker {
    /// 0 is one for each core.
    pub(crate) threads: usize,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Client {
    pub(crate) scheduler: Option<String>,
    pub(crate) token: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Log {
    pub(crate) level: Option<String>,
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json"),
        }
    }
}

/// Values given by options of a command, by key.
pub(crate) type Flags = BTreeMap<String, String>;

/// Adds an option to the flags if it was given.
pub(crate) fn flag(flags: &mut Flags, key: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        flags.insert(key.to_owned(), value.to_string());
    }
}

/// The settings of this run.
///
/// # Errors
/// A wrong setting, by name.
pub(crate) fn load(global: &Global, flags: Flags) -> Outcome<Settings> {
    let settings: Settings =
        stack(global, flags)?.try_deserialize().map_err(|error| layers::wrong(&error))?;
    check::check(&settings)?;
    Ok(settings)
}

fn stack(global: &Global, mut flags: Flags) -> Outcome<Config> {
    flag(&mut flags, "store.path", global.store.as_ref().map(|path| path.display()));
    flag(&mut flags, "log.level", global.log.as_ref());
    layers::stack(global.config.as_deref(), std::env::vars_os(), flags)
}

/// One setting as `poimuri settings` shows it.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Shown {
    pub(crate) setting: &'static str,
    pub(crate) value: Option<String>,
    pub(crate) default: Option<&'static str>,
    pub(crate) unit: &'static str,
    pub(crate) source: String,
    pub(crate) variable: String,
    pub(crate) help: &'static str,
}

/// Every setting with its value and where that is from. Passwords in URLs are left out.
///
/// # Errors
/// A wrong setting, by name.
pub(crate) fn shown(global: &Global) -> Outcome<Vec<Shown>> {
    load(global, Flags::new())?;
    let stacked = stack(global, Flags::new())?;
    let show = |row: &table::Row| {
        let value = layers::value_at(&stacked, row.key);
        let source = value.and_then(Value::origin).unwrap_or("default").to_owned();
        let text = value.map(|value| value.clone().into_string().unwrap_or_else(|_| value.to_string()));
        Shown {
            setting: row.key,
            value: text.map(|text| without_password(&text)),
            default: row.default,
            unit: row.unit,
            source,
            variable: table::variable(row.key),
            help: row.help,
        }
    };
    Ok(table::SETTINGS.iter().map(show).collect())
}

/// A URL with `***` for what stands between scheme and `@`.
pub(crate) fn without_password(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://***@{host}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global() -> Global {
        Global { store: Some("s".into()), config: None, json: false, log: None, quiet: true }
    }

    #[test]
    fn defaults_are_whole_and_typed() {
        let settings = load(&global(), Flags::new()).unwrap();
        assert_eq!(settings.store.path, PathBuf::from("s"));
        assert_eq!(settings.store.snapshots(), PathBuf::from("s/snapshots"));
        assert_eq!(settings.log.format, LogFormat::Text);
        assert!(settings.queue.redis.is_none());
    }

    #[test]
    fn wrong_values_are_refused_by_name() {
        for (key, value) in [
            ("worker.threads", "many"),
            ("worker.threads", "5000"),
            ("scheduler.listen", "nowhere"),
            ("scheduler.reconcile_every", "0"),
            ("scheduler.rows_per_task", "-1"),
            ("log.format", "xml"),
            ("log.level", "loud"),
            ("log.level", "info,poimuri_worker"),
            ("log.level", "info,poimuri_worker=loud"),
            ("client.scheduler", "ftp://there"),
            ("scheduler.subscriptions_every", "0"),
            ("scheduler.erase_every", "0"),
            ("retention.register_days", "40000"),
            ("policy.minimum_age", "12"),
            ("policy.counts_per_day", "0"),
            ("policy.near_days", "60"),
            ("queue.redis", "http://nonsense"),
            ("queue.prefix", "a {b}"),
            ("queue.prefix", ""),
            ("store.url", "https://bucket"),
        ] {
            let flags = Flags::from([(key.to_owned(), value.to_owned())]);
            let refused = load(&global(), flags).unwrap_err().to_text();
            assert!(refused.contains(key), "{key} {value}: {refused}");
        }
    }

    #[test]
    fn levels_and_filters_are_settings() {
        for level in ["warn", "DEBUG", "off", "info,poimuri_worker=debug", "warn,poimuri_shared::store=trace"]
        {
            let flags = Flags::from([("log.level".to_owned(), level.to_owned())]);
            assert!(load(&global(), flags).is_ok(), "{level}");
        }
    }

    #[test]
    fn passwords_are_left_out() {
        assert_eq!(without_password("redis://u:p@h:1/0"), "redis://***@h:1/0");
        assert_eq!(without_password("redis://h:1"), "redis://h:1");
    }
}

//! Log lines on standard error: text for people, JSON for machines. No record is ever in one.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::failure::{Failure, Outcome};
use crate::settings::{Log, LogFormat};

/// Begins to log; `usual` is the level unless the settings say another.
///
/// # Errors
/// If the level or filter cannot be understood.
pub(crate) fn start(log: &Log, usual: &str) -> Outcome<()> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(log.level.as_deref().unwrap_or(usual))?)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // A second start in one process keeps the first: the demo runs commands one after another.
    drop(started);
    Ok(())
}

/// A level, or a filter by parts of the program. A lone word that is no level would name a part there may not be,
/// and nothing would be logged.
///
/// # Errors
/// If it cannot be understood.
pub(crate) fn filter(wanted: &str) -> Outcome<EnvFilter> {
    let is_known = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    if let Some(wrong) = wanted.split(',').find(|part| !is_known(part)) {
        return Err(Failure::usage(format!(
            "log.level: `{wrong}` is none of error, warn, info, debug, trace and off, nor a filter as poimuri_worker=debug"
        )));
    }
    EnvFilter::builder()
        .parse(wanted)
        .map_err(|error| Failure::usage(format!("log.level: `{wanted}` is no level or filter: {error}")))
}

//! Log lines on standard error: text for people, JSON for machines. No record is ever in one.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::failure::{Failure, Outcome};
use crate::settings::{Log, LogFormat};

/// Begins to log; `usual` is the level unless the settings say another.
///
/// # Errors
/// If the level or filter cannot be understood.
pub(crate) fn start(log: &Log, usual: &str) -> Outcome<()> {
    let wanted = log.level.as_deref().unwrap_or(usual);
    let filter = EnvFilter::builder()
        .parse(wanted)
        .map_err(|error| Failure::usage(format!("log.level: `{wanted}` is no level or filter: {error}")))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
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

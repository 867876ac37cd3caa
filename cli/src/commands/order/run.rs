//! `order run`: a whole order in this process, with the queue in memory.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "Examples:
  poimuri order run deploy/examples/oil-heated-houses.toml
  poimuri order run order.toml --workers 4 --json";

/// Carry out a whole order in this process, without a scheduler
///
/// The same bytes as with any number of workers. A `register.file` in the order is relative to the order file.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {
    /// The order as TOML or JSON
    file: PathBuf,
    /// Seed of the sample, 64 hexadecimal digits. Default: drawn by the system. Recorded in the receipt
    #[arg(long, value_name = "HEX64")]
    seed: Option<String>,
    /// Workers that run at the same time. Default: the setting `worker.threads`, else all cores
    #[arg(long, value_name = "N")]
    workers: Option<u32>,
}

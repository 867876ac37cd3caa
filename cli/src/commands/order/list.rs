//! `order list`: the orders of a store, the newest first.

use clap::Args;

const EXAMPLES: &str = "Examples:
  poimuri order list
  poimuri order list --state failed --json";

/// List orders, the newest first.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Only orders in this state: accepted, planned, running, merging, delivered, refused, failed, cancelled
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

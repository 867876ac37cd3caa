//! `order submit`: hands an order in.

use std::path::PathBuf;

use clap::Args;

const EXAMPLES: &str = "Examples:
  poimuri order submit deploy/examples/oil-heated-houses.toml --watch
  poimuri order submit order.toml --idempotency-key campaign-17 --json";

/// Submit an order; a scheduler and workers carry it out
///
/// The order is checked against its permit, the code lists and the recipient before anything is stored; each thing
/// wrong is told by its line and field.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Submit {
    /// The order as TOML or JSON
    file: PathBuf,
    /// Follow the order until it ends
    #[arg(long)]
    watch: bool,
    /// Seed of the sample, 64 hexadecimal digits. Default: drawn by the system. For operators; recorded
    #[arg(long, value_name = "HEX64")]
    seed: Option<String>,
    /// 0 to 255; the larger goes first among the orders of its customer
    #[arg(long, value_name = "N")]
    priority: Option<u8>,
    /// Submitting again with the same key gives the same order
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

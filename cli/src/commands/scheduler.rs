//! `scheduler`: the role that accepts orders and looks after them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri scheduler --store /srv/poimuri --redis redis://127.0.0.1:6379
  poimuri scheduler --config /etc/poimuri.toml --listen 0.0.0.0:8080 --tokens /etc/poimuri-tokens.toml";

/// Run the scheduler: accepts orders over HTTP, plans and collects them
///
/// Opens no shard and holds nothing that is not in the store; it may be killed at any moment. A second one on
/// the same queue stands by and takes over. SIGTERM and Ctrl-C end it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Scheduler {
    /// Address and port of the HTTP API. Default: the setting `scheduler.listen`
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Redis as the queue. Default: the setting `queue.redis`
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// The file of API tokens (SHA-256 only). Without it the API listens on this machine only
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
}

impl Scheduler {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}

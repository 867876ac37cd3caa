//! `worker`: the role that executes tasks.

use clap::Args;

use crate::answer::Answer;
use crate::args::Global;
use crate::failure::{Failure, Outcome};

const EXAMPLES: &str = "Examples:
  poimuri worker --store /srv/poimuri --redis redis://127.0.0.1:6379
  poimuri worker --config /etc/poimuri.toml --threads 8";

/// Run a worker: executes tasks until it is asked to end
///
/// Any number of workers may come, go and be killed. SIGTERM and Ctrl-C let running tasks be given back and end it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Worker {
    /// Threads for computing. Default: the setting `worker.threads`, else all cores
    #[arg(long, value_name = "N")]
    threads: Option<u32>,
    /// Redis as the queue. Default: the setting `queue.redis`
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

impl Worker {
    pub(crate) fn run(self, _global: &Global) -> Outcome<Answer> {
        Err(Failure::failed("not built in"))
    }
}

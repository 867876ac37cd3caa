//! `worker`: the role that executes tasks.

use clap::Args;

use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::house;
use crate::interrupt::asked_to_end;
use crate::settings::{Flags, flag};

const EXAMPLES: &str = "Examples:
  poimuri worker --store /srv/poimuri --redis redis://127.0.0.1:6379
  poimuri worker --config /etc/poimuri.toml --threads 8";

/// Run a worker: executes tasks until it is asked to end
///
/// Any number of workers may come, go and be killed. On SIGTERM and Ctrl-C it claims nothing more, lets running
/// tasks finish for a while or gives them back, and ends.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Worker {
    /// Threads for computing; 0 is one for each core. Default: the setting worker.threads
    #[arg(long, value_name = "N")]
    threads: Option<u32>,
    /// Redis as the queue. Default: the setting queue.redis
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

impl Worker {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let mut flags = Flags::new();
        flag(&mut flags, "worker.threads", self.threads);
        flag(&mut flags, "queue.redis", self.redis);
        let context = Context::with(global, flags, "info")?;
        if context.settings.queue.redis.is_none() {
            return Err(Failure::usage("a worker needs a queue it shares with a scheduler: queue.redis")
                .hint("without Redis, poimuri scheduler works by itself"));
        }
        block_on(work(&context))?;
        Ok(Answer::ended())
    }
}

async fn work(context: &Context) -> Outcome<()> {
    context.probe().await?;
    let queue = house::queue(context).await?;
    let settings = house::worker_settings(context.settings.worker.threads);
    let environment = house::environment(context)?;
    poimuri_worker::run::run(queue, environment, settings, asked_to_end())
        .await
        .map_err(|error| Failure::caused(Exit::Failed, "work", &error))
}

//! `scheduler`: the role that accepts orders and looks after them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use poimuri_scheduler::api::{self, Tokens};
use poimuri_shared::error::chain;
use tokio::sync::watch;

use crate::answer::Answer;
use crate::args::Global;
use crate::context::{Context, block_on};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::house::{self, Follow, House};
use crate::interrupt::asked_to_end;
use crate::settings::{Flags, flag};

const EXAMPLES: &str = "Examples:
  poimuri scheduler --store /srv/poimuri
  poimuri scheduler --store /srv/poimuri --redis redis://127.0.0.1:6379
  poimuri scheduler --config /etc/poimuri.toml --listen 0.0.0.0:8480 --tokens /etc/poimuri-tokens.toml";

/// How long open connections may go on once the scheduler is asked to end.
const FAREWELL: Duration = Duration::from_secs(3);

/// Run the scheduler: accepts orders over HTTP, plans and collects them
///
/// Opens no shard and holds nothing that is not in the store; it may be killed at any moment. A second one on the
/// same queue, or without Redis on the same store, stands by and takes over. Without Redis the queue is in memory, and
/// a worker runs in the same process.
/// SIGTERM and Ctrl-C end it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Scheduler {
    /// Address and port of the HTTP API. Default: the setting scheduler.listen
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Redis as the queue. Default: the setting queue.redis
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// The file of API tokens (SHA-256 only). Without it the API listens on this machine only
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
}

impl Scheduler {
    pub(crate) fn run(self, global: &Global) -> Outcome<Answer> {
        let mut flags = Flags::new();
        flag(&mut flags, "scheduler.listen", self.listen);
        flag(&mut flags, "queue.redis", self.redis);
        flag(&mut flags, "scheduler.tokens", self.tokens.as_ref().map(|path| path.display()));
        let context = Context::with(global, flags, "info")?;
        block_on(serve(&context))?;
        Ok(Answer::ended())
    }
}

async fn serve(context: &Context) -> Outcome<()> {
    let settings = &context.settings.scheduler;
    let tokens = match &settings.tokens {
        Some(path) => Tokens::read(path).map_err(|error| {
            Failure::caused(Exit::Usage, &format!("scheduler.tokens: {}", path.display()), &error)
        })?,
        None => Tokens::default(),
    };
    context.probe().await?;
    let queue = house::queue(context).await?;
    let listener = api::bind(settings.listen, &tokens)
        .await
        .map_err(|error| Failure::caused(Exit::Usage, "scheduler.listen", &error))?;
    let works_alone = context.settings.queue.redis.is_none();
    let mut house =
        House::open(context, &queue, if works_alone { None } else { Some(0) }, Follow::Subscriptions)?;
    tracing::info!(listen = %settings.listen, store = %context.settings.store.name(), "serving");
    let (stop, mut stopped) = watch::channel(false);
    let shutdown = async move { drop(stopped.wait_for(|stop| *stop).await) };
    let mut served =
        tokio::spawn(api::serve(listener, std::sync::Arc::clone(&house.scheduler), tokens, shutdown));
    let outcome = tokio::select! {
        () = asked_to_end() => Ok(()),
        failure = house.watch() => Err(failure),
        ended = &mut served => Err(Failure::failed(match ended {
            Ok(Err(error)) => chain(&error),
            Ok(Ok(())) => "the HTTP API ended".to_owned(),
            Err(error) => error.to_string(),
        })),
    };
    tracing::info!("ending");
    stop.send_replace(true);
    house.close().await;
    // Followers of orders would hold the end back; they connect again to whoever comes next.
    drop(tokio::time::timeout(FAREWELL, served).await);
    outcome
}

//! The queue in Redis: the state machine in a few short scripts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use std::time::Duration;

use redis::{Script, ScriptInvocation, Value};
use tokio::sync::{broadcast, watch};

use crate::ids::OrderId;

use super::flow::Flow;
use super::memory::{Draw, EVENTS};
use super::steps::Steps;
use super::{Event, QueueError};

#[cfg(test)]
mod dump;
mod fitness;
mod index;
mod link;
mod listen;
mod orders;
mod past;
mod reply;
mod scripts;
mod view;

use fitness::Info;
use link::Link;
use listen::Listener;
use reply::Reply;
use scripts::SCRIPTS;

/// A queue on a Redis server.
pub type RedisQueue = Flow<Redis>;

impl RedisQueue {
    /// Connects to a server and checks that it is fit; `prefix` begins the names of all keys.
    ///
    /// Later the server may go and come as it likes.
    ///
    /// # Errors
    /// [`QueueError::Unreachable`], or [`QueueError::Unfit`] with what to change.
    pub async fn connect(url: &str, prefix: &str) -> Result<Self, QueueError> {
        Self::connect_with(url, prefix, None, Draw::System).await
    }

    /// Whether keys may begin so: braces would break the hash tags that keep an order's keys together.
    ///
    /// # Errors
    /// What it must be.
    pub fn check_prefix(prefix: &str) -> Result<(), &'static str> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if prefix.is_empty() || prefix.len() > 64 || !prefix.chars().all(allowed) {
            return Err("must be 1 to 64 letters, digits, hyphens, underscores, dots or colons");
        }
        Ok(())
    }

    pub(super) async fn connect_with(
        url: &str,
        prefix: &str,
        now: Option<Arc<AtomicU64>>,
        draw: Draw,
    ) -> Result<Self, QueueError> {
        let names = Names::new(prefix)?;
        let link = Link::new(Link::client(url)?);
        let (events, work) = (broadcast::Sender::new(EVENTS), watch::Sender::new(0));
        let core = Arc::new(Core { link, names, now, draw, events, work, epoch: AtomicU64::new(0) });
        core.info().await?.check()?;
        core.renew_epoch().await?;
        let listener = Listener::start(Arc::downgrade(&core));
        Ok(Self::new(Redis { core, listener: Some(Arc::new(listener)) }))
    }

    /// Whether a server is fit to be a queue.
    ///
    /// # Errors
    /// As [`RedisQueue::connect`].
    pub async fn check(url: &str) -> Result<(), QueueError> {
        info(&Link::new(Link::client(url)?)).await?.check()
    }
}

/// The steps of a queue on a Redis server.
#[derive(Debug, Clone)]
pub struct Redis {
    core: Arc<Core>,
    #[expect(dead_code, reason = "listens for as long as it is held")]
    listener: Option<Arc<Listener>>,
}

#[derive(Debug)]
struct Core {
    link: Link,
    names: Names,
    /// Instead of the server's clock.
    now: Option<Arc<AtomicU64>>,
    draw: Draw,
    events: broadcast::Sender<Event>,
    work: watch::Sender<u64>,
    /// The memory as last seen; 0 if never.
    epoch: AtomicU64,
}

/// Names of keys and channels.
#[derive(Debug, Clone)]
struct Names {
    prefix: String,
    index: String,
    events: String,
    work: String,
}

impl Names {
    fn new(prefix: &str) -> Result<Self, QueueError> {
        RedisQueue::check_prefix(prefix)
            .map_err(|reason| QueueError::Unfit(format!("the prefix {reason}")))?;
        Ok(Self {
            prefix: prefix.to_owned(),
            index: format!("{prefix}:{{index}}"),
            events: format!("{prefix}:events"),
            work: format!("{prefix}:work"),
        })
    }

    /// The braces make all keys of an order live on one server of a cluster.
    fn order(&self, order: &OrderId) -> String {
        format!("{}:{{{order}}}", self.prefix)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

async fn info(link: &Link) -> Result<Info, QueueError> {
    let command = &redis::cmd("INFO");
    let text: String = link.ask("info", |mut to| async move { command.query_async(&mut to).await }).await?;
    Ok(Info::parse(&text))
}

impl Core {
    async fn info(&self) -> Result<Info, QueueError> {
        info(&self.link).await
    }

    fn now(&self) -> String {
        self.now.as_ref().map_or_else(String::new, |now| now.load(Ordering::Relaxed).to_string())
    }

    fn wake(&self) {
        self.work.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn tell(&self, event: Event) {
        // Nobody may be listening.
        drop(self.events.send(event));
    }

    async fn run(&self, call: &'static str, invocation: &ScriptInvocation<'_>) -> Result<Value, QueueError> {
        self.link.ask(call, |mut to| async move { invocation.invoke_async(&mut to).await }).await
    }

    /// A script of the index.
    fn on_index<'a>(&self, script: &'a Script) -> ScriptInvocation<'a> {
        let mut invocation = script.key(&self.names.index);
        invocation.arg(self.now()).arg(&self.names.work);
        invocation
    }

    /// A script of one order.
    fn on_order<'a>(&self, script: &'a Script, order: &OrderId) -> ScriptInvocation<'a> {
        let mut invocation = script.key(self.names.order(order));
        invocation.arg(self.now()).arg(&self.names.events).arg(order.as_str());
        invocation
    }

    /// Looks whether the server still is the one it was, and tells if not.
    async fn renew_epoch(&self) -> Result<u64, QueueError> {
        let mut command = redis::cmd("INFO");
        let command = &*command.arg("server");
        let text: String =
            self.link.ask("info", |mut to| async move { command.query_async(&mut to).await }).await?;
        let mut script = self.on_index(&SCRIPTS.epoch);
        script.arg(Info::parse(&text).run()).arg(Draw::System.next());
        let answer = self.run("epoch", &script).await?;
        let epoch = Reply::new("epoch", Value::Array(vec![answer]))?.parse()?;
        let before = self.epoch.swap(epoch, Ordering::Relaxed);
        if before != 0 && before != epoch {
            tracing::warn!("the queue lost its memory");
            self.tell(Event::EpochChanged { epoch });
            self.wake();
        }
        Ok(epoch)
    }
}

impl Steps for Redis {
    fn events(&self) -> broadcast::Receiver<Event> {
        self.core.events.subscribe()
    }

    fn work(&self) -> watch::Receiver<u64> {
        self.core.work.subscribe()
    }

    fn draw(&self) -> u64 {
        self.core.draw.next()
    }

    fn detached(&self) -> Self {
        let Core { link, names, now, draw, events, work, epoch: _ } = &*self.core;
        let core = Core {
            link: Link::new(link.client.clone()),
            names: names.clone(),
            now: now.clone(),
            draw: draw.clone(),
            events: events.clone(),
            work: work.clone(),
            epoch: AtomicU64::new(0),
        };
        Self { core: Arc::new(core), listener: None }
    }
}

//! Follows what the scripts publish, and watches whether the server lost its memory.

use std::sync::Weak;
use std::time::Duration;

use futures_util::StreamExt as _;
use redis::Msg;
use tokio::task::AbortHandle;

use crate::error::chain;
use crate::queue::{Event, QueueError};

use super::Core;
use super::link::judged;

/// How often the memory is looked at.
const WATCH: Duration = Duration::from_secs(1);
/// The pauses between attempts to listen.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The listening task; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Listener(AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Listener {
    pub(super) fn start(core: Weak<Core>) -> Self {
        Self(tokio::spawn(listen_on(core)).abort_handle())
    }
}

async fn listen_on(core: Weak<Core>) {
    let mut pause = PAUSE;
    while let Some(core) = core.upgrade() {
        let Err(error) = listen(&core, &mut pause).await else { continue };
        tracing::debug!(error = chain(&error), "not listening to the queue");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Returns only with an error.
async fn listen(core: &Core, pause: &mut Duration) -> Result<(), QueueError> {
    let failed = |error| judged("subscribe", error);
    let mut subscription = core.link.client.get_async_pubsub().await.map_err(failed)?;
    subscription.subscribe(&[&core.names.events, &core.names.work]).await.map_err(failed)?;
    let (mut pings, mut messages) = subscription.split();
    *pause = PAUSE;
    // Something may have been missed while nobody listened.
    core.wake();
    let mut ticks = tokio::time::interval(WATCH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => hear(core, &message),
                None => return Err(QueueError::Unreachable("the subscription ended".into())),
            },
            _ = ticks.tick() => {
                core.renew_epoch().await?;
                // Notices a connection that died without a word.
                let answered = tokio::time::timeout(WATCH * 5, pings.ping::<redis::Value>()).await;
                answered.map_err(|late| QueueError::Unreachable(Box::new(late)))?.map_err(failed)?;
            }
        }
    }
}

fn hear(core: &Core, message: &Msg) {
    if message.get_channel_name() == core.names.work {
        core.wake();
        return;
    }
    let text = std::str::from_utf8(message.get_payload_bytes()).unwrap_or("");
    match parse(text) {
        Some(event) => core.tell(event),
        None => tracing::debug!("an event of another version of this program"),
    }
}

/// `kind order stage …`, as `tell` of the prelude writes it.
fn parse(text: &str) -> Option<Event> {
    let mut words = text.split(' ');
    let kind = words.next()?;
    let order = words.next()?.parse().ok()?;
    let mut number = || words.next()?.parse::<u32>().ok();
    let mut stage = || u8::try_from(number()?).ok();
    Some(match kind {
        "cancelled" => Event::Cancelled { order },
        "planned" => Event::Planned { order, stage: stage()? },
        "done" => Event::StageDone { order, stage: stage()? },
        "dead" => Event::TaskDead { order, stage: stage()?, task: number()? },
        "progress" => Event::Progress {
            order,
            stage: stage()?,
            done: number()?,
            total: number()?,
            permille: u16::try_from(number()?).ok()?,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_the_scripts_write_them() {
        let order = || "o-1".parse().unwrap();
        let rows = [
            ("planned o-1 2", Some(Event::Planned { order: order(), stage: 2 })),
            ("done o-1 2", Some(Event::StageDone { order: order(), stage: 2 })),
            ("dead o-1 2 7", Some(Event::TaskDead { order: order(), stage: 2, task: 7 })),
            ("cancelled o-1", Some(Event::Cancelled { order: order() })),
            (
                "progress o-1 2 3 4 750",
                Some(Event::Progress { order: order(), stage: 2, done: 3, total: 4, permille: 750 }),
            ),
            ("progress o-1 2 3", None),
            ("sung o-1", None),
            ("done ../o 2", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}

//! Progress as server-sent events: one at once, then at each change, until the order settles.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use poimuri_shared::ids::OrderId;
use poimuri_shared::progress::Progress;
use poimuri_shared::queue::Event;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::error::ApiError;
use super::{Api, orders};

/// Looks at least this often, should a hint be lost.
const LOOK_EVERY: Duration = Duration::from_secs(1);

struct Follower {
    api: Api,
    order: OrderId,
    hints: Receiver<Event>,
    last: Option<Progress>,
}

pub(crate) async fn stream(
    State(api): State<Api>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, ApiError> {
    let role = api.tokens.role(&headers)?;
    orders::visible(&api, &role, &id).await?;
    // Followed before the first look, so that nothing falls between.
    let hints = api.scheduler.queue().subscribe();
    let follower = Follower { api, order: id, hints, last: None };
    let messages = unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        let progress = follower.next_change().await?;
        let message = Message::default().event("progress").json_data(&progress).ok()?;
        let goes_on = !progress.state.is_settled();
        follower.last = Some(progress);
        Some((Ok(message), goes_on.then_some(follower)))
    });
    Ok(Sse::new(messages).keep_alive(KeepAlive::default()))
}

impl Follower {
    /// The next progress that differs from the last; none if the order cannot be read any more.
    async fn next_change(&mut self) -> Option<Progress> {
        loop {
            let progress = self.api.scheduler.progress(&self.order).await.ok()?;
            if self.last.as_ref() != Some(&progress) {
                return Some(progress);
            }
            self.hint().await;
        }
    }

    async fn hint(&mut self) {
        let of_order = async {
            loop {
                match self.hints.recv().await {
                    Ok(event) if !concerns(&event, &self.order) => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        // Running out of time is the other reason to look.
        let _elapsed = timeout(LOOK_EVERY, of_order).await;
    }
}

fn concerns(event: &Event, wanted: &OrderId) -> bool {
    match event {
        Event::Planned { order, .. }
        | Event::StageDone { order, .. }
        | Event::Progress { order, .. }
        | Event::TaskDead { order, .. }
        | Event::Cancelled { order } => order == wanted,
        Event::EpochChanged { .. } => true,
    }
}

//! The rest of a body that a refused call still sends: read and thrown away for a while. Closed at once, the connection would be
//! reset, and a caller that sends first and listens afterwards would never hear why it was refused.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

/// How long the rest is read at most.
const LINGER: Duration = Duration::from_secs(30);
/// How long the next piece is waited for.
const IDLE: Duration = Duration::from_secs(5);

/// Answers a call; if it failed, what it still sends is read on.
pub(crate) async fn linger(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (back, rest) = oneshot::channel();
    let lent = Lent { body: Some(body.into_data_stream()), back: Some(back) };
    let response = next.run(Request::from_parts(parts, Body::from_stream(lent))).await;
    if !response.status().is_success() {
        tokio::spawn(async move {
            // Whoever read the body may be about to give it back.
            if let Ok(rest) = rest.await {
                throw_away(rest).await;
            }
        });
    }
    response
}

async fn throw_away(mut rest: BodyDataStream) {
    let end = Instant::now() + LINGER;
    while let Ok(Ok(Some(Ok(_piece)))) = timeout_at(end, timeout(IDLE, rest.next())).await {}
}

/// A body that is given back when it is dropped.
struct Lent {
    body: Option<BodyDataStream>,
    back: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.as_mut().map_or(Poll::Ready(None), |body| body.poll_next_unpin(context))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // Nobody waits for it if the call succeeded.
            drop(back.send(body));
        }
    }
}

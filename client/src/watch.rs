//! Following an order over server-sent events, through lost connections.

use std::time::Duration;

use poimuri_shared::ids::OrderId;
use poimuri_shared::progress::Progress;

use crate::calls::Client;
use crate::error::ClientError;
use crate::events::Events;

/// Lost connections in a row before giving up, a second apart.
const LOST_MAX: u32 = 30;

/// An order being followed.
#[derive(Debug)]
pub struct Watch {
    client: Client,
    order: OrderId,
    response: Option<reqwest::Response>,
    events: Events,
    lost: u32,
    settled: bool,
}

impl Watch {
    pub(crate) fn new(client: Client, order: OrderId, response: reqwest::Response) -> Self {
        Self { client, order, response: Some(response), events: Events::default(), lost: 0, settled: false }
    }

    /// The next progress; none after the one that settles the order. A lost connection is made again.
    ///
    /// # Errors
    /// If the scheduler stays away or answers what is no progress.
    pub async fn next(&mut self) -> Result<Option<Progress>, ClientError> {
        while !self.settled {
            if let Some(data) = self.events.next() {
                let progress: Progress = serde_json::from_str(&data)
                    .map_err(|error| ClientError::Answer(format!("progress: {error}")))?;
                self.lost = 0;
                self.settled = progress.state.is_settled();
                return Ok(Some(progress));
            }
            self.more().await?;
        }
        Ok(None)
    }

    async fn more(&mut self) -> Result<(), ClientError> {
        let Some(response) = &mut self.response else { return self.connect().await };
        match response.chunk().await {
            Ok(Some(bytes)) if self.events.push(&bytes) => Ok(()),
            Ok(Some(_)) => Err(ClientError::Answer("an event without end".into())),
            Ok(None) | Err(_) => {
                self.response = None;
                self.events = Events::default();
                Ok(())
            }
        }
    }

    async fn connect(&mut self) -> Result<(), ClientError> {
        tokio::time::sleep(Duration::from_millis(if self.lost == 0 { 50 } else { 1000 })).await;
        match self.client.progress_stream(&self.order).await {
            Ok(response) => self.response = Some(response),
            Err(error) if error.is_passing() && self.lost < LOST_MAX => {}
            Err(error) => return Err(error),
        }
        self.lost += 1;
        if self.lost > LOST_MAX {
            return Err(ClientError::Unavailable("the connection is lost again and again".into()));
        }
        Ok(())
    }
}

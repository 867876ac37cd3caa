//! The calls of the HTTP API.

use std::time::Duration;

use poimuri_shared::ids::{OrderId, RegisterId};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ClientError;
use crate::order::{OrderView, Submission, Submitted};
use crate::watch::Watch;

/// A call that answers at once takes no longer.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// Pauses before a submission is sent again, under the same key.
const SUBMIT_PAUSES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// A scheduler to talk to. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// A client of the scheduler at `http://host:port`.
    ///
    /// # Errors
    /// If the address is not one.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let parsed = reqwest::Url::parse(url).map_err(|error| ClientError::Address(error.to_string()))?;
        if parsed.scheme() != "http" || parsed.host().is_none() {
            return Err(ClientError::Address(
                "http://host:port is wanted; TLS ends in a proxy beside us".into(),
            ));
        }
        let http = reqwest::Client::builder().connect_timeout(Duration::from_secs(5)).build()?;
        Ok(Self { http, base: url.trim_end_matches('/').to_owned(), token: None })
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Hands an order in. Sent again under the same key while the scheduler is away, at most four times.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with each thing wrong, and whatever stands between.
    pub async fn submit(&self, submission: &Submission) -> Result<Submitted, ClientError> {
        let key = submission.key.clone().unwrap_or_else(random_key);
        insist(async || self.submit_once(submission, &key).await).await
    }

    async fn submit_once(&self, submission: &Submission, key: &str) -> Result<Submitted, ClientError> {
        if submission.seed.iter().any(|seed| seed.len() != 64 || !seed.chars().all(|c| c.is_ascii_hexdigit()))
        {
            let message = "seed must be 64 hexadecimal digits".to_owned();
            return Err(ClientError::Refused { message, details: Vec::new() });
        }
        let seed = submission.seed.iter().map(|seed| format!("seed={seed}"));
        let priority = submission.priority.iter().map(|priority| format!("priority={priority}"));
        self.hand_in("/v1/orders", submission, key, seed.chain(priority)).await
    }

    /// Hands a document in, with its registers and whatever else belongs into the query.
    pub(crate) async fn hand_in<T: DeserializeOwned>(
        &self,
        path: &str,
        submission: &Submission,
        key: &str,
        query: impl Iterator<Item = String>,
    ) -> Result<T, ClientError> {
        let registers: Vec<&str> = submission.registers.iter().map(RegisterId::as_str).collect();
        let register = Some(registers.join(",")).filter(|ids| !ids.is_empty());
        let register = register.iter().map(|ids| format!("register={ids}"));
        let query = query.chain(register).collect::<Vec<_>>().join("&");
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let request = self
            .request(Method::POST, &path)
            .header("Content-Type", submission.content_type)
            .header("Idempotency-Key", key)
            .body(submission.text.clone());
        read(request.timeout(CALL_TIMEOUT)).await
    }

    /// The newest orders the caller may see, at most 1000.
    ///
    /// # Errors
    /// If the scheduler cannot be reached or refuses.
    pub async fn list(&self, limit: usize, state: Option<&str>) -> Result<Vec<OrderView>, ClientError> {
        let state = state.map(|state| format!("&state={state}")).unwrap_or_default();
        let path = format!("/v1/orders?limit={limit}{state}");
        read(self.request(Method::GET, &path).timeout(CALL_TIMEOUT)).await
    }

    /// One order.
    ///
    /// # Errors
    /// If it is not known or the scheduler cannot be reached.
    pub async fn show(&self, order: &OrderId) -> Result<OrderView, ClientError> {
        read(self.request(Method::GET, &format!("/v1/orders/{order}")).timeout(CALL_TIMEOUT)).await
    }

    /// Cancels an order.
    ///
    /// # Errors
    /// If it is not known, has ended otherwise, or the scheduler cannot be reached.
    pub async fn cancel(&self, order: &OrderId) -> Result<OrderView, ClientError> {
        self.decide(order, "cancel").await
    }

    /// Holds an order's tasks back; for operators.
    ///
    /// # Errors
    /// If it is not known, has ended, or the scheduler cannot be reached.
    pub async fn pause(&self, order: &OrderId) -> Result<OrderView, ClientError> {
        self.decide(order, "pause").await
    }

    /// Lets a paused order go on; for operators.
    ///
    /// # Errors
    /// If it is not known, has ended, or the scheduler cannot be reached.
    pub async fn resume(&self, order: &OrderId) -> Result<OrderView, ClientError> {
        self.decide(order, "resume").await
    }

    /// Tries the tasks that were given up again; for operators.
    ///
    /// # Errors
    /// If it is not known, has ended, or the scheduler cannot be reached.
    pub async fn retry(&self, order: &OrderId) -> Result<OrderView, ClientError> {
        self.decide(order, "retry").await
    }

    async fn decide(&self, order: &OrderId, verb: &str) -> Result<OrderView, ClientError> {
        read(self.request(Method::POST, &format!("/v1/orders/{order}/{verb}")).timeout(CALL_TIMEOUT)).await
    }

    /// The receipt of a delivered order; numbers are rounded for a customer's token.
    ///
    /// # Errors
    /// If the order is not known or not delivered, or the scheduler cannot be reached.
    pub async fn receipt(&self, order: &OrderId) -> Result<Value, ClientError> {
        read(self.request(Method::GET, &format!("/v1/orders/{order}/receipt")).timeout(CALL_TIMEOUT)).await
    }

    /// Follows an order until it settles.
    ///
    /// # Errors
    /// If it is not known or the scheduler cannot be reached.
    pub async fn watch(&self, order: &OrderId) -> Result<Watch, ClientError> {
        let response = self.progress_stream(order).await?;
        Ok(Watch::new(self.clone(), order.clone(), response))
    }

    pub(crate) async fn progress_stream(&self, order: &OrderId) -> Result<Response, ClientError> {
        send(self.request(Method::GET, &format!("/v1/orders/{order}/progress"))).await
    }
}

/// Makes a call that is one however often it is made, again while the scheduler is away.
pub(crate) async fn insist<T>(once: impl AsyncFn() -> Result<T, ClientError>) -> Result<T, ClientError> {
    let mut pauses = SUBMIT_PAUSES.iter();
    loop {
        match once().await {
            Err(error) if error.is_passing() => match pauses.next() {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return Err(error),
            },
            answer => return answer,
        }
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Result<Response, ClientError> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.bytes().await.unwrap_or_default();
    Err(ClientError::of(status.as_u16(), &body))
}

pub(crate) async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    let body = send(request).await?.bytes().await?;
    serde_json::from_slice(&body).map_err(|error| ClientError::Answer(error.to_string()))
}

pub(crate) fn random_key() -> String {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).expect("the operating system gives random bytes");
    ulid::Ulid::from(u128::from_le_bytes(random)).to_string()
}

#[cfg(test)]
mod tests;

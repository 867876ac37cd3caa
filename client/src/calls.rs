//! The calls of the HTTP API.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use poimuri_shared::ids::{CustomerId, OrderId, RegisterId};
use reqwest::{Method, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ClientError;
use crate::order::{OrderView, Submission, Submitted};
use crate::watch::Watch;

/// A call that answers at once takes no longer.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
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

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
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
        let mut pauses = SUBMIT_PAUSES.iter();
        loop {
            match self.submit_once(submission, &key).await {
                Err(error) if error.is_passing() => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(error),
                },
                answer => return answer,
            }
        }
    }

    async fn submit_once(&self, submission: &Submission, key: &str) -> Result<Submitted, ClientError> {
        if submission.seed.iter().any(|seed| seed.len() != 64 || !seed.chars().all(|c| c.is_ascii_hexdigit()))
        {
            let message = "seed must be 64 hexadecimal digits".to_owned();
            return Err(ClientError::Refused { message, details: Vec::new() });
        }
        let seed = submission.seed.iter().map(|seed| format!("seed={seed}"));
        let priority = submission.priority.iter().map(|priority| format!("priority={priority}"));
        let registers: Vec<&str> = submission.registers.iter().map(RegisterId::as_str).collect();
        let register = Some(registers.join(",")).filter(|ids| !ids.is_empty());
        let register = register.iter().map(|ids| format!("register={ids}"));
        let query = seed.chain(priority).chain(register).collect::<Vec<_>>().join("&");
        let path = if query.is_empty() { "/v1/orders".to_owned() } else { format!("/v1/orders?{query}") };
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

    /// Uploads a register of a customer, for `[register] id` of later orders or for [`Submission::register`].
    /// It is sent in pieces, never whole in memory. `sheet` is the sheet to read of a workbook, otherwise the first
    /// that is not hidden.
    ///
    /// # Errors
    /// If the file cannot be read, or the scheduler refuses it or cannot be reached.
    pub async fn upload_register(
        &self,
        id: &RegisterId,
        customer: &CustomerId,
        file: &Path,
        sheet: Option<&str>,
    ) -> Result<Value, ClientError> {
        let file = File::open(file).map_err(ClientError::File)?;
        let sheet = sheet.map(|sheet| format!("&sheet={}", percent_encoded(sheet))).unwrap_or_default();
        let request = self.request(Method::PUT, &format!("/v1/registers/{id}?customer={customer}{sheet}"));
        let body = reqwest::Body::wrap_stream(pieces(file));
        // What kind of file it is, its first bytes say.
        read(request.header("Content-Type", "application/octet-stream").body(body)).await
    }
}

/// A text as it may stand in the query of a URL.
fn percent_encoded(text: &str) -> String {
    let byte = |byte: u8| {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(byte).collect()
}

/// A file in pieces of 256 KiB.
fn pieces(file: File) -> impl Stream<Item = std::io::Result<Vec<u8>>> {
    unfold(file, |mut file| async move {
        let mut piece = Vec::new();
        match file.by_ref().take(256 << 10).read_to_end(&mut piece) {
            Ok(0) => None,
            Ok(_) => Some((Ok(piece), file)),
            Err(error) => Some((Err(error), file)),
        }
    })
}

async fn send(request: RequestBuilder) -> Result<Response, ClientError> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.bytes().await.unwrap_or_default();
    Err(ClientError::of(status.as_u16(), &body))
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ClientError> {
    let body = send(request).await?.bytes().await?;
    serde_json::from_slice(&body).map_err(|error| ClientError::Answer(error.to_string()))
}

fn random_key() -> String {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).expect("the operating system gives random bytes");
    ulid::Ulid::from(u128::from_le_bytes(random)).to_string()
}

#[cfg(test)]
mod tests;

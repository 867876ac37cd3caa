//! Registers of customers: looked at, uploaded in pieces, and destroyed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use futures_util::Stream;
use futures_util::stream::unfold;
use poimuri_shared::customer_register::Field;
use poimuri_shared::ids::{CustomerId, RegisterId};
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::registers::{Given, Look, LookedAt};
use reqwest::{Method, RequestBuilder};

use crate::calls::{CALL_TIMEOUT, Client, read, send};
use crate::error::ClientError;

impl Client {
    /// Looks at a file as a register of a customer: its form, what its columns mean, counts, ten masked rows. It is sent
    /// in pieces and not stored.
    ///
    /// # Errors
    /// If the file cannot be read, or the scheduler refuses it or cannot be reached.
    pub async fn look_at_file(&self, file: &Path, given: &Given<'_>) -> Result<Look, ClientError> {
        let query = query(query_of(given));
        read(with_file(self.request(Method::POST, &format!("/v1/looks{query}")), file)?).await
    }

    /// Uploads a register of a customer, for `[register] id` of later orders, for [`crate::Submission::register`], or for
    /// members of a subscription. The answer is a look at it.
    /// It is sent in pieces, never whole in memory.
    ///
    /// # Errors
    /// If the file cannot be read, or the scheduler refuses it or cannot be reached.
    pub async fn upload_register(
        &self,
        id: &RegisterId,
        customer: &CustomerId,
        file: &Path,
        given: &Given<'_>,
    ) -> Result<LookedAt, ClientError> {
        let customer = ("customer", customer.to_string());
        let query = query([customer].into_iter().chain(query_of(given)));
        read(with_file(self.request(Method::PUT, &format!("/v1/registers/{id}{query}")), file)?).await
    }

    /// Looks at a register that was uploaded. With other `columns` than it was uploaded with, its rows are counted again.
    ///
    /// # Errors
    /// If it is not known, a column is not there, or the scheduler cannot be reached.
    pub async fn look_at_register(
        &self,
        id: &RegisterId,
        columns: &RegisterColumns,
    ) -> Result<LookedAt, ClientError> {
        let given = Given { sheet: None, columns: columns.clone() };
        let query = query(query_of(&given));
        read(self.request(Method::GET, &format!("/v1/registers/{id}{query}"))).await
    }

    /// Destroys a register: its key goes, and nothing of it can be read any more.
    ///
    /// # Errors
    /// If it is not known or needed, or the scheduler cannot be reached.
    pub async fn remove_register(&self, id: &RegisterId) -> Result<(), ClientError> {
        let request = self.request(Method::DELETE, &format!("/v1/registers/{id}"));
        send(request.timeout(CALL_TIMEOUT)).await.map(|_response| ())
    }
}

/// What kind of file it is, its first bytes say.
fn with_file(request: RequestBuilder, file: &Path) -> Result<RequestBuilder, ClientError> {
    let file = File::open(file).map_err(ClientError::File)?;
    let body = reqwest::Body::wrap_stream(pieces(file));
    Ok(request.header("Content-Type", "application/octet-stream").body(body))
}

/// How a file is to be read, as names and values of a query.
fn query_of<'g>(given: &'g Given<'_>) -> impl Iterator<Item = (&'static str, String)> + 'g {
    let sheet = given.sheet.map(|sheet| ("sheet", sheet.to_owned()));
    let named =
        |field: &Field| Some(("column", format!("{}={}", field.name(), field.named(&given.columns)?)));
    sheet.into_iter().chain(Field::ALL.iter().filter_map(named))
}

/// The query of a URL.
fn query(pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={}", percent_encoded(&value)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
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

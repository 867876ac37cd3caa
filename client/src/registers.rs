//! Registers of customers, uploaded in pieces and destroyed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use futures_util::Stream;
use futures_util::stream::unfold;
use poimuri_shared::ids::{CustomerId, RegisterId};
use reqwest::Method;
use serde_json::Value;

use crate::calls::{CALL_TIMEOUT, Client, read, send};
use crate::error::ClientError;

impl Client {
    /// Uploads a register of a customer, for `[register] id` of later orders, for [`crate::Submission::register`], or for
    /// members of a subscription.
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

    /// Destroys a register: its key goes, and nothing of it can be read any more.
    ///
    /// # Errors
    /// If it is not known or needed, or the scheduler cannot be reached.
    pub async fn remove_register(&self, id: &RegisterId) -> Result<(), ClientError> {
        let request = self.request(Method::DELETE, &format!("/v1/registers/{id}"));
        send(request.timeout(CALL_TIMEOUT)).await.map(|_response| ())
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

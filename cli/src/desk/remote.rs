//! Orders through a scheduler's HTTP API.

use std::path::Path;

use poimuri_client::{Client, OrderView, Submission};
use poimuri_shared::document::Format;
use poimuri_shared::ids::{CustomerId, OrderId, RegisterId};
use poimuri_shared::progress::Progress;
use poimuri_shared::registers::Given;
use serde_json::Value;

use super::{Accepted, Decision, Handed, RegisterFile, errors};
use crate::failure::{Failure, Outcome};

/// A client of the scheduler, with the token in a file.
pub(super) fn client(url: &str, token: Option<&Path>) -> Outcome<Client> {
    let client = Client::new(url).map_err(|error| errors::client(&error))?;
    let Some(file) = token else { return Ok(client) };
    let token =
        std::fs::read_to_string(file).map_err(|error| Failure::file("read the token", file, &error))?;
    Ok(client.with_token(token.trim()))
}

pub(super) async fn submit(client: &Client, handed: Handed) -> Outcome<Accepted> {
    let submitted = client.submit(&submission(handed)?).await.map_err(|error| errors::client(&error))?;
    let said = |name: &str| submitted.more.get(name);
    Ok(Accepted {
        snapshot: said("snapshot").and_then(Value::as_str).map(str::to_owned),
        known: said("known").and_then(Value::as_bool).unwrap_or_default(),
        warnings: serde_json::from_value(said("warnings").cloned().unwrap_or_default()).unwrap_or_default(),
        id: submitted.id,
    })
}

pub(super) fn submission(handed: Handed) -> Outcome<Submission> {
    let text =
        String::from_utf8(handed.text).map_err(|_text| Failure::refused("the file is not UTF-8 text"))?;
    let mut submission = match handed.format {
        Format::Toml => Submission::toml(text),
        Format::Json => Submission::json(text),
    };
    if let Some(key) = handed.key {
        submission = submission.key(key);
    }
    if let Some(seed) = handed.seed {
        submission = submission.seed(seed);
    }
    if let Some(priority) = handed.priority {
        submission = submission.priority(priority);
    }
    for register in handed.registers {
        submission = submission.register(register);
    }
    Ok(submission)
}

pub(super) async fn upload(
    client: &Client,
    id: &RegisterId,
    customer: &CustomerId,
    file: &RegisterFile<'_>,
) -> Outcome<()> {
    let RegisterFile { path, sheet, columns } = *file;
    let uploaded =
        client.upload_register(id, customer, path, &Given { sheet, columns: columns.clone() }).await;
    uploaded.map(|_answer| ()).map_err(|error| errors::client(&error))
}

pub(super) async fn decide(client: &Client, id: &OrderId, decision: Decision) -> Outcome<OrderView> {
    let decided = match decision {
        Decision::Cancel => client.cancel(id).await,
        Decision::Pause => client.pause(id).await,
        Decision::Resume => client.resume(id).await,
        Decision::Retry => client.retry(id).await,
    };
    decided.map_err(|error| errors::client(&error))
}

pub(super) async fn follow(
    client: &Client,
    id: &OrderId,
    mut tell: impl FnMut(&Progress),
) -> Outcome<Progress> {
    let mut watch = client.watch(id).await.map_err(|error| errors::client(&error))?;
    let mut last = None;
    while let Some(progress) = watch.next().await.map_err(|error| errors::client(&error))? {
        tell(&progress);
        last = Some(progress);
    }
    last.ok_or_else(|| Failure::failed("the scheduler said nothing"))
}

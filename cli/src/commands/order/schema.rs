//! `order schema`: the JSON Schema of an order file.

use poimuri_shared::order;

use crate::answer::Answer;
use crate::failure::{Failure, Outcome};

pub(super) fn schema() -> Outcome<Answer> {
    let schema = serde_json::to_value(order::schema())
        .map_err(|error| Failure::failed(format!("make the schema: {error}")))?;
    Ok(Answer::json(schema))
}

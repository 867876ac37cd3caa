//! Small objects as JSON, so that an operator can read them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Objects, Put, StoreError};

/// Creates an object unless one of that name exists; whether it was created.
///
/// # Errors
/// When the store fails, or the value is no JSON.
pub fn put_new<T: Serialize>(objects: &dyn Objects, name: &str, value: &T) -> Result<bool, StoreError> {
    let bytes = serde_json::to_vec_pretty(value).ok().ok_or_else(|| damaged(name))?;
    Ok(objects.put_new(name, &bytes)? == Put::Created)
}

/// An object; none if there is no such.
///
/// # Errors
/// When the store fails, or [`StoreError::Damaged`] if it is not what belongs there.
pub fn get<T: DeserializeOwned>(objects: &dyn Objects, name: &str) -> Result<Option<T>, StoreError> {
    let Some(bytes) = objects.get_opt(name)? else { return Ok(None) };
    serde_json::from_slice(&bytes).ok().map(Some).ok_or_else(|| damaged(name))
}

/// The error of an object that is not what belongs under its name.
#[must_use]
pub fn damaged(name: &str) -> StoreError {
    StoreError::Damaged { name: name.to_owned(), reason: "it is not the JSON that belongs there" }
}

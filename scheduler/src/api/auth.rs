//! Who is calling: an operator, or a customer who sees its own orders and guarded numbers.
//!
//! Tokens are kept as SHA-256 only. Without a token file the API is open to whoever
//! reaches it, as operator, and therefore listens on the loopback address alone.

use std::path::Path;

use axum::http::{HeaderMap, StatusCode, header};
use poimuri_shared::ids::CustomerId;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::error::ApiError;
use crate::role::Role;

/// The tokens that are known.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Option<Vec<(String, Role)>>);

/// A token file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not readable.
    #[error("read token file")]
    Read(#[source] std::io::Error),
    /// Not the expected TOML.
    #[error("token file: {0}")]
    Parse(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    token: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    sha256: String,
    #[serde(default)]
    customer: Option<CustomerId>,
}

impl Tokens {
    /// Reads `[[token]]` tables of `sha256` and, for a customer's token, `customer`.
    ///
    /// # Errors
    /// [`TokenError`] if the file is missing or malformed.
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let text = std::fs::read_to_string(path).map_err(TokenError::Read)?;
        let file: File =
            toml::from_str(&text).map_err(|error| TokenError::Parse(error.message().to_owned()))?;
        let rows = file.token.into_iter().map(|row| {
            let digest = row.sha256.to_ascii_lowercase();
            if digest.len() == 64 && hex::decode(&digest).is_ok() {
                Ok((digest, row.customer.map_or(Role::Operator, Role::Customer)))
            } else {
                Err(TokenError::Parse("sha256 must be 64 hexadecimal digits".into()))
            }
        });
        Ok(Self(Some(rows.collect::<Result<_, _>>()?)))
    }

    /// Whether anybody who reaches the API is an operator.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// The role of a call, by its `Authorization: Bearer` header.
    pub(crate) fn role(&self, headers: &HeaderMap) -> Result<Role, ApiError> {
        let Some(known) = &self.0 else { return Ok(Role::Operator) };
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let digest = given.map(|token| hex::encode(Sha256::digest(token.trim().as_bytes())));
        known
            .iter()
            .find(|(known, _)| Some(known) == digest.as_ref())
            .map(|(_, role)| role.clone())
            .ok_or_else(|| ApiError::new(StatusCode::UNAUTHORIZED, "a valid bearer token is needed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(tokens: &Tokens, header: Option<&str>) -> Option<Role> {
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        tokens.role(&headers).ok()
    }

    #[test]
    fn a_token_gives_its_role_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.toml");
        let digest = |token: &str| hex::encode(Sha256::digest(token.as_bytes()));
        let text = format!(
            "[[token]]\nsha256 = \"{}\"\n[[token]]\nsha256 = \"{}\"\ncustomer = \"acme\"\n",
            digest("op"),
            digest("cu")
        );
        std::fs::write(&path, text).unwrap();
        let tokens = Tokens::read(&path).unwrap();
        assert_eq!(role(&tokens, Some("Bearer op")), Some(Role::Operator));
        let acme: CustomerId = "acme".parse().unwrap();
        assert_eq!(role(&tokens, Some("Bearer cu")), Some(Role::Customer(acme)));
        assert_eq!(role(&tokens, Some("Bearer x")), None);
        assert_eq!(role(&tokens, None), None);
        assert_eq!(role(&Tokens::default(), None), Some(Role::Operator));
        std::fs::write(&path, "[[token]]\nsha256 = \"12\"\n").unwrap();
        assert!(Tokens::read(&path).is_err());
    }
}

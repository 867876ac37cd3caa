//! What the query of a call says of a register.

use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use poimuri_shared::customer_register::named_columns;
use poimuri_shared::ids::CustomerId;
use poimuri_shared::order::RegisterColumns;
use poimuri_shared::registers::Given;

use crate::api::error::ApiError;

/// `customer`, `sheet`, and `column=FIELD=HEADING` as often as there are columns to name.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Whose register it is.
    customer: Option<CustomerId>,
    /// The sheet to read of a workbook.
    sheet: Option<String>,
    /// What columns mean.
    pub(super) columns: RegisterColumns,
}

impl Asked {
    /// Reads a query. What is wrong is told by its name, never by its value.
    fn of(pairs: Vec<(String, String)>) -> Result<Self, String> {
        let mut asked = Self::default();
        let mut columns = Vec::new();
        for (name, value) in pairs {
            match name.as_str() {
                "customer" => {
                    asked.customer = Some(value.parse().map_err(|error| format!("customer: {error}"))?)
                }
                "sheet" => asked.sheet = Some(value),
                "column" => columns.push(value),
                _ => return Err("the query may have customer, sheet and column".to_owned()),
            }
        }
        let named = named_columns(columns.iter().map(String::as_str));
        asked.columns = named.map_err(|error| format!("column: {error}"))?;
        Ok(asked)
    }

    /// How a file is to be read.
    pub(super) fn given(&self) -> Given<'_> {
        Given { sheet: self.sheet.as_deref(), columns: self.columns.clone() }
    }

    /// Whose register it is.
    pub(super) fn customer(&self) -> Result<&CustomerId, ApiError> {
        self.customer.as_ref().ok_or_else(|| wrong("the query must have customer"))
    }
}

fn wrong(reason: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, reason)
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let Query(pairs) =
            Query::try_from_uri(&parts.uri).map_err(|_told| wrong("the query cannot be read"))?;
        Self::of(pairs).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Asked, String> {
        Asked::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn columns_are_named_as_often_as_there_are() {
        let found = asked(&[("column", "surname=nimi"), ("sheet", "x"), ("column", "key=nro")]).unwrap();
        assert_eq!(
            (found.columns.surname.as_deref(), found.columns.key.as_deref()),
            (Some("nimi"), Some("nro"))
        );
        assert_eq!(found.given().sheet, Some("x"));
        assert!(found.customer().is_err());
        for (pair, word) in [
            (("colour", "x"), "may have"),
            (("column", "x"), "FIELD=HEADING"),
            (("customer", "A B"), "customer"),
        ] {
            assert!(asked(&[pair]).unwrap_err().contains(word));
        }
    }
}

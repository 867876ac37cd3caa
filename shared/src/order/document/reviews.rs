//! Judged pairs as a part of an order.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ids::RegisterId;

/// Judged pairs, with the columns of the output `pairs` and `same`: uploaded before (`id`) or a file (`file`).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Reviews")]
pub(super) struct ReviewsDocument<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'o RegisterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<&'o str>,
    /// The sheet of a workbook; by default the first that is not hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<&'o str>,
}

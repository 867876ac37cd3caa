//! The calls about customer registers, described.

use poimuri_shared::registers::{Look, LookedAt};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use super::call;
use crate::api::registers::Shown;

/// Paths, verbs and calls.
pub(super) fn calls(schemas: &mut SchemaGenerator) -> [(&'static str, &'static str, Value); 5] {
    let look = json!(schemas.subschema_for::<Look>());
    let looked_at = json!(schemas.subschema_for::<LookedAt>());
    let list = json!({"type": "array", "items": schemas.subschema_for::<Shown>()});
    let mut destroy = call("Destroy a customer register", &json!([]), "204", &json!({}));
    destroy["responses"]["204"] = json!({"description": "done"});
    let customer = json!({"name": "customer", "in": "query", "required": true, "schema": {"type": "string"}});
    let looked = call(
        "Look at a file as a customer register: its form, what its columns mean, counts and ten masked rows; \
         nothing is stored",
        &json!([sheet(), column()]),
        "200",
        &look,
    );
    let uploaded =
        call("Upload a customer register", &json!([customer, sheet(), column()]), "201", &looked_at);
    let shown = "Look at a stored customer register, also with other meanings of its columns";
    [
        ("/v1/looks", "post", with_file(looked)),
        ("/v1/registers/{id}", "put", with_file(uploaded)),
        ("/v1/registers", "get", call("List customer registers", &json!([]), "200", &list)),
        ("/v1/registers/{id}", "get", call(shown, &json!([column()]), "200", &looked_at)),
        ("/v1/registers/{id}", "delete", destroy),
    ]
}

fn sheet() -> Value {
    json!({"name": "sheet", "in": "query", "required": false, "schema": {"type": "string"},
        "description": "the sheet to read of a workbook; by default the first that is not hidden"})
}

fn column() -> Value {
    json!({"name": "column", "in": "query", "required": false, "explode": true,
        "schema": {"type": "array", "items": {"type": "string"}},
        "description": "FIELD=HEADING for a column without a usual heading, once for each; without headings `column 1` and so on"})
}

fn with_file(mut call: Value) -> Value {
    let file = json!({"schema": {"type": "string", "format": "binary"}});
    let limits = "CSV up to 8 GiB, Parquet up to 4 GiB, a workbook up to 512 MiB; its first bytes say which, and the length need not be \
         told before";
    call["requestBody"] = json!({"required": true, "description": limits, "content": {
        "application/octet-stream": file,
        "text/csv": file,
        "application/vnd.apache.parquet": file,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": file,
    }});
    call
}

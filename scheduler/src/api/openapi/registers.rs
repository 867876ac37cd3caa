//! The calls about customer registers, described.

use serde_json::{Value, json};

use super::call;

/// Paths, verbs and calls.
pub(super) fn calls() -> [(&'static str, &'static str, Value); 4] {
    let (none, shown) = (json!([]), json!({"type": "object"}));
    let mut destroy = call("Destroy a customer register", &none, "204", &shown);
    destroy["responses"]["204"] = json!({"description": "done"});
    [
        ("/v1/registers/{id}", "put", upload()),
        ("/v1/registers", "get", call("List customer registers", &none, "200", &json!({"type": "array"}))),
        ("/v1/registers/{id}", "get", call("Show a customer register", &none, "200", &shown)),
        ("/v1/registers/{id}", "delete", destroy),
    ]
}

fn upload() -> Value {
    let asked = json!([
        {"name": "customer", "in": "query", "required": true, "schema": {"type": "string"}},
        {"name": "sheet", "in": "query", "required": false, "schema": {"type": "string"},
            "description": "the sheet to read of a workbook; by default the first that is not hidden"}
    ]);
    let mut upload = call("Upload a customer register", &asked, "201", &json!({"type": "object"}));
    let file = json!({"schema": {"type": "string"}});
    let limits =
        "CSV up to 8 GiB, Parquet up to 4 GiB, a workbook up to 512 MiB; the length need not be told before";
    upload["requestBody"] = json!({"required": true, "description": limits, "content": {
        "text/csv": file,
        "application/vnd.apache.parquet": file,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": file,
    }});
    upload
}

//! The description of the API, made from the types the calls use.

mod registers;
mod subscriptions;

use axum::Json;
use poimuri_shared::progress::Progress;
use poimuri_shared::receipt::{GuardedReceipt, Receipt};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::error::Problem;
use super::health::Health;
use super::orders::OrderView;
use crate::accept::Accepted;

pub(crate) async fn get() -> Json<Value> {
    Json(document())
}

/// The OpenAPI 3.1 document.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut schemas = settings.into_generator();
    let paths = paths(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Poimuri scheduler",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Submit mass orders on a population register and follow them. No call returns a person's data but encrypted: deliveries of subscriptions, for their customer's key."
        },
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}
        },
        "security": [{"token": []}]
    })
}

fn paths(schemas: &mut SchemaGenerator) -> Value {
    let order = schemas.subschema_for::<OrderView>();
    let accepted = schemas.subschema_for::<Accepted>();
    let progress = schemas.subschema_for::<Progress>();
    let receipt = json!({
        "description": "the whole receipt for an operator; rounded, and without seed and digest, for a customer",
        "anyOf": [schemas.subschema_for::<Receipt>(), schemas.subschema_for::<GuardedReceipt>()]
    });
    let health = schemas.subschema_for::<Health>();
    let problem = schemas.subschema_for::<Problem>();
    let mut paths = Map::new();
    let (of_registers, of_subscriptions) = (registers::calls(schemas), subscriptions::calls(schemas));
    let mut add = |path: &str, verb: &str, mut call: Value| {
        if let Some(list) = call["parameters"].as_array_mut() {
            list.splice(0..0, path_parameters(path));
        }
        call["responses"]["default"] = answer("what went wrong", "application/json", &json!(problem));
        let at = paths.entry(path).or_insert_with(|| json!({}));
        at[verb] = call;
    };
    add("/v1/orders", "post", submit_call(&json!(accepted)));
    let list = json!({"type": "array", "items": order});
    add("/v1/orders", "get", call("List orders, the newest first", &list_parameters(), "200", &list));
    add("/v1/orders/{id}", "get", call("Show an order", &json!([]), "200", &json!(order)));
    add(
        "/v1/orders/{id}/receipt",
        "get",
        call("The receipt of a delivered order", &json!([]), "200", &receipt),
    );
    for (verb, what) in [
        ("cancel", "Cancel an order"),
        ("pause", "Hold an order's tasks back"),
        ("resume", "Let an order's tasks go on"),
        ("retry", "Try tasks that were given up again"),
    ] {
        add(&format!("/v1/orders/{{id}}/{verb}"), "post", call(what, &json!([]), "200", &json!(order)));
    }
    let mut priority = call("Set an order's priority", &json!([]), "200", &json!(order));
    let body = json!({"type": "object", "required": ["priority"], "properties": {"priority": {"type": "integer", "minimum": 0, "maximum": 255}}});
    priority["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}});
    add("/v1/orders/{id}/priority", "put", priority);
    let mut follow = call("Follow an order until it settles", &json!([]), "200", &json!(progress));
    follow["responses"]["200"] = answer("an event at each change", "text/event-stream", &json!(progress));
    add("/v1/orders/{id}/progress", "get", follow);
    for (path, verb, call) in of_registers.into_iter().chain(of_subscriptions) {
        add(path, verb, call);
    }
    let mut well = call("Whether the scheduler is well", &json!([]), "200", &json!(health));
    well["responses"]["503"] = answer("the store fails", "application/json", &json!(health));
    add("/health", "get", open(well));
    let mut metrics = call("Totals for Prometheus", &json!([]), "200", &json!({"type": "string"}));
    metrics["responses"]["200"] = answer("gauges", "text/plain", &json!({"type": "string"}));
    add("/metrics", "get", open(metrics));
    add(
        "/openapi.json",
        "get",
        open(call("This description", &json!([]), "200", &json!({"type": "object"}))),
    );
    Value::Object(paths)
}

fn call(summary: &str, parameters: &Value, status: &str, schema: &Value) -> Value {
    let responses = json!({status: answer("done", "application/json", schema)});
    json!({"summary": summary, "parameters": parameters, "responses": responses})
}

/// A call that needs no token.
fn open(mut call: Value) -> Value {
    call["security"] = json!([]);
    call
}

fn answer(description: &str, kind: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {kind: {"schema": schema}}})
}

/// What stands in braces in a path.
fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let parameter = |name| {
        let kind = if name == "step" { "integer" } else { "string" };
        json!({"name": name, "in": "path", "required": true, "schema": {"type": kind}})
    };
    names.map(parameter).collect()
}

/// What makes one of several calls that hand in the same.
fn key_parameter(what: &str) -> Value {
    json!({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"},
        "description": format!("Handing in again with the same key gives the same {what}")})
}

/// A document as it is handed in.
fn document_body() -> Value {
    json!({"required": true, "content": {
        "application/toml": {"schema": {"type": "string"}},
        "application/json": {"schema": {"type": "object"}}
    }})
}

fn list_parameters() -> Value {
    json!([
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 1000, "default": 100}},
        {"name": "before", "in": "query", "schema": {"type": "string"}},
        {"name": "state", "in": "query", "schema": {"type": "string"}}
    ])
}

fn submit_call(accepted: &Value) -> Value {
    let parameters = json!([
        key_parameter("order"),
        {"name": "seed", "in": "query", "schema": {"type": "string"}, "description": "64 hexadecimal digits; operators only"},
        {"name": "priority", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 255}},
        {"name": "register", "in": "query", "schema": {"type": "string"},
         "description": "Registers uploaded in place of the order's files, in its order, with commas between them"}
    ]);
    let mut submit = call("Submit an order", &parameters, "201", accepted);
    submit["responses"]["200"] = answer("known by its key", "application/json", accepted);
    submit["requestBody"] = document_body();
    submit
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Paths and verbs of the router, as they stand in its source: it cannot be asked for them.
    fn routes() -> BTreeSet<(String, &'static str)> {
        let (_, router) = include_str!("mod.rs").split_once("fn router(").unwrap();
        let mut routes = BTreeSet::new();
        for route in router.split(".route(").skip(1) {
            let path = route.split('"').nth(1).unwrap();
            let calls: BTreeSet<&str> = route.split(|c: char| !c.is_alphanumeric() && c != '(').collect();
            for verb in ["get", "post", "put", "delete"] {
                if calls.iter().any(|call| call.starts_with(&format!("{verb}("))) {
                    routes.insert((path.to_owned(), verb));
                }
            }
        }
        routes
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = document();
        let paths = document["paths"].as_object().unwrap().iter();
        let described: BTreeSet<(String, &str)> = paths
            .flat_map(|(path, calls)| calls.as_object().unwrap().keys().map(|verb| (path.clone(), &**verb)))
            .collect();
        assert!(described.len() > 15);
        assert_eq!(described, routes());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        let references: Vec<&str> =
            text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(references.len() > 5);
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
        assert_eq!(document["paths"]["/v1/orders/{id}"]["get"]["parameters"][0]["name"], "id");
        let file = &document["paths"]["/v1/subscriptions/{id}/deliveries/{step}/{file}"]["get"]["parameters"];
        assert_eq!([0, 1, 2].map(|index| file[index]["name"].as_str().unwrap()), ["id", "step", "file"]);
    }

    #[test]
    fn what_customers_see_and_what_needs_no_token_is_described() {
        let document = document();
        let receipt =
            "/paths/~1v1~1orders~1{id}~1receipt/get/responses/200/content/application~1json/schema/anyOf";
        let shown = document.pointer(receipt).unwrap().as_array().unwrap();
        assert!(
            shown.iter().any(|shape| shape["$ref"] == "#/components/schemas/GuardedReceipt"),
            "{shown:?}"
        );
        for path in ["/health", "/metrics", "/openapi.json"] {
            assert_eq!(document["paths"][path]["get"]["security"], json!([]), "{path}");
        }
        assert_eq!(document["paths"]["/v1/orders"]["get"]["security"], Value::Null);
    }
}

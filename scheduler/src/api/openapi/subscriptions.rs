//! The calls about subscriptions, described.

use poimuri_shared::subscriptions::{
    Acknowledged, Brought, Subscribed, SubscriptionDetail, SubscriptionView, TakenAway, Went,
};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use super::super::subscriptions::{EndBody, MembersBody};
use super::{answer, call, document_body, key_parameter, list_parameters};

/// Paths, verbs and calls.
pub(super) fn calls(schemas: &mut SchemaGenerator) -> Vec<(&'static str, &'static str, Value)> {
    let detail = json!(schemas.subschema_for::<SubscriptionDetail>());
    let members = json_body(true, &json!(schemas.subschema_for::<MembersBody>()));
    let end = json_body(false, &json!(schemas.subschema_for::<EndBody>()));
    let list = json!({"type": "array", "items": schemas.subschema_for::<SubscriptionView>()});
    let none = json!([]);
    let acknowledged = json!(schemas.subschema_for::<Acknowledged>());
    vec![
        ("/v1/subscriptions", "post", add(&json!(schemas.subschema_for::<Subscribed>()))),
        (
            "/v1/subscriptions",
            "get",
            call("List subscriptions, the newest first", &list_parameters(), "200", &list),
        ),
        (
            "/v1/subscriptions/{id}",
            "get",
            call("Show a subscription with its loads and runs", &none, "200", &detail),
        ),
        ("/v1/subscriptions/{id}/run", "post", run(&json!(schemas.subschema_for::<Went>()))),
        (
            "/v1/subscriptions/{id}/pause",
            "post",
            call("Let no run of a subscription begin", &none, "200", &detail),
        ),
        (
            "/v1/subscriptions/{id}/resume",
            "post",
            call("Let runs of a subscription begin again", &none, "200", &detail),
        ),
        (
            "/v1/subscriptions/{id}/end",
            "post",
            with_body(call("End a subscription for good", &none, "200", &detail), &end),
        ),
        (
            "/v1/subscriptions/{id}/members",
            "post",
            with_body(
                call(
                    "Bring the persons of an uploaded register as members; an order answers each row",
                    &none,
                    "201",
                    &json!(schemas.subschema_for::<Brought>()),
                ),
                &members,
            ),
        ),
        (
            "/v1/subscriptions/{id}/members/remove",
            "post",
            with_body(
                call(
                    "Take members away by the customer's own keys in an uploaded register",
                    &none,
                    "200",
                    &json!(schemas.subschema_for::<TakenAway>()),
                ),
                &members,
            ),
        ),
        (
            "/v1/subscriptions/{id}/deliveries/{step}/acknowledge",
            "post",
            call("Note that the customer received a delivery", &none, "200", &acknowledged),
        ),
        ("/v1/subscriptions/{id}/deliveries/{step}/{file}", "get", delivery()),
    ]
}

fn add(subscribed: &Value) -> Value {
    let parameters = json!([
        key_parameter("subscription"),
        {"name": "register", "in": "query", "schema": {"type": "string"},
         "description": "The register uploaded in place of the subscription's file"}
    ]);
    let mut add = call("Subscribe a customer's register to what changes", &parameters, "201", subscribed);
    add["responses"]["200"] = answer("known by its key", "application/json", subscribed);
    with_body(add, &document_body())
}

fn run(went: &Value) -> Value {
    let parameters = json!([
        {"name": "due", "in": "query", "schema": {"type": "boolean", "default": false},
         "description": "Begin a run only if the rhythm says that one is due"}
    ]);
    call("Begin what a subscription needs now, whatever its rhythm", &parameters, "200", went)
}

fn delivery() -> Value {
    let mut file = call(
        "A file of a delivery, encrypted to its customer: `manifest`, or an `object` that the manifest names. The same \
         bytes each time, until the delivery is erased under retention",
        &json!([]),
        "200",
        &json!({}),
    );
    let bytes = json!({"type": "string", "format": "binary"});
    file["responses"]["200"] = answer("the file as it is stored", "application/octet-stream", &bytes);
    file
}

fn json_body(is_required: bool, schema: &Value) -> Value {
    json!({"required": is_required, "content": {"application/json": {"schema": schema}}})
}

fn with_body(mut call: Value, body: &Value) -> Value {
    call["requestBody"] = body.clone();
    call
}

//! Criteria as documents hold them: `all`, `any`, `not`, and predicates.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::order::criteria::{Area, Criteria, Test};
use crate::order::parse::field_names;

/// A node of criteria.
#[derive(Debug)]
pub(super) struct Node<'o>(&'o Criteria);

impl<'o> Node<'o> {
    pub(super) const fn of(criteria: &'o Criteria) -> Self {
        Self(criteria)
    }
}

impl<'o> Serialize for Node<'o> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nodes = |parts: &'o [Criteria]| parts.iter().map(Node).collect::<Vec<_>>();
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Criteria::All(parts) => map.serialize_entry("all", &nodes(parts))?,
            Criteria::Any(parts) => map.serialize_entry("any", &nodes(parts))?,
            Criteria::Not(part) => map.serialize_entry("not", &Node(part))?,
            Criteria::Predicate(field, test) => {
                map.serialize_entry("field", field.name())?;
                predicate(test, &mut map)?;
            }
        }
        map.end()
    }
}

fn predicate<M: serde::ser::SerializeMap>(test: &Test, map: &mut M) -> Result<(), M::Error> {
    match test {
        Test::TextIn(values) => map.serialize_entry("in", values),
        Test::NumberIn(values) => map.serialize_entry("in", values),
        Test::DateIn(values) => map.serialize_entry("in", values),
        Test::NumberBetween(low, high) => map.serialize_entry("between", &(low, high)),
        Test::DateBetween(low, high) => map.serialize_entry("between", &(low, high)),
        Test::Prefix(values) => map.serialize_entry("prefix", values),
        Test::Contains(text) => map.serialize_entry("contains", text),
        Test::Is(flag) => map.serialize_entry("is", flag),
        Test::AllOf(connections) => map.serialize_entry("all_of", connections),
        Test::AnyOf(connections) => map.serialize_entry("any_of", connections),
        Test::Within(area) => map.serialize_entry("within", &AreaDocument(area)),
    }
}

struct AreaDocument<'o>(&'o Area);

impl Serialize for AreaDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            Area::Circle { north, east, radius } => map.serialize_entry("circle", &(north, east, radius))?,
            Area::Box { n0, e0, n1, e1 } => map.serialize_entry("box", &(n0, e0, n1, e1))?,
            Area::Polygon(corners) => map.serialize_entry("polygon", corners)?,
        }
        map.end()
    }
}

impl JsonSchema for Node<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Criteria".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let node = generator.subschema_for::<Node<'static>>();
        let part = |name: &str, schema: serde_json::Value| {
            json_schema!({
                "type": "object", "properties": { name: schema }, "required": [name], "additionalProperties": false,
            })
        };
        let parts = serde_json::json!({ "type": "array", "items": node, "minItems": 1 });
        let all = part("all", parts.clone());
        let any = part("any", parts);
        let not = part("not", serde_json::json!(node));
        json_schema!({
            "description": "Conditions over one person; a predicate on a missing value is neither true nor false.",
            "anyOf": [all, any, not, predicate_schema()],
        })
    }
}

fn predicate_schema() -> Schema {
    let numbers = |count: usize| {
        serde_json::json!({
            "type": "array", "items": { "type": "integer" }, "minItems": count, "maxItems": count,
        })
    };
    let list = serde_json::json!({ "type": "array", "minItems": 1 });
    let corners = serde_json::json!({ "type": "array", "items": numbers(2), "minItems": 3 });
    let area = serde_json::json!({
        "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
        "properties": { "circle": numbers(3), "box": numbers(4), "polygon": corners },
    });
    json_schema!({
        "type": "object",
        "required": ["field"],
        "minProperties": 2,
        "maxProperties": 2,
        "additionalProperties": false,
        "properties": {
            "field": { "enum": field_names() },
            "eq": { "type": ["string", "integer"] },
            "in": list,
            "between": { "type": "array", "minItems": 2, "maxItems": 2 },
            "prefix": { "type": ["string", "array"], "minItems": 1 },
            "contains": { "type": "string" },
            "is": { "type": "boolean" },
            "all_of": list,
            "any_of": list,
            "within": area,
        },
    })
}

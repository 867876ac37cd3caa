//! The shape of an order's document: names, defaults and bounds of its fields.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::criteria::Node;
use super::reviews::ReviewsDocument;
use crate::ids::{CustomerId, ListName, OrderId, PermitId, RecipientId, RegisterId};
use crate::order::deduplication::{Across, Clustering, KeepRule, Output, Partners, Unit};
use crate::order::extraction::{DedupPer, Keep, Purpose, RegisterUse, SampleMethod, Shortage, Weighting};
use crate::order::{Format, Kind, RegisterColumns, UpdateMode};

/// An order. Units: dates ISO 8601, distances metres, positions ETRS-TM35FIN (EPSG:3067).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "Order")]
pub(super) struct OrderDocument<'o> {
    /// What is asked for.
    pub(super) kind: Kind,
    /// Whom it is for.
    pub(super) customer: &'o CustomerId,
    /// The permit it relies on; only counts may do without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) permit: Option<&'o PermitId>,
    /// What the data are for; only counts may do without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<Purpose>,
    /// `latest`, which is the default, or the id of a snapshot.
    #[schemars(with = "Option<String>")]
    pub(super) snapshot: &'o str,
    /// The date ages and prohibitions are judged on; by default the snapshot's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub(super) reference_date: Option<Date>,
    /// Who is looked for; must be there in extractions and counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) criteria: Option<Node<'o>>,
    /// The customer's own register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) register: Option<RegisterDocument<'o>>,
    /// What is delivered once only; by default everything that matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dedup: Option<DedupDocument>,
    /// How many, and of whom; by default everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sample: Option<SampleDocument<'o>>,
    /// What an update is about; must be there in updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<UpdateDocument<'o>>,
    /// The lists of a de-duplication; at least one must be there in de-duplications.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Option<Vec<ListDocument<'static>>>")]
    pub(super) list: Vec<ListDocument<'o>>,
    /// What a de-duplication is about; must be there in de-duplications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deduplication: Option<DeduplicationDocument<'o>>,
    /// Where the result goes; only counts may do without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delivery: Option<DeliveryDocument<'o>>,
}

/// The customer's own register: uploaded before (`id`) or a file (`file`).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Register")]
pub(super) struct RegisterDocument<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'o RegisterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<&'o str>,
    /// The sheet of a workbook; by default the first that is not hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<&'o str>,
    /// How it narrows the target group; must be there in extractions and counts.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub(super) used: Option<RegisterUse>,
    #[schemars(with = "Option<RegisterColumns>")]
    pub(super) columns: &'o RegisterColumns,
}

/// What is delivered once only, and which of several stays.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Dedup")]
pub(super) struct DedupDocument {
    pub(super) per: DedupPer,
    /// By default `random`.
    #[schemars(with = "Option<Keep>")]
    pub(super) keep: Keep,
}

/// How many, and of whom.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Sample")]
pub(super) struct SampleDocument<'o> {
    /// By default `systematic` where a size is given, `all` elsewhere.
    #[schemars(with = "Option<SampleMethod>")]
    pub(super) method: SampleMethod,
    /// Rows wanted in all; follows from the groups where they have sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub(super) size: Option<u64>,
    /// By default `take-all`.
    #[schemars(with = "Option<Shortage>")]
    pub(super) shortage: Shortage,
    /// By default `shares`; for groups with weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) weighting: Option<Weighting>,
    /// Each row belongs to the first group it matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Option<Vec<GroupDocument<'static>>>")]
    pub(super) group: Vec<GroupDocument<'o>>,
}

/// A group of a sample, with a weight or a size.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Group")]
pub(super) struct GroupDocument<'o> {
    /// Unique within the order.
    #[schemars(length(min = 1, max = 100))]
    pub(super) name: &'o str,
    /// Above nought; at most 12 digits, 6 of them after the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "weight_schema")]
    pub(super) weight: Option<String>,
    /// Rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub(super) size: Option<u64>,
    /// Who belongs to it; none: everybody no earlier group took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) criteria: Option<Node<'o>>,
}

fn weight_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["number", "string"], "exclusiveMinimum": 0 })
}

fn package_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "array"], "items": { "type": "string" }, "minItems": 1 })
}

/// What an update is about.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Update")]
pub(super) struct UpdateDocument<'o> {
    /// A package (`address`, `basic`, `death`) or items.
    #[schemars(schema_with = "package_schema")]
    pub(super) package: PackageDocument<'o>,
    /// By default `changes`.
    #[schemars(with = "Option<UpdateMode>")]
    pub(super) mode: UpdateMode,
    /// Whether the customer's own columns come back behind the others; by default not.
    #[schemars(with = "Option<bool>")]
    pub(super) pass_through: bool,
    /// Whether an operator looked at a register that is nearly that of an earlier update, and lets it through; by default not.
    /// An operator alone may say so.
    #[schemars(with = "Option<bool>")]
    pub(super) reviewed: bool,
}

/// A list of a de-duplication: uploaded before (`id`) or a file (`file`).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "List")]
pub(super) struct ListDocument<'o> {
    /// Unique within the order; it stands in the result.
    pub(super) name: &'o ListName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'o RegisterId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<&'o str>,
    /// The sheet of a workbook; by default the first that is not hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sheet: Option<&'o str>,
    /// By default 100; records of the list with the larger number stay.
    #[schemars(with = "Option<u8>")]
    pub(super) priority: u8,
    #[schemars(with = "Option<RegisterColumns>")]
    pub(super) columns: &'o RegisterColumns,
}

/// What a de-duplication is about.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Deduplication")]
pub(super) struct DeduplicationDocument<'o> {
    pub(super) per: Unit,
    /// By default `both`.
    #[schemars(with = "Option<Across>")]
    pub(super) compare: Across,
    /// A rule, or several in the order in which they decide; by default `list-priority`, `most-complete`, `random`.
    #[schemars(schema_with = "keep_schema")]
    pub(super) keep: &'o [KeepRule],
    /// By default `clusters`.
    #[schemars(with = "Option<Output>")]
    pub(super) output: Output,
    /// Headings of columns that are not compared.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) leave_out: &'o [String],
    /// Above 0 and below 1; found from the data where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) threshold: Option<f64>,
    /// By default `auto`; for two lists that are compared `between`.
    #[schemars(with = "Option<Partners>")]
    pub(super) partners: Partners,
    /// By default `agreeing`.
    #[serde(skip_serializing_if = "Clustering::is_usual")]
    #[schemars(with = "Option<Clustering>")]
    pub(super) clustering: Clustering,
    /// Pairs that somebody judged: linked or kept apart, and learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reviews: Option<ReviewsDocument<'o>>,
    /// An earlier de-duplication of the same customer, delivered and not erased yet: its model and threshold are used again,
    /// records that are as they were there are not compared with each other again, and clusters keep their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) earlier: Option<&'o OrderId>,
}

fn keep_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let rule = generator.subschema_for::<KeepRule>();
    schemars::json_schema!({ "anyOf": [rule, { "type": "array", "items": rule, "minItems": 1 }] })
}

/// A package by its name, or items.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PackageDocument<'o> {
    Package(&'o str),
    Items(&'o [String]),
}

/// Where the result goes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Delivery")]
pub(super) struct DeliveryDocument<'o> {
    /// A registered third party, never the customer; in an update or a de-duplication the customer.
    pub(super) recipient: &'o RecipientId,
    /// By default `csv`.
    #[schemars(with = "Option<Format>")]
    pub(super) format: Format,
    /// By default `name` and `address`; they follow from the package of an update and from the output of a
    /// de-duplication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fields: Option<Vec<&'static str>>,
}

//! Orders and criteria files into typed orders: every error with line, path of the field and reason.
//!
//! Limits: 16 MiB, 64 levels, 10,000 criteria, 100,000 values in their lists, 250,000 values in all.

mod area;
mod codes;
mod criteria;
mod deduplication;
mod fields;
mod order;
mod register;
mod sample;
mod update;
mod values;

pub(crate) use fields::field_names;
pub(crate) use order::{PURPOSES, items, read as read_order};
pub use update::PACKAGES;

use super::Order;
use super::criteria::Criteria;
use crate::document::{self, FieldPath, Format, Node, Problem, Refused, Table, Value};

/// Something read from a document, with what its author should know.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: T,
    /// What was read differently from how it is written.
    pub warnings: Vec<Problem>,
}

/// What `poimuri count` takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Countable {
    /// Bare criteria.
    Criteria(Criteria),
    /// An order; its criteria count.
    Order(Box<Order>),
}

/// Reads an order.
///
/// # Errors
/// Everything wrong with it.
pub fn order(bytes: &[u8], format: Format) -> Result<Parsed<Order>, Refused> {
    let (value, warnings) = document::read(bytes, format, order::read)?;
    Ok(Parsed { value, warnings })
}

/// Reads bare criteria: a node, or a table with nothing but `criteria`.
///
/// # Errors
/// Everything wrong with them.
pub fn criteria(bytes: &[u8], format: Format) -> Result<Parsed<Criteria>, Refused> {
    let (value, warnings) = document::read(bytes, format, bare_criteria)?;
    Ok(Parsed { value, warnings })
}

/// Reads an order, which has a `kind`, or else bare criteria.
///
/// # Errors
/// Everything wrong with it.
pub fn countable(bytes: &[u8], format: Format) -> Result<Parsed<Countable>, Refused> {
    let (value, warnings) = document::read(bytes, format, |root, report| {
        if is_order(root) {
            order::read(root, report).map(|order| Countable::Order(Box::new(order)))
        } else {
            bare_criteria(root, report).map(Countable::Criteria)
        }
    })?;
    Ok(Parsed { value, warnings })
}

fn is_order(root: &Node) -> bool {
    let Value::Table(entries) = &root.value else { return false };
    entries.iter().any(|entry| matches!(entry.key.as_str(), "kind" | "customer" | "delivery" | "sample"))
}

fn bare_criteria(root: &Node, report: &mut document::Report<'_>) -> Option<Criteria> {
    let path = FieldPath::Root;
    let mut reader = criteria::Reader::default();
    let mut table = Table::of(root, &path, report)?;
    if let Some(node) = table.take("criteria") {
        let criteria = reader.node(node, &FieldPath::Key(&path, "criteria"), report);
        return table.finish(&path, report).and(criteria);
    }
    reader.node(root, &path, report)
}

#[cfg(test)]
mod tests;

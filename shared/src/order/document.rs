//! An order as a document again: the one form every way of writing it comes to, and the shape of such documents.
//!
//! [`Order::normal_form`] is compact JSON with all fields in a fixed order and every default
//! written out; it reads back as the same order. Its digest tells whether two orders ask the same.

mod criteria;
mod shape;

use sha2::{Digest as _, Sha256};

use self::criteria::Node;
use self::shape::{
    DedupDocument, DeliveryDocument, GroupDocument, OrderDocument, PackageDocument, RegisterDocument,
    SampleDocument, UpdateDocument,
};
use super::extraction::{Group, Quota, Sample};
use super::{Delivery, Kind, Order, Register, RegisterSource, SnapshotChoice, Update, UpdateMode};

impl Order {
    /// The order in the one form every way of writing it comes to: compact JSON.
    ///
    /// # Errors
    /// Never for an order that was parsed.
    pub fn normal_form(&self) -> serde_json::Result<String> {
        serde_json::to_string(&OrderDocument::of(self))
    }

    /// SHA-256 of the normal form, 64 hexadecimal digits.
    ///
    /// # Errors
    /// As [`Order::normal_form`].
    pub fn digest(&self) -> serde_json::Result<String> {
        Ok(hex::encode(Sha256::digest(self.normal_form()?.as_bytes())))
    }
}

/// The JSON Schema of orders.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(OrderDocument<'static>)
}

impl<'o> OrderDocument<'o> {
    fn of(order: &'o Order) -> Self {
        // Sample, de-duplication and fields have no place in an update.
        let has_sample = order.kind != Kind::Update;
        Self {
            kind: order.kind,
            customer: &order.customer,
            permit: order.permit.as_ref(),
            purpose: order.purpose,
            snapshot: match &order.snapshot {
                SnapshotChoice::Latest => "latest",
                SnapshotChoice::Id(id) => id.as_str(),
            },
            reference_date: order.reference_date,
            criteria: order.criteria.as_ref().map(Node::of),
            register: order.register.as_ref().map(RegisterDocument::of),
            dedup: has_sample.then_some(DedupDocument { per: order.dedup.per, keep: order.dedup.keep }),
            sample: has_sample.then(|| SampleDocument::of(&order.sample)),
            update: order.update.as_ref().map(|Update { package, mode, pass_through }| {
                UpdateDocument::of(package, *mode, *pass_through)
            }),
            delivery: order.delivery.as_ref().map(|it| DeliveryDocument::of(it, has_sample)),
        }
    }
}

impl<'o> RegisterDocument<'o> {
    fn of(register: &'o Register) -> Self {
        let (id, file) = match &register.source {
            RegisterSource::Id(id) => (Some(id), None),
            RegisterSource::File(path) => (None, Some(path.as_str())),
        };
        Self { id, file, sheet: register.sheet.as_deref(), used: register.used, columns: &register.columns }
    }
}

impl<'o> SampleDocument<'o> {
    fn of(sample: &'o Sample) -> Self {
        let is_weighted = sample.groups.iter().any(|group| matches!(group.quota, Quota::Weight(_)));
        Self {
            method: sample.method,
            size: sample.size,
            shortage: sample.shortage,
            weighting: is_weighted.then_some(sample.weighting),
            group: sample.groups.iter().map(GroupDocument::of).collect(),
        }
    }
}

impl<'o> GroupDocument<'o> {
    fn of(group: &'o Group) -> Self {
        let (weight, size) = match group.quota {
            Quota::Weight(weight) => (Some(weight.to_string()), None),
            Quota::Size(size) => (None, Some(size)),
        };
        let criteria = (!group.criteria.is_everybody()).then(|| Node::of(&group.criteria));
        Self { name: &group.name, weight, size, criteria }
    }
}

impl<'o> UpdateDocument<'o> {
    fn of(package: &'o [String], mode: UpdateMode, pass_through: bool) -> Self {
        // A package goes by its name, items are a list.
        let is_package = |name: &String| super::parse::PACKAGES.iter().any(|(package, _)| package == name);
        let package = match package {
            [name] if is_package(name) => PackageDocument::Package(name),
            items => PackageDocument::Items(items),
        };
        Self { package, mode, pass_through }
    }
}

impl<'o> DeliveryDocument<'o> {
    /// In an update the fields follow from its package.
    fn of(delivery: &'o Delivery, has_fields: bool) -> Self {
        let fields = has_fields.then(|| delivery.fields.iter().map(|item| item.name()).collect());
        Self { recipient: &delivery.recipient, format: delivery.format, fields }
    }
}

#[cfg(test)]
mod tests;

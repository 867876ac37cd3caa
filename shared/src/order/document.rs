//! An order as a document again: the one form every way of writing it comes to, and the shape of such documents.
//!
//! [`Order::normal_form`] is compact JSON with all fields in a fixed order and every default
//! written out; it reads back as the same order. Its digest tells whether two orders ask the same.

mod criteria;
mod reviews;
mod shape;

use sha2::{Digest as _, Sha256};

use self::criteria::Node;
use self::reviews::ReviewsDocument;
use self::shape::{
    DedupDocument, DeduplicationDocument, DeliveryDocument, GroupDocument, ListDocument, OrderDocument,
    PackageDocument, RegisterDocument, SampleDocument, UpdateDocument,
};
use super::deduplication::{Deduplication, List};
use super::extraction::{Group, Quota, Sample};
use super::{Delivery, Kind, Order, Register, RegisterSource, SnapshotChoice, Update};
use crate::ids::RegisterId;

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
        // Sample, de-duplication of the drawn and fields have no place where rows are the customer's.
        let has_sample = matches!(order.kind, Kind::Extraction | Kind::Count);
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
            update: order.update.as_ref().map(UpdateDocument::of),
            list: order.lists.iter().map(ListDocument::of).collect(),
            deduplication: order.deduplication.as_ref().map(DeduplicationDocument::of),
            delivery: order.delivery.as_ref().map(|it| DeliveryDocument::of(it, has_sample)),
        }
    }
}

/// The id, or the file and its sheet, of a source.
fn source(source: &RegisterSource) -> (Option<&RegisterId>, Option<&str>, Option<&str>) {
    match source {
        RegisterSource::Id(id) => (Some(id), None, None),
        RegisterSource::File(file) => (None, Some(&file.path), file.sheet.as_deref()),
    }
}

impl<'o> ListDocument<'o> {
    fn of(list: &'o List) -> Self {
        let (id, file, sheet) = source(&list.source);
        Self { name: &list.name, id, file, sheet, priority: list.priority, columns: &list.columns }
    }
}

impl<'o> DeduplicationDocument<'o> {
    fn of(asked: &'o Deduplication) -> Self {
        let Deduplication {
            per,
            compare,
            keep,
            output,
            leave_out,
            threshold,
            partners,
            clustering,
            reviews,
            earlier,
        } = asked;
        let (per, compare, output, threshold) = (*per, *compare, *output, *threshold);
        let (partners, clustering, earlier) = (*partners, *clustering, earlier.as_ref());
        let reviews = reviews.as_ref().map(ReviewsDocument::of);
        Self { per, compare, keep, output, leave_out, threshold, partners, clustering, reviews, earlier }
    }
}

impl<'o> ReviewsDocument<'o> {
    fn of(reviews: &'o RegisterSource) -> Self {
        let (id, file, sheet) = source(reviews);
        Self { id, file, sheet }
    }
}

impl<'o> RegisterDocument<'o> {
    fn of(register: &'o Register) -> Self {
        let (id, file, sheet) = source(&register.source);
        Self { id, file, sheet, used: register.used, columns: &register.columns }
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
    fn of(Update { package, mode, pass_through, reviewed }: &'o Update) -> Self {
        // A package goes by its name, items are a list.
        let is_package = |name: &String| super::parse::PACKAGES.iter().any(|(package, _)| package == name);
        let package = match package.as_slice() {
            [name] if is_package(name) => PackageDocument::Package(name),
            items => PackageDocument::Items(items),
        };
        Self { package, mode: *mode, pass_through: *pass_through, reviewed: *reviewed }
    }
}

impl<'o> DeliveryDocument<'o> {
    /// In an update the fields follow from its package, in a de-duplication from its output.
    fn of(delivery: &'o Delivery, has_fields: bool) -> Self {
        let fields = has_fields.then(|| delivery.fields.iter().map(|item| item.name()).collect());
        Self { recipient: &delivery.recipient, format: delivery.format, fields }
    }
}

#[cfg(test)]
mod tests;

//! The outermost table of an order, and its small sections.

use super::{criteria, deduplication, register, sample, update};
use crate::document::{FieldPath, Node, Report, Table, meant, shown};
use crate::order::criteria::Criteria;
use crate::order::delivered::{Column, Item};
use crate::order::extraction::{Dedup, DedupPer, Keep, Purpose};
use crate::order::{Delivery, Format, Kind, Order, SnapshotChoice};

const KINDS: &[(&str, Kind)] = &[
    ("extraction", Kind::Extraction),
    ("count", Kind::Count),
    ("update", Kind::Update),
    ("deduplication", Kind::Deduplication),
];

/// Purposes by name.
pub(crate) const PURPOSES: &[(&str, Purpose)] = &[
    ("direct-marketing", Purpose::DirectMarketing),
    ("market-research", Purpose::MarketResearch),
    ("opinion-research", Purpose::OpinionResearch),
    ("register-update", Purpose::RegisterUpdate),
];

const UNITS: &[(&str, DedupPer)] = &[
    ("none", DedupPer::None),
    ("person", DedupPer::Person),
    ("household", DedupPer::Household),
    ("family", DedupPer::Family),
];

const SURVIVORS: &[(&str, Keep)] = &[
    ("random", Keep::Random),
    ("oldest", Keep::Oldest),
    ("youngest", Keep::Youngest),
    ("woman-first", Keep::WomanFirst),
    ("man-first", Keep::ManFirst),
];

const FORMATS: &[(&str, Format)] =
    &[("csv", Format::Csv), ("parquet", Format::Parquet), ("fixed", Format::Fixed), ("xlsx", Format::Xlsx)];

/// Entries in a list of fields or items.
pub(crate) const FIELDS_MAX: usize = 100;

const ROOT: FieldPath<'static> = FieldPath::Root;

/// Reads the outermost table of an order.
pub(crate) fn read(root: &Node, report: &mut Report<'_>) -> Option<Order> {
    let mut table = Table::of(root, &ROOT, report)?;
    let path = |name| FieldPath::Key(&ROOT, name);
    // Everything is read before anything is given up, so that all that is wrong is told at once.
    let kind = table.require("kind", &ROOT, report).and_then(|n| n.choice(KINDS, &path("kind"), report));
    let kind_known = kind?;
    let customer = table.require("customer", &ROOT, report);
    let customer = customer.and_then(|node| node.parse(&path("customer"), report));
    let (needs_grant, needs_criteria) = match kind_known {
        Kind::Extraction => (true, true),
        Kind::Count => (false, true),
        Kind::Update | Kind::Deduplication => (true, false),
    };
    let node = given(&mut table, "permit", needs_grant, report);
    let permit = optional(node, |node| node.parse(&path("permit"), report));
    let node = given(&mut table, "purpose", needs_grant, report);
    let purpose = optional(node, |node| node.choice(PURPOSES, &path("purpose"), report));
    let snapshot = table.take("snapshot").map_or(Some(SnapshotChoice::Latest), |n| snapshot(n, report));
    let node = given(&mut table, "reference_date", false, report);
    let reference_date = optional(node, |node| node.date(&path("reference_date"), report));
    let mut reader = criteria::Reader::default();
    let node = given(&mut table, "criteria", needs_criteria, report);
    let criteria: Option<Option<Criteria>> =
        optional(node, |node| reader.node(node, &path("criteria"), report));
    let is_deduplication = kind_known == Kind::Deduplication;
    deduplication::refuse_others(&table, is_deduplication, report)?;
    let node = given(&mut table, "register", kind_known == Kind::Update, report);
    let register = optional(node, |node| register::read(node, kind_known, &path("register"), report));
    let dedup = table.take("dedup").map_or(Some(NO_DEDUP), |node| dedup(node, report));
    let sample = sample::read(table.take("sample"), &mut reader, &path("sample"), report);
    let node = given(&mut table, "update", kind_known == Kind::Update, report);
    let update = optional(node, |node| update::read(node, &path("update"), report));
    let node = given(&mut table, "list", is_deduplication, report);
    let lists = optional(node, |node| deduplication::lists(node, &path("list"), report));
    let list_count = lists.iter().flatten().map(Vec::len).sum();
    let node = given(&mut table, "deduplication", is_deduplication, report);
    let deduplication =
        optional(node, |node| deduplication::read(node, list_count, &path("deduplication"), report));
    let node = given(&mut table, "delivery", kind_known != Kind::Count, report);
    let items = match kind_known {
        Kind::Update => update.as_ref().and_then(Option::as_ref).map(update::items),
        Kind::Deduplication => Some(Vec::new()),
        Kind::Extraction | Kind::Count => None,
    };
    let delivery = optional(node, |node| delivery(node, items, &path("delivery"), report));
    if kind_known == Kind::Update {
        update::refuse_others(&table, report)?;
    }
    table.finish(&ROOT, report)?;
    Some(Order {
        kind: kind_known,
        customer: customer?,
        permit: permit?,
        purpose: purpose?,
        snapshot: snapshot?,
        reference_date: reference_date?,
        criteria: criteria?,
        register: register?,
        dedup: dedup?,
        sample: sample?,
        update: update?,
        lists: lists?.unwrap_or_default(),
        deduplication: deduplication?,
        delivery: delivery?,
    })
}

const NO_DEDUP: Dedup = Dedup { per: DedupPer::None, keep: Keep::Random };

/// A field that must be there for some kinds only: outer `None` if it is missing and must not be.
fn given<'n>(
    table: &mut Table<'n>,
    name: &'static str,
    needed: bool,
    report: &mut Report<'_>,
) -> Option<Option<&'n Node>> {
    if needed { table.require(name, &ROOT, report).map(Some) } else { Some(table.take(name)) }
}

/// Reads what is there; outer `None` if it is wrong.
fn optional<T>(node: Option<Option<&Node>>, read: impl FnOnce(&Node) -> Option<T>) -> Option<Option<T>> {
    match node? {
        Some(node) => read(node).map(Some),
        None => Some(None),
    }
}

fn snapshot(node: &Node, report: &mut Report<'_>) -> Option<SnapshotChoice> {
    if node.text_if() == Some("latest") {
        return Some(SnapshotChoice::Latest);
    }
    node.parse(&FieldPath::Key(&ROOT, "snapshot"), report).map(SnapshotChoice::Id)
}

fn dedup(node: &Node, report: &mut Report<'_>) -> Option<Dedup> {
    let path = FieldPath::Key(&ROOT, "dedup");
    let mut table = Table::of(node, &path, report)?;
    let per = table.require("per", &path, report);
    let per = per.and_then(|node| node.choice(UNITS, &FieldPath::Key(&path, "per"), report));
    let keep = table
        .take("keep")
        .map_or(Some(Keep::Random), |node| node.choice(SURVIVORS, &FieldPath::Key(&path, "keep"), report));
    table.finish(&path, report)?;
    Some(Dedup { per: per?, keep: keep? })
}

/// `items_of_package` stand in place of fields: those of an update's package, none in a de-duplication.
fn delivery(
    node: &Node,
    items_of_package: Option<Vec<Item>>,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Delivery> {
    let mut table = Table::of(node, path, report)?;
    let recipient = table.require("recipient", path, report);
    let recipient = recipient.and_then(|n| n.parse(&FieldPath::Key(path, "recipient"), report));
    let format = table.take("format").map_or(Some(Format::Csv), |node| {
        let path = FieldPath::Key(path, "format");
        let format = node.choice(FORMATS, &path, report)?;
        if format == Format::Xlsx && items_of_package.is_none() {
            let reason = "is for updates and de-duplications: an extraction may have more rows than a sheet";
            return report.problem(node.at, &path, reason);
        }
        Some(format)
    });
    let fields = match (items_of_package, table.take("fields")) {
        (Some(items), None) => Some(items),
        (Some(_), Some(node)) => report.problem(
            node.at,
            &FieldPath::Key(path, "fields"),
            "follows from update.package or deduplication.output; leave it out",
        ),
        (None, None) => Some(vec![Item::Name, Item::Address]),
        (None, Some(node)) => extracted(node, &FieldPath::Key(path, "fields"), report),
    };
    table.finish(path, report)?;
    Some(Delivery { recipient: recipient?, format: format?, fields: fields? })
}

/// The fields of an extraction: what only updates may tell is not among them.
fn extracted(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<Item>> {
    let items = items(node, path, report)?;
    if items.iter().any(|item| item.is_for_updates()) {
        return report.problem(node.at, path, "holds a field that is given in updates only");
    }
    Some(items)
}

/// A list of delivered fields, each once.
pub(crate) fn items(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<Item>> {
    let list = node.list(FIELDS_MAX, path, report)?;
    let mut items = Some(Vec::with_capacity(list.len()));
    for (index, node) in list.iter().enumerate() {
        let read = item(node, &FieldPath::Index(path, index), report);
        items = items.zip(read).map(|(mut items, item)| {
            if !items.contains(&item) {
                items.push(item);
            }
            items
        });
    }
    items
}

fn item(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Item> {
    let text = node.text(path, report)?;
    if let Ok(item) = text.parse() {
        return Some(item);
    }
    let mut known = vec!["name", "address", "position"];
    known.extend(Column::ALL.iter().map(|column| column.name()));
    let reason = format!("no such field in a delivery: {}{}", shown(text), meant(text, &known));
    report.problem(node.at, path, reason)
}

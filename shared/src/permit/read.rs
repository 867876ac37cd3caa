//! A permit from the file it is brought in as.

use super::{MatchKey, Permit, Service};
use crate::document::{self, FieldPath, Format, Node, Refused, Report, Table};
use crate::order::parse::{PURPOSES, items};

const SERVICES: &[(&str, Service)] = &[
    ("extraction", Service::Extraction),
    ("update", Service::Update),
    ("deduplication", Service::Deduplication),
];
const KEYS: &[(&str, MatchKey)] = &[
    ("identity-code", MatchKey::IdentityCode),
    ("birth-date", MatchKey::BirthDate),
    ("address", MatchKey::Address),
];
/// Longest name of a statute.
const STATUTE_MAX: usize = 200;
/// Recipients of a permit at most.
const RECIPIENTS_MAX: usize = 1_000;
/// Largest limit of records.
const RECORDS_MAX: i64 = 1_000_000_000;
const ROOT: FieldPath<'static> = FieldPath::Root;

/// Reads a permit's file.
///
/// # Errors
/// Everything wrong with it, by line and field.
pub fn read(bytes: &[u8], format: Format) -> Result<Permit, Refused> {
    document::read(bytes, format, of_node).map(|(permit, _)| permit)
}

fn of_node(root: &Node, report: &mut Report<'_>) -> Option<Permit> {
    let mut table = Table::of(root, &ROOT, report)?;
    let path = |name| FieldPath::Key(&ROOT, name);
    let id = table.require("id", &ROOT, report).and_then(|node| node.parse(&path("id"), report));
    let holder = table.require("holder", &ROOT, report);
    let holder = holder.and_then(|node| node.parse(&path("holder"), report));
    let services = table.require("services", &ROOT, report);
    let services = services.and_then(|node| {
        list(node, &path("services"), report, |item, path, report| item.choice(SERVICES, path, report))
    });
    let purposes = table.require("purposes", &ROOT, report);
    let purposes = purposes.and_then(|node| {
        list(node, &path("purposes"), report, |item, path, report| item.choice(PURPOSES, path, report))
    });
    // Nothing of the population register is delivered in a de-duplication.
    let has_fields = services.as_ref().is_none_or(|all| *all != [Service::Deduplication]);
    let fields = match table.take("fields") {
        None if !has_fields => Some(Vec::new()),
        None => report.problem(table.at(), &path("fields"), "is missing"),
        Some(node) => items(node, &path("fields"), report),
    };
    let recipients = table.require("recipients", &ROOT, report);
    let recipients = recipients.and_then(|node| {
        list(node, &path("recipients"), report, |item, path, report| item.parse(path, report))
    });
    let valid_from = table.require("valid_from", &ROOT, report);
    let valid_from = valid_from.and_then(|node| node.date(&path("valid_from"), report));
    let to_node = table.require("valid_to", &ROOT, report);
    let valid_to = to_node.and_then(|node| node.date(&path("valid_to"), report));
    let max_records = match table.take("max_records") {
        Some(node) => node.whole(1, RECORDS_MAX, &path("max_records"), report).map(Some),
        None => Some(None),
    };
    let keys = table.take("keys").map_or(Some(Vec::new()), |node| {
        list(node, &path("keys"), report, |item, path, report| item.choice(KEYS, path, report))
    });
    let exempt = match table.take("exempt_from_update_prohibition") {
        Some(node) => node.line(STATUTE_MAX, &path("exempt_from_update_prohibition"), report).map(Some),
        None => Some(None),
    };
    table.finish(&ROOT, report)?;
    let permit = Permit {
        id: id?,
        holder: holder?,
        services: services?,
        purposes: purposes?,
        fields: fields?,
        recipients: recipients?,
        valid_from: valid_from?,
        valid_to: valid_to?,
        max_records: max_records?.and_then(|most| u64::try_from(most).ok()),
        keys: keys?,
        exempt_from_update_prohibition: exempt?,
    };
    if permit.valid_to < permit.valid_from {
        let at = to_node.map_or(0, |node| node.at);
        return report.problem(at, &path("valid_to"), "is before valid_from");
    }
    Some(permit)
}

fn list<T>(
    node: &Node,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
    read: impl Fn(&Node, &FieldPath<'_>, &mut Report<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items = node.list(RECIPIENTS_MAX, path, report)?.iter().enumerate();
    let read: Vec<Option<T>> =
        items.map(|(index, item)| read(item, &FieldPath::Index(path, index), report)).collect();
    read.into_iter().collect()
}

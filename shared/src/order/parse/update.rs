//! `[update]`: what is told of each person of the customer's register.

use super::order::{FIELDS_MAX, items as list_of_items};
use crate::document::{FieldPath, Node, Report, Table};
use crate::order::delivered::Item;
use crate::order::{Update, UpdateMode};

const MODES: &[(&str, UpdateMode)] = &[("changes", UpdateMode::Changes), ("current", UpdateMode::Current)];

/// The standard packages of the authority's update service, and their items.
pub const PACKAGES: &[(&str, &[&str])] = &[
    ("address", &["name", "language", "municipality", "address"]),
    (
        "basic",
        &[
            "name",
            "sex",
            "mother_tongue",
            "municipality",
            "address",
            "foreign_address",
            "foreign_country",
            "moved_in",
            "emigrated_on",
            "death_date",
        ],
    ),
    ("death", &["name", "death_date", "emigrated_on"]),
];

/// What has no place in an update.
const OTHERS: [&str; 4] = ["criteria", "sample", "dedup", "reference_date"];

pub(super) fn read(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Update> {
    let mut table = Table::of(node, path, report)?;
    let package = table.require("package", path, report);
    let package = package.and_then(|node| package_of(node, &FieldPath::Key(path, "package"), report));
    let mode = table
        .take("mode")
        .map_or(Some(UpdateMode::Changes), |node| node.choice(MODES, &FieldPath::Key(path, "mode"), report));
    let [pass_through, reviewed] = ["pass_through", "reviewed"].map(|name| {
        table.take(name).map_or(Some(false), |node| node.truth(&FieldPath::Key(path, name), report))
    });
    table.finish(path, report)?;
    Some(Update { package: package?, mode: mode?, pass_through: pass_through?, reviewed: reviewed? })
}

fn package_of(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<String>> {
    let Some(name) = node.text_if() else {
        let items = list_of_items(node, path, report)?;
        if items.is_empty() || items.len() > FIELDS_MAX {
            return report.problem(node.at, path, "must name at least one item");
        }
        return Some(items.iter().map(|item| item.name().to_owned()).collect());
    };
    if PACKAGES.iter().any(|(package, _)| *package == name) {
        return Some(vec![name.to_owned()]);
    }
    report.problem(node.at, path, "must be address, basic, death or a list of items")
}

/// The items of an update: of its package, or those it names.
pub(super) fn items(update: &Update) -> Vec<Item> {
    let of = |name: &String| {
        let package = PACKAGES.iter().find(|(package, _)| update.package.len() == 1 && package == name);
        package
            .map_or_else(|| vec![name.clone()], |(_, items)| items.iter().map(|i| (*i).to_owned()).collect())
    };
    update.package.iter().flat_map(of).filter_map(|name| name.parse().ok()).collect()
}

/// Refuses what has no place in an update: its rows are those of the customer's register, and prohibitions are
/// judged on the snapshot's date.
pub(super) fn refuse_others(table: &Table<'_>, report: &mut Report<'_>) -> Option<()> {
    let mut good = Some(());
    for name in OTHERS.iter().filter(|name| table.has(name)) {
        let path = FieldPath::Key(&FieldPath::Root, name);
        good = report.problem(table.at(), &path, "has no place in an update");
    }
    good
}

//! `[deduplication]` and `[[list]]`: whose records are compared, who stays, what comes back.

use super::register::{self, HEADING_MAX};
use crate::document::{FieldPath, Node, Report, Table};
use crate::order::RegisterColumns;
use crate::order::deduplication::{
    Across, Clustering, Deduplication, KeepRule, LIST_PRIORITY_DEFAULT, LISTS_MAX, List, Output, Partners,
    Unit,
};

const UNITS: &[(&str, Unit)] = &[("person", Unit::Person), ("household", Unit::Household)];

const ACROSS: &[(&str, Across)] =
    &[("within", Across::Within), ("between", Across::Between), ("both", Across::Both)];

const RULES: &[(&str, KeepRule)] = &[
    ("list-priority", KeepRule::ListPriority),
    ("most-complete", KeepRule::MostComplete),
    ("newest", KeepRule::Newest),
    ("random", KeepRule::Random),
];

const OUTPUTS: &[(&str, Output)] = &[
    ("clusters", Output::Clusters),
    ("survivors", Output::Survivors),
    ("pairs", Output::Pairs),
    ("cleaned", Output::Cleaned),
];

const PARTNERS: &[(&str, Partners)] = &[
    ("auto", Partners::Auto),
    ("one-to-one", Partners::OneToOne),
    ("one-to-many", Partners::OneToMany),
    ("many-to-one", Partners::ManyToOne),
    ("many-to-many", Partners::ManyToMany),
];

const CLUSTERINGS: &[(&str, Clustering)] =
    &[("agreeing", Clustering::Agreeing), ("connected", Clustering::Connected)];

/// Who stays if the order does not say.
const KEEP_DEFAULT: [KeepRule; 3] = [KeepRule::ListPriority, KeepRule::MostComplete, KeepRule::Random];
/// Headings that are left out at most.
const LEFT_OUT_MAX: usize = 100;

/// What has no place in a de-duplication.
const OTHERS: [&str; 6] = ["criteria", "register", "dedup", "sample", "update", "reference_date"];
/// What has a place in de-duplications only.
const OWN: [&str; 2] = ["list", "deduplication"];

/// `lists` is how many lists the order has.
pub(super) fn read(
    node: &Node,
    lists: usize,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Deduplication> {
    let mut table = Table::of(node, path, report)?;
    let at = |name| FieldPath::Key(path, name);
    let per = table.require("per", path, report).and_then(|node| node.choice(UNITS, &at("per"), report));
    let compare =
        table.take("compare").map_or(Some(Across::Both), |node| node.choice(ACROSS, &at("compare"), report));
    let keep = table.take("keep").map_or(Some(KEEP_DEFAULT.to_vec()), |node| keep(node, &at("keep"), report));
    let output = table
        .take("output")
        .map_or(Some(Output::Clusters), |node| node.choice(OUTPUTS, &at("output"), report));
    let leave_out =
        table.take("leave_out").map_or(Some(Vec::new()), |node| headings(node, &at("leave_out"), report));
    let threshold = table
        .take("threshold")
        .map_or(Some(None), |node| probability(node, &at("threshold"), report).map(Some));
    let partners = table
        .take("partners")
        .map_or(Some(Partners::Auto), |node| node.choice(PARTNERS, &at("partners"), report));
    if partners.is_some_and(|partners| partners != Partners::Auto)
        && (lists != 2 || compare != Some(Across::Between))
    {
        report.problem::<()>(table.at(), &at("partners"), "is for two lists and compare = \"between\"")?;
    }
    let clustering = clustering(&mut table, partners, path, report);
    table.finish(path, report)?;
    Some(Deduplication {
        partners: partners?,
        clustering: clustering?,
        per: per?,
        compare: compare?,
        keep: keep?,
        output: output?,
        leave_out: leave_out?,
        threshold: threshold?,
    })
}

/// Chains know no limit of partners.
fn clustering(
    table: &mut Table<'_>,
    partners: Option<Partners>,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Clustering> {
    let Some(node) = table.take("clustering") else { return Some(Clustering::default()) };
    let path = FieldPath::Key(path, "clustering");
    let clustering = node.choice(CLUSTERINGS, &path, report)?;
    let is_limited = partners.is_some_and(Partners::is_limited);
    if clustering == Clustering::Connected && is_limited {
        return report.problem(
            node.at,
            &path,
            "connected links whole chains: it allows any number of partners",
        );
    }
    Some(clustering)
}

/// One rule, or several in the order in which they decide, each once.
fn keep(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<KeepRule>> {
    if node.text_if().is_some() {
        return node.choice(RULES, path, report).map(|rule| vec![rule]);
    }
    let mut rules = Vec::new();
    for (index, node) in node.list(RULES.len(), path, report)?.iter().enumerate() {
        let place = FieldPath::Index(path, index);
        let rule = node.choice(RULES, &place, report)?;
        if rules.contains(&rule) {
            return report.problem(node.at, &place, "stands in the list already");
        }
        rules.push(rule);
    }
    Some(rules)
}

fn headings(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<String>> {
    let list = node.list(LEFT_OUT_MAX, path, report)?.iter().enumerate();
    list.map(|(index, node)| node.line(HEADING_MAX, &FieldPath::Index(path, index), report)).collect()
}

fn probability(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<f64> {
    let number = node.number_if().and_then(|text| text.parse::<f64>().ok());
    match number.filter(|number| *number > 0.0 && *number < 1.0) {
        Some(number) => Some(number),
        None => report.problem(node.at, path, "must be a probability above 0 and below 1"),
    }
}

/// The lists; at least one, their names all different.
pub(super) fn lists(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<List>> {
    let nodes = node.list(LISTS_MAX, path, report)?;
    let mut lists: Option<Vec<List>> = Some(Vec::with_capacity(nodes.len()));
    for (index, node) in nodes.iter().enumerate() {
        let path = FieldPath::Index(path, index);
        let list = list(node, &path, report);
        let is_twice = |lists: &Vec<List>, list: &List| lists.iter().any(|other| other.name == list.name);
        lists = lists.zip(list).and_then(|(mut lists, list)| {
            if is_twice(&lists, &list) {
                return report.problem(node.at, &FieldPath::Key(&path, "name"), "another list has this name");
            }
            lists.push(list);
            Some(lists)
        });
    }
    lists
}

fn list(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<List> {
    let mut table = Table::of(node, path, report)?;
    let at = |name| FieldPath::Key(path, name);
    let name = table.require("name", path, report).and_then(|node| node.parse(&at("name"), report));
    let source = register::source(&mut table, path, report);
    let priority = table.take("priority").map_or(Some(i64::from(LIST_PRIORITY_DEFAULT)), |node| {
        node.whole(0, i64::from(u8::MAX), &at("priority"), report)
    });
    let columns = table.take("columns").map_or_else(
        || Some(RegisterColumns::default()),
        |node| register::columns(node, &at("columns"), report),
    );
    table.finish(path, report)?;
    let priority = u8::try_from(priority?).unwrap_or(LIST_PRIORITY_DEFAULT);
    Some(List { name: name?, source: source?, priority, columns: columns? })
}

/// Refuses what has no place in a de-duplication; in other orders what has a place there only.
pub(super) fn refuse_others(
    table: &Table<'_>,
    is_deduplication: bool,
    report: &mut Report<'_>,
) -> Option<()> {
    let (names, reason): (&[&str], _) = if is_deduplication {
        (&OTHERS, "has no place in a de-duplication")
    } else {
        (&OWN, "has a place in orders of kind deduplication only")
    };
    let mut good = Some(());
    for name in names.iter().copied().filter(|name| table.has(name)) {
        good = report.problem(table.at(), &FieldPath::Key(&FieldPath::Root, name), reason);
    }
    good
}

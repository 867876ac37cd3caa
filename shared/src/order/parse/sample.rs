//! `[sample]`: how many rows, how they are drawn, and the groups they are weighted by.

use super::criteria;
use crate::document::{FieldPath, Node, Report, Table};
use crate::order::criteria::Criteria;
use crate::order::extraction::{Decimal, Group, Quota, Sample, SampleMethod, Shortage, Weighting};

const METHODS: &[(&str, SampleMethod)] =
    &[("all", SampleMethod::All), ("systematic", SampleMethod::Systematic)];
const SHORTAGES: &[(&str, Shortage)] = &[("take-all", Shortage::TakeAll), ("fail", Shortage::Fail)];
const WEIGHTINGS: &[(&str, Weighting)] = &[("shares", Weighting::Shares), ("rates", Weighting::Rates)];

/// Groups of a sample at most.
const GROUPS_MAX: usize = 1_000;
/// Largest size of a sample or a group.
const SIZE_MAX: i64 = 1_000_000_000;
/// Longest name of a group.
const NAME_MAX: usize = 100;

pub(super) fn read(
    node: Option<&Node>,
    reader: &mut criteria::Reader,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Sample> {
    let Some(node) = node else { return Some(Sample::ALL) };
    let mut table = Table::of(node, path, report)?;
    let key = |name| FieldPath::Key(path, name);
    let method = table.take("method").map(|node| node.choice(METHODS, &key("method"), report));
    let size_node = table.take("size");
    let size = size_node.map(|node| size(node, &key("size"), report));
    let shortage = table.take("shortage");
    let shortage = shortage.map(|node| node.choice(SHORTAGES, &key("shortage"), report));
    let weighting_node = table.take("weighting");
    let weighting = weighting_node.map(|node| node.choice(WEIGHTINGS, &key("weighting"), report));
    let groups = table.take("group").map(|node| groups(node, reader, &key("group"), report));
    table.finish(path, report)?;
    let groups = groups.unwrap_or(Some(Vec::new()))?;
    let (size, method) =
        (size.map_or(Some(None), |size| size.map(Some))?, method.map_or(Some(None), |m| m.map(Some))?);
    let drawn = size.is_some() || !groups.is_empty();
    let method = method.unwrap_or(if drawn { SampleMethod::Systematic } else { SampleMethod::All });
    let sample = Sample {
        method,
        size,
        shortage: shortage.unwrap_or(Some(Shortage::TakeAll))?,
        weighting: weighting.unwrap_or(Some(Weighting::Shares))?,
        groups,
    };
    fits(&sample, weighting_node.is_some(), node.at, path, report)?;
    Some(sample)
}

/// Whether method, size and groups go together.
fn fits(
    sample: &Sample,
    says_weighting: bool,
    at: usize,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<()> {
    let sized = sample.groups.iter().filter(|group| matches!(group.quota, Quota::Size(_))).count();
    let reason = match (sample.method, sample.size) {
        (SampleMethod::All, None) if sample.groups.is_empty() && !says_weighting => return Some(()),
        (SampleMethod::All, _) => "method `all` takes neither size, weighting nor groups",
        _ if sized > 0 && sized < sample.groups.len() => "either all groups have a size or all have a weight",
        (SampleMethod::Systematic, Some(_)) if sized > 0 => "the size follows from the sizes of the groups",
        (SampleMethod::Systematic, None) if sized == 0 => "size is missing",
        _ if says_weighting && (sized > 0 || sample.groups.is_empty()) => {
            "weighting is for groups with weights"
        }
        _ => return Some(()),
    };
    report.problem(at, path, reason)
}

fn size(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<u64> {
    node.whole(1, SIZE_MAX, path, report).and_then(|size| u64::try_from(size).ok())
}

fn groups(
    node: &Node,
    reader: &mut criteria::Reader,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Vec<Group>> {
    let items = node.list(GROUPS_MAX, path, report)?;
    let mut groups: Vec<Group> = Vec::with_capacity(items.len());
    let mut good = true;
    for (index, item) in items.iter().enumerate() {
        let path = FieldPath::Index(path, index);
        let Some(group) = group(item, reader, &path, report) else {
            good = false;
            continue;
        };
        if groups.iter().any(|earlier| earlier.name == group.name) {
            let reason = "an earlier group has the same name";
            good = report.problem::<()>(item.at, &FieldPath::Key(&path, "name"), reason).is_some();
        }
        groups.push(group);
    }
    good.then_some(groups)
}

fn group(
    node: &Node,
    reader: &mut criteria::Reader,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Group> {
    let mut table = Table::of(node, path, report)?;
    let name = table.require("name", path, report);
    let name = name.and_then(|node| node.line(NAME_MAX, &FieldPath::Key(path, "name"), report));
    let quota = match (table.take("weight"), table.take("size")) {
        (Some(node), None) => weight(node, &FieldPath::Key(path, "weight"), report).map(Quota::Weight),
        (None, Some(node)) => size(node, &FieldPath::Key(path, "size"), report).map(Quota::Size),
        _ => report.problem(table.at(), path, "must have either `weight` or `size`"),
    };
    let criteria = table.take("criteria").map_or_else(
        || Some(Criteria::everybody()),
        |node| reader.node(node, &FieldPath::Key(path, "criteria"), report),
    );
    table.finish(path, report)?;
    Some(Group { name: name?, quota: quota?, criteria: criteria? })
}

fn weight(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Decimal> {
    let rule = "must be above nought, with at most 12 digits, at most 6 of them after the point";
    let number = node.number_if().or(node.text_if()).and_then(|text| text.parse::<Decimal>().ok());
    match number.filter(|number| number.millionths() > 0) {
        Some(number) => Some(number),
        None => report.problem(node.at, path, rule),
    }
}

//! `within`: a circle, a box or a polygon in ETRS-TM35FIN.

use super::values::At;
use crate::document::{FieldPath, Node, Report, Table, Value};
use crate::order::criteria::Area;

/// Coordinates and radii, metres, lie within this of nought: more than the globe, and squares fit 64 bits.
const METRES_MAX: i64 = 100_000_000;
/// Corners of a polygon at most.
const CORNERS_MAX: usize = 10_000;

pub(super) fn read(at: &At<'_>, report: &mut Report<'_>) -> Option<Area> {
    let Value::Table(_) = at.node.value else {
        return at.problem(report, "must be a table with `circle`, `box` or `polygon`");
    };
    let mut table = Table::of(at.node, at.path, report)?;
    let area = if let Some(node) = table.take("circle") {
        circle(&At { node, path: &FieldPath::Key(at.path, "circle"), name: at.name }, report)
    } else if let Some(node) = table.take("box") {
        of_box(&At { node, path: &FieldPath::Key(at.path, "box"), name: at.name }, report)
    } else if let Some(node) = table.take("polygon") {
        polygon(&At { node, path: &FieldPath::Key(at.path, "polygon"), name: at.name }, report)
    } else {
        at.problem(report, "must have `circle`, `box` or `polygon`")
    };
    table.finish(at.path, report).and(area)
}

fn circle(at: &At<'_>, report: &mut Report<'_>) -> Option<Area> {
    let [north, east, radius] = metres(at, "must be [north, east, radius] in whole metres", report)?;
    if radius <= 0 {
        return at.problem(report, "the radius must be above nought");
    }
    Some(Area::Circle { north, east, radius })
}

fn of_box(at: &At<'_>, report: &mut Report<'_>) -> Option<Area> {
    let [n0, e0, n1, e1] = metres(at, "must be [n0, e0, n1, e1] in whole metres", report)?;
    if n0 > n1 || e0 > e1 {
        return at.problem(report, "the first corner must be south-west of the second");
    }
    Some(Area::Box { n0, e0, n1, e1 })
}

fn polygon(at: &At<'_>, report: &mut Report<'_>) -> Option<Area> {
    let corners = at.list(CORNERS_MAX, report)?;
    if corners.len() < 3 {
        return at.problem(report, "a polygon has at least three corners");
    }
    let corner = |(index, node): (usize, &Node)| {
        let path = FieldPath::Index(at.path, index);
        let at = At { node, path: &path, name: at.name };
        metres(&at, "must be [north, east] in whole metres", report).map(|[north, east]| (north, east))
    };
    let read: Vec<Option<(i64, i64)>> = corners.iter().enumerate().map(corner).collect();
    let corners: Vec<(i64, i64)> = read.into_iter().collect::<Option<_>>()?;
    let mut distinct = corners.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 3 {
        return at.problem(report, "a polygon has at least three different corners");
    }
    Some(Area::Polygon(corners))
}

fn metres<const N: usize>(at: &At<'_>, rule: &str, report: &mut Report<'_>) -> Option<[i64; N]> {
    let Value::List(items) = &at.node.value else { return at.problem(report, rule) };
    let number = |item: &Node| {
        let number = item.number_if()?.parse().ok();
        number.filter(|number| (-METRES_MAX..=METRES_MAX).contains(number))
    };
    let numbers: Option<Vec<i64>> = items.iter().map(number).collect();
    match numbers.and_then(|numbers| numbers.try_into().ok()) {
        Some(numbers) => Some(numbers),
        None => at.problem(report, rule),
    }
}

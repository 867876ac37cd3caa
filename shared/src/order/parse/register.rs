//! `[register]`: the customer's own register.

use crate::document::{FieldPath, Node, Report, Table};
use crate::order::extraction::RegisterUse;
use crate::order::{Kind, Register, RegisterColumns, RegisterFile, RegisterSource};

const USES: &[(&str, RegisterUse)] =
    &[("subtract", RegisterUse::Subtract), ("intersect", RegisterUse::Intersect)];
/// Longest path of a file, longest name of a sheet, and longest heading of a column.
const PATH_MAX: usize = 1_000;
const SHEET_MAX: usize = 31;
pub(super) const HEADING_MAX: usize = 100;

pub(super) fn read(
    node: &Node,
    kind: Kind,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<Register> {
    let mut table = Table::of(node, path, report)?;
    let source = source(&mut table, path, report);
    let is_narrowing = matches!(kind, Kind::Extraction | Kind::Count);
    let used = match (is_narrowing, table.take("use")) {
        (_, Some(node)) => node.choice(USES, &FieldPath::Key(path, "use"), report).map(Some),
        (true, None) => report.problem(table.at(), &FieldPath::Key(path, "use"), "is missing"),
        (false, None) => Some(None),
    };
    let columns = table.take("columns").map_or_else(
        || Some(RegisterColumns::default()),
        |node| columns(node, &FieldPath::Key(path, "columns"), report),
    );
    table.finish(path, report)?;
    Some(Register { source: source?, used: used?, columns: columns? })
}

/// `id`, or `file` with the `sheet` of a workbook: exactly one.
pub(super) fn source(
    table: &mut Table<'_>,
    path: &FieldPath<'_>,
    report: &mut Report<'_>,
) -> Option<RegisterSource> {
    let at = |name| FieldPath::Key(path, name);
    match (table.take("id"), table.take("file"), table.take("sheet")) {
        (Some(node), None, None) => node.parse(&at("id"), report).map(RegisterSource::Id),
        (Some(_), None, Some(node)) => report.problem(
            node.at,
            &at("sheet"),
            "is for a `file`; of an uploaded register it was chosen before",
        ),
        (None, Some(node), sheet) => {
            let path = node.line(PATH_MAX, &at("file"), report);
            let sheet = sheet.map_or(Some(None), |node| node.line(SHEET_MAX, &at("sheet"), report).map(Some));
            Some(RegisterSource::File(RegisterFile { path: path?, sheet: sheet? }))
        }
        _ => report.problem(table.at(), path, "must have either `id` or `file`"),
    }
}

pub(super) fn columns(node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<RegisterColumns> {
    let mut table = Table::of(node, path, report)?;
    let mut heading = |name: &'static str| -> Option<Option<String>> {
        let Some(node) = table.take(name) else { return Some(None) };
        node.line(HEADING_MAX, &FieldPath::Key(path, name), report).map(Some)
    };
    let (key, identity_code) = (heading("key"), heading("identity_code"));
    let (surname, first_names) = (heading("surname"), heading("first_names"));
    let birth_date = heading("birth_date");
    let (street_address, postal_code) = (heading("street_address"), heading("postal_code"));
    let (municipality, mother_tongue) = (heading("municipality"), heading("mother_tongue"));
    let (sex, value_date) = (heading("sex"), heading("value_date"));
    table.finish(path, report)?;
    Some(RegisterColumns {
        key: key?,
        identity_code: identity_code?,
        surname: surname?,
        first_names: first_names?,
        birth_date: birth_date?,
        street_address: street_address?,
        postal_code: postal_code?,
        municipality: municipality?,
        mother_tongue: mother_tongue?,
        sex: sex?,
        value_date: value_date?,
    })
}

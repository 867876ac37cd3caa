//! Nodes of criteria: `all`, `any`, `not`, and predicates of one field and one operator.

use super::area;
use super::fields::{OPERATORS, Type, fields};
use super::values::{self, At};
use crate::document::{FieldPath, Node, Report, Table, meant, shown};
use crate::order::criteria::{Connection, Criteria, Test};

/// Criteria of one document at most.
pub(super) const NODES_MAX: usize = 10_000;
/// Values in all lists of criteria of one document at most.
pub(super) const VALUES_MAX: usize = 100_000;

const CONNECTIONS: &[(&str, Connection)] = &[
    ("sewer", Connection::Sewer),
    ("water", Connection::Water),
    ("electricity", Connection::Electricity),
    ("gas", Connection::Gas),
    ("cable", Connection::Cable),
];

/// Reads criteria and counts what it read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    nodes: usize,
    values: usize,
}

impl Reader {
    /// Reads one node with all below it. The document's depth is bounded, and so is this recursion.
    pub(super) fn node(
        &mut self,
        node: &Node,
        path: &FieldPath<'_>,
        report: &mut Report<'_>,
    ) -> Option<Criteria> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            if self.nodes == NODES_MAX + 1 {
                let reason = format!("the document has more than {NODES_MAX} criteria");
                return report.problem(node.at, path, reason);
            }
            return None;
        }
        let mut table = Table::of(node, path, report)?;
        let read = if let Some(parts) = table.take("all") {
            self.parts(parts, &FieldPath::Key(path, "all"), report).map(Criteria::All)
        } else if let Some(parts) = table.take("any") {
            self.parts(parts, &FieldPath::Key(path, "any"), report).map(Criteria::Any)
        } else if let Some(part) = table.take("not") {
            let part = self.node(part, &FieldPath::Key(path, "not"), report);
            part.map(|part| Criteria::Not(Box::new(part)))
        } else if table.has("field") {
            return self.predicate(table, path, report);
        } else {
            let word = table.others().next().map(|entry| entry.key.as_str()).unwrap_or_default();
            let hint = meant(word, &["all", "any", "not", "field", "criteria"]);
            return report.problem(
                node.at,
                path,
                format!("must have `all`, `any`, `not` or `field`, and has none of them{hint}"),
            );
        };
        table.finish(path, report).and(read)
    }

    fn parts(&mut self, node: &Node, path: &FieldPath<'_>, report: &mut Report<'_>) -> Option<Vec<Criteria>> {
        let items = node.list(NODES_MAX, path, report)?;
        let read: Vec<Option<Criteria>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.node(item, &FieldPath::Index(path, index), report))
            .collect();
        read.into_iter().collect()
    }

    fn predicate(
        &mut self,
        mut table: Table<'_>,
        path: &FieldPath<'_>,
        report: &mut Report<'_>,
    ) -> Option<Criteria> {
        let at = table.at();
        let name_node = table.require("field", path, report)?;
        let name = name_node.text(&FieldPath::Key(path, "field"), report)?;
        let Some((name, field, kind)) = fields().find(|(known, ..)| *known == name) else {
            let known: Vec<&str> = fields().map(|(known, ..)| known).collect();
            let reason = format!("unknown field {}{}", shown(name), meant(name, &known));
            return report.problem(name_node.at, &FieldPath::Key(path, "field"), reason);
        };
        let mut asked = OPERATORS.iter().filter(|operator| table.has(operator));
        let fit = kind.operators().join(", ");
        let (Some(operator), None) = (asked.next(), asked.next()) else {
            let word = table.others().next().map(|entry| entry.key.as_str()).unwrap_or_default();
            let found = if OPERATORS.contains(&word) {
                "it has several".to_owned()
            } else if word.is_empty() {
                "it has none".to_owned()
            } else {
                format!("unknown operator {}{}", shown(word), meant(word, kind.operators()))
            };
            return report.problem(at, path, format!("{name} must have one operator of {fit}; {found}"));
        };
        let node = table.take(operator)?;
        let path_of = FieldPath::Key(path, operator);
        table.finish(path, report)?;
        if !kind.operators().contains(operator) {
            let reason = format!("operator `{operator}` does not fit {name}, which takes {fit}");
            return report.problem(node.at, &path_of, reason);
        }
        let at = At { node, path: &path_of, name };
        self.test(kind, operator, &at, report).map(|test| Criteria::Predicate(field, test))
    }

    fn test(&mut self, kind: Type, operator: &str, at: &At<'_>, report: &mut Report<'_>) -> Option<Test> {
        match (operator, kind) {
            ("between", Type::Date) => values::date_range(at, report),
            ("between", _) => values::number_range(at, kind == Type::ChildAge, report),
            ("is", _) => at.flag(report).map(Test::Is),
            ("contains", _) => at.word(report).map(Test::Contains),
            ("within", _) => area::read(at, report).map(Test::Within),
            ("all_of", _) => self.list(at, true, connection, report).map(Test::AllOf),
            ("any_of", _) => self.list(at, true, connection, report).map(Test::AnyOf),
            ("prefix", Type::PostalCode) => {
                self.list(at, at.is_list(), values::postal_prefix, report).map(Test::Prefix)
            }
            ("prefix", _) => self.list(at, at.is_list(), values::word, report).map(Test::Prefix),
            (_, Type::Number) => self.list(at, operator == "in", values::number, report).map(Test::NumberIn),
            (_, Type::Date) => self.list(at, operator == "in", values::date, report).map(Test::DateIn),
            (_, Type::Code(list)) => self
                .list(at, operator == "in", |at, report| values::code(at, list, report), report)
                .map(Test::TextIn),
            (_, Type::PostalCode) => {
                self.list(at, operator == "in", values::postal_code, report).map(Test::TextIn)
            }
            _ => self.list(at, operator == "in", values::word, report).map(Test::TextIn),
        }
    }

    /// One value, or a list of them that is not empty.
    fn list<T>(
        &mut self,
        at: &At<'_>,
        is_list: bool,
        read: impl Fn(&At<'_>, &mut Report<'_>) -> Option<T>,
        report: &mut Report<'_>,
    ) -> Option<Vec<T>> {
        if !is_list {
            return read(at, report).map(|value| vec![value]);
        }
        let items = at.list(VALUES_MAX, report)?;
        self.values += items.len();
        if self.values > VALUES_MAX {
            return at.problem(report, format!("the document has more than {VALUES_MAX} values in lists"));
        }
        let item = |(index, node): (usize, &Node)| {
            let path = FieldPath::Index(at.path, index);
            read(&At { node, path: &path, name: at.name }, report)
        };
        let read: Vec<Option<T>> = items.iter().enumerate().map(item).collect();
        read.into_iter().collect()
    }
}

fn connection(at: &At<'_>, report: &mut Report<'_>) -> Option<Connection> {
    let known = at.node.text_if().and_then(|text| CONNECTIONS.iter().find(|(name, _)| *name == text));
    if let Some((_, connection)) = known {
        return Some(*connection);
    }
    let names: Vec<&str> = CONNECTIONS.iter().map(|(name, _)| *name).collect();
    at.problem(report, format!("must be one of {}", names.join(", ")))
}

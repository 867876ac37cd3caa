//! A subscription as a customer writes it: an update order with a rhythm.

use super::Rhythm;
use crate::document::{self, FieldPath, Format, Node, Refused, Report, Table, Value};
use crate::order::Order;
use crate::order::parse::{Parsed, read_order};

const ROOT: FieldPath<'static> = FieldPath::Root;
/// What the document says it is.
const KIND: &str = "subscription";
/// Longest rhythm.
const RHYTHM_MAX: usize = 200;

/// What a customer asks to have continuously.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The update.
    pub order: Order,
    /// When it runs.
    pub rhythm: Rhythm,
}

/// Reads a subscription.
///
/// # Errors
/// Everything wrong with it, by line and field.
pub fn read(bytes: &[u8], format: Format) -> Result<Parsed<Asked>, Refused> {
    let (value, warnings) = document::read(bytes, format, of_node)?;
    Ok(Parsed { value, warnings })
}

fn of_node(root: &Node, report: &mut Report<'_>) -> Option<Asked> {
    let mut table = Table::of(root, &ROOT, report)?;
    let kind = table.require("kind", &ROOT, report);
    let kind = kind.and_then(|node| node.choice(&[(KIND, ())], &FieldPath::Key(&ROOT, "kind"), report));
    let path = FieldPath::Key(&ROOT, "rhythm");
    let rhythm = match table.take("rhythm") {
        None => Some(Rhythm::EachSnapshot),
        Some(node) => node.line(RHYTHM_MAX, &path, report).and_then(|text| match text.parse() {
            Ok(rhythm) => Some(rhythm),
            Err(error) => report.problem(node.at, &path, format!("{error}")),
        }),
    };
    let snapshot = match table.take("snapshot") {
        None => Some(()),
        Some(node) => {
            let path = FieldPath::Key(&ROOT, "snapshot");
            report.problem(node.at, &path, "has no place in a subscription: it follows the snapshots")
        }
    };
    let order = read_order(&as_update(root), report);
    kind.and(snapshot)?;
    Some(Asked { order: order?, rhythm: rhythm? })
}

/// The same document as the order that each run is.
fn as_update(root: &Node) -> Node {
    let mut root = root.clone();
    if let Value::Table(entries) = &mut root.value {
        entries.retain(|entry| entry.key != "rhythm" && entry.key != "snapshot");
        for entry in entries.iter_mut().filter(|entry| entry.key == "kind") {
            entry.node.value = Value::Text("update".to_owned());
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
kind = "subscription"
customer = "acme"
permit = "P-2026-0002"
purpose = "register-update"
rhythm = "0 6 * * MON"
register = { file = "customers.csv" }
update = { package = "address" }
delivery = { recipient = "acme" }
"#;

    fn refused(text: &str) -> String {
        let refused = read(text.as_bytes(), Format::Toml).unwrap_err();
        refused.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_subscription_is_an_update_with_a_rhythm() {
        let asked = read(TEXT.as_bytes(), Format::Toml).unwrap().value;
        assert_eq!(asked.order.kind, crate::order::Kind::Update);
        assert_eq!(asked.rhythm.to_string(), "0 6 * * MON");
        let without = TEXT.replace("rhythm = \"0 6 * * MON\"\n", "");
        let asked = read(without.as_bytes(), Format::Toml).unwrap().value;
        assert_eq!(asked.rhythm, Rhythm::EachSnapshot);
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_field() {
        for (from, to, expected) in [
            ("\"subscription\"", "\"update\"", "kind"),
            ("0 6 * * MON", "0 25 * * MON", "rhythm"),
            ("0 6 * * MON", "0 6 * * MON UTC", "rhythm"),
            ("rhythm =", "rythm =", "unknown key"),
            ("register =", "snapshot = \"latest\"\nregister =", "it follows the snapshots"),
        ] {
            let told = refused(&TEXT.replace(from, to));
            assert!(told.contains(expected) && told.contains("line "), "{to}: {told}");
        }
    }
}

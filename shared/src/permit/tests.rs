//! Permits against orders, and permits that are none.

use jiff::civil::{Date, date};

use super::*;
use crate::document::Format;
use crate::order::parse;

pub(crate) const PERMIT: &str = r#"
id = "P-2026-0001"
holder = "acme"
services = ["extraction"]
purposes = ["direct-marketing"]
fields = ["name", "address", "age"]
recipients = ["posti-jakelu"]
valid_from = 2026-01-01
valid_to = 2026-12-31
max_records = 1000
"#;

const ORDER: &str = r#"
kind = "extraction"
customer = "acme"
permit = "P-2026-0001"
purpose = "direct-marketing"
criteria = { field = "person.age", between = [18, 80] }
sample = { size = 1000 }
delivery = { recipient = "posti-jakelu", fields = ["surname", "address"] }
"#;

const TODAY: Date = date(2026, 6, 1);

fn check(from: &str, to: &str, today: Date, moment: Moment) -> Vec<PermitError> {
    assert!(ORDER.contains(from), "{from}");
    let order = parse::order(ORDER.replacen(from, to, 1).as_bytes(), Format::Toml).unwrap().value;
    read(PERMIT.as_bytes(), Format::Toml).unwrap().check(&order, today, moment)
}

#[test]
fn an_order_keeps_to_its_permit_or_is_told_how_not() {
    use Moment::{Acceptance, Delivery, Start};
    let rows = [
        ("acme", "acme", TODAY, Acceptance, vec![]),
        ("acme", "other", TODAY, Acceptance, vec![PermitError::Holder]),
        ("direct-marketing", "opinion-research", TODAY, Start, vec![PermitError::Purpose]),
        ("posti-jakelu", "another", TODAY, Start, vec![PermitError::Recipient]),
        ("\"surname\"", "\"name\"", TODAY, Start, vec![]),
        ("\"surname\"", "\"sex\"", TODAY, Start, vec![PermitError::Fields(vec!["sex".parse().unwrap()])]),
        ("acme", "acme", date(2025, 12, 31), Start, vec![PermitError::NotYet(date(2026, 1, 1))]),
        ("acme", "acme", date(2026, 1, 1), Start, vec![]),
        ("acme", "acme", date(2026, 12, 31), Delivery { records: 1000 }, vec![]),
        (
            "acme",
            "acme",
            date(2027, 1, 1),
            Delivery { records: 1 },
            vec![PermitError::Expired(date(2026, 12, 31))],
        ),
        ("acme", "acme", TODAY, Delivery { records: 1001 }, vec![PermitError::Records(1000)]),
        ("1000", "1001", TODAY, Acceptance, vec![PermitError::Records(1000)]),
        (
            "size = 1000",
            "group = [{ name = \"a\", size = 600 }, { name = \"b\", size = 401 }]",
            TODAY,
            Acceptance,
            vec![PermitError::Records(1000)],
        ),
        ("extraction", "count", TODAY, Acceptance, vec![]),
    ];
    for (from, to, today, moment, expected) in rows {
        assert_eq!(check(from, to, today, moment), expected, "{from} -> {to}, {moment:?}");
    }
}

#[test]
fn a_permit_for_deduplication_needs_no_fields() {
    let less = PERMIT.lines().filter(|line| !line.starts_with("fields")).collect::<Vec<_>>().join("\n");
    assert!(read(less.as_bytes(), Format::Toml).unwrap_err().to_string().contains("fields: is missing"));
    let own = less.replace("\"extraction\"", "\"deduplication\"");
    assert_eq!(read(own.as_bytes(), Format::Toml).unwrap().fields, []);
}

#[test]
fn bad_permits_are_told_by_line_and_field() {
    let rows = [
        ("id = \"P-2026-0001\"\n", "", "line 1, column 1: id: is missing"),
        ("\"P-2026-0001\"", "\"../P\"", "line 2, column 6: id: a permit id must be"),
        ("[\"extraction\"]", "[]", "line 4, column 12: services: the list is empty"),
        (
            "\"extraction\"",
            "\"extracting\"",
            "services[0]: must be one of extraction, update, deduplication (did",
        ),
        ("\"direct-marketing\"", "\"fun\"", "line 5, column 13: purposes[0]: must be one of"),
        (
            "\"age\"",
            "\"person_id\"",
            "line 6, column 30: fields[2]: no such field in a delivery: `person_id`",
        ),
        ("2026-12-31", "2025-12-31", "line 9, column 12: valid_to: is before valid_from"),
        ("2026-12-31", "2026-02-30", "line 9, column 12"),
        ("2026-12-31", "\"2026-02-30\"", "line 9, column 12: valid_to: must be an existing date"),
        ("= 1000", "= 0", "line 10, column 15: max_records: must be a whole number from 1"),
        ("holder", "holdr", "holder: is missing"),
        ("holder", "holdr", "unknown key `holdr` (did you mean `holder`?)"),
        ("max_records", "limits", "line 10, column 1: unknown key `limits`"),
    ];
    for (from, to, expected) in rows {
        let text = PERMIT.replacen(from, to, 1);
        let message = read(text.as_bytes(), Format::Toml).unwrap_err().to_string();
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    }
}

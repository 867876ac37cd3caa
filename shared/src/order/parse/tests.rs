//! Good and bad orders: each bad one is refused with its place, its field and its reason.

mod criteria;
mod documents;

use super::*;
use crate::order::extraction::{Quota, SampleMethod};

const ORDER: &str = r#"kind = "extraction"
customer = "acme"
permit = "P-2026-0001"
purpose = "direct-marketing"
reference_date = 2026-11-01

[criteria]
all = [
  { field = "person.age", between = [30, 45] },
  { field = "person.municipality", in = ["091", "049"] },
]

[register]
id = "acme-customers"
use = "subtract"

[dedup]
per = "household"
keep = "random"

[sample]
method = "systematic"
size = 50000
shortage = "take-all"
[[sample.group]]
name = "women"
weight = 60
criteria = { field = "person.sex", eq = "2" }
[[sample.group]]
name = "rest"
weight = 40.5

[delivery]
recipient = "posti-jakelu"
format = "csv"
fields = ["name", "address"]
"#;

const AGES: &str = r#"{ field = "person.age", between = [30, 45] }"#;

fn toml(text: &str) -> Result<Parsed<Order>, Refused> {
    order(text.as_bytes(), Format::Toml)
}

#[track_caller]
fn check_refused(rows: &[(&str, &str, &str)]) {
    for (from, to, expected) in rows {
        assert!(ORDER.contains(from), "{from}");
        let message = toml(&ORDER.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(message.contains(expected), "{from} -> {to}: {message}");
    }
}

fn parse(text: &str) -> Result<Criteria, String> {
    criteria(text.as_bytes(), Format::guess(text.as_bytes()))
        .map(|parsed| parsed.value)
        .map_err(|refused| refused.to_string())
}

#[test]
fn an_order_is_read_whole() {
    let order = toml(ORDER).unwrap().value;
    assert_eq!(order.customer.as_str(), "acme");
    assert_eq!(order.sample.method, SampleMethod::Systematic);
    let groups = &order.sample.groups;
    assert!(groups[1].criteria.is_everybody() && !groups[0].criteria.is_everybody());
    assert_eq!(groups[1].quota, Quota::Weight("40.5".parse().unwrap()));
    let spec = order.spec([7; 32], jiff::civil::date(2026, 11, 1), 15).unwrap();
    assert_eq!((spec.fields.len(), spec.criteria), (2, order.criteria.unwrap()));
}

#[test]
fn orders_are_refused_by_field() {
    check_refused(&[
        (
            r#"kind = "extraction""#,
            r#"kind = "harvest""#,
            "line 1, column 8: kind: must be one of extraction, count",
        ),
        (r#""acme""#, r#""../acme""#, "line 2, column 12: customer: a customer must be 1 to 64 letters"),
        ("customer = \"acme\"\n", "", "customer: is missing"),
        ("permit = \"P-2026-0001\"\n", "", "permit: is missing"),
        (r#""direct-marketing""#, r#""curiosity""#, "purpose: must be one of direct-marketing"),
        ("2026-11-01", "2026-02-30", "line 5, column"),
        ("2026-11-01", "3", "reference_date: must be a date, not a number"),
        ("[criteria]", "[criterria]", "line 7, column 2: unknown key `criterria` (did you mean `criteria`?)"),
        ("[criteria]", "[criterria]", "criteria: is missing"),
        (r#"id = "acme-customers""#, "", "register: must have either `id` or `file`"),
        (r#"use = "subtract""#, r#"use = "add""#, "register.use: must be one of subtract, intersect"),
        (r#"keep = "random""#, r#"keep = "tallest""#, "dedup.keep: must be one of"),
        (r#"keep = "random""#, "keeep = 1", "dedup: unknown key `keeep` (did you mean `keep`?)"),
        ("size = 50000", "size = 0", "sample.size: must be a whole number from 1"),
        ("size = 50000", "size = -5", "sample.size: must be a whole number from 1"),
        ("size = 50000", "", "sample: size is missing"),
        (r#"method = "systematic""#, r#"method = "all""#, "method `all` takes neither size"),
        ("weight = 60", "weight = 0", "sample.group[0].weight: must be above nought"),
        ("weight = 60", "weight = -1", "sample.group[0].weight: must be above nought"),
        ("weight = 60", "weight = nan", "sample.group[0].weight: must be above nought"),
        ("weight = 60", "weight = 0.1234567", "at most 6 of them after the point"),
        ("weight = 60\n", "", "sample.group[0]: must have either `weight` or `size`"),
        ("weight = 60", "size = 60", "either all groups have a size or all have a weight"),
        (r#"name = "rest""#, r#"name = "women""#, "sample.group[1].name: an earlier group has the same name"),
        (r#""posti-jakelu""#, "5", "delivery.recipient: must be a text in quotes, not a number"),
        (r#"format = "csv""#, r#"format = "xls""#, "delivery.format: must be one of csv, parquet, fixed"),
        (
            r#""address"]"#,
            r#""adress"]"#,
            "delivery.fields[1]: no such field in a delivery: `adress` (did you mean `address`?)",
        ),
        (r#"["name", "address"]"#, "[]", "delivery.fields: the list is empty"),
        ("[dedup]", "[dedup", "line 17, column 7"),
        ("[dedup]", "[dedup.per]", "dedup.per: must be a text in quotes, not a table"),
        (r#"keep = "random""#, "keep = \"ran\u{7}dom\"", "line 19"),
    ]);
}

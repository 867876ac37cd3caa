//! Good and bad orders: each bad one is refused with its place, its field and its reason.

use super::*;
use crate::order::criteria::{Area, Field, HouseholdField, PersonField, Test};
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
fn criteria_are_refused_by_field() {
    let with = |operator: &str| format!(r#"{{ field = "person.age", {operator} }}"#);
    let rows = [
        (
            with("near = 4"),
            "line 9, column 3: criteria.all[0]: person.age must have one operator of eq, in, between; unknown operator `near`",
        ),
        (with("betwen = [1, 2]"), "unknown operator `betwen` (did you mean `between`?)"),
        (with("eq = 3, in = [4]"), "person.age must have one operator of eq, in, between; it has several"),
        (r#"{ field = "person.age" }"#.into(), "it has none"),
        (with("eq = 3, extra = 4"), "criteria.all[0]: unknown key `extra`"),
        (
            r#"{ field = "person.agee", eq = 3 }"#.into(),
            "line 9, column 13: criteria.all[0].field: unknown field `person.agee` (did you mean `person.age`?)",
        ),
        (r#"{ field = "Matti 010190-9012", eq = 3 }"#.into(), "unknown field (not repeated here)"),
        (
            with("within = { box = [1, 2, 3, 4] }"),
            "criteria.all[0].within: operator `within` does not fit person.age, which takes eq",
        ),
        (
            with(r#"between = ["a", "b"]"#),
            "criteria.all[0].between[0]: person.age: must be a number, not a text",
        ),
        (
            with("between = [45, 30]"),
            "criteria.all[0].between: person.age: the low end is above the high end",
        ),
        (with("between = [30]"), "person.age: must be [low, high]: two ends"),
        (with("between = [-inf, inf]"), "person.age: both ends are open"),
        (with("between = 3"), "person.age: must be [low, high], not a number"),
        (with("eq = 30.5"), "person.age: must be a whole number"),
        (with("eq = 99999999999999999999"), "person.age: must be a whole number"),
        (with("in = []"), "criteria.all[0].in: person.age: the list is empty"),
        (with("in = 3"), "person.age: must be a list, not a number"),
        (r#"{ field = "person.sex", eq = "5" }"#.into(), "criteria.all[0].eq: person.sex: unknown code"),
        (
            r#"{ field = "person.municipality", in = ["091", "010190-9012"] }"#.into(),
            "criteria.all[0].in[1]: person.municipality: unknown code",
        ),
        (r#"{ field = "home.heating_source", in = ["77"] }"#.into(), "home.heating_source: unknown code"),
        (
            r#"{ field = "person.birth_date", eq = "1990-02-30" }"#.into(),
            "person.birth_date: must be an existing date",
        ),
        (
            r#"{ field = "person.birth_date", eq = 1990-02-28T10:00:00Z }"#.into(),
            "person.birth_date: must be an existing date",
        ),
        (
            r#"{ field = "person.birth_date", between = [1990-02-02, 1990-02-01] }"#.into(),
            "the low end is above",
        ),
        (
            r#"{ field = "person.postal_code", eq = "0010" }"#.into(),
            "person.postal_code: must be a postal code of five digits",
        ),
        (
            r#"{ field = "person.postal_code", prefix = ["00", "x"] }"#.into(),
            "prefix[1]: person.postal_code: must be the first",
        ),
        (r#"{ field = "person.surname", eq = "" }"#.into(), "person.surname: must be a text of 1 to 100"),
        (
            r#"{ field = "household.child_age", between = [18, 20] }"#.into(),
            "household.child_age: the range has no age of a child",
        ),
        (r#"{ field = "household.child_age", is = 1 }"#.into(), "household.child_age: must be true or false"),
        (
            r#"{ field = "home.connections", any_of = ["steam"] }"#.into(),
            "any_of[0]: home.connections: must be one of sewer",
        ),
        (
            r#"{ field = "home.position", within = { polygon = [[1, 2], [3, 4]] } }"#.into(),
            "within.polygon: home.position: a polygon has at least three corners",
        ),
        (
            r#"{ field = "home.position", within = { polygon = [[1, 2], [3, 4], [1, 2]] } }"#.into(),
            "three different corners",
        ),
        (
            r#"{ field = "home.position", within = { circle = [6700000, 300000, 0] } }"#.into(),
            "within.circle: home.position: the radius must be above",
        ),
        (
            r#"{ field = "home.position", within = { circle = [6700000, 300000] } }"#.into(),
            "must be [north, east, radius]",
        ),
        (
            r#"{ field = "home.position", within = { box = [2, 2, 1, 3] } }"#.into(),
            "the first corner must be south-west",
        ),
        (
            r#"{ field = "home.position", within = { disc = [1] } }"#.into(),
            "must have `circle`, `box` or `polygon`",
        ),
        ("{ any = [] }".into(), "criteria.all[0].any: the list is empty"),
        ("{ all = [], not = {} }".into(), "criteria.all[0].all: the list is empty"),
        (
            "{ nott = 1 }".into(),
            "must have `all`, `any`, `not` or `field`, and has none of them (did you mean `not`?)",
        ),
        ("3".into(), "criteria.all[0]: must be a table, not a number"),
    ];
    for (to, expected) in &rows {
        check_refused(&[(AGES, to, expected)]);
    }
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

#[test]
fn personal_data_never_reach_a_message() {
    let secret = "Salainen 010190-9012";
    for (from, to) in [
        (AGES, format!(r#"{{ field = "person.surname", eq = ["{secret}"] }}"#)),
        (AGES, format!(r#"{{ field = "person.age", eq = "{secret}" }}"#)),
        (AGES, format!(r#"{{ "{secret}" = 1 }}"#)),
        ("keep =", format!("\"{secret}\" = 1\nkeep =")),
        ("\"acme\"", format!("\"{secret}\"")),
        ("\"acme\"", format!("\"{secret}")),
        ("\"women\"", format!("{secret}")),
        ("\"name\"", format!("\"{secret}\"")),
        ("\"csv\"", format!("\"{secret}\"")),
    ] {
        let message = toml(&ORDER.replacen(from, &to, 1)).unwrap_err().to_string();
        assert!(!message.contains("Salainen") && !message.contains("010190"), "{to}: {message}");
    }
}

#[test]
fn every_kind_of_predicate_is_read() {
    let person = |field, test| Ok(Criteria::Predicate(Field::Person(field), test));
    let child = |test| Ok(Criteria::Predicate(Field::Household(HouseholdField::ChildAge), test));
    let rows = [
        (
            r#"{"field":"person.age","between":[null,45]}"#,
            person(PersonField::Age, Test::NumberBetween(None, Some(45))),
        ),
        (
            "field = \"person.age\"\nbetween = [18, inf]",
            person(PersonField::Age, Test::NumberBetween(Some(18), None)),
        ),
        ("field = \"person.age\"\neq = 0x10", person(PersonField::Age, Test::NumberIn(vec![16]))),
        (
            "[criteria]\nfield = \"person.sex\"\neq = \"\"",
            person(PersonField::Sex, Test::TextIn(vec![String::new()])),
        ),
        (
            r#"{"criteria":{"field":"person.mother_tongue","in":["other","fi"]}}"#,
            person(PersonField::MotherTongue, Test::TextIn(vec!["other".into(), "fi".into()])),
        ),
        (
            r#"{"field":"person.surname","prefix":"Mä"}"#,
            person(PersonField::Surname, Test::Prefix(vec!["Mä".into()])),
        ),
        (
            r#"{"field":"person.occupation","contains":"KOKKI"}"#,
            person(PersonField::Occupation, Test::Contains("KOKKI".into())),
        ),
        (
            r#"{"field":"person.birth_date","in":["1990-02-28"]}"#,
            person(PersonField::BirthDate, Test::DateIn(vec![jiff::civil::date(1990, 2, 28)])),
        ),
        ("field = \"household.child_age\"\nis = true", child(Test::Is(true))),
        ("field = \"household.child_age\"\nbetween = [0, 6]", child(Test::NumberBetween(Some(0), Some(6)))),
    ];
    for (text, expected) in rows {
        assert_eq!(parse(text), expected, "{text}");
    }
    let area = parse(r#"{"not":{"field":"owns.position","within":{"box":[1,2,3,4]}}}"#).unwrap();
    let expected = Area::Box { n0: 1, e0: 2, n1: 3, e1: 4 };
    assert!(
        matches!(area, Criteria::Not(part) if matches!(&*part, Criteria::Predicate(Field::Owns(_), Test::Within(a)) if *a == expected))
    );
}

#[test]
fn abolished_municipalities_are_read_as_their_successors() {
    let text = r#"{"field":"person.municipality","in":["091","588"]}"#;
    let parsed = criteria(text.as_bytes(), Format::Json).unwrap();
    let expected = Test::TextIn(vec!["091".into(), "507".into()]);
    assert_eq!(parsed.value, Criteria::Predicate(Field::Person(PersonField::Municipality), expected));
    assert_eq!(parsed.warnings.len(), 1);
    assert!(
        parsed.warnings[0].to_string().starts_with("line 1, column 44: in[1]: "),
        "{}",
        parsed.warnings[0]
    );
}

#[test]
fn absurd_documents_are_refused_at_once() {
    let nested = |open: &str, leaf: &str, close: &str, depth: usize| {
        format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth))
    };
    for depth in [100, 10_000, 200_000] {
        let json = nested(r#"{"not":"#, r#"{"field":"person.age","eq":3}"#, "}", depth);
        assert!(parse(&json).unwrap_err().contains("nested deeper than 64"));
        let toml = nested("not = {", r#"field = "person.age", eq = 3"#, "}", depth);
        assert!(parse(&toml).unwrap_err().contains("nested deeper than 64"));
        assert!(parse(&format!("{} = 1", vec!["a"; depth].join("."))).unwrap_err().contains("8 parts"));
        assert!(parse(&format!("[{}]", vec!["a"; depth].join("."))).unwrap_err().contains("8 parts"));
        assert!(parse(&format!("a = {}", "[".repeat(depth))).is_err());
    }
    assert!(parse(&nested(r#"{"not":"#, r#"{"field":"person.age","eq":3}"#, "}", 60)).is_ok());
    let many = |count: usize| format!(r#"{{"field":"person.age","in":[{}]}}"#, vec!["1"; count].join(","));
    assert!(parse(&many(100_000)).is_ok());
    assert!(parse(&many(100_001)).unwrap_err().contains("more than 100000"));
    assert!(parse(&many(1_000_000)).unwrap_err().contains("more than 250000 values"));
    let wide = format!(r#"{{"any":[{}]}}"#, vec![r#"{"field":"person.age","eq":1}"#; 10_001].join(","));
    assert!(parse(&wide).unwrap_err().contains("more than 10000"));
}

#[test]
fn what_is_no_text_is_refused() {
    let check = |bytes: &[u8], expected: &str| {
        for format in [Format::Toml, Format::Json] {
            let message = order(bytes, format).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    };
    check(b"", "");
    check(b"kind = \"x\"\nb\0", "line 2, column 2: a NUL byte");
    check(b"kind = \"\xff\"", "line 1, column 9: the text is not UTF-8");
    let large = vec![b' '; usize::try_from(document::BYTES_MAX).unwrap() + 1];
    check(&large, "more than 16777216 bytes");
    assert!(order(format!("\u{feff}{ORDER}").as_bytes(), Format::Toml).is_ok());
}

#[test]
fn a_huge_file_is_refused_unread() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let message = document::read_file(file.path()).unwrap_err().to_string();
    assert!(message.ends_with("has more than 16777216 bytes"), "{message}");
}

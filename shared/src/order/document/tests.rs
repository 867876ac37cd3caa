//! The normal form reads back, and tells orders apart and nothing else.

use proptest::prelude::*;

use crate::document::Format as Written;
use crate::order::criteria::{Area, BuildingField, Connection, Criteria, Field, PersonField, Test};
use crate::order::{Order, parse, schema};

const ORDER: &str = r#"
kind = "extraction"
customer = "acme"
permit = "P-1"
purpose = "direct-marketing"
[criteria]
all = [{ field = "person.age", between = [30, inf] }, { not = { field = "person.sex", eq = "2" } }]
[register]
file = "customers.csv"
use = "intersect"
columns = { identity_code = "hetu" }
[sample]
size = 1000
[[sample.group]]
name = "a"
weight = 1.50
criteria = { field = "home.position", within = { circle = [6700000, 300000, 30000] } }
[[sample.group]]
name = "rest"
weight = 1
[delivery]
recipient = "posti-jakelu"
"#;

fn read(text: &str, format: Written) -> Order {
    parse::order(text.as_bytes(), format).unwrap().value
}

#[test]
fn every_default_is_written_out() {
    let expected = concat!(
        r#"{"kind":"extraction","customer":"acme","permit":"P-1","purpose":"direct-marketing","snapshot":"latest","#,
        r#""criteria":{"all":[{"field":"person.age","between":[30,null]},{"not":{"field":"person.sex","in":["2"]}}]},"#,
        r#""register":{"file":"customers.csv","use":"intersect","columns":{"identity_code":"hetu"}},"#,
        r#""dedup":{"per":"none","keep":"random"},"sample":{"method":"systematic","size":1000,"shortage":"take-all","#,
        r#""weighting":"shares","group":[{"name":"a","weight":"1.5","criteria":{"field":"home.position","#,
        r#""within":{"circle":[6700000,300000,30000]}}},{"name":"rest","weight":"1"}]},"#,
        r#""delivery":{"recipient":"posti-jakelu","format":"csv","fields":["name","address"]}}"#,
    );
    let order = read(ORDER, Written::Toml);
    assert_eq!(order.normal_form().unwrap(), expected);
    assert_eq!(read(expected, Written::Json), order);
}

#[test]
fn a_deduplication_is_written_out_and_read_back() {
    let text = r#"
kind = "deduplication"
customer = "acme"
permit = "P-1"
purpose = "register-update"
[[list]]
name = "a"
file = "a.csv"
[[list]]
name = "b"
id = "r-b"
priority = 7
columns = { key = "no" }
[deduplication]
per = "household"
keep = "newest"
threshold = 0.90
[delivery]
recipient = "acme"
"#;
    let expected = concat!(
        r#"{"kind":"deduplication","customer":"acme","permit":"P-1","purpose":"register-update","snapshot":"latest","#,
        r#""list":[{"name":"a","file":"a.csv","priority":100,"columns":{}},"#,
        r#"{"name":"b","id":"r-b","priority":7,"columns":{"key":"no"}}],"#,
        r#""deduplication":{"per":"household","compare":"both","keep":["newest"],"output":"clusters","threshold":0.9,"partners":"auto"},"#,
        r#""delivery":{"recipient":"acme","format":"csv"}}"#,
    );
    let order = read(text, Written::Toml);
    assert_eq!(order.normal_form().unwrap(), expected);
    assert_eq!(read(expected, Written::Json), order);
    let files: Vec<(String, &str)> = order.files().map(|(at, file)| (at, file.path.as_str())).collect();
    assert_eq!(files, [("list[0].file".to_owned(), "a.csv")]);
}

#[test]
fn the_digest_tells_what_is_asked_and_not_how_it_is_written() {
    let digest = |from: &str, to: &str| {
        assert!(ORDER.contains(from), "{from}");
        read(&ORDER.replacen(from, to, 1), Written::Toml).digest().unwrap()
    };
    let own = digest("acme", "acme");
    let default = ("[register]", "[dedup]\nper = \"none\"\n[register]");
    for (from, to) in [("1.50", "\"1.5\""), ("eq = \"2\"", "in = [\"2\"]"), default] {
        assert_eq!(digest(from, to), own, "{to}");
    }
    for (from, to) in
        [("1.50", "1.51"), ("acme", "acmf"), ("[30, inf]", "[30, 99]"), ("\"rest\"", "\"other\"")]
    {
        assert_ne!(digest(from, to), own, "{to}");
    }
}

#[test]
fn the_schema_names_every_field() {
    let text = serde_json::to_string(&schema()).unwrap();
    for word in [
        "person.age",
        "owns.position",
        "reference_date",
        "weighting",
        "\"use\"",
        "take-all",
        "woman-first",
        "most-complete",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

fn any_test() -> impl Strategy<Value = Criteria> {
    let number = prop::option::of(0_i64..120);
    let words = prop::collection::vec("[a-zåäö\"\\\\]{1,8}", 1..4);
    let connections =
        prop::sample::subsequence(vec![Connection::Sewer, Connection::Gas, Connection::Cable], 1..3);
    prop_oneof![
        (number, 120_i64..200).prop_map(|(low, high)| {
            Criteria::Predicate(Field::Person(PersonField::Age), Test::NumberBetween(low, Some(high)))
        }),
        words.prop_map(|words| Criteria::Predicate(Field::Person(PersonField::Surname), Test::Prefix(words))),
        connections
            .prop_map(|set| Criteria::Predicate(Field::Owns(BuildingField::Connections), Test::AllOf(set))),
        (-9_i64..9, 10_i64..99).prop_map(|(low, high)| {
            let area = Area::Polygon(vec![(low, low), (low, high), (high, low)]);
            Criteria::Predicate(Field::Home(BuildingField::Position), Test::Within(area))
        }),
    ]
}

fn any_criteria() -> impl Strategy<Value = Criteria> {
    any_test().prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Criteria::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Criteria::Any),
            inner.prop_map(|part| Criteria::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn criteria_read_back(criteria in any_criteria()) {
        let order = Order { criteria: Some(criteria), ..read(ORDER, Written::Toml) };
        prop_assert_eq!(&read(&order.normal_form().unwrap(), Written::Json), &order);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), json in any::<bool>()) {
        let format = if json { Written::Json } else { Written::Toml };
        let _answer = parse::countable(&bytes, format);
    }

    #[test]
    fn any_change_of_a_good_order_is_answered(at in 0_usize..ORDER.len(), with in "\\PC{0,3}") {
        let mut text = ORDER.to_owned();
        text.replace_range(at..=at, &with);
        let _answer = parse::order(text.as_bytes(), Written::Toml);
    }
}

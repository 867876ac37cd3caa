//! Criteria of every kind, and bad ones, each told by its field and reason.

use super::*;
use crate::order::criteria::{Area, Field, HouseholdField, PersonField, Test};

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
    ];
    for (to, expected) in &rows {
        check_refused(&[(AGES, to, expected)]);
    }
}

#[test]
fn values_are_refused_by_field() {
    let rows = [
        (
            r#"{ field = "person.birth_date", eq = "1990-02-30" }"#,
            "person.birth_date: must be an existing date",
        ),
        (
            r#"{ field = "person.birth_date", eq = 1990-02-28T10:00:00Z }"#,
            "person.birth_date: must be an existing date",
        ),
        (r#"{ field = "person.birth_date", between = [1990-02-02, 1990-02-01] }"#, "the low end is above"),
        (
            r#"{ field = "person.postal_code", eq = "0010" }"#,
            "person.postal_code: must be a postal code of five digits",
        ),
        (
            r#"{ field = "person.postal_code", prefix = ["00", "x"] }"#,
            "prefix[1]: person.postal_code: must be the first",
        ),
        (r#"{ field = "person.surname", eq = "" }"#, "person.surname: must be a text of 1 to 100"),
        (
            r#"{ field = "household.child_age", between = [18, 20] }"#,
            "household.child_age: the range has no age of a child",
        ),
        (r#"{ field = "household.child_age", is = 1 }"#, "household.child_age: must be true or false"),
        (
            r#"{ field = "home.connections", any_of = ["steam"] }"#,
            "any_of[0]: home.connections: must be one of sewer",
        ),
        (
            r#"{ field = "home.position", within = { polygon = [[1, 2], [3, 4]] } }"#,
            "within.polygon: home.position: a polygon has at least three corners",
        ),
        (
            r#"{ field = "home.position", within = { polygon = [[1, 2], [3, 4], [1, 2]] } }"#,
            "three different corners",
        ),
        (
            r#"{ field = "home.position", within = { circle = [6700000, 300000, 0] } }"#,
            "within.circle: home.position: the radius must be above",
        ),
        (
            r#"{ field = "home.position", within = { circle = [6700000, 300000] } }"#,
            "must be [north, east, radius]",
        ),
        (
            r#"{ field = "home.position", within = { box = [2, 2, 1, 3] } }"#,
            "the first corner must be south-west",
        ),
        (r#"{ field = "home.position", within = { disc = [1] } }"#, "must have `circle`, `box` or `polygon`"),
        ("{ any = [] }", "criteria.all[0].any: the list is empty"),
        ("{ all = [], not = {} }", "criteria.all[0].all: the list is empty"),
        (
            "{ nott = 1 }",
            "must have `all`, `any`, `not` or `field`, and has none of them (did you mean `not`?)",
        ),
        ("3", "criteria.all[0]: must be a table, not a number"),
    ];
    for (to, expected) in rows {
        check_refused(&[(AGES, to, expected)]);
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

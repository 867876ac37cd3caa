//! Bad criteria: each refused by its field.

use super::refusals::{REFUSED, Row, check_orders};

/// The first criterion's operator, and the whole criterion.
const AGES: &str = "between = [18, 80]";
const AGE: &str = r#"{ field = "person.age", between = [18, 80] }"#;

const CRITERIA: &[Row] = &[
    ("unknown field", "person.age", "person.shoe_size", REFUSED, &["person.shoe_size"]),
    ("unknown operator", AGES, "near = 4", REFUSED, &["near"]),
    ("operator of another type", AGES, "within = { box = [1, 2, 3, 4] }", REFUSED, &["person.age", "within"]),
    ("wrong type", AGES, r#"between = ["a", "b"]"#, REFUSED, &["person.age"]),
    ("text for a number", AGES, r#"eq = "30""#, REFUSED, &["person.age"]),
    ("a fraction for whole years", AGES, "eq = 30.5", REFUSED, &["person.age"]),
    ("range backwards", AGES, "between = [80, 18]", REFUSED, &["person.age"]),
    ("range of one", AGES, "between = [18]", REFUSED, &["person.age"]),
    ("two operators", AGES, "between = [18, 80], eq = 3", REFUSED, &["person.age"]),
    ("no operator", AGE, r#"{ field = "person.age" }"#, REFUSED, &[]),
    ("empty list", AGES, "in = []", REFUSED, &["person.age"]),
    (
        "empty all",
        r#"all = [{ field = "person.age", between = [18, 80] }, { field = "household.size", between = [1, 9] }]"#,
        "all = []",
        REFUSED,
        &["all"],
    ),
    (
        "empty any",
        r#"all = [{ field = "person.age", between = [18, 80] }, { field = "household.size", between = [1, 9] }]"#,
        "any = []",
        REFUSED,
        &["any"],
    ),
    (
        "unknown municipality",
        AGE,
        r#"{ field = "person.municipality", eq = "888" }"#,
        REFUSED,
        &["person.municipality"],
    ),
    (
        "unknown heating",
        AGE,
        r#"{ field = "home.heating_source", in = ["77"] }"#,
        REFUSED,
        &["home.heating_source"],
    ),
    ("unknown sex", r#"eq = "2""#, r#"eq = "5""#, REFUSED, &["person.sex"]),
    (
        "impossible date",
        AGE,
        r#"{ field = "person.birth_date", eq = "1990-02-30" }"#,
        REFUSED,
        &["person.birth_date"],
    ),
    (
        "polygon of two",
        AGE,
        r#"{ field = "home.position", within = { polygon = [[1, 2], [3, 4]] } }"#,
        REFUSED,
        &["home.position"],
    ),
    (
        "circle without radius",
        AGE,
        r#"{ field = "home.position", within = { circle = [6700000, 300000, 0] } }"#,
        REFUSED,
        &["home.position"],
    ),
    (
        "unknown connection",
        AGE,
        r#"{ field = "home.connections", any_of = ["steam"] }"#,
        REFUSED,
        &["home.connections"],
    ),
];

#[test]
fn criteria_are_refused_by_field() {
    check_orders(CRITERIA);
}

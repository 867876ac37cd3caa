//! What counts as nearly equal, and what the guards allow.

use super::*;
use crate::document::Format;
use crate::order::{RegisterSource, parse};

fn conditions(criteria: &str, more: &str) -> Conditions {
    let text = format!(r#"{{"kind":"count","customer":"acme","criteria":{criteria}{more}}}"#);
    let order = parse::order(text.as_bytes(), Format::Json).unwrap().value;
    let register = order.register.as_ref().and_then(|register| match &register.source {
        RegisterSource::Id(id) => Some(id.clone()),
        RegisterSource::File(_) => None,
    });
    Conditions::of(&order, register.as_ref(), &xxhash_rust::xxh3::xxh3_64).unwrap()
}

const AGE: &str = r#"{"field":"person.age","between":[30,45]}"#;
const OLDER: &str = r#"{"field":"person.age","between":[30,46]}"#;
const PLACE: &str = r#"{"field":"person.municipality","in":["091","049"]}"#;
const SEX: &str = r#"{"field":"person.sex","eq":"2"}"#;

fn all(parts: &[&str]) -> String {
    format!(r#"{{"all":[{}]}}"#, parts.join(","))
}

#[test]
fn one_condition_more_less_or_changed_is_near() {
    let base = conditions(&all(&[AGE, PLACE]), "");
    let any = |parts: &[&str]| format!(r#"{{"any":[{}]}}"#, parts.join(","));
    let rows = [
        ("added", all(&[AGE, PLACE, SEX]), true),
        ("added within", all(&[AGE, &all(&[PLACE, SEX])]), true),
        ("left out", all(&[AGE]), true),
        ("changed", all(&[OLDER, PLACE]), true),
        ("the same", all(&[AGE, PLACE]), false),
        ("in another order", all(&[PLACE, AGE]), false),
        ("a list in another order", all(&[AGE, &PLACE.replace(r#""091","049""#, r#""049","091""#)]), false),
        ("twice denied", all(&[AGE, &format!(r#"{{"not":{{"not":{PLACE}}}}}"#)]), false),
        ("one for another", all(&[AGE, SEX]), false),
        ("two changed", all(&[OLDER, SEX]), false),
        ("an alternative", all(&[AGE, &any(&[PLACE, SEX])]), false),
    ];
    for (what, criteria, near) in rows {
        let other = conditions(&criteria, "");
        assert_eq!((base.is_near(&other), other.is_near(&base)), (near, near), "{what}");
    }
}

#[test]
fn alternatives_dates_and_registers_are_conditions() {
    let base = conditions(&format!(r#"{{"any":[{AGE},{SEX}]}}"#), "");
    assert!(base.is_near(&conditions(&format!(r#"{{"any":[{OLDER},{SEX}]}}"#), "")));
    let on = |date: &str| conditions(AGE, &format!(r#","reference_date":"{date}""#));
    assert!(on("2026-01-01").is_near(&on("2026-01-02")), "birthdays of one day");
    let with = |id: &str| conditions(AGE, &format!(r#","register":{{"id":"{id}","use":"intersect"}}"#));
    assert!(with("r-1").is_near(&with("r-2")), "the same list but for one row");
    assert!(with("r-1").is_near(&conditions(AGE, "")));
}

#[test]
fn the_budget_and_a_small_number_of_near_ones_are_allowed() {
    let policy = Policy { counts_per_day: 3, near_max: 2, ..Policy::default() };
    assert_eq!(judge(&policy, 2, 2), Ok(()));
    assert_eq!(judge(&policy, 3, 0), Err(Differencing::Budget(3)));
    let near = judge(&policy, 0, 3).unwrap_err();
    assert!(near.to_string().starts_with("criteria: 3 earlier counts"), "{near}");
}

#[test]
fn many_conditions_are_bounded() {
    let many: Vec<String> =
        (1..100).map(|age| format!(r#"{{"field":"person.age","between":[0,{age}]}}"#)).collect();
    let parts: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(conditions(&all(&parts), "").0.len(), CONDITIONS_MAX + 1);
}

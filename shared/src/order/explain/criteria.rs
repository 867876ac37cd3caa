//! Criteria in plain words, one condition a line.

use std::fmt::Display;

use crate::order::criteria::{
    Area, BuildingField, Connection, Criteria, DwellingField, Field, HouseholdField, PersonField, Test,
};
use crate::register::codes;

/// Values of a list that are told; more are counted.
const TOLD: usize = 8;

/// Criteria in plain words, indented by two blanks a level from `level` on.
#[must_use]
pub fn explain(criteria: &Criteria, level: usize) -> Vec<String> {
    let indent = "  ".repeat(level);
    match criteria {
        Criteria::All(parts) => list(&indent, "all of this:", parts, level),
        Criteria::Any(parts) => list(&indent, "any of this:", parts, level),
        Criteria::Not(part) => {
            let mut lines = explain(part, level);
            if let Some(first) = lines.first_mut() {
                *first = format!("{indent}not: {}", first.trim_start());
            }
            lines
        }
        Criteria::Predicate(field, test) => vec![format!("{indent}{}", predicate(*field, test))],
    }
}

fn list(indent: &str, heading: &str, parts: &[Criteria], level: usize) -> Vec<String> {
    let mut lines = vec![format!("{indent}{heading}")];
    lines.extend(parts.iter().flat_map(|part| explain(part, level + 1)));
    lines
}

fn predicate(field: Field, test: &Test) -> String {
    if field == Field::Household(HouseholdField::ChildAge) {
        if let Test::Is(flag) = test {
            return format!("{} child under 18 lives in the household", if *flag { "a" } else { "no" });
        }
        return format!("a child in the household {} years old", condition(field, test));
    }
    format!("{} {}", subject(field), condition(field, test))
}

fn subject(field: Field) -> String {
    match field {
        Field::Person(field) => match field {
            PersonField::Age => "age",
            PersonField::BirthDate => "date of birth",
            PersonField::Sex => "sex",
            PersonField::MotherTongue => "mother tongue",
            PersonField::Municipality => "municipality",
            PersonField::Region => "region",
            PersonField::PostalCode => "postal code",
            PersonField::MovedIn => "date of moving in",
            PersonField::Surname => "surname",
            PersonField::CallName => "call name",
            PersonField::FirstName => "one of the given names",
            PersonField::Occupation => "occupation",
        }
        .to_owned(),
        Field::Household(_) => "number of persons in the household".to_owned(),
        Field::Home(field) => building("the home", field),
        Field::Owns(field) => building("an owned building", field),
        Field::Dwelling(DwellingField::Rooms) => "number of rooms".to_owned(),
        Field::Dwelling(DwellingField::AreaM2) => "square metres of the dwelling".to_owned(),
    }
}

fn building(which: &str, field: BuildingField) -> String {
    let what = match field {
        BuildingField::Connections | BuildingField::Position => return which.to_owned(),
        BuildingField::Use1994 => "use (1994)",
        BuildingField::Class2018 => "class (2018)",
        BuildingField::HeatingMethod => "heating method",
        BuildingField::HeatingSource => "heating source",
        BuildingField::CodeVersion => "code list",
        BuildingField::Completed => "date of completion",
        BuildingField::PermitDate => "date of the building permit",
        BuildingField::PermitAction => "action of the building permit",
        BuildingField::Floors => "number of floors",
        BuildingField::FloorAreaM2 => "floor area in square metres",
    };
    format!("{which}'s {what}")
}

fn condition(field: Field, test: &Test) -> String {
    match test {
        Test::TextIn(values) => format!("is {}", alternatives(values, |value| named(field, value))),
        Test::NumberIn(values) => format!("is {}", alternatives(values, ToString::to_string)),
        Test::DateIn(values) => format!("is {}", alternatives(values, ToString::to_string)),
        Test::NumberBetween(low, high) => {
            format!("is {}", range(low.as_ref(), high.as_ref(), "less", "more"))
        }
        Test::DateBetween(low, high) => {
            format!("is {}", range(low.as_ref(), high.as_ref(), "earlier", "later"))
        }
        Test::Prefix(values) => format!("begins with {}", alternatives(values, |value| format!("“{value}”"))),
        Test::Contains(text) => format!("contains “{text}”"),
        Test::Is(flag) => format!("is {flag}"),
        Test::AllOf(connections) => format!("is connected to all of {}", names(connections)),
        Test::AnyOf(connections) => format!("is connected to any of {}", names(connections)),
        Test::Within(area) => format!("lies within {}", place(area)),
    }
}

fn alternatives<T>(values: &[T], tell: impl Fn(&T) -> String) -> String {
    let told: Vec<String> = values.iter().take(TOLD).map(tell).collect();
    let more = values.len().saturating_sub(TOLD);
    let told = told.join(" or ");
    if more == 0 { told } else { format!("{told} or one of {more} more") }
}

fn range<T: Display>(low: Option<&T>, high: Option<&T>, less: &str, more: &str) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("{low} or {more}"),
        (None, Some(high)) => format!("{high} or {less}"),
        (None, None) => "known".to_owned(),
    }
}

/// A code with its name, where it has one.
fn named(field: Field, code: &str) -> String {
    let of = |mut list: Box<dyn Iterator<Item = (&'static str, &'static str)>>| {
        list.find(|(known, _)| *known == code).map(|(_, name)| name)
    };
    let name = match field {
        Field::Person(PersonField::Municipality) => codes::municipality(code).map(|found| found.name_fi),
        Field::Person(PersonField::Region) => {
            codes::REGIONS.iter().find(|(known, ..)| *known == code).map(|(_, name, _)| *name)
        }
        Field::Person(PersonField::Sex) => {
            return match code {
                "1" => "1 (man)".to_owned(),
                "2" => "2 (woman)".to_owned(),
                _ => "missing".to_owned(),
            };
        }
        Field::Home(BuildingField::Use1994) | Field::Owns(BuildingField::Use1994) => {
            of(Box::new(codes::uses_1994()))
        }
        Field::Home(BuildingField::Class2018) | Field::Owns(BuildingField::Class2018) => {
            of(Box::new(codes::classes_2018()))
        }
        Field::Person(PersonField::Surname | PersonField::CallName | PersonField::FirstName) => {
            return format!("“{code}”");
        }
        Field::Person(_) | Field::Household(_) | Field::Home(_) | Field::Owns(_) | Field::Dwelling(_) => None,
    };
    name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"))
}

fn names(connections: &[Connection]) -> String {
    let name = |connection: &Connection| match connection {
        Connection::Sewer => "sewer",
        Connection::Water => "water",
        Connection::Electricity => "electricity",
        Connection::Gas => "gas",
        Connection::Cable => "cable",
    };
    connections.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn place(area: &Area) -> String {
    match area {
        Area::Circle { north, east, radius } => format!("{radius} m of N {north}, E {east}"),
        Area::Box { n0, e0, n1, e1 } => format!("N {n0} to {n1}, E {e0} to {e1}"),
        Area::Polygon(corners) => format!("a polygon of {} corners", corners.len()),
    }
}

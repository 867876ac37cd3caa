//! Criteria asked of one person at a time, on texts and with three values: the reference for `select`.

use poimuri_shared::order::criteria::{
    Area, BuildingField, Connection, Criteria, DwellingField, Field, HouseholdField, PersonField, Test,
};
use poimuri_shared::snapshot::dictionary::fold;

use crate::engine::days::{age, day_of};

use super::{Building, Person, TODAY, World};

/// Whether criteria hold for a person; `None` is unknown.
pub(super) fn holds(criteria: &Criteria, person: &Person, world: &World) -> Option<bool> {
    let of = |part: &Criteria| holds(part, person, world);
    match criteria {
        Criteria::Not(part) => of(part).map(|answer| !answer),
        Criteria::All(parts) => kleene(parts.iter().map(of), false),
        Criteria::Any(parts) => kleene(parts.iter().map(of), true),
        Criteria::Predicate(field, test) => predicate(*field, test, person, world),
    }
}

/// `any` with `decisive` true, `all` with false.
fn kleene(answers: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let answers: Vec<Option<bool>> = answers.collect();
    if answers.contains(&Some(decisive)) {
        Some(decisive)
    } else if answers.contains(&None) {
        None
    } else {
        Some(!decisive)
    }
}

fn predicate(field: Field, test: &Test, person: &Person, world: &World) -> Option<bool> {
    let dwelling = person.dwelling.map(|at| &world.dwellings[at]);
    let residents = person.dwelling.map_or_else(Default::default, |at| world.residents(at));
    let living = || residents.iter().filter(|other| !other.dead);
    match field {
        Field::Person(field) => of_person(field, test, person, world),
        Field::Home(field) => of_building(field, test, &world.buildings[dwelling?.building]),
        Field::Owns(field) => {
            Some(person.owns.iter().any(|building| of_building(field, test, building) == Some(true)))
        }
        Field::Dwelling(DwellingField::Rooms) => number(test, dwelling?.rooms?),
        Field::Dwelling(DwellingField::AreaM2) => None,
        Field::Household(HouseholdField::Size) => number(test, i32::try_from(living().count()).unwrap()),
        Field::Household(HouseholdField::ChildAge) => {
            let mut ages = living().map(|other| age(other.birth, TODAY)).filter(|age| *age < 18);
            if let Test::Is(has) = test {
                return Some(ages.any(|age| age >= 0) == *has);
            }
            Some(ages.any(|age| number(test, age) == Some(true)))
        }
    }
}

fn of_person(field: PersonField, test: &Test, person: &Person, world: &World) -> Option<bool> {
    match field {
        PersonField::Age => number(test, age(person.birth, TODAY)),
        PersonField::BirthDate => number(test, person.birth),
        PersonField::MovedIn => number(test, person.moved_in?),
        PersonField::Sex => text(test, person.sex),
        PersonField::MotherTongue => {
            let is_other = !["fi", "sv"].contains(&person.mother_tongue);
            text(test, person.mother_tongue)
                .map(|is_named| is_named || is_other && text(test, "other") == Some(true))
        }
        PersonField::Municipality => text(test, "049"),
        PersonField::Region => text(test, person.region?),
        PersonField::PostalCode => {
            let dwelling = &world.dwellings[person.dwelling?];
            text(test, dwelling.has_address.then_some(world.buildings[dwelling.building].postal_code)?)
        }
        PersonField::Surname => text(test, person.surname),
        PersonField::CallName => text(test, person.call_name?),
        PersonField::FirstName => {
            Some(person.first_names.split(' ').any(|name| text(test, name) == Some(true)))
        }
        PersonField::Occupation => text(test, person.occupation?),
    }
}

fn of_building(field: BuildingField, test: &Test, building: &Building) -> Option<bool> {
    match field {
        BuildingField::Use1994 => text(test, building.use_1994?),
        BuildingField::HeatingSource => text(test, building.heating_source?),
        BuildingField::PermitAction => text(test, building.permit_action?),
        BuildingField::Completed => number(test, building.completed?),
        BuildingField::Floors => number(test, building.floors?),
        BuildingField::Connections => connections(test, building.connections),
        BuildingField::Position => {
            let Test::Within(area) = test else { return None };
            Some(within(area, building.north?, building.east?))
        }
        BuildingField::Class2018
        | BuildingField::HeatingMethod
        | BuildingField::CodeVersion
        | BuildingField::PermitDate
        | BuildingField::FloorAreaM2 => None,
    }
}

fn connections(test: &Test, bits: u8) -> Option<bool> {
    let has = |one: &Connection| bits & *one as u8 != 0;
    if let Test::AllOf(wanted) = test {
        return Some(wanted.iter().all(has));
    }
    let Test::AnyOf(wanted) = test else { return None };
    Some(wanted.iter().any(has))
}

fn text(test: &Test, value: &str) -> Option<bool> {
    let value = fold(value);
    match test {
        Test::TextIn(wanted) => Some(wanted.iter().any(|one| fold(one) == value)),
        Test::Prefix(wanted) => Some(wanted.iter().any(|one| value.starts_with(&fold(one)))),
        Test::Contains(wanted) => Some(value.contains(&fold(wanted))),
        Test::NumberIn(_) | Test::DateIn(_) | Test::NumberBetween(..) | Test::DateBetween(..) => None,
        Test::Is(_) | Test::AllOf(_) | Test::AnyOf(_) | Test::Within(_) => None,
    }
}

fn number(test: &Test, value: i32) -> Option<bool> {
    let value = i64::from(value);
    let between = |low: Option<i64>, high: Option<i64>| {
        Some(low.is_none_or(|low| low <= value) && high.is_none_or(|high| value <= high))
    };
    let day = |date: &jiff::civil::Date| i64::from(day_of(*date));
    match test {
        Test::NumberIn(wanted) => Some(wanted.contains(&value)),
        Test::DateIn(wanted) => Some(wanted.iter().any(|date| day(date) == value)),
        Test::NumberBetween(low, high) => between(*low, *high),
        Test::DateBetween(low, high) => between(low.as_ref().map(day), high.as_ref().map(day)),
        Test::TextIn(_) | Test::Prefix(_) | Test::Contains(_) => None,
        Test::Is(_) | Test::AllOf(_) | Test::AnyOf(_) | Test::Within(_) => None,
    }
}

/// Circles and boxes; polygons have tests of their own.
fn within(area: &Area, north: i32, east: i32) -> bool {
    let (n, e) = (i64::from(north), i64::from(east));
    match area {
        Area::Circle { north, east, radius } => (n - north).pow(2) + (e - east).pow(2) <= radius.pow(2),
        Area::Box { n0, e0, n1, e1 } => (*n0..=*n1).contains(&n) && (*e0..=*e1).contains(&e),
        Area::Polygon(_) => false,
    }
}

//! Criteria that pick out single persons: at most one of a name, an exact date and a very small area may be asked for.

use crate::order::criteria::{Area, BuildingField, Criteria, Field, HouseholdField, PersonField, Test};

/// Criteria that would identify persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "criteria would identify persons: at most one of a name, an exact date and a very small area may be combined"
)]
pub struct Identifying;

/// The start of a name with at least this many letters counts as the name.
const PREFIX_LETTERS: usize = 5;
/// A range of at most this many days counts as an exact date.
const DATE_DAYS: i32 = 3;
/// An area up to this size, in square metres, counts as a single building: a circle of 100 m.
const SMALL_AREA_M2: i128 = 31_416;

// Kinds of identifying conditions, one bit each. Two names are two kinds: together they are a full name.
const SURNAME: u16 = 1;
const CALL_NAME: u16 = 2;
const FIRST_NAME: u16 = 4;
const BIRTH_DATE: u16 = 8;
const MOVED_IN: u16 = 16;
const BUILDING_DATE: u16 = 32;
const SMALL_AREA: u16 = 64;
/// Identifies with an exact date of birth only.
const POSTAL_CODE: u16 = 128;

/// What the ways to satisfy a criterion ask for.
#[derive(Debug, Clone, Copy, Default)]
struct Ways {
    /// Kinds that some way asks for.
    kinds: u16,
    /// Whether some way combines kinds that identify.
    identifies: bool,
}

impl Ways {
    fn both(self, other: Self) -> Self {
        let clash = (0..16).any(|bit| {
            let kind = self.kinds & (1 << bit);
            kind != 0 && other.kinds & clashing(kind) != 0
        });
        Self { kinds: self.kinds | other.kinds, identifies: self.identifies || other.identifies || clash }
    }

    fn either(self, other: Self) -> Self {
        Self { kinds: self.kinds | other.kinds, identifies: self.identifies || other.identifies }
    }
}

/// The kinds that identify together with one kind.
const fn clashing(kind: u16) -> u16 {
    match kind {
        POSTAL_CODE => BIRTH_DATE,
        BIRTH_DATE => !BIRTH_DATE,
        kind => !(kind | POSTAL_CODE),
    }
}

/// Refuses criteria that could pick out single persons, whatever the register holds.
///
/// # Errors
/// Some way to satisfy them combines a name, an exact date and a very small area, or two of a kind
/// (a full name), or an exact date of birth with a postal code.
pub fn check_identifying(criteria: &Criteria) -> Result<(), Identifying> {
    if ways(criteria, true).identifies { Err(Identifying) } else { Ok(()) }
}

/// `holds`: whether the criterion is to hold, or not to.
fn ways(criteria: &Criteria, holds: bool) -> Ways {
    match criteria {
        Criteria::All(parts) if holds => fold(parts, holds, Ways::both),
        Criteria::Any(parts) if !holds => fold(parts, holds, Ways::both),
        Criteria::All(parts) | Criteria::Any(parts) => fold(parts, holds, Ways::either),
        Criteria::Not(part) => ways(part, !holds),
        Criteria::Predicate(field, test) if holds => Ways { kinds: kind(*field, test), identifies: false },
        Criteria::Predicate(..) => Ways::default(),
    }
}

fn fold(parts: &[Criteria], holds: bool, join: fn(Ways, Ways) -> Ways) -> Ways {
    parts.iter().map(|part| ways(part, holds)).fold(Ways::default(), join)
}

fn kind(field: Field, test: &Test) -> u16 {
    match field {
        Field::Person(PersonField::Surname) if is_name(test) => SURNAME,
        Field::Person(PersonField::CallName) if is_name(test) => CALL_NAME,
        Field::Person(PersonField::FirstName) if is_name(test) => FIRST_NAME,
        Field::Person(PersonField::BirthDate) if is_exact_date(test) => BIRTH_DATE,
        Field::Person(PersonField::MovedIn) if is_exact_date(test) => MOVED_IN,
        Field::Person(PersonField::PostalCode) => POSTAL_CODE,
        Field::Home(BuildingField::Completed | BuildingField::PermitDate)
        | Field::Owns(BuildingField::Completed | BuildingField::PermitDate)
            if is_exact_date(test) =>
        {
            BUILDING_DATE
        }
        Field::Home(BuildingField::Position) | Field::Owns(BuildingField::Position) => {
            if is_small(test) {
                SMALL_AREA
            } else {
                0
            }
        }
        Field::Person(_)
        | Field::Household(HouseholdField::Size | HouseholdField::ChildAge)
        | Field::Home(_)
        | Field::Owns(_)
        | Field::Dwelling(_) => 0,
    }
}

fn is_name(test: &Test) -> bool {
    if let Test::Prefix(texts) = test {
        return texts.iter().any(|text| text.chars().count() >= PREFIX_LETTERS);
    }
    matches!(test, Test::TextIn(_))
}

fn is_exact_date(test: &Test) -> bool {
    if let Test::DateBetween(Some(low), Some(high)) = test {
        return (*high - *low).get_days() < DATE_DAYS;
    }
    matches!(test, Test::DateIn(_))
}

fn is_small(test: &Test) -> bool {
    let Test::Within(area) = test else { return false };
    match area {
        Area::Circle { radius, .. } => i128::from(*radius).pow(2) * 355 / 113 <= SMALL_AREA_M2,
        Area::Box { n0, e0, n1, e1 } => {
            (i128::from(*n1) - i128::from(*n0)) * (i128::from(*e1) - i128::from(*e0)) <= SMALL_AREA_M2
        }
        Area::Polygon(corners) => twice_area(corners) <= 2 * SMALL_AREA_M2,
    }
}

fn twice_area(corners: &[(i64, i64)]) -> i128 {
    let next = corners.iter().cycle().skip(1);
    let cross = |((n, e), (n_next, e_next)): (&(i64, i64), &(i64, i64))| {
        i128::from(*n) * i128::from(*e_next) - i128::from(*n_next) * i128::from(*e)
    };
    corners.iter().zip(next).map(cross).sum::<i128>().abs()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn person(field: PersonField, test: Test) -> Criteria {
        Criteria::Predicate(Field::Person(field), test)
    }

    fn name(field: PersonField) -> Criteria {
        person(field, Test::TextIn(vec!["x".into()]))
    }

    fn born() -> Criteria {
        person(PersonField::BirthDate, Test::DateIn(vec![date(1980, 1, 1)]))
    }

    fn near(radius: i64) -> Criteria {
        let area = Area::Circle { north: 6_700_000, east: 300_000, radius };
        Criteria::Predicate(Field::Home(BuildingField::Position), Test::Within(area))
    }

    fn corners(side: i64) -> Criteria {
        let area = Area::Polygon(vec![(0, 0), (0, side), (side, side), (side, 0)]);
        Criteria::Predicate(Field::Home(BuildingField::Position), Test::Within(area))
    }

    fn not(criteria: Criteria) -> Criteria {
        Criteria::Not(Box::new(criteria))
    }

    fn postal() -> Criteria {
        name(PersonField::PostalCode)
    }

    #[test]
    fn what_combines_to_one_person_is_refused() {
        use Criteria::{All, Any};
        use PersonField::{BirthDate, FirstName, Surname};
        let month = Test::DateBetween(Some(date(1980, 1, 1)), Some(date(1980, 1, 31)));
        let week_end = Test::DateBetween(Some(date(1980, 1, 1)), Some(date(1980, 1, 2)));
        let start = person(FirstName, Test::Prefix(vec!["Matti".into()]));
        let letter = person(FirstName, Test::Prefix(vec!["M".into()]));
        let rows = [
            ("one name", name(Surname), true),
            ("full name", All(vec![name(Surname), name(FirstName)]), false),
            ("full name by its start", All(vec![name(Surname), start]), false),
            ("surname and first letter", All(vec![name(Surname), letter]), true),
            ("name or date", Any(vec![name(Surname), born()]), true),
            ("name and date", All(vec![name(Surname), All(vec![born()])]), false),
            ("hidden in not", not(Any(vec![not(name(Surname)), not(born())])), false),
            ("all but a full name", not(All(vec![name(Surname), name(FirstName)])), true),
            ("name and either", All(vec![name(Surname), Any(vec![near(50_000), born()])]), false),
            ("date and month", All(vec![name(Surname), person(BirthDate, month)]), true),
            ("date as a range", All(vec![name(Surname), person(BirthDate, week_end)]), false),
            ("birthday at a postal code", All(vec![born(), postal()]), false),
            ("name at a postal code", All(vec![name(Surname), postal()]), true),
            ("name in a house", All(vec![name(Surname), near(100)]), false),
            ("name in a town", All(vec![name(Surname), near(5_000)]), true),
            ("birthday in a small polygon", All(vec![born(), corners(100)]), false),
            ("birthday in a polygon", All(vec![born(), corners(1_000)]), true),
            ("one name twice", All(vec![name(Surname), name(Surname)]), true),
        ];
        for (what, criteria, allowed) in rows {
            assert_eq!(check_identifying(&criteria).is_ok(), allowed, "{what}");
        }
    }
}

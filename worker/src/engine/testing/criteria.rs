//! Random trees of criteria over every field and test, compared with the reference.

use std::convert::Infallible;

use jiff::ToSpan as _;
use poimuri_shared::order::criteria::{
    Area, BuildingField, Connection, Criteria, DwellingField, Field, HouseholdField, PersonField, Test,
};
use proptest::prelude::*;

use crate::engine::bits;
use crate::engine::select::{Place, compile, narrow};

use super::naive::holds;
use super::tables::{Owning, Texts};
use super::{CODES, Dice, GIVEN_NAMES, LANGUAGES, OCCUPATIONS, POSTAL_CODES, SURNAMES, TODAY, World};

/// A random tree.
pub(super) fn tree(dice: &mut Dice, depth: usize) -> Criteria {
    let parts = |dice: &mut Dice| (0..1 + dice.below(3)).map(|_| tree(dice, depth - 1)).collect();
    match dice.below(if depth == 0 { 3 } else { 7 }) {
        0..=2 => leaf(dice),
        3 => Criteria::Not(Box::new(tree(dice, depth - 1))),
        4 | 5 => Criteria::All(parts(dice)),
        _ => Criteria::Any(parts(dice)),
    }
}

fn leaf(dice: &mut Dice) -> Criteria {
    let (field, test) = match dice.below(16) {
        0 => (Field::Household(HouseholdField::Size), numbers(dice, 0, 5)),
        1 if dice.chance(30) => (Field::Household(HouseholdField::ChildAge), Test::Is(dice.chance(50))),
        1 => (Field::Household(HouseholdField::ChildAge), between(dice, -2, 20)),
        2 => (Field::Dwelling(DwellingField::Rooms), numbers(dice, 0, 6)),
        3..=5 => {
            let (field, test) = building(dice);
            (Field::Home(field), test)
        }
        6 | 7 => {
            let (field, test) = building(dice);
            (Field::Owns(field), test)
        }
        _ => {
            let (field, test) = person(dice);
            (Field::Person(field), test)
        }
    };
    Criteria::Predicate(field, test)
}

fn person(dice: &mut Dice) -> (PersonField, Test) {
    match dice.below(12) {
        0 => (PersonField::Age, numbers(dice, -3, 80)),
        1 => (PersonField::BirthDate, dates(dice)),
        2 => (PersonField::MovedIn, dates(dice)),
        3 => (PersonField::Sex, texts(dice, &["", "1", "2"])),
        4 => (PersonField::MotherTongue, texts(dice, &[LANGUAGES[0], LANGUAGES[1], "ru", "other"])),
        5 => (PersonField::Municipality, texts(dice, &["049", "091"])),
        6 => (PersonField::Region, texts(dice, &["01", "21"])),
        7 if dice.chance(50) => (PersonField::PostalCode, prefix(dice, &["00", "0", "33100", "5"])),
        7 => (PersonField::PostalCode, texts(dice, &POSTAL_CODES)),
        8 if dice.chance(50) => (PersonField::Surname, prefix(dice, &["VIR", "ö", "v", "x"])),
        8 => (PersonField::Surname, texts(dice, &SURNAMES)),
        9 if dice.chance(50) => (PersonField::FirstName, prefix(dice, &["ann", "J", "å", "liisa"])),
        9 => (PersonField::FirstName, texts(dice, &GIVEN_NAMES)),
        10 => (PersonField::CallName, texts(dice, &["ANNA", "juhani", "Nobody"])),
        _ if dice.chance(50) => {
            (PersonField::Occupation, Test::Contains(dice.pick(&["HOITAJA", "ö", "zz"]).to_owned()))
        }
        _ => (PersonField::Occupation, texts(dice, &OCCUPATIONS)),
    }
}

fn building(dice: &mut Dice) -> (BuildingField, Test) {
    match dice.below(8) {
        0 => (BuildingField::Use1994, texts(dice, &CODES)),
        1 => (BuildingField::HeatingSource, texts(dice, &["01", "02", "04", "99"])),
        2 => (BuildingField::PermitAction, texts(dice, &["new", "extension", "demolition"])),
        3 => (BuildingField::Completed, dates(dice)),
        4 => (BuildingField::Floors, numbers(dice, 0, 5)),
        5 => (BuildingField::FloorAreaM2, numbers(dice, 0, 100)),
        6 => {
            let all = [Connection::Sewer, Connection::Water, Connection::Gas];
            let wanted = (0..1 + dice.below(2)).map(|_| dice.pick(&all)).collect();
            (
                BuildingField::Connections,
                if dice.chance(50) { Test::AllOf(wanted) } else { Test::AnyOf(wanted) },
            )
        }
        _ => {
            let mut at = || i64::from(dice.number(0, 20));
            let (north, east, size) = (at(), at(), at() / 2 + 1);
            let circle = Area::Circle { north, east, radius: size };
            let square = Area::Box { n0: north - size, e0: east - size, n1: north, e1: east + size };
            (BuildingField::Position, Test::Within(if dice.chance(50) { circle } else { square }))
        }
    }
}

fn texts(dice: &mut Dice, from: &[&str]) -> Test {
    Test::TextIn((0..1 + dice.below(3)).map(|_| dice.pick(from).to_owned()).collect())
}

fn prefix(dice: &mut Dice, from: &[&str]) -> Test {
    Test::Prefix((0..1 + dice.below(2)).map(|_| dice.pick(from).to_owned()).collect())
}

fn between(dice: &mut Dice, low: i32, high: i32) -> Test {
    let (a, b) = (i64::from(dice.number(low, high)), i64::from(dice.number(low, high)));
    match dice.below(4) {
        0 => Test::NumberBetween(None, Some(a)),
        1 => Test::NumberBetween(Some(a), None),
        _ => Test::NumberBetween(Some(a.min(b)), Some(a.max(b))),
    }
}

fn numbers(dice: &mut Dice, low: i32, high: i32) -> Test {
    if dice.chance(50) {
        return between(dice, low, high);
    }
    Test::NumberIn((0..1 + dice.below(5)).map(|_| i64::from(dice.number(low, high))).collect())
}

fn dates(dice: &mut Dice) -> Test {
    let mut date = || TODAY - i64::from(dice.number(0, 36_000)).days();
    let (a, b) = (date(), date());
    match dice.below(3) {
        0 => Test::DateBetween(None, Some(a)),
        1 => Test::DateBetween(Some(a.min(b)), Some(a.max(b))),
        _ => Test::DateIn(vec![a, b]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn selection_agrees_with_asking_everybody(register in any::<u64>(), order in any::<u64>()) {
        let (world, texts) = (World::random(register), Texts::new());
        let criteria = tree(&mut Dice(order), 4);
        let owning = Owning::of(&world, &texts);
        let node = compile(&criteria, &texts, TODAY).unwrap();
        let mut mask = bits::full(world.people.len());
        narrow(&node, &owning.tables(0, 0), &mut mask).unwrap();
        let mut selected = Vec::new();
        bits::for_each(&mask, |row| selected.push(row));
        let matching = |row: &usize| holds(&criteria, &world.people[*row], &world) == Some(true);
        let expected: Vec<usize> = (0..world.people.len()).filter(matching).collect();
        prop_assert_eq!(&selected, &expected, "{:?}", criteria);
        // Whoever matches is in no piece of the register that its places rule out.
        let persons = owning.tables(0, 0).persons;
        for row in selected {
            let from = row.saturating_sub(2);
            let codes = |place| {
                let code = |row: usize| match place {
                    Place::Municipality => u32::from(persons.municipality[row]),
                    Place::Region => u32::from(persons.region[row]),
                    Place::PostalCode => u32::from(persons.postal_code[row]),
                };
                let known = || (from..=row).map(code).filter(|code| *code != 0);
                Ok::<_, Infallible>(known().min().zip(known().max()).map(|(first, last)| first..=last))
            };
            prop_assert_eq!(node.may_match(&codes), Ok(true), "{:?}", criteria);
        }
    }
}

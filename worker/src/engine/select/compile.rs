//! Criteria into a tree of accepted values, once per order: `not` moves to the tests, texts become
//! codes, ages become birth dates.

use jiff::civil::Date;
use poimuri_shared::order::criteria::{BuildingField, Criteria, Field, HouseholdField, PersonField, Test};
use poimuri_shared::snapshot::dictionary::{Dict, Dictionary, fold};

use crate::engine::EngineError;
use crate::engine::days::{births, day_of};
use crate::engine::tables::Dictionaries;

use super::area::Region;
use super::node::{Column, Join, Node, Part, Table};
use super::set::{Codes, Numbers, Set};

/// The age from which nobody is a child.
const ADULT_AGE: i64 = 18;

/// All bits of `Connection`.
const CONNECTIONS: u32 = 31;

/// Compiles criteria against the dictionaries of a snapshot.
pub(crate) fn compile(criteria: &Criteria, texts: &dyn Dictionaries, on: Date) -> Result<Node, EngineError> {
    Compiler { texts, on }.part(criteria, true).map(Part::into_persons)
}

struct Compiler<'a> {
    texts: &'a dyn Dictionaries,
    on: Date,
}

impl Compiler<'_> {
    /// A tree, or with `wanted` false its opposite.
    fn part(&self, criteria: &Criteria, wanted: bool) -> Result<Part, EngineError> {
        match criteria {
            Criteria::Not(part) => self.part(part, !wanted),
            Criteria::All(parts) | Criteria::Any(parts) => {
                let is_all = matches!(criteria, Criteria::All(_));
                let join = if is_all == wanted { Join::All } else { Join::Any };
                let parts: Result<Vec<Part>, EngineError> =
                    parts.iter().map(|part| self.part(part, wanted)).collect();
                Ok(Part::join(join, &parts?))
            }
            Criteria::Predicate(field, test) => self.predicate(*field, test, wanted),
        }
    }

    fn predicate(&self, field: Field, test: &Test, wanted: bool) -> Result<Part, EngineError> {
        let leaf = |table, column, set: Set| {
            let node = if set.is_empty() { Node::Never } else { Node::Leaf(column, set) };
            Part { table, node }
        };
        match field {
            Field::Person(field) => {
                Ok(leaf(Table::Persons, Column::Person(field), self.person(field, test, wanted)?))
            }
            Field::Home(field) => {
                Ok(leaf(Table::Homes, Column::Building(field), self.building(field, test, wanted)?))
            }
            Field::Dwelling(field) => {
                let set = numbers(test, wanted, "dwelling")?;
                Ok(leaf(Table::Dwellings, Column::Dwelling(field), set))
            }
            Field::Household(HouseholdField::Size) => {
                Ok(leaf(Table::Dwellings, Column::Living, numbers(test, wanted, "household.size")?))
            }
            Field::Household(HouseholdField::ChildAge) => {
                let (ages, wanted) = if let Test::Is(has) = test {
                    (Numbers::new([(0, ADULT_AGE)]), wanted == *has)
                } else {
                    (ranges(test, "household.child_age")?, wanted)
                };
                let births = self.births(&ages, Some(ADULT_AGE - 1));
                Ok(Part { table: Table::Dwellings, node: Node::Children { births, wanted } })
            }
            Field::Owns(field) => {
                // Whether a building meets the test is never unknown for the owner: only the tree turns.
                let set = self.building(field, test, true)?;
                let tree = Box::new(leaf(Table::Homes, Column::Building(field), set).node);
                Ok(Part::persons(Node::Owns { tree, wanted }))
            }
        }
    }

    fn person(&self, field: PersonField, test: &Test, wanted: bool) -> Result<Set, EngineError> {
        match field {
            PersonField::Age => {
                let births = self.births(&ranges(test, "person.age")?, None);
                Ok(births.polarised(wanted))
            }
            PersonField::BirthDate | PersonField::MovedIn => numbers(test, wanted, "date"),
            PersonField::Sex => sex(test, wanted),
            PersonField::MotherTongue => self.mother_tongue(test, wanted),
            PersonField::Municipality => self.texts(Dict::Municipality, test, wanted),
            PersonField::Region => self.texts(Dict::Region, test, wanted),
            PersonField::PostalCode => self.texts(Dict::PostalCode, test, wanted),
            PersonField::Surname => self.texts(Dict::Surname, test, wanted),
            PersonField::CallName => self.texts(Dict::GivenName, test, wanted),
            PersonField::FirstName => self.first_name(test, wanted),
            PersonField::Occupation => self.texts(Dict::Occupation, test, wanted),
        }
    }

    fn building(&self, field: BuildingField, test: &Test, wanted: bool) -> Result<Set, EngineError> {
        let texts = |which| self.texts(which, test, wanted);
        match field {
            BuildingField::Use1994 => texts(Dict::Use1994),
            BuildingField::Class2018 => texts(Dict::Class2018),
            BuildingField::HeatingMethod => texts(Dict::HeatingMethod),
            BuildingField::HeatingSource => texts(Dict::HeatingSource),
            BuildingField::CodeVersion => texts(Dict::CodeVersion),
            BuildingField::PermitAction => texts(Dict::PermitAction),
            BuildingField::Connections => connections(test, wanted),
            BuildingField::Completed
            | BuildingField::PermitDate
            | BuildingField::Floors
            | BuildingField::FloorAreaM2 => numbers(test, wanted, "building"),
            BuildingField::Position => {
                let Test::Within(area) = test else { return Err(EngineError::Unfit("position")) };
                Ok(Set::Points { region: Region::new(area)?, inside: wanted })
            }
        }
    }

    /// The birth days of ages, of those of at most `highest` years.
    fn births(&self, ages: &Numbers, highest: Option<i64>) -> Numbers {
        // The ends of a set are the ends of `i32` where a range is open.
        let range = |(low, high): &(i32, i32)| {
            let open = |end: i32, limit: i32| (end != limit).then_some(i64::from(end));
            let high = match (open(*high, i32::MAX), highest) {
                (Some(high), Some(highest)) => Some(high.min(highest)),
                (high, highest) => high.or(highest),
            };
            let low = open(*low, i32::MIN + 1);
            let is_possible = low.zip(high).is_none_or(|(low, high)| low <= high);
            is_possible.then(|| births(low, high, self.on))
        };
        let ranges = ages.ranges().iter().filter_map(range);
        Numbers::new(ranges.map(|days| (i64::from(*days.start()), i64::from(*days.end()))))
    }

    fn texts(&self, which: Dict, test: &Test, wanted: bool) -> Result<Set, EngineError> {
        let dictionary = self.texts.dictionary(which)?;
        matching(dictionary, test).map(|codes| polarised(codes, dictionary, wanted))
    }

    fn first_name(&self, test: &Test, wanted: bool) -> Result<Set, EngineError> {
        let whole = self.texts.dictionary(Dict::FirstNames)?;
        let given = self.texts.dictionary(Dict::GivenName)?;
        let names = matching(given, test)?;
        let within = names.iter().flat_map(|code| given.links(code).iter().copied());
        Ok(polarised(Codes::new(whole.len(), within), whole, wanted))
    }

    fn mother_tongue(&self, test: &Test, wanted: bool) -> Result<Set, EngineError> {
        let dictionary = self.texts.dictionary(Dict::MotherTongue)?;
        let Test::TextIn(values) = test else { return Err(EngineError::Unfit("person.mother_tongue")) };
        let is_accepted = |code: u32| {
            let Some(text) = dictionary.text(code) else { return false };
            values.iter().any(|value| match value.as_str() {
                "other" => text != "fi" && text != "sv",
                value => value == text,
            })
        };
        let codes = Codes::new(dictionary.len(), (1..=dictionary.len()).filter(|code| is_accepted(*code)));
        Ok(polarised(codes, dictionary, wanted))
    }
}

fn polarised(codes: Codes, dictionary: &Dictionary, wanted: bool) -> Set {
    Set::Codes(if wanted { codes } else { codes.opposite(1, dictionary.len()) })
}

/// Codes of the texts that pass a test, without regard to case.
fn matching(dictionary: &Dictionary, test: &Test) -> Result<Codes, EngineError> {
    let last = dictionary.len();
    match test {
        Test::TextIn(values) => {
            Ok(Codes::new(last, values.iter().flat_map(|value| dictionary.equal_folded(value))))
        }
        Test::Prefix(values) => {
            Ok(Codes::new(last, values.iter().flat_map(|value| dictionary.prefix_folded(value))))
        }
        Test::Contains(part) => {
            let part = fold(part);
            let text = |code: u32| fold(dictionary.text(code).unwrap_or_default());
            Ok(Codes::new(last, (1..=last).filter(|code| text(*code).contains(&part))))
        }
        Test::NumberIn(_)
        | Test::DateIn(_)
        | Test::NumberBetween(..)
        | Test::DateBetween(..)
        | Test::Is(_)
        | Test::AllOf(_)
        | Test::AnyOf(_)
        | Test::Within(_) => Err(EngineError::Unfit("text")),
    }
}

fn numbers(test: &Test, wanted: bool, field: &'static str) -> Result<Set, EngineError> {
    Ok(ranges(test, field)?.polarised(wanted))
}

fn ranges(test: &Test, field: &'static str) -> Result<Numbers, EngineError> {
    let day = |date: &Date| i64::from(day_of(*date));
    let numbers = match test {
        Test::NumberIn(values) => Numbers::new(values.iter().map(|value| (*value, *value))),
        Test::DateIn(values) => Numbers::new(values.iter().map(|value| (day(value), day(value)))),
        Test::NumberBetween(low, high) => Numbers::new([(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX))]),
        Test::DateBetween(low, high) => {
            let (low, high) = (low.as_ref().map(day), high.as_ref().map(day));
            Numbers::new([(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX))])
        }
        Test::TextIn(_)
        | Test::Prefix(_)
        | Test::Contains(_)
        | Test::Is(_)
        | Test::AllOf(_)
        | Test::AnyOf(_)
        | Test::Within(_) => return Err(EngineError::Unfit(field)),
    };
    Ok(numbers)
}

/// Sex: 0 empty, 1 man, 2 woman; empty is a value.
fn sex(test: &Test, wanted: bool) -> Result<Set, EngineError> {
    let Test::TextIn(values) = test else { return Err(EngineError::Unfit("person.sex")) };
    let code = |value: &String| match value.as_str() {
        "" => Some(0),
        "1" => Some(1),
        "2" => Some(2),
        _ => None,
    };
    let codes = Codes::new(2, values.iter().filter_map(code));
    Ok(Set::Codes(if wanted { codes } else { codes.opposite(0, 2) }))
}

fn connections(test: &Test, wanted: bool) -> Result<Set, EngineError> {
    let (Test::AllOf(values) | Test::AnyOf(values)) = test else {
        return Err(EngineError::Unfit("connections"));
    };
    let asked = values.iter().fold(0, |bits, value| bits | u32::from(*value as u8));
    let is_all = matches!(test, Test::AllOf(_));
    let is_met = |code: &u32| if is_all { code & asked == asked } else { code & asked != 0 };
    let codes = Codes::new(CONNECTIONS, (0..=CONNECTIONS).filter(is_met));
    Ok(Set::Codes(if wanted { codes } else { codes.opposite(0, CONNECTIONS) }))
}

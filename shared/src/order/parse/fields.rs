//! The names of fields and operators, and which fit each other.

use crate::order::criteria::{BuildingField, DwellingField, Field, HouseholdField, PersonField};

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Date,
    /// One of a list.
    Code(List),
    Name,
    PostalCode,
    FreeText,
    /// Whether a child of some age lives in the household.
    ChildAge,
    Connections,
    Position,
}

/// The list of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Sex,
    MotherTongue,
    Municipality,
    Region,
    Use1994,
    Class2018,
    HeatingMethod,
    HeatingSource,
    CodeVersion,
    PermitAction,
}

impl Type {
    /// The operators that fit.
    pub(super) const fn operators(self) -> &'static [&'static str] {
        match self {
            Self::Number | Self::Date => &["eq", "in", "between"],
            Self::Code(_) => &["eq", "in"],
            Self::Name | Self::PostalCode => &["eq", "in", "prefix"],
            Self::FreeText => &["eq", "in", "contains"],
            Self::ChildAge => &["between", "is"],
            Self::Connections => &["all_of", "any_of"],
            Self::Position => &["within"],
        }
    }
}

/// Every operator.
pub(super) const OPERATORS: &[&str] =
    &["eq", "in", "between", "prefix", "contains", "is", "all_of", "any_of", "within"];

const PERSON: &[(&str, PersonField, Type)] = &[
    ("person.age", PersonField::Age, Type::Number),
    ("person.birth_date", PersonField::BirthDate, Type::Date),
    ("person.sex", PersonField::Sex, Type::Code(List::Sex)),
    ("person.mother_tongue", PersonField::MotherTongue, Type::Code(List::MotherTongue)),
    ("person.municipality", PersonField::Municipality, Type::Code(List::Municipality)),
    ("person.region", PersonField::Region, Type::Code(List::Region)),
    ("person.postal_code", PersonField::PostalCode, Type::PostalCode),
    ("person.moved_in", PersonField::MovedIn, Type::Date),
    ("person.surname", PersonField::Surname, Type::Name),
    ("person.call_name", PersonField::CallName, Type::Name),
    ("person.first_name", PersonField::FirstName, Type::Name),
    ("person.occupation", PersonField::Occupation, Type::FreeText),
];

const HOUSEHOLD: &[(&str, HouseholdField, Type)] = &[
    ("household.size", HouseholdField::Size, Type::Number),
    ("household.child_age", HouseholdField::ChildAge, Type::ChildAge),
];

/// Fields of buildings; each stands under `home.` and under `owns.`.
const BUILDING: &[(&str, &str, BuildingField, Type)] = &[
    ("home.use_1994", "owns.use_1994", BuildingField::Use1994, Type::Code(List::Use1994)),
    ("home.class_2018", "owns.class_2018", BuildingField::Class2018, Type::Code(List::Class2018)),
    (
        "home.heating_method",
        "owns.heating_method",
        BuildingField::HeatingMethod,
        Type::Code(List::HeatingMethod),
    ),
    (
        "home.heating_source",
        "owns.heating_source",
        BuildingField::HeatingSource,
        Type::Code(List::HeatingSource),
    ),
    ("home.code_version", "owns.code_version", BuildingField::CodeVersion, Type::Code(List::CodeVersion)),
    ("home.connections", "owns.connections", BuildingField::Connections, Type::Connections),
    ("home.completed", "owns.completed", BuildingField::Completed, Type::Date),
    ("home.permit_date", "owns.permit_date", BuildingField::PermitDate, Type::Date),
    ("home.permit_action", "owns.permit_action", BuildingField::PermitAction, Type::Code(List::PermitAction)),
    ("home.floors", "owns.floors", BuildingField::Floors, Type::Number),
    ("home.floor_area_m2", "owns.floor_area_m2", BuildingField::FloorAreaM2, Type::Number),
    ("home.position", "owns.position", BuildingField::Position, Type::Position),
];

const DWELLING: &[(&str, DwellingField, Type)] = &[
    ("dwelling.rooms", DwellingField::Rooms, Type::Number),
    ("dwelling.area_m2", DwellingField::AreaM2, Type::Number),
];

/// Every field criteria can ask for: name, field, type.
pub(super) fn fields() -> impl Iterator<Item = (&'static str, Field, Type)> {
    let person = PERSON.iter().map(|(name, field, kind)| (*name, Field::Person(*field), *kind));
    let household = HOUSEHOLD.iter().map(|(name, field, kind)| (*name, Field::Household(*field), *kind));
    let home = BUILDING.iter().map(|(name, _, field, kind)| (*name, Field::Home(*field), *kind));
    let owns = BUILDING.iter().map(|(_, name, field, kind)| (*name, Field::Owns(*field), *kind));
    let dwelling = DWELLING.iter().map(|(name, field, kind)| (*name, Field::Dwelling(*field), *kind));
    person.chain(household).chain(home).chain(owns).chain(dwelling)
}

/// The names of all fields.
pub(crate) fn field_names() -> Vec<&'static str> {
    fields().map(|(name, ..)| name).collect()
}

impl Field {
    /// The field's name in criteria.
    #[must_use]
    pub fn name(self) -> &'static str {
        fields().find(|(_, field, _)| *field == self).map_or("", |(name, ..)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_one_name() {
        let mut names: Vec<&str> = fields().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), 40);
        for (name, field, kind) in fields() {
            assert_eq!(field.name(), name);
            assert!(kind.operators().iter().all(|operator| OPERATORS.contains(operator)), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 40);
    }
}

//! Criteria of a target group, typed: what remains after parsing and validation.
//!
//! Three-valued logic as in SQL: a predicate on a null value is unknown, and so
//! is its `not`; only what is certainly true matches. Values are checked: codes
//! exist, ranges run forward, lists are not empty.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A tree of conditions over one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Criteria {
    /// Every part holds; never empty.
    All(Vec<Self>),
    /// At least one part holds; never empty.
    Any(Vec<Self>),
    /// The part does not hold.
    Not(Box<Self>),
    /// One field under one test.
    Predicate(Field, Test),
}

impl Criteria {
    /// What everybody meets: the criteria of a group without any, which takes all that no earlier group took.
    #[must_use]
    pub const fn everybody() -> Self {
        Self::Predicate(Field::Household(HouseholdField::Size), Test::NumberBetween(Some(0), None))
    }

    /// Whether these are [`Criteria::everybody`].
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        *self == Self::everybody()
    }
}

/// A field criteria can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// `person.…`
    Person(PersonField),
    /// `household.…`: the living persons registered in the person's dwelling.
    Household(HouseholdField),
    /// `home.…`: the building the person lives in.
    Home(BuildingField),
    /// `owns.…`: any building the person owns.
    Owns(BuildingField),
    /// `dwelling.…`: the dwelling the person lives in.
    Dwelling(DwellingField),
}

/// Fields of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PersonField {
    /// Completed years on the reference date; number.
    Age,
    /// Date.
    BirthDate,
    /// Text `1`, `2` or empty.
    Sex,
    /// Code, or the group `other` (neither `fi` nor `sv`).
    MotherTongue,
    /// Code of the municipality of domicile.
    Municipality,
    /// Code of the region of the municipality of domicile.
    Region,
    /// Postal code of the permanent address.
    PostalCode,
    /// Date.
    MovedIn,
    /// Name, without regard to case.
    Surname,
    /// Name, without regard to case.
    CallName,
    /// Any one of the given names, without regard to case.
    FirstName,
    /// Free text.
    Occupation,
}

/// Fields of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HouseholdField {
    /// Living persons registered in the dwelling; 0 without one.
    Size,
    /// Whether a living person under 18 in the dwelling has an age in the range.
    ChildAge,
}

/// Fields of a building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BuildingField {
    /// Code of the 1994 classification.
    Use1994,
    /// Code of the 2018 classification.
    Class2018,
    /// Code.
    HeatingMethod,
    /// Code.
    HeatingSource,
    /// The code list the heating codes belong to.
    CodeVersion,
    /// Set of network connections.
    Connections,
    /// Date of completion.
    Completed,
    /// Date of the building permit.
    PermitDate,
    /// Code.
    PermitAction,
    /// Number.
    Floors,
    /// Number, square metres.
    FloorAreaM2,
    /// Point in ETRS-TM35FIN.
    Position,
}

/// Fields of a dwelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DwellingField {
    /// Number of rooms.
    Rooms,
    /// Number, square metres.
    AreaM2,
}

/// What is asked of a field. The variant always fits the field's type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// `eq`, `in` on codes and text.
    TextIn(Vec<String>),
    /// `eq`, `in` on numbers.
    NumberIn(Vec<i64>),
    /// `eq`, `in` on dates.
    DateIn(Vec<Date>),
    /// `between` on numbers: both ends included, at least one given.
    NumberBetween(Option<i64>, Option<i64>),
    /// `between` on dates: both ends included, at least one given.
    DateBetween(Option<Date>, Option<Date>),
    /// `prefix` on names (without regard to case) and postal codes: any of these.
    Prefix(Vec<String>),
    /// `contains` on free text, without regard to case.
    Contains(String),
    /// `is` on booleans.
    Is(bool),
    /// `all_of` on connections.
    AllOf(Vec<Connection>),
    /// `any_of` on connections.
    AnyOf(Vec<Connection>),
    /// `within` on positions; the border belongs to the area.
    Within(Area),
}

/// A network connection of a building. The discriminant is its bit in the
/// `connections` column of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Connection {
    /// Sewer.
    Sewer = 1,
    /// Water main.
    Water = 2,
    /// Electricity.
    Electricity = 4,
    /// Natural gas.
    Gas = 8,
    /// Cable.
    Cable = 16,
}

/// An area in ETRS-TM35FIN (EPSG:3067), whole metres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Area {
    /// Points at most `radius` from the centre.
    Circle {
        /// Northing of the centre.
        north: i64,
        /// Easting of the centre.
        east: i64,
        /// Metres, above zero.
        radius: i64,
    },
    /// A box between two corners, `n0 ≤ n1`, `e0 ≤ e1`.
    Box {
        /// Southern edge.
        n0: i64,
        /// Western edge.
        e0: i64,
        /// Northern edge.
        n1: i64,
        /// Eastern edge.
        e1: i64,
    },
    /// A polygon of at least three corners `(north, east)`, closed by itself, even-odd rule.
    Polygon(Vec<(i64, i64)>),
}

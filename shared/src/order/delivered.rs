//! What can be delivered of a person: the fields an order names, and the columns they become.
//!
//! Identity codes are not among them, but for one that replaces a customer's own in an update.

mod topic;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use topic::Topic;

/// An entry of an order's `fields`: a group of columns or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Item {
    /// `surname, first_names, call_name`.
    Name,
    /// `street_address, postal_code, post_office`.
    Address,
    /// `north, east` of the building lived in.
    Position,
    /// One column under its own name.
    Single(Column),
}

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $topic:ident;)*) => {
        /// A column of a delivery.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Column {
            $($(#[$doc])* $name,)*
        }

        impl Column {
            /// Every column there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The column's name in a delivery.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What the column tells of.
            #[must_use]
            pub const fn topic(self) -> Topic {
                match self {
                    $(Self::$name => Topic::$topic,)*
                }
            }
        }
    };
}

columns! {
    /// Text.
    Surname = "surname", Name;
    /// All given names.
    FirstNames = "first_names", Name;
    /// Text.
    CallName = "call_name", Name;
    /// Street, house number, stair, apartment and divider.
    StreetAddress = "street_address", Place;
    /// Five digits.
    PostalCode = "postal_code", Place;
    /// Text.
    PostOffice = "post_office", Place;
    /// The name after `c/o`.
    CareOf = "care_of", Place;
    /// Completed years on the reference date.
    Age = "age", Person;
    /// ISO 8601.
    BirthDate = "birth_date", Person;
    /// `1`, `2` or empty.
    Sex = "sex", Sex;
    /// Code.
    MotherTongue = "mother_tongue", Language;
    /// Code.
    ServiceLanguage = "service_language", Language;
    /// Code of the municipality of domicile.
    Municipality = "municipality", Place;
    /// Code of the region of the municipality of domicile.
    Region = "region", Place;
    /// ISO 8601.
    MovedIn = "moved_in", Place;
    /// Text.
    Occupation = "occupation", Person;
    /// Living persons registered in the dwelling.
    Size = "size", Dwelling;
    /// Number of the dwelling's rooms.
    Rooms = "rooms", Dwelling;
    /// Square metres of the dwelling.
    AreaM2 = "area_m2", Dwelling;
    /// Code, of the building lived in, as are the rest.
    Use1994 = "use_1994", Building;
    /// Code.
    Class2018 = "class_2018", Building;
    /// Code.
    HeatingMethod = "heating_method", Building;
    /// Code.
    HeatingSource = "heating_source", Building;
    /// The code list of the heating codes.
    CodeVersion = "code_version", Building;
    /// Names of the network connections, with spaces between.
    Connections = "connections", Building;
    /// ISO 8601.
    Completed = "completed", Building;
    /// ISO 8601.
    PermitDate = "permit_date", Building;
    /// Code.
    PermitAction = "permit_action", Building;
    /// Number of floors.
    Floors = "floors", Building;
    /// Square metres.
    FloorAreaM2 = "floor_area_m2", Building;
    /// Metres, ETRS-TM35FIN.
    North = "north", Building;
    /// Metres, ETRS-TM35FIN.
    East = "east", Building;
    /// `fi`, `sv` or `other`; in updates only, as are the rest.
    Language = "language", Language;
    /// ISO 8601.
    DeathDate = "death_date", Death;
    /// ISO 8601.
    EmigratedOn = "emigrated_on", Abroad;
    /// Code, ISO 3166-1 numeric.
    ForeignCountry = "foreign_country", Abroad;
    /// Text.
    ForeignAddress = "foreign_address", Abroad;
    /// The active identity code of who was found by a previous one; empty of everybody else.
    IdentityCode = "identity_code", Code;
}

impl Column {
    /// Whether it is given in updates only.
    #[must_use]
    pub const fn is_for_updates(self) -> bool {
        matches!(
            self,
            Self::Language
                | Self::DeathDate
                | Self::EmigratedOn
                | Self::ForeignCountry
                | Self::ForeignAddress
                | Self::IdentityCode
        )
    }
}

/// A name that is no field of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such field in a delivery")]
pub struct UnknownItem;

impl Item {
    /// The columns it becomes.
    #[must_use]
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Name => vec![Column::Surname, Column::FirstNames, Column::CallName],
            Self::Address => vec![Column::StreetAddress, Column::PostalCode, Column::PostOffice],
            Self::Position => vec![Column::North, Column::East],
            Self::Single(column) => vec![column],
        }
    }

    /// Whether it is given in updates only.
    #[must_use]
    pub const fn is_for_updates(self) -> bool {
        matches!(self, Self::Single(column) if column.is_for_updates())
    }

    /// Its name in orders and permits.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Position => "position",
            Self::Single(column) => column.name(),
        }
    }
}

/// The columns of a delivery in their order, each once, where it first comes.
#[must_use]
pub fn columns(items: &[Item]) -> Vec<Column> {
    let mut columns = Vec::new();
    for column in items.iter().flat_map(|item| item.columns()) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(text: &str) -> Result<Self, UnknownItem> {
        let groups = [Self::Name, Self::Address, Self::Position].into_iter();
        let singles = Column::ALL.iter().map(|column| Self::Single(*column));
        groups.chain(singles).find(|item| item.name() == text).ok_or(UnknownItem)
    }
}

impl TryFrom<String> for Item {
    type Error = UnknownItem;

    fn try_from(text: String) -> Result<Self, UnknownItem> {
        text.parse()
    }
}

impl From<Item> for String {
    fn from(item: Item) -> Self {
        item.name().to_owned()
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;

//! The columns of a delivery as files see them: type and width.

use poimuri_shared::order::delivered::Column;
use serde::{Deserialize, Serialize};

/// How a value is written where a format has types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// As it is. Parquet: Utf8.
    Text,
    /// A whole number. Parquet: Int32. Fixed: to the right.
    Number,
    /// ISO 8601. Parquet: Date32.
    Date,
}

/// A column of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The column's name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Characters in a file of fixed width.
    pub width: usize,
}

impl From<Column> for Field {
    /// Widths of names, streets and post offices are those the population register itself
    /// allows, rounded up, so that no value of it is cut.
    fn from(column: Column) -> Self {
        let (kind, width) = match column {
            Column::Surname | Column::FirstNames | Column::CallName | Column::StreetAddress => {
                (Kind::Text, 100)
            }
            Column::CareOf | Column::Connections => (Kind::Text, 60),
            Column::ForeignAddress => (Kind::Text, 100),
            Column::Language => (Kind::Text, 5),
            Column::PostOffice => (Kind::Text, 50),
            Column::Occupation => (Kind::Text, 35),
            Column::PostalCode => (Kind::Text, 5),
            Column::Class2018 => (Kind::Text, 4),
            Column::Municipality | Column::Use1994 | Column::ForeignCountry => (Kind::Text, 3),
            Column::MotherTongue
            | Column::ServiceLanguage
            | Column::Region
            | Column::HeatingMethod
            | Column::HeatingSource => (Kind::Text, 2),
            Column::Sex => (Kind::Text, 1),
            Column::IdentityCode => (Kind::Text, 11),
            Column::CodeVersion | Column::PermitAction => (Kind::Text, 12),
            Column::BirthDate
            | Column::DeathDate
            | Column::EmigratedOn
            | Column::MovedIn
            | Column::Completed
            | Column::PermitDate => (Kind::Date, 10),
            Column::Age | Column::Floors => (Kind::Number, 3),
            Column::Size | Column::Rooms => (Kind::Number, 4),
            Column::AreaM2 | Column::FloorAreaM2 => (Kind::Number, 8),
            Column::North | Column::East => (Kind::Number, 8),
        };
        Self { name: column.name().to_owned(), kind, width }
    }
}

/// The fields of columns, in their order.
#[must_use]
pub fn fields(columns: &[Column]) -> Vec<Field> {
    columns.iter().map(|column| Field::from(*column)).collect()
}

//! The columns of a register's source files: one definition for who writes and who reads them.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text, NFC.
    Text,
    /// List of texts; the list may be null where the column may, its items never.
    TextList,
    /// Civil date.
    Date,
    /// Whole number of 32 bits.
    Int,
    /// Yes or no.
    Bool,
}

impl Kind {
    /// The Arrow type written.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::TextList => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
            Self::Date => DataType::Date32,
            Self::Int => DataType::Int32,
            Self::Bool => DataType::Boolean,
        }
    }
}

/// One required column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in the file.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Whether a row may leave it null.
    pub nullable: bool,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: true }
}

/// A source file of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named by its rows")]
pub enum SourceFile {
    Persons,
    Dwellings,
    Buildings,
    Addresses,
    Owners,
    PreviousAddresses,
}

impl SourceFile {
    /// All files, in the order they are written.
    pub const ALL: [Self; 6] = [
        Self::Persons,
        Self::Dwellings,
        Self::Buildings,
        Self::Addresses,
        Self::Owners,
        Self::PreviousAddresses,
    ];

    /// Name within the register's folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Persons => "persons.parquet",
            Self::Dwellings => "dwellings.parquet",
            Self::Buildings => "buildings.parquet",
            Self::Addresses => "addresses.parquet",
            Self::Owners => "owners.parquet",
            Self::PreviousAddresses => "previous_addresses.parquet",
        }
    }

    /// The required columns, in the order they are written; readers go by name.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Persons => PERSONS,
            Self::Dwellings => DWELLINGS,
            Self::Buildings => BUILDINGS,
            Self::Addresses => ADDRESSES,
            Self::Owners => OWNERS,
            Self::PreviousAddresses => PREVIOUS_ADDRESSES,
        }
    }

    /// The Arrow schema of exactly these columns.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        let field = |column: &Column| Field::new(column.name, column.kind.data_type(), column.nullable);
        Arc::new(Schema::new(self.columns().iter().map(field).collect::<Vec<_>>()))
    }
}

const PERSONS: &[Column] = &[
    must("person_id", Kind::Text),
    may("previous_ids", Kind::TextList),
    must("first_names", Kind::Text),
    may("call_name", Kind::Text),
    must("surname", Kind::Text),
    may("former_surnames", Kind::TextList),
    may("former_first_names", Kind::TextList),
    may("names_since", Kind::Date),
    must("sex", Kind::Text),
    must("birth_date", Kind::Date),
    may("death_date", Kind::Date),
    must("mother_tongue", Kind::Text),
    may("service_language", Kind::Text),
    must("municipality", Kind::Text),
    may("dwelling_id", Kind::Text),
    may("moved_in", Kind::Date),
    may("emigrated_on", Kind::Date),
    may("foreign_country", Kind::Text),
    may("foreign_address", Kind::Text),
    may("care_of", Kind::Text),
    may("occupation", Kind::Text),
    may("guardian_ids", Kind::TextList),
    may("spouse_id", Kind::Text),
    may("security_until", Kind::Date),
    must("no_marketing", Kind::Bool),
    must("no_register_update", Kind::Bool),
    must("no_contact_info", Kind::Bool),
    must("no_directory", Kind::Bool),
    must("no_genealogy", Kind::Bool),
];

const DWELLINGS: &[Column] = &[
    must("dwelling_id", Kind::Text),
    must("building_id", Kind::Text),
    must("address_no", Kind::Int),
    may("stair", Kind::Text),
    may("apartment", Kind::Text),
    may("divider", Kind::Text),
    may("rooms", Kind::Int),
    may("area_m2", Kind::Int),
];

const BUILDINGS: &[Column] = &[
    must("building_id", Kind::Text),
    may("use_1994", Kind::Text),
    may("class_2018", Kind::Text),
    may("heating_method", Kind::Text),
    may("heating_source", Kind::Text),
    must("code_version", Kind::Text),
    must("conn_sewer", Kind::Bool),
    must("conn_water", Kind::Bool),
    must("conn_electricity", Kind::Bool),
    must("conn_gas", Kind::Bool),
    must("conn_cable", Kind::Bool),
    may("completed", Kind::Date),
    may("permit_id", Kind::Text),
    may("permit_date", Kind::Date),
    may("permit_action", Kind::Text),
    may("floors", Kind::Int),
    may("floor_area_m2", Kind::Int),
    may("north", Kind::Int),
    may("east", Kind::Int),
    must("municipality", Kind::Text),
];

const ADDRESSES: &[Column] = &[
    must("building_id", Kind::Text),
    must("address_no", Kind::Int),
    must("street_fi", Kind::Text),
    may("street_sv", Kind::Text),
    may("house_number", Kind::Text),
    must("postal_code", Kind::Text),
    must("post_office_fi", Kind::Text),
    may("post_office_sv", Kind::Text),
];

const OWNERS: &[Column] =
    &[must("building_id", Kind::Text), may("person_id", Kind::Text), must("owner_type", Kind::Text)];

const PREVIOUS_ADDRESSES: &[Column] = &[
    must("person_id", Kind::Text),
    must("street_fi", Kind::Text),
    may("street_sv", Kind::Text),
    may("house_number", Kind::Text),
    may("stair", Kind::Text),
    may("apartment", Kind::Text),
    may("divider", Kind::Text),
    must("postal_code", Kind::Text),
    may("since", Kind::Date),
    must("until", Kind::Date),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_named_once_and_typed() {
        let counts: Vec<usize> = SourceFile::ALL.iter().map(|file| file.columns().len()).collect();
        assert_eq!(counts, [29, 8, 20, 8, 3, 10]);
        for file in SourceFile::ALL {
            let schema = file.schema();
            for column in file.columns() {
                let field = schema.field_with_name(column.name).unwrap();
                assert_eq!(
                    (field.data_type(), field.is_nullable()),
                    (&column.kind.data_type(), column.nullable)
                );
                let same = file.columns().iter().filter(|other| other.name == column.name).count();
                assert_eq!(same, 1, "{} in {}", column.name, file.file_name());
            }
        }
    }
}

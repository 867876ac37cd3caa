//! Names of files and columns: one definition for who writes and who reads a snapshot.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema};

/// The version written. Every version from 1 to this is readable.
pub const FORMAT_VERSION: u32 = 1;

/// Name of the manifest within a snapshot's folder.
pub const MANIFEST_FILE: &str = "manifest.json";

/// Name of the index of identity codes.
pub const IDENTITY_FILE: &str = "identity.arrow";

/// Name of the file of rejected rows.
pub const REJECTS_FILE: &str = "rejects.parquet";

/// Name of the report of changes that were left out of a generation.
pub const CHANGE_REJECTS_FILE: &str = "change-rejects.parquet";

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named by its Arrow type")]
pub enum Kind {
    U8,
    U16,
    U32,
    U64,
    I32,
    /// Days since 1970-01-01.
    Date,
    Text,
    ListU32,
    ListU64,
}

impl Kind {
    /// The Arrow type in the file.
    #[must_use]
    pub fn data_type(self) -> DataType {
        let list = |item| DataType::List(Arc::new(Field::new_list_field(item, false)));
        match self {
            Self::U8 => DataType::UInt8,
            Self::U16 => DataType::UInt16,
            Self::U32 => DataType::UInt32,
            Self::U64 => DataType::UInt64,
            Self::I32 => DataType::Int32,
            Self::Date => DataType::Date32,
            Self::Text => DataType::Utf8,
            Self::ListU32 => list(DataType::UInt32),
            Self::ListU64 => list(DataType::UInt64),
        }
    }
}

/// A column: name, type, whether it has cleared validity bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in the file.
    pub name: &'static str,
    /// Type in the file.
    pub kind: Kind,
    /// Whether slots may be null in the sense of Arrow.
    pub nullable: bool,
}

const fn col(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: false }
}

const fn opt(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, nullable: true }
}

/// The Arrow schema of columns.
#[must_use]
pub fn schema(columns: &[Column]) -> Schema {
    let field = |column: &Column| Field::new(column.name, column.kind.data_type(), column.nullable);
    Schema::new(columns.iter().map(field).collect::<Vec<_>>())
}

/// A table of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the struct of its name in `tables`")]
pub enum Table {
    Persons,
    Dwellings,
    Buildings,
    Addresses,
    Owned,
    OtherOwners,
    PreviousAddresses,
}

impl Table {
    /// All tables, in the order of the manifest.
    pub const ALL: [Self; 7] = [
        Self::Persons,
        Self::Dwellings,
        Self::Buildings,
        Self::Addresses,
        Self::Owned,
        Self::OtherOwners,
        Self::PreviousAddresses,
    ];

    /// Name in file names and in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Dwellings => "dwellings",
            Self::Buildings => "buildings",
            Self::Addresses => "addresses",
            Self::Owned => "owned",
            Self::OtherOwners => "other_owners",
            Self::PreviousAddresses => "previous_addresses",
        }
    }

    /// Name of the table's file of one shard.
    #[must_use]
    pub fn file_name(self, shard: u32) -> String {
        format!("shard-{shard:04}.{}.arrow", self.name())
    }

    /// Columns in the order they are written; readers go by name.
    #[must_use]
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Persons => PERSONS.to_vec(),
            Self::Dwellings => DWELLINGS.to_vec(),
            Self::Buildings => [BUILDING_COLUMNS, BUILDINGS].concat(),
            Self::Addresses => ADDRESSES.to_vec(),
            Self::Owned => [OWNED, BUILDING_COLUMNS].concat(),
            Self::OtherOwners => OTHER_OWNERS.to_vec(),
            Self::PreviousAddresses => PREVIOUS_ADDRESSES.to_vec(),
        }
    }
}

const PERSONS: &[Column] = &[
    col("id", Kind::U64),
    col("flags", Kind::U16),
    col("sex", Kind::U8),
    col("birth_date", Kind::Date),
    opt("death_date", Kind::Date),
    opt("security_until", Kind::Date),
    opt("moved_in", Kind::Date),
    opt("emigrated_on", Kind::Date),
    opt("names_since", Kind::Date),
    col("mother_tongue", Kind::U8),
    col("service_language", Kind::U8),
    col("municipality", Kind::U16),
    col("region", Kind::U8),
    col("postal_code", Kind::U16),
    col("surname", Kind::U32),
    col("first_names", Kind::U32),
    col("call_name", Kind::U32),
    col("occupation", Kind::U32),
    col("foreign_country", Kind::U16),
    col("dwelling", Kind::U32),
    col("building", Kind::U32),
    col("spouse_id", Kind::U64),
    opt("foreign_address", Kind::Text),
    opt("care_of", Kind::Text),
    col("previous_ids", Kind::ListU64),
    col("guardian_ids", Kind::ListU64),
    col("former_surnames", Kind::ListU32),
    col("former_first_names", Kind::ListU32),
];

const DWELLINGS: &[Column] = &[
    col("building", Kind::U32),
    col("address", Kind::U32),
    col("person_start", Kind::U32),
    col("living", Kind::U16),
    opt("rooms", Kind::I32),
    opt("area_m2", Kind::I32),
    col("address_no", Kind::I32),
    col("stair", Kind::U16),
    col("apartment", Kind::U16),
    col("divider", Kind::U16),
    col("dwelling_id", Kind::Text),
];

const BUILDING_COLUMNS: &[Column] = &[
    col("building_id", Kind::U32),
    col("use_1994", Kind::U8),
    col("class_2018", Kind::U8),
    col("heating_method", Kind::U8),
    col("heating_source", Kind::U8),
    col("code_version", Kind::U8),
    col("connections", Kind::U8),
    col("permit_action", Kind::U8),
    opt("completed", Kind::Date),
    opt("permit_date", Kind::Date),
    opt("floors", Kind::I32),
    opt("floor_area_m2", Kind::I32),
    opt("north", Kind::I32),
    opt("east", Kind::I32),
];

const BUILDINGS: &[Column] = &[
    col("municipality", Kind::U16),
    col("person_start", Kind::U32),
    col("dwelling_start", Kind::U32),
    col("address_start", Kind::U32),
    opt("permit_id", Kind::Text),
];

const ADDRESSES: &[Column] = &[
    col("address_no", Kind::I32),
    col("street_fi", Kind::U32),
    col("street_sv", Kind::U32),
    col("house_number", Kind::U32),
    col("postal_code", Kind::U16),
    col("post_office_fi", Kind::U16),
    col("post_office_sv", Kind::U16),
];

const OWNED: &[Column] = &[col("person", Kind::U32), col("owner_type", Kind::U8)];

const OTHER_OWNERS: &[Column] = &[col("building", Kind::U32), col("owner_type", Kind::U8)];

const PREVIOUS_ADDRESSES: &[Column] = &[
    col("person", Kind::U32),
    col("street_fi", Kind::U32),
    col("street_sv", Kind::U32),
    col("house_number", Kind::U32),
    col("stair", Kind::U16),
    col("apartment", Kind::U16),
    col("divider", Kind::U16),
    col("postal_code", Kind::U16),
    opt("since", Kind::Date),
    col("until", Kind::Date),
];

/// Columns of [`IDENTITY_FILE`].
pub const IDENTITY: &[Column] =
    &[col("code", Kind::U64), col("position", Kind::U32), col("previous", Kind::U8)];

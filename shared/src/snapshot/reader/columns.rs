//! Columns of a file as the structs of `tables`, by name.

use super::error::SnapshotError;
use super::file::ArrowFile;
use crate::snapshot::format::Kind;
use crate::snapshot::tables::{
    Addresses, BuildingColumns, Buildings, Dwellings, OtherOwners, Owned, Persons, PreviousAddresses,
};

/// A table that finds its columns in a file.
pub(super) trait FromFile: Sized {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError>;
}

impl FromFile for Persons {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            id: file.scalars("id", Kind::U64)?,
            flags: file.scalars("flags", Kind::U16)?,
            sex: file.scalars("sex", Kind::U8)?,
            birth_date: file.scalars("birth_date", Kind::Date)?,
            death_date: file.scalars("death_date", Kind::Date)?,
            security_until: file.scalars("security_until", Kind::Date)?,
            moved_in: file.scalars("moved_in", Kind::Date)?,
            emigrated_on: file.scalars("emigrated_on", Kind::Date)?,
            names_since: file.scalars("names_since", Kind::Date)?,
            mother_tongue: file.scalars("mother_tongue", Kind::U8)?,
            service_language: file.scalars("service_language", Kind::U8)?,
            municipality: file.scalars("municipality", Kind::U16)?,
            region: file.scalars("region", Kind::U8)?,
            postal_code: file.scalars("postal_code", Kind::U16)?,
            surname: file.scalars("surname", Kind::U32)?,
            first_names: file.scalars("first_names", Kind::U32)?,
            call_name: file.scalars("call_name", Kind::U32)?,
            occupation: file.scalars("occupation", Kind::U32)?,
            foreign_country: file.scalars("foreign_country", Kind::U16)?,
            dwelling: file.scalars("dwelling", Kind::U32)?,
            building: file.scalars("building", Kind::U32)?,
            spouse_id: file.scalars("spouse_id", Kind::U64)?,
            foreign_address: file.texts("foreign_address")?,
            care_of: file.texts("care_of")?,
            previous_ids: file.lists("previous_ids", Kind::ListU64)?,
            guardian_ids: file.lists("guardian_ids", Kind::ListU64)?,
            former_surnames: file.lists("former_surnames", Kind::ListU32)?,
            former_first_names: file.lists("former_first_names", Kind::ListU32)?,
        })
    }
}

impl FromFile for Dwellings {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            building: file.scalars("building", Kind::U32)?,
            address: file.scalars("address", Kind::U32)?,
            person_start: file.scalars("person_start", Kind::U32)?,
            person_end: file.number("person_end")?,
            living: file.scalars("living", Kind::U16)?,
            rooms: file.scalars("rooms", Kind::I32)?,
            area_m2: file.scalars("area_m2", Kind::I32)?,
            address_no: file.scalars("address_no", Kind::I32)?,
            stair: file.scalars("stair", Kind::U16)?,
            apartment: file.scalars("apartment", Kind::U16)?,
            divider: file.scalars("divider", Kind::U16)?,
            dwelling_id: file.texts("dwelling_id")?,
        })
    }
}

impl FromFile for BuildingColumns {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            building_id: file.scalars("building_id", Kind::U32)?,
            use_1994: file.scalars("use_1994", Kind::U8)?,
            class_2018: file.scalars("class_2018", Kind::U8)?,
            heating_method: file.scalars("heating_method", Kind::U8)?,
            heating_source: file.scalars("heating_source", Kind::U8)?,
            code_version: file.scalars("code_version", Kind::U8)?,
            connections: file.scalars("connections", Kind::U8)?,
            permit_action: file.scalars("permit_action", Kind::U8)?,
            completed: file.scalars("completed", Kind::Date)?,
            permit_date: file.scalars("permit_date", Kind::Date)?,
            floors: file.scalars("floors", Kind::I32)?,
            floor_area_m2: file.scalars("floor_area_m2", Kind::I32)?,
            north: file.scalars("north", Kind::I32)?,
            east: file.scalars("east", Kind::I32)?,
        })
    }
}

impl FromFile for Buildings {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            columns: BuildingColumns::from_file(file)?,
            municipality: file.scalars("municipality", Kind::U16)?,
            person_start: file.scalars("person_start", Kind::U32)?,
            dwelling_start: file.scalars("dwelling_start", Kind::U32)?,
            address_start: file.scalars("address_start", Kind::U32)?,
            person_end: file.number("person_end")?,
            dwelling_end: file.number("dwelling_end")?,
            address_end: file.number("address_end")?,
            permit_id: file.texts("permit_id")?,
        })
    }
}

impl FromFile for Addresses {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            address_no: file.scalars("address_no", Kind::I32)?,
            street_fi: file.scalars("street_fi", Kind::U32)?,
            street_sv: file.scalars("street_sv", Kind::U32)?,
            house_number: file.scalars("house_number", Kind::U32)?,
            postal_code: file.scalars("postal_code", Kind::U16)?,
            post_office_fi: file.scalars("post_office_fi", Kind::U16)?,
            post_office_sv: file.scalars("post_office_sv", Kind::U16)?,
        })
    }
}

impl FromFile for Owned {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            person: file.scalars("person", Kind::U32)?,
            owner_type: file.scalars("owner_type", Kind::U8)?,
            columns: BuildingColumns::from_file(file)?,
        })
    }
}

impl FromFile for OtherOwners {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            building: file.scalars("building", Kind::U32)?,
            owner_type: file.scalars("owner_type", Kind::U8)?,
        })
    }
}

impl FromFile for PreviousAddresses {
    fn from_file(file: &ArrowFile) -> Result<Self, SnapshotError> {
        Ok(Self {
            person: file.scalars("person", Kind::U32)?,
            street_fi: file.scalars("street_fi", Kind::U32)?,
            street_sv: file.scalars("street_sv", Kind::U32)?,
            house_number: file.scalars("house_number", Kind::U32)?,
            stair: file.scalars("stair", Kind::U16)?,
            apartment: file.scalars("apartment", Kind::U16)?,
            divider: file.scalars("divider", Kind::U16)?,
            postal_code: file.scalars("postal_code", Kind::U16)?,
            since: file.scalars("since", Kind::Date)?,
            until: file.scalars("until", Kind::Date)?,
        })
    }
}

//! The tables of one shard, as plain columns.
//!
//! Every shard holds a contiguous range of the global order, cut between buildings. One Arrow IPC file per table,
//! one record batch per file; the fields of the structs below are the columns of the file, under the same names.
//!
//! | what | column |
//! |---|---|
//! | code of a dictionary | `u8`, `u16` or `u32`; **0 is null**, code `c` is entry `c − 1` of the dictionary |
//! | date | days since 1970-01-01, `i32`; null is [`NULL_I32`] |
//! | number | `i32`; null is [`NULL_I32`] |
//! | row of another table in the same shard | `u32`; none is [`NO_ROW`] |
//! | identity code | `u64`, packed so that it sorts as its text (`register::hetu`) |
//! | yes/no | a bit of the `flags` column |
//!
//! In the file null slots also carry a cleared validity bit where the table says "validity",
//! so that other readers of Arrow see nulls; the value under it is the sentinel above, so that
//! the engine needs the values alone.
//!
//! Rows of buildings, dwellings and persons are each in global order, so the residents of a building and of a
//! dwelling are ranges of rows; empty buildings and dwellings are kept, with empty ranges. Persons without a
//! dwelling fill the last shard or shards, which have no buildings; if there is one shard for all, they are its last rows.

use std::ops::Range;

use arrow_array::{ListArray, StringArray};
use arrow_buffer::ScalarBuffer;

/// A date or number that is null.
pub const NULL_I32: i32 = i32::MIN;

/// No row of another table.
pub const NO_ROW: u32 = u32::MAX;

/// Bits of [`Persons::flags`].
pub mod flag {
    /// Direct marketing is prohibited.
    pub const NO_MARKETING: u16 = 1;
    /// Updating of customer registers is prohibited.
    pub const NO_REGISTER_UPDATE: u16 = 1 << 1;
    /// Disclosure of contact information is prohibited.
    pub const NO_CONTACT_INFO: u16 = 1 << 2;
    /// Person directories are prohibited.
    pub const NO_DIRECTORY: u16 = 1 << 3;
    /// Genealogy is prohibited.
    pub const NO_GENEALOGY: u16 = 1 << 4;
    /// A death date is known.
    pub const DEAD: u16 = 1 << 5;
    /// The person has a dwelling and the dwelling has an address row.
    pub const HAS_ADDRESS: u16 = 1 << 6;
    /// A security prohibition is recorded (it may have ended: `security_until`).
    pub const SECURITY: u16 = 1 << 7;
}

/// `shard-NNNN.persons.arrow`: one row per person.
#[derive(Debug, Clone)]
pub struct Persons {
    /// Identity code.
    pub id: ScalarBuffer<u64>,
    /// Bits of [`flag`].
    pub flags: ScalarBuffer<u16>,
    /// 0 empty, 1 man, 2 woman.
    pub sex: ScalarBuffer<u8>,
    /// Date, never null.
    pub birth_date: ScalarBuffer<i32>,
    /// Date; validity.
    pub death_date: ScalarBuffer<i32>,
    /// Date; validity; 9999-12-31 is until further notice.
    pub security_until: ScalarBuffer<i32>,
    /// Date; validity.
    pub moved_in: ScalarBuffer<i32>,
    /// Date; validity.
    pub emigrated_on: ScalarBuffer<i32>,
    /// Date; validity.
    pub names_since: ScalarBuffer<i32>,
    /// Dictionary `mother_tongue`.
    pub mother_tongue: ScalarBuffer<u8>,
    /// Dictionary `mother_tongue`; 0 none.
    pub service_language: ScalarBuffer<u8>,
    /// Dictionary `municipality`: municipality of domicile.
    pub municipality: ScalarBuffer<u16>,
    /// Dictionary `region`: region of the municipality of domicile; 0 none.
    pub region: ScalarBuffer<u8>,
    /// Dictionary `postal_code`: of the permanent address; 0 without an address.
    pub postal_code: ScalarBuffer<u16>,
    /// Dictionary `surname`.
    pub surname: ScalarBuffer<u32>,
    /// Dictionary `first_names`: the whole text.
    pub first_names: ScalarBuffer<u32>,
    /// Dictionary `given_name`.
    pub call_name: ScalarBuffer<u32>,
    /// Dictionary `occupation`.
    pub occupation: ScalarBuffer<u32>,
    /// Dictionary `country`.
    pub foreign_country: ScalarBuffer<u16>,
    /// Row of [`Dwellings`] or [`NO_ROW`].
    pub dwelling: ScalarBuffer<u32>,
    /// Row of [`Buildings`] or [`NO_ROW`].
    pub building: ScalarBuffer<u32>,
    /// Identity code of the spouse; 0 none.
    pub spouse_id: ScalarBuffer<u64>,
    /// Text; validity.
    pub foreign_address: StringArray,
    /// Text; validity.
    pub care_of: StringArray,
    /// Identity codes the person had before, `u64`.
    pub previous_ids: ListArray,
    /// Identity codes of guardians, `u64`.
    pub guardian_ids: ListArray,
    /// Codes of dictionary `surname`, `u32`.
    pub former_surnames: ListArray,
    /// Codes of dictionary `first_names`, `u32`.
    pub former_first_names: ListArray,
}

/// The rows of another table that belong to row `row` of this one.
fn rows_of(start: &[u32], end: u32, row: usize) -> Range<usize> {
    let from = start[row] as usize;
    let to = start.get(row + 1).copied().unwrap_or(end) as usize;
    from..to
}

/// `shard-NNNN.dwellings.arrow`: one row per dwelling.
#[derive(Debug, Clone)]
pub struct Dwellings {
    /// Row of [`Buildings`].
    pub building: ScalarBuffer<u32>,
    /// Row of [`Addresses`]: the address of the dwelling's `address_no`; [`NO_ROW`] if there is none.
    pub address: ScalarBuffer<u32>,
    /// First resident's row in [`Persons`]; the residents end where the next dwelling's begin.
    pub person_start: ScalarBuffer<u32>,
    /// Where the last dwelling's residents end; in the file: schema metadata of this name.
    pub person_end: u32,
    /// Living persons registered here.
    pub living: ScalarBuffer<u16>,
    /// Number; validity.
    pub rooms: ScalarBuffer<i32>,
    /// Number; validity.
    pub area_m2: ScalarBuffer<i32>,
    /// Number of the building's address.
    pub address_no: ScalarBuffer<i32>,
    /// Dictionary `stair`.
    pub stair: ScalarBuffer<u16>,
    /// Dictionary `apartment`.
    pub apartment: ScalarBuffer<u16>,
    /// Dictionary `divider`.
    pub divider: ScalarBuffer<u16>,
    /// The dwelling identifier.
    pub dwelling_id: StringArray,
}

impl Dwellings {
    /// Rows of [`Persons`] registered in a dwelling.
    #[inline]
    #[must_use]
    pub fn residents(&self, row: usize) -> Range<usize> {
        rows_of(&self.person_start, self.person_end, row)
    }
}

/// The columns criteria can ask of a building, both where people live and what they own.
#[derive(Debug, Clone)]
pub struct BuildingColumns {
    /// VTJ-PRT as the number of its first ten digits without the leading 1 and the check: 0–99 999 999.
    pub building_id: ScalarBuffer<u32>,
    /// Dictionary `use_1994`.
    pub use_1994: ScalarBuffer<u8>,
    /// Dictionary `class_2018`.
    pub class_2018: ScalarBuffer<u8>,
    /// Dictionary `heating_method`.
    pub heating_method: ScalarBuffer<u8>,
    /// Dictionary `heating_source`.
    pub heating_source: ScalarBuffer<u8>,
    /// Dictionary `code_version`.
    pub code_version: ScalarBuffer<u8>,
    /// Bits of `order::criteria::Connection`.
    pub connections: ScalarBuffer<u8>,
    /// Dictionary `permit_action`.
    pub permit_action: ScalarBuffer<u8>,
    /// Date; validity.
    pub completed: ScalarBuffer<i32>,
    /// Date; validity.
    pub permit_date: ScalarBuffer<i32>,
    /// Number; validity.
    pub floors: ScalarBuffer<i32>,
    /// Number; validity.
    pub floor_area_m2: ScalarBuffer<i32>,
    /// Metres; validity. A position is null when either part is.
    pub north: ScalarBuffer<i32>,
    /// Metres; validity.
    pub east: ScalarBuffer<i32>,
}

/// `shard-NNNN.buildings.arrow`: one row per building, occupied or not.
#[derive(Debug, Clone)]
pub struct Buildings {
    /// What criteria ask of.
    pub columns: BuildingColumns,
    /// Dictionary `municipality`.
    pub municipality: ScalarBuffer<u16>,
    /// First resident's row in [`Persons`].
    pub person_start: ScalarBuffer<u32>,
    /// First row in [`Dwellings`].
    pub dwelling_start: ScalarBuffer<u32>,
    /// First row in [`Addresses`].
    pub address_start: ScalarBuffer<u32>,
    /// Where the last building's residents end; in the file: schema metadata of this name.
    pub person_end: u32,
    /// Where the last building's dwellings end; likewise.
    pub dwelling_end: u32,
    /// Where the last building's addresses end; likewise.
    pub address_end: u32,
    /// Text; validity.
    pub permit_id: StringArray,
}

impl Buildings {
    /// Rows of [`Persons`] that live in a building.
    #[inline]
    #[must_use]
    pub fn residents(&self, row: usize) -> Range<usize> {
        rows_of(&self.person_start, self.person_end, row)
    }

    /// Rows of [`Dwellings`] of a building.
    #[must_use]
    pub fn dwellings(&self, row: usize) -> Range<usize> {
        rows_of(&self.dwelling_start, self.dwelling_end, row)
    }

    /// Rows of [`Addresses`] of a building.
    #[must_use]
    pub fn addresses(&self, row: usize) -> Range<usize> {
        rows_of(&self.address_start, self.address_end, row)
    }
}

/// `shard-NNNN.addresses.arrow`: one row per address of a building, by building and `address_no`.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Number of the address within its building.
    pub address_no: ScalarBuffer<i32>,
    /// Dictionary `street`.
    pub street_fi: ScalarBuffer<u32>,
    /// Dictionary `street`; 0 none.
    pub street_sv: ScalarBuffer<u32>,
    /// Dictionary `house_number`; 0 none.
    pub house_number: ScalarBuffer<u32>,
    /// Dictionary `postal_code`.
    pub postal_code: ScalarBuffer<u16>,
    /// Dictionary `post_office`.
    pub post_office_fi: ScalarBuffer<u16>,
    /// Dictionary `post_office`; 0 none.
    pub post_office_sv: ScalarBuffer<u16>,
}

/// `shard-NNNN.owned.arrow`: what the persons of this shard own, wherever it stands; by person row, then building.
#[derive(Debug, Clone)]
pub struct Owned {
    /// Row of [`Persons`].
    pub person: ScalarBuffer<u32>,
    /// Dictionary `owner_type`.
    pub owner_type: ScalarBuffer<u8>,
    /// A copy of the building's columns.
    pub columns: BuildingColumns,
}

/// `shard-NNNN.other_owners.arrow`: owners of this shard's buildings that are not persons of the register.
#[derive(Debug, Clone)]
pub struct OtherOwners {
    /// Row of [`Buildings`].
    pub building: ScalarBuffer<u32>,
    /// Dictionary `owner_type`.
    pub owner_type: ScalarBuffer<u8>,
}

/// `shard-NNNN.previous_addresses.arrow`: by person row, then newest first.
#[derive(Debug, Clone)]
pub struct PreviousAddresses {
    /// Row of [`Persons`].
    pub person: ScalarBuffer<u32>,
    /// Dictionary `street`.
    pub street_fi: ScalarBuffer<u32>,
    /// Dictionary `street`; 0 none.
    pub street_sv: ScalarBuffer<u32>,
    /// Dictionary `house_number`; 0 none.
    pub house_number: ScalarBuffer<u32>,
    /// Dictionary `stair`.
    pub stair: ScalarBuffer<u16>,
    /// Dictionary `apartment`.
    pub apartment: ScalarBuffer<u16>,
    /// Dictionary `divider`.
    pub divider: ScalarBuffer<u16>,
    /// Dictionary `postal_code`.
    pub postal_code: ScalarBuffer<u16>,
    /// Date; validity.
    pub since: ScalarBuffer<i32>,
    /// Date.
    pub until: ScalarBuffer<i32>,
}

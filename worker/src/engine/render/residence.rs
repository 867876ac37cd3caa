//! The columns of where a person lives, written from codes at hand: a row at a time, without looking anything up in tables.

use poimuri_shared::order::delivered::Column;

use super::address::{Address, in_language, is_swedish};
use super::{Rendered, Renderer, csv};
use crate::engine::EngineError;
use crate::engine::tables::Tables;

/// Where a person lives, as codes of dictionaries: street and post office by their names in the language the person is served
/// in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Residence {
    pub(crate) street: u32,
    pub(crate) house_number: u32,
    pub(crate) stair: u16,
    pub(crate) apartment: u16,
    pub(crate) divider: u16,
    pub(crate) postal_code: u16,
    pub(crate) post_office: u16,
    pub(crate) municipality: u16,
}

/// The code that a column is the text of.
type CodeOf = fn(&Residence) -> u16;

/// The columns that are the text of one code.
const CODES: [(Column, CodeOf); 3] = [
    (Column::PostalCode, |residence| residence.postal_code),
    (Column::PostOffice, |residence| residence.post_office),
    (Column::Municipality, |residence| residence.municipality),
];

impl Residence {
    /// Of a person of a shard; none without an address.
    pub(crate) fn of(
        tables: &Tables<'_>,
        row: usize,
        swedish: Option<u32>,
    ) -> Result<Option<Self>, EngineError> {
        let (persons, dwellings, addresses) = (tables.persons, tables.dwellings()?, tables.addresses()?);
        let dwelling = persons.dwelling[row] as usize;
        let address = dwellings.address.get(dwelling).map(|address| *address as usize);
        let Some(address) = address.filter(|address| *address < addresses.street_fi.len()) else {
            return Ok(None);
        };
        let named = |names: [u32; 2]| in_language(names, || is_swedish(tables, row, swedish));
        let offices = [addresses.post_office_fi[address], addresses.post_office_sv[address]];
        Ok(Some(Self {
            street: named([addresses.street_fi[address], addresses.street_sv[address]]),
            house_number: addresses.house_number[address],
            stair: dwellings.stair[dwelling],
            apartment: dwellings.apartment[dwelling],
            divider: dwellings.divider[dwelling],
            postal_code: persons.postal_code[row],
            post_office: u16::try_from(named(offices.map(u32::from))).unwrap_or(0),
            municipality: persons.municipality[row],
        }))
    }
}

impl Renderer {
    /// The columns a residence tells, as bits in the order of the columns.
    pub(crate) fn of_residence(&self) -> u64 {
        let is_told = |column| {
            column == Column::StreetAddress || CODES.iter().any(|(with_code, _)| *with_code == column)
        };
        (0_u32..)
            .zip(self.columns())
            .filter(|(_, column)| is_told(*column))
            .fold(0, |all, (index, _)| all | 1 << index)
    }

    /// Writes those of the columns of [`Self::of_residence`] that are `given`; the others are empty. Cells have commas between.
    pub(crate) fn residence(&self, residence: &Residence, given: u64, out: &mut Vec<u8>) {
        for (index, rendered) in (0_u32..).zip(&self.columns) {
            if index > 0 {
                out.push(b',');
            }
            if given >> index & 1 == 1 {
                csv::field(out, |out| rendered.residence(residence, out));
            }
        }
    }
}

impl Rendered {
    fn residence(&self, residence: &Residence, out: &mut Vec<u8>) {
        if self.column == Column::StreetAddress {
            let [stair, apartment, divider] =
                [residence.stair, residence.apartment, residence.divider].map(u32::from);
            let codes = [residence.street, residence.house_number, stair, apartment, divider];
            Address::of(&self.texts, codes).write(out);
        } else if let Some((_, code)) = CODES.iter().find(|(column, _)| *column == self.column) {
            out.extend_from_slice(self.text_of(code(residence).into()).as_bytes());
        }
    }
}

//! Columns of a shard's persons that are not in the source file as they are.

use std::sync::Arc;

use arrow_array::{ArrayRef, UInt16Array, UInt32Array};

use super::gather::integers;
use super::shard::{Making, Whole};
use crate::snapshot::dictionary::Dict;
use crate::snapshot::format::{Column, Kind};
use crate::snapshot::tables::{NO_ROW, NULL_I32, flag};

impl Making<'_> {
    /// Places of the persons' dwellings; [`NO_ROW`] without one.
    fn homes(&self) -> impl Iterator<Item = u32> {
        let dwellings = self.persons().raw("dwelling_id").into_iter();
        let places = &self.whole.order.dwelling_places;
        dwellings.map(|row| places.get(row as usize).copied().unwrap_or(NO_ROW))
    }

    /// Codes as written of the persons' postal codes; 0 without an address.
    pub(super) fn postal_codes(&self) -> Vec<u32> {
        let Whole { register, order, names, .. } = self.whole;
        let (codes, to) = (register.addresses.codes("postal_code"), names.dictionaries.to(Dict::PostalCode));
        let code = |home: u32| {
            let address = order.dwelling_addresses.get(home as usize)?;
            let row = order.addresses.get(*address as usize)?;
            Some(to[codes[*row as usize] as usize])
        };
        self.homes().map(|home| code(home).unwrap_or(0)).collect()
    }

    /// Codes as written of the persons' regions; 0 for none.
    pub(super) fn regions(&self) -> Vec<u32> {
        let to = self.whole.names.dictionaries.to(Dict::Region);
        let regions = &self.whole.names.regions;
        let municipalities = self.persons().raw("municipality").into_iter();
        municipalities.map(|code| to[regions[code as usize] as usize]).collect()
    }

    pub(super) fn person_column(&self, column: &Column) -> ArrayRef {
        let local = |place: u32, first: u32| if place == NO_ROW { NO_ROW } else { place - first };
        match column.name {
            "id" => self.persons().column(&Column { name: "person_id", ..*column }),
            "flags" => Arc::new(UInt16Array::from(self.flags())),
            "region" => integers(Kind::U8, self.regions()),
            "postal_code" => integers(Kind::U16, self.postal_codes()),
            "dwelling" => Arc::new(
                self.homes()
                    .map(|home| local(home, self.dwellings.0))
                    .collect::<Vec<_>>()
                    .into_iter()
                    .collect::<UInt32Array>(),
            ),
            "building" => {
                let Whole { register, order, .. } = self.whole;
                let of = register.dwellings.codes("building");
                let place = |home: u32| {
                    let row = order.dwellings.get(home as usize)?;
                    Some(order.building_places[of[*row as usize] as usize])
                };
                let places = self.homes().map(|home| place(home).unwrap_or(NO_ROW));
                let rows = places.map(|place| local(place, self.cut.buildings.start));
                Arc::new(UInt32Array::from(rows.collect::<Vec<_>>()))
            }
            _ => self.persons().column(column),
        }
    }

    fn flags(&self) -> Vec<u16> {
        let persons = self.persons();
        let mut flags = vec![0; persons.rows.len()];
        let columns = [
            ("no_marketing", flag::NO_MARKETING),
            ("no_register_update", flag::NO_REGISTER_UPDATE),
            ("no_contact_info", flag::NO_CONTACT_INFO),
            ("no_directory", flag::NO_DIRECTORY),
            ("no_genealogy", flag::NO_GENEALOGY),
        ];
        for (column, bit) in columns {
            set(&mut flags, bit, persons.small(column).into_iter().map(|yes| yes != 0));
        }
        for (column, bit) in [("death_date", flag::DEAD), ("security_until", flag::SECURITY)] {
            set(&mut flags, bit, persons.numbers(column).into_iter().map(|day| day != NULL_I32));
        }
        let addresses = &self.whole.order.dwelling_addresses;
        let has = |home: u32| addresses.get(home as usize).is_some_and(|address| *address != NO_ROW);
        set(&mut flags, flag::HAS_ADDRESS, self.homes().map(has));
        flags
    }
}

fn set(flags: &mut [u16], bit: u16, rows: impl Iterator<Item = bool>) {
    for (flags, yes) in flags.iter_mut().zip(rows) {
        *flags |= if yes { bit } else { 0 };
    }
}

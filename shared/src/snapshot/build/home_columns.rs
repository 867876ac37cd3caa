//! Columns of a shard's dwellings and buildings that are not in the source file as they are.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, UInt8Array, UInt16Array, UInt32Array};

use super::gather::Gather;
use super::shard::{Making, Whole, ends, part};
use crate::snapshot::format::Column;
use crate::snapshot::tables::{NO_ROW, NULL_I32};

impl Making<'_> {
    pub(super) fn dwelling_column(&self, column: &Column) -> ArrayRef {
        let Whole { register, order, .. } = self.whole;
        let rows = part(&order.dwellings, self.dwellings);
        let dwellings = self.gather(&register.dwellings, rows);
        let starts = &order.person_starts[self.dwellings.0 as usize..=self.dwellings.1 as usize];
        match column.name {
            "building" => {
                let first = self.cut.buildings.start;
                let place = |row: u32| order.building_places[row as usize] - first;
                Arc::new(dwellings.raw("building").into_iter().map(place).map(Some).collect::<UInt32Array>())
            }
            "address" => {
                let places = part(&order.dwelling_addresses, self.dwellings).iter();
                let local = |place: &u32| if *place == NO_ROW { NO_ROW } else { place - self.addresses.0 };
                Arc::new(UInt32Array::from(places.map(local).collect::<Vec<_>>()))
            }
            "person_start" => self.starts(starts.iter().copied()),
            "living" => {
                let deaths = register.persons.numbers("death_date");
                let living = |range: &[u32]| {
                    let residents = part(&order.persons, (range[0], range[1])).iter();
                    let living = residents.filter(|row| deaths[**row as usize] == NULL_I32).count();
                    u16::try_from(living).unwrap_or(u16::MAX)
                };
                Arc::new(UInt16Array::from(starts.windows(2).map(living).collect::<Vec<_>>()))
            }
            "dwelling_id" => {
                let texts = rows.iter().map(|row| Some(register.dwelling_ids.text(*row)));
                Arc::new(texts.collect::<StringArray>())
            }
            _ => dwellings.column(column),
        }
    }

    /// Positions as rows of the shard, without the last, which is the end.
    fn starts(&self, positions: impl ExactSizeIterator<Item = u32>) -> ArrayRef {
        let count = positions.len() - 1;
        let rows = positions.take(count).map(|position| position - self.cut.persons.start);
        Arc::new(UInt32Array::from(rows.collect::<Vec<_>>()))
    }

    pub(super) fn building_column(&self, column: &Column) -> ArrayRef {
        let Whole { register, order, .. } = self.whole;
        let (first, end) = ends(&self.cut.buildings);
        let buildings = self.gather(&register.buildings, part(&order.buildings, (first, end)));
        let local = |starts: &[u32], base: u32| -> ArrayRef {
            let starts = part(starts, (first, end)).iter().map(|start| start - base);
            Arc::new(UInt32Array::from(starts.collect::<Vec<_>>()))
        };
        match column.name {
            "person_start" => {
                let starts = (first..=end).map(|place| order.building_start(place as usize));
                self.starts(starts.collect::<Vec<_>>().into_iter())
            }
            "dwelling_start" => local(&order.dwelling_starts, self.dwellings.0),
            "address_start" => local(&order.address_starts, self.addresses.0),
            _ => building(buildings, column),
        }
    }
}

/// A column of a building that criteria ask for.
pub(super) fn building(buildings: Gather<'_>, column: &Column) -> ArrayRef {
    if column.name != "connections" {
        return buildings.column(column);
    }
    let mut connections = vec![0_u8; buildings.rows.len()];
    // The order of `order::criteria::Connection`.
    let columns = ["conn_sewer", "conn_water", "conn_electricity", "conn_gas", "conn_cable"];
    for (column, bit) in columns.iter().zip([1, 2, 4, 8, 16]) {
        for (connections, yes) in connections.iter_mut().zip(buildings.small(column)) {
            *connections |= if yes == 0 { 0 } else { bit };
        }
    }
    Arc::new(UInt8Array::from(connections))
}

//! The columns of one shard: source rows in global order, references turned into rows of the shard.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, UInt32Array};

use super::cut::Cut;
use super::gather::Gather;
use super::home_columns::building;
use super::load::Register;
use super::names::Names;
use super::order::Order;
use super::rows::Rows;
use crate::snapshot::format::{Column, Table as Kept};

/// Everything a shard is made of.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) register: &'a Register,
    pub(super) order: &'a Order,
    pub(super) names: &'a Names,
    pub(super) rows: &'a Rows,
}

/// One table of a shard, ready to be encoded.
pub(super) struct Made {
    pub(super) arrays: Vec<ArrayRef>,
    pub(super) metadata: Vec<(&'static str, u32)>,
}

/// One shard being made.
#[derive(Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) whole: Whole<'a>,
    pub(super) cut: &'a Cut,
    /// Places of its dwellings and addresses.
    pub(super) dwellings: (u32, u32),
    pub(super) addresses: (u32, u32),
}

pub(super) fn part<T>(all: &[T], range: (u32, u32)) -> &[T] {
    &all[range.0 as usize..range.1 as usize]
}

pub(super) const fn ends(range: &Range<u32>) -> (u32, u32) {
    (range.start, range.end)
}

impl<'a> Making<'a> {
    pub(super) fn new(whole: Whole<'a>, cut: &'a Cut) -> Self {
        let at = |starts: &[u32]| (starts[cut.buildings.start as usize], starts[cut.buildings.end as usize]);
        let (dwellings, addresses) = (at(&whole.order.dwelling_starts), at(&whole.order.address_starts));
        Self { whole, cut, dwellings, addresses }
    }

    pub(super) fn table(&self, table: Kept) -> Made {
        let metadata = match table {
            Kept::Dwellings => vec![("person_end", self.residents())],
            Kept::Buildings => vec![
                ("person_end", self.residents()),
                ("dwelling_end", self.dwellings.1 - self.dwellings.0),
                ("address_end", self.addresses.1 - self.addresses.0),
            ],
            Kept::Persons | Kept::Addresses | Kept::Owned | Kept::OtherOwners | Kept::PreviousAddresses => {
                vec![]
            }
        };
        let columns = table.columns();
        let array = |column: &Column| match table {
            Kept::Persons => self.person_column(column),
            Kept::Dwellings => self.dwelling_column(column),
            Kept::Buildings => self.building_column(column),
            Kept::Addresses => self.addresses().column(column),
            Kept::Owned => self.owned_column(column),
            Kept::OtherOwners => self.other_owner_column(column),
            Kept::PreviousAddresses => self.previous_column(column),
        };
        Made { arrays: columns.iter().map(array).collect(), metadata }
    }

    /// How many of the shard's persons live in its dwellings.
    fn residents(&self) -> u32 {
        self.cut.persons.end.min(self.whole.order.housed()).saturating_sub(self.cut.persons.start)
    }

    pub(super) fn gather(&self, table: &'a super::table::Table, rows: &'a [u32]) -> Gather<'a> {
        Gather { table, rows, names: self.whole.names }
    }

    pub(super) fn persons(&self) -> Gather<'a> {
        self.gather(&self.whole.register.persons, part(&self.whole.order.persons, ends(&self.cut.persons)))
    }

    fn addresses(&self) -> Gather<'a> {
        self.gather(&self.whole.register.addresses, part(&self.whole.order.addresses, self.addresses))
    }

    fn owned_column(&self, column: &Column) -> ArrayRef {
        let owners = self.gather(&self.whole.register.owners, self.whole.rows.owned(&self.cut.persons));
        match column.name {
            "person" => self.person_rows(owners),
            "owner_type" => owners.column(column),
            _ => {
                let rows = owners.raw("building");
                building(Gather { table: &self.whole.register.buildings, rows: &rows, ..owners }, column)
            }
        }
    }

    fn other_owner_column(&self, column: &Column) -> ArrayRef {
        let owners = self.gather(&self.whole.register.owners, self.whole.rows.other(&self.cut.buildings));
        if column.name == "building" {
            let places = &self.whole.order.building_places;
            let place = |row: u32| places[row as usize] - self.cut.buildings.start;
            Arc::new(UInt32Array::from(owners.raw("building").into_iter().map(place).collect::<Vec<_>>()))
        } else {
            owners.column(column)
        }
    }

    fn previous_column(&self, column: &Column) -> ArrayRef {
        let stays = self.gather(&self.whole.register.previous, self.whole.rows.previous(&self.cut.persons));
        if column.name == "person" { self.person_rows(stays) } else { stays.column(column) }
    }

    fn person_rows(&self, of: Gather<'_>) -> ArrayRef {
        let positions = &self.whole.order.positions;
        let row = |person: u32| positions[person as usize] - self.cut.persons.start;
        Arc::new(UInt32Array::from(of.raw("person").into_iter().map(row).collect::<Vec<_>>()))
    }
}

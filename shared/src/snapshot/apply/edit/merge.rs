//! What belonged to a person who turned out to be another: ownerships and previous addresses.

use std::collections::{BTreeMap, BTreeSet};

use super::row::{set_code, set_day};
use crate::snapshot::build::load::Register;
use crate::snapshot::build::table::Table;

/// Persons who were merged into others, in their order.
#[derive(Debug, Default)]
pub(super) struct Merges {
    /// By row of the person taken out: number of the merge, row of the person who stays.
    into: BTreeMap<u32, (usize, u32)>,
}

impl Merges {
    pub(super) fn add(&mut self, from: u32, to: u32) {
        self.into.insert(from, (self.into.len(), to));
    }

    /// Number of the merge and who the person is in the end.
    fn of(&self, person: u32) -> Option<(usize, u32)> {
        let (number, mut to) = *self.into.get(&person)?;
        while let Some((_, next)) = self.into.get(&to) {
            to = *next;
        }
        Some((number, to))
    }

    /// Rows of a table that belong to merged persons: number of the merge, row, who they go to.
    fn rows(&self, table: &Table) -> Vec<(usize, u32, u32)> {
        let people = table.codes("person");
        let moved = |row: u32| self.of(people[row as usize]).map(|(number, to)| (number, row, to));
        let mut rows: Vec<_> = table.kept_rows().filter_map(moved).collect();
        rows.sort_unstable();
        rows
    }

    /// Gives everything to who stays, after everything of theirs; what they own already once.
    pub(super) fn finish(&self, register: &mut Register) {
        if self.into.is_empty() {
            return;
        }
        let owners = &mut register.owners;
        let moved = self.rows(owners);
        let to: BTreeSet<u32> = moved.iter().map(|(.., to)| *to).collect();
        let key = |table: &Table, row: u32, person: u32| {
            let at = row as usize;
            (person, table.codes("building")[at], table.codes("owner_type")[at])
        };
        let own = owners.kept_rows().map(|row| (row, owners.codes("person")[row as usize]));
        let own = own.filter(|(_, person)| to.contains(person));
        let mut owned: BTreeSet<_> = own.map(|(row, person)| key(owners, row, person)).collect();
        for (_, row, to) in moved {
            owners.remove(row);
            let (_, building, owner_type) = key(owners, row, to);
            if owned.insert((to, building, owner_type)) {
                let new = owners.push() as usize;
                for (column, code) in [("person", to), ("building", building), ("owner_type", owner_type)] {
                    set_code(owners, column, new, code);
                }
            }
        }
        let stays = &mut register.previous;
        for (_, row, to) in self.rows(stays) {
            stays.remove(row);
            copy(stays, row as usize, to);
        }
    }
}

fn copy(stays: &mut Table, row: usize, person: u32) {
    let columns = ["street_fi", "street_sv", "house_number", "stair", "apartment", "divider", "postal_code"];
    let codes = columns.map(|column| (column, stays.codes(column)[row]));
    let days = ["since", "until"].map(|column| (column, stays.numbers(column)[row]));
    let new = stays.push() as usize;
    set_code(stays, "person", new, person);
    for (column, code) in codes {
        set_code(stays, column, new, code);
    }
    for (column, day) in days {
        set_day(stays, column, new, day);
    }
}

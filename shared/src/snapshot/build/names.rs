//! What the dictionaries hold in the end: texts of kept rows alone, given names taken apart, regions.

use super::error::BuildError;
use super::intern::{Dictionaries, Interners};
use super::load::Register;
use super::values::Lists;
use crate::register::codes::region_of;
use crate::snapshot::dictionary::Dict;

/// Dictionaries and what is derived from them.
pub(super) struct Names {
    pub(super) dictionaries: Dictionaries,
    /// By code of a whole text of first names, as met: codes of its given names, as met.
    given: Lists<u32>,
    /// By code of a municipality, as met: code of its region, as met.
    pub(super) regions: Vec<u32>,
}

impl Names {
    /// Takes the interners out of the register, once its rows are judged.
    pub(super) fn new(register: &mut Register) -> Result<Self, BuildError> {
        let mut used: Vec<Vec<bool>> = Dict::ALL.iter().map(|dict| mark(register, *dict)).collect();
        let interners = std::mem::replace(&mut register.interners, Interners::new());
        let given = split(&interners, &mut used);
        let regions = regions(&interners, &mut used);
        Ok(Self { dictionaries: Dictionaries::finish(interners, &used)?, given, regions })
    }

    /// For each entry of the dictionary of first names the codes of its given names, in their order.
    pub(super) fn given(&self) -> Vec<Vec<u32>> {
        let to = self.dictionaries.to(Dict::GivenName);
        let order = self.dictionaries.order(Dict::FirstNames).iter();
        order
            .map(|code| self.given.get(*code as usize).iter().map(|given| to[*given as usize]).collect())
            .collect()
    }
}

/// By code whether a kept row has it.
fn mark(register: &Register, dict: Dict) -> Vec<bool> {
    let mut used = vec![false; register.interners.lock(dict).len() + 1];
    for table in register.tables() {
        for (column, _) in table.coded().iter().filter(|(_, of)| *of == dict) {
            match table.code_or_lists(column) {
                Ok(codes) => {
                    for row in table.kept_rows() {
                        used[codes[row as usize] as usize] = true;
                    }
                }
                Err(lists) => {
                    for code in table.kept_rows().flat_map(|row| lists.get(row as usize)) {
                        used[*code as usize] = true;
                    }
                }
            }
        }
    }
    used
}

fn place(dict: Dict) -> usize {
    Dict::ALL.iter().position(|other| *other == dict).unwrap_or(0)
}

/// The parts of first names between spaces become given names.
fn split(interners: &Interners, used: &mut [Vec<bool>]) -> Lists<u32> {
    let whole = interners.lock(Dict::FirstNames);
    let mut given = interners.lock(Dict::GivenName);
    let mut lists = Lists { starts: vec![0], items: Vec::new() };
    for code in 0..=u32::try_from(whole.len()).unwrap_or(u32::MAX) {
        let parts = whole.text(code).split(' ').filter(|part| !part.is_empty());
        if used[place(Dict::FirstNames)][code as usize] {
            lists.items.extend(parts.map(|part| given.intern(part)));
        }
        lists.starts.push(u32::try_from(lists.items.len()).unwrap_or(u32::MAX));
    }
    let marks = &mut used[place(Dict::GivenName)];
    marks.resize(given.len() + 1, false);
    for code in &lists.items {
        marks[*code as usize] = true;
    }
    lists
}

fn regions(interners: &Interners, used: &mut [Vec<bool>]) -> Vec<u32> {
    let municipalities = interners.lock(Dict::Municipality);
    let mut regions = interners.lock(Dict::Region);
    let mut codes = Vec::with_capacity(municipalities.len() + 1);
    for code in 0..=u32::try_from(municipalities.len()).unwrap_or(u32::MAX) {
        let region = region_of(municipalities.text(code));
        let region = region.filter(|_| used[place(Dict::Municipality)][code as usize]);
        codes.push(region.map_or(0, |region| regions.intern(region)));
    }
    used[place(Dict::Region)] = vec![true; regions.len() + 1];
    codes
}

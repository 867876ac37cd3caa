//! Codes of one snapshot as codes of the other, and addresses in words.

use hashbrown::HashMap;

use super::side::People;
use crate::snapshot::dictionary::Dict;
use crate::snapshot::tables::NO_ROW;
use crate::snapshot::{Snapshot, SnapshotError};

/// Stands for a text the newer snapshot does not have.
const NOWHERE: u32 = u32::MAX;

/// Dictionaries people are compared by.
const DICTS: [Dict; 11] = [
    Dict::Surname,
    Dict::FirstNames,
    Dict::GivenName,
    Dict::MotherTongue,
    Dict::Municipality,
    Dict::Country,
    Dict::Occupation,
    Dict::Street,
    Dict::HouseNumber,
    Dict::PostalCode,
    Dict::PostOffice,
];

/// By dictionary and code of the older snapshot: the code of the newer one.
pub(super) struct Maps(Vec<Vec<u32>>);

impl Maps {
    pub(super) fn new(old: &Snapshot, new: &Snapshot) -> Result<Self, SnapshotError> {
        DICTS.iter().map(|dict| map(old, new, *dict)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether two codes stand for the same text.
    pub(super) fn same(&self, dict: Dict, old: impl Into<u32>, new: impl Into<u32>) -> bool {
        let place = DICTS.iter().position(|other| *other == dict).unwrap_or(DICTS.len());
        let code = self.0.get(place).and_then(|codes| codes.get(old.into() as usize));
        code == Some(&new.into())
    }

    pub(super) fn same_all(&self, dict: Dict, old: &[u32], new: &[u32]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.same(dict, *old, *new))
    }
}

fn map(old: &Snapshot, new: &Snapshot, dict: Dict) -> Result<Vec<u32>, SnapshotError> {
    let (old, new) = (old.dictionary(dict)?, new.dictionary(dict)?);
    let codes: HashMap<&str, u32> =
        (1..=new.len()).filter_map(|code| Some((new.text(code)?, code))).collect();
    let code = |code| old.text(code).and_then(|text| codes.get(text)).copied().unwrap_or(NOWHERE);
    Ok(std::iter::once(0).chain((1..=old.len()).map(code)).collect())
}

/// The dwelling of a person, if there is one.
fn dwelling<'p>(people: &'p People<'_>, row: usize) -> Option<(usize, &'p str)> {
    let dwelling = people.persons.dwelling[row];
    let row = dwelling as usize;
    (dwelling != NO_ROW).then(|| (row, people.dwellings.dwelling_id.value(row)))
}

/// How two homes compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    Same,
    Renamed,
    Other,
}

/// Compares where a person lives in the older and the newer snapshot.
pub(super) fn compare(old: (&People<'_>, usize), new: (&People<'_>, usize), maps: &Maps) -> Home {
    match (dwelling(old.0, old.1), dwelling(new.0, new.1)) {
        (None, None) => Home::Same,
        (Some((old_row, old_id)), Some((new_row, new_id))) if old_id == new_id => {
            let addresses = (old.0.dwellings.address[old_row], new.0.dwellings.address[new_row]);
            if same_words((old.0, addresses.0), (new.0, addresses.1), maps) {
                Home::Same
            } else {
                Home::Renamed
            }
        }
        (Some(_) | None, Some(_) | None) => Home::Other,
    }
}

fn same_words(old: (&People<'_>, u32), new: (&People<'_>, u32), maps: &Maps) -> bool {
    let ((old, old_row), (new, new_row)) = (old, new);
    if old_row == NO_ROW || new_row == NO_ROW {
        return old_row == new_row;
    }
    let (old, new, from, to) = (old.addresses, new.addresses, old_row as usize, new_row as usize);
    maps.same(Dict::Street, old.street_fi[from], new.street_fi[to])
        && maps.same(Dict::Street, old.street_sv[from], new.street_sv[to])
        && maps.same(Dict::HouseNumber, old.house_number[from], new.house_number[to])
        && maps.same(Dict::PostalCode, old.postal_code[from], new.postal_code[to])
        && maps.same(Dict::PostOffice, old.post_office_fi[from], new.post_office_fi[to])
        && maps.same(Dict::PostOffice, old.post_office_sv[from], new.post_office_sv[to])
}

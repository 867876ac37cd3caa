//! The rows of a part against the persons of a shard, by surname and address: the few persons whose key may be a row's
//! pass a filter of the part's keys and are then searched for in their sorted list.

use poimuri_shared::snapshot::lists::codes;
use poimuri_shared::snapshot::tables::{NULL_I32, flag};
use serde::{Deserialize, Serialize};

use super::Updating;
use super::agree::{Former, Person, look_up_given_names};
use super::candidates::{Candidate, Candidates, Key};
use super::dates::is_slip;
use super::hash::Hashing;
use super::names::NameKey;
use super::places::Home;
use super::probe::Probe;
use super::row::RowKeys;
use crate::engine::{EngineError, Tables};

/// Pairs of a person and a row that are looked at before they are compared.
const PAIRS: usize = 512;

/// The rows of a part, and their keys of surname and address in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub(crate) rows: Vec<RowKeys>,
    /// Keys and the rows that have them, ascending.
    pub(crate) keys: Vec<(u64, u32)>,
}

/// The keys the persons of a shard may be found by, person by person.
#[derive(Debug)]
pub struct ShardKeys(Vec<(u64, u32)>);

fn address_key(hashing: Hashing, surname: NameKey, street: u64, number: u64) -> u64 {
    hashing.join([surname.bare, street, number])
}

impl Part {
    /// Rows with the keys that are complete and that the permit allows.
    pub(crate) fn new(rows: Vec<RowKeys>, updating: &Updating) -> Self {
        let mut keys = Vec::new();
        for (index, row) in (0_u32..).zip(&rows) {
            let Some(address) = &row.address else { continue };
            if updating.keys_of(row).address {
                let street = address.street;
                let of = |number| (address_key(updating.hashing, row.surname(), street, number), index);
                keys.extend(row.numbers().map(of));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Self { rows, keys }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The packed identity code of each row; 0 for none, or if the permit does not allow it.
    #[must_use]
    pub fn codes(&self, updating: &Updating) -> Vec<u64> {
        self.rows.iter().map(|row| if updating.permitted.code { row.code } else { 0 }).collect()
    }
}

impl ShardKeys {
    /// The keys of every person: present and former surnames with every address.
    ///
    /// # Errors
    /// A table is missing.
    pub fn new(updating: &Updating, tables: &Tables<'_>) -> Result<Self, EngineError> {
        let (register, hashing) = (&updating.register, updating.hashing);
        let previous = tables.previous()?;
        let mut keys = Vec::with_capacity(tables.rows() * 4);
        let mut places = Vec::new();
        let mut next = 0;
        for row in 0..tables.rows() {
            let person = u32::try_from(row).unwrap_or(u32::MAX);
            places.clear();
            places.extend(Home::of(tables, row)?.map(|home| register.places.place(&home)));
            while previous.person.get(next).is_some_and(|of| *of == person) {
                places.push(register.places.place(&Home::before(previous, next)));
                next += 1;
            }
            let former = codes(&tables.persons.former_surnames, row);
            for code in std::iter::once(&tables.persons.surname[row]).chain(former) {
                let surname = register.surname(*code);
                for place in places.iter().filter(|place| place.number != 0) {
                    let streets = place.streets.into_iter().filter(|street| *street != 0);
                    let of = |street| (address_key(hashing, surname, street, place.number), person);
                    keys.extend(streets.map(of));
                }
            }
        }
        Ok(Self(keys))
    }
}

/// The persons of a shard that the rows of a part may stand for by their addresses.
///
/// # Errors
/// A table is missing.
pub fn match_shard(
    updating: &Updating,
    probe: &Probe<'_>,
    tables: &Tables<'_>,
    keys: &ShardKeys,
) -> Result<Candidates, EngineError> {
    let likely = probe.likely(&keys.0);
    let person = |person: u32| Person::of(updating, tables, person as usize);
    let pairs = likely.into_iter();
    let pairs = pairs.flat_map(|(key, of)| probe.rows(key).map(move |row| (of, row)));
    let pairs: Vec<(Person<'_>, u32)> = pairs.map(|(of, row)| (person(of), row)).collect();
    Ok(Candidates::of(compare(updating, &probe.part().rows, &pairs)?))
}

/// Those of pairs of a person and a row in which one may stand for the other.
pub(super) fn compare(
    updating: &Updating,
    rows: &[RowKeys],
    pairs: &[(Person<'_>, u32)],
) -> Result<Vec<Candidate>, EngineError> {
    let mut found = Vec::new();
    for pairs in pairs.chunks(PAIRS) {
        // By themselves: many cache misses are then on their way at once.
        let persons: Vec<Person<'_>> = pairs.iter().map(|(person, _)| person.named()).collect();
        let surnames: Vec<NameKey> = pairs.iter().map(|(_, row)| rows[*row as usize].surname()).collect();
        let named = pairs.iter().zip(persons).zip(surnames);
        let named = named
            .filter_map(|(((_, row), person), surname)| Some(((*row, person.has_surname(surname)?), person)));
        let (agreeing, mut persons): (Vec<(u32, Former)>, Vec<Person<'_>>) = named.unzip();
        look_up_given_names(&mut persons);
        let known: Vec<(i32, bool)> =
            persons.iter().map(|person| (person.birth(), person.is_barred(updating))).collect();
        for (((row, surname), person), known) in agreeing.iter().zip(&persons).zip(known) {
            found.extend(updating.candidates((*row, &rows[*row as usize]), (person, *surname), known)?);
        }
    }
    Ok(found)
}

impl Updating {
    /// The person with the row's surname as a candidate of the row, by each key that agrees.
    fn candidates(
        &self,
        (index, row): (u32, &RowKeys),
        (person, surname): (&Person<'_>, Former),
        (birth, is_barred): (i32, bool),
    ) -> Result<impl Iterator<Item = Candidate> + use<>, EngineError> {
        let allowed = self.keys_of(row);
        let given = row.names.as_ref().and_then(|names| person.has_given_names(names));
        let is_former = surname.0 || given.is_some_and(|given| given.0);
        let by_birth = given.is_some() && allowed.birth_date && row.birth == birth;
        let by_address =
            given.is_some() && allowed.address && is_slip(row.birth, birth) && person.has_address(row)?;
        let first = person.tables.first_position;
        let position = u32::try_from(first + person.row as u64).unwrap_or(u32::MAX);
        let keys = [(by_birth, Key::BirthDate), (by_address, Key::Address)];
        let agreeing = keys.into_iter().filter(|(agrees, _)| *agrees);
        Ok(agreeing.map(move |(_, key)| Candidate { row: index, key, position, is_barred, is_former }))
    }

    /// Whether nothing of a person may be told.
    pub(crate) const fn is_barred(&self, security_until: i32, flags: u16) -> bool {
        let is_protected = security_until != NULL_I32 && security_until >= self.reference_day;
        let forbids = flags & flag::NO_REGISTER_UPDATE != 0;
        is_protected || forbids && !self.is_exempt
    }
}

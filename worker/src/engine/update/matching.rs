//! The rows of a part against everybody, by date of birth and by address: the few persons who stand where a row looks are
//! compared with it field by field.

use poimuri_shared::snapshot::tables::{NULL_I32, flag};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Updating;
use super::agree::{Former, Person, look_up_given_names};
use super::ask::{bounds, packed, shard_of, unpacked};
use super::births::Births;
use super::candidates::{Candidate, Candidates, Key};
use super::dates::is_slip;
use super::homes::{Homes, home_key};
use super::names::{NameKey, NameKeys};
use super::places::Home;
use super::row::RowKeys;
use crate::engine::{EngineError, Tables};

/// Pairs of a person and a row that are looked at before they are compared.
const PAIRS: usize = 512;
/// Rows, and pairs, that one thread works on at once.
const CHUNK: usize = 4_096;

/// The rows of a part, and their keys of surname and address in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub(crate) rows: Vec<RowKeys>,
    /// Keys and the rows that have them, ascending.
    pub(crate) keys: Vec<(u64, u32)>,
}

impl Part {
    /// Rows with the keys that are complete and that the permit allows.
    pub(crate) fn new(rows: Vec<RowKeys>, updating: &Updating) -> Self {
        let keys_of = |(index, row): (usize, &RowKeys)| {
            let street = row.address.as_ref().filter(|_| updating.keys_of(row).address)?.street;
            let (surname, index) = (row.surname(), u32::try_from(index).unwrap_or(u32::MAX));
            let key = |number| (home_key(updating.register.hashing, surname, street, number), index);
            Some(row.numbers().map(key).collect::<SmallVec<[(u64, u32); 2]>>())
        };
        let all = rows.par_iter().enumerate().with_min_len(CHUNK).filter_map(keys_of);
        let mut keys: Vec<(u64, u32)> = all.flatten_iter().collect();
        keys.par_sort_unstable();
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

    /// Who stands where rows with a date of birth look: a position and a row, packed.
    fn by_birth(&self, updating: &Updating, births: &Births) -> Vec<u64> {
        let rows = (0_u32..).zip(&self.rows).filter(|(_, row)| updating.keys_of(row).birth_date);
        let asked = rows.map(|(index, row)| {
            let hash = row.names.as_ref().map_or(0, |names| names.surname_hash);
            (row.birth, hash, index)
        });
        // Day by day: rows of one day look at the same people.
        let mut asked: Vec<(i32, u32, u32)> = asked.collect();
        asked.par_sort_unstable();
        let of_chunk = |asked: &[(i32, u32, u32)]| -> Vec<u64> {
            let pairs = asked
                .iter()
                .flat_map(|(day, hash, row)| births.with(*day, *hash).map(|position| packed(position, *row)));
            pairs.collect()
        };
        asked.par_chunks(CHUNK).flat_map_iter(of_chunk).collect()
    }

    /// The same of rows with an address.
    fn by_home(&self, homes: &Homes) -> Vec<u64> {
        let of_chunk = |keys: &[(u64, u32)]| -> Vec<u64> {
            let pairs =
                keys.iter().flat_map(|(key, row)| homes.with(*key).map(|position| packed(position, *row)));
            pairs.collect()
        };
        self.keys.par_chunks(CHUNK).flat_map_iter(of_chunk).collect()
    }
}

/// The persons that rows of a part may stand for by date of birth and by address; `shards` are those of the whole snapshot.
///
/// # Errors
/// The shards are not those of a snapshot, or a table is missing.
pub fn match_part(
    updating: &Updating,
    part: &Part,
    (births, homes): (Option<&Births>, Option<&Homes>),
    shards: &[Tables<'_>],
) -> Result<Candidates, EngineError> {
    let bounds = bounds(shards)?;
    let mut pairs = births.map_or_else(Vec::new, |births| part.by_birth(updating, births));
    pairs.extend(homes.iter().flat_map(|homes| part.by_home(homes)));
    // Columns of persons are then gone through from end to end; who is found both ways is compared once.
    pairs.par_sort_unstable();
    pairs.dedup();
    let of_chunk = |pairs: &[u64]| {
        let of_pair = |pair: &u64| {
            let (position, row) = unpacked(*pair);
            Ok((updating.person(&shards[shard_of(position, &bounds)], position)?, row))
        };
        let pairs: Result<Vec<(Person<'_>, u32)>, EngineError> = pairs.iter().map(of_pair).collect();
        compare(updating, &part.rows, &pairs?)
    };
    let found: Result<Vec<Vec<Candidate>>, EngineError> = pairs.par_chunks(CHUNK).map(of_chunk).collect();
    Ok(Candidates::of(found?.concat()))
}

/// Those of pairs of a person and a row in which one may stand for the other. Step by step: many cache misses are then on
/// their way at once.
fn compare(
    updating: &Updating,
    rows: &[RowKeys],
    pairs: &[(Person<'_>, u32)],
) -> Result<Vec<Candidate>, EngineError> {
    let mut found = Vec::new();
    for pairs in pairs.chunks(PAIRS) {
        let persons: Vec<Person<'_>> = pairs.iter().map(|(person, _)| person.named()).collect();
        let names: Vec<Option<&NameKeys>> =
            pairs.iter().map(|(_, row)| rows[*row as usize].names.as_deref()).collect();
        let surnames: Vec<Option<NameKey>> = names.iter().map(|names| Some((*names)?.surname)).collect();
        let named = pairs.iter().zip(persons).zip(names).zip(surnames);
        let named = named.filter_map(|((((_, row), person), names), surname)| {
            let former = person.has_surname(surname?)?;
            Some(((*row, names?, former), person))
        });
        let (agreeing, mut persons): (Vec<(u32, &NameKeys, Former)>, Vec<Person<'_>>) = named.unzip();
        look_up_given_names(&mut persons);
        let named = agreeing.iter().zip(&persons).filter_map(|((row, names, surname), person)| {
            let given = person.has_given_names(names)?;
            Some(Named { row: *row, person: *person, is_former: surname.0 || given.0 })
        });
        updating.candidates(rows, &named.collect::<Vec<Named<'_>>>(), &mut found)?;
    }
    Ok(found)
}

/// A person with all names of a row.
struct Named<'a> {
    row: u32,
    person: Person<'a>,
    /// Whether one of the names is a former one.
    is_former: bool,
}

impl Updating {
    /// Persons with the names of rows as candidates of these, by each key that agrees.
    fn candidates(
        &self,
        rows: &[RowKeys],
        named: &[Named<'_>],
        found: &mut Vec<Candidate>,
    ) -> Result<(), EngineError> {
        let births: Vec<i32> = named.iter().map(|of| of.person.birth()).collect();
        let barred: Vec<bool> = named.iter().map(|of| of.person.is_barred(self)).collect();
        let homes = Home::of_persons(named.iter().map(|of| (of.person.tables, of.person.row)))?;
        for (((of, birth), is_barred), home) in named.iter().zip(births).zip(barred).zip(homes) {
            let row = &rows[of.row as usize];
            let allowed = self.keys_of(row);
            let by_birth = allowed.birth_date && row.birth == birth;
            let by_address =
                allowed.address && is_slip(row.birth, birth) && of.person.has_address(row, home.as_ref())?;
            let first = of.person.tables.first_position;
            let position = u32::try_from(first + of.person.row as u64).unwrap_or(u32::MAX);
            let keys = [(by_birth, Key::BirthDate), (by_address, Key::Address)];
            let agreeing = keys.into_iter().filter(|(agrees, _)| *agrees);
            let is_former = of.is_former;
            found.extend(agreeing.map(|(_, key)| Candidate {
                row: of.row,
                key,
                position,
                is_barred,
                is_former,
            }));
        }
        Ok(())
    }

    /// Whether nothing of a person may be told.
    pub(crate) const fn is_barred(&self, security_until: i32, flags: u16) -> bool {
        let is_protected = security_until != NULL_I32 && security_until >= self.reference_day;
        let forbids = flags & flag::NO_REGISTER_UPDATE != 0;
        is_protected || forbids && !self.is_exempt
    }
}

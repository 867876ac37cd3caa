//! The rows of a part against everybody, by date of birth and by address: the few persons who stand where a row looks are
//! compared with it field by field.

use poimuri_shared::snapshot::tables::{NULL_I32, flag};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Updating;
use super::ask::{bounds, packed};
use super::bearers::Bearers;
use super::births::Births;
use super::candidates::{Candidate, Candidates};
use super::comparing::Comparing;
use super::homes::{Homes, home_key};
use super::in_brief::Everybody;
use super::row::RowKeys;
use crate::engine::{EngineError, Tables};

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

    /// Who stands where rows with a date of birth look: a row and a position, packed.
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
                .flat_map(|(day, hash, row)| births.with(*day, *hash).map(|position| packed(*row, position)));
            pairs.collect()
        };
        asked.par_chunks(CHUNK).flat_map_iter(of_chunk).collect()
    }

    /// The same of rows with an address.
    fn by_home(&self, homes: &Homes) -> Vec<u64> {
        let of_chunk = |keys: &[(u64, u32)]| -> Vec<u64> {
            let mut pairs = Vec::with_capacity(2 * keys.len());
            homes.with(keys, |position, row| pairs.push(packed(row, position)));
            pairs
        };
        self.keys.par_chunks(CHUNK).flat_map_iter(of_chunk).collect()
    }
}

/// Everybody, as far as rows are matched by it.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    /// By day of birth, where rows are matched by that.
    pub births: Option<&'a Births>,
    /// By home, and in brief, where rows are matched by address.
    pub homes: Option<(&'a Homes, &'a Everybody)>,
    /// As bearers of names.
    pub bearers: &'a Bearers,
}

/// The persons that rows of a part may stand for by date of birth and by address; `shards` are those of the whole snapshot.
///
/// # Errors
/// The shards are not those of a snapshot, or a table is missing.
pub fn match_part(
    updating: &Updating,
    part: &Part,
    people: People<'_>,
    shards: &[Tables<'_>],
) -> Result<Candidates, EngineError> {
    let People { births, homes, bearers } = people;
    let mut pairs = births.map_or_else(Vec::new, |births| part.by_birth(updating, births));
    pairs.extend(homes.iter().flat_map(|(homes, _)| part.by_home(homes)));
    // Rows are then gone through from end to end; who is found both ways is compared once.
    pairs.par_sort_unstable();
    pairs.dedup();
    let bounds = &bounds(shards)?;
    let briefs = homes.map(|(_, briefs)| briefs);
    let comparing = Comparing { updating, rows: &part.rows, bearers, briefs, shards, bounds };
    let found = pairs.par_chunks(CHUNK).map(|pairs| comparing.candidates(pairs));
    Ok(Candidates::of(found.collect::<Result<Vec<Vec<Candidate>>, EngineError>>()?.concat()))
}

impl Updating {
    /// Whether nothing of a person may be told.
    pub(crate) const fn is_barred(&self, security_until: i32, flags: u16) -> bool {
        let is_protected = security_until != NULL_I32 && security_until >= self.reference_day;
        let forbids = flags & flag::NO_REGISTER_UPDATE != 0;
        is_protected || forbids && !self.is_exempt
    }
}

//! The rows of a part against everybody, by date of birth and by address: the few persons who stand where a row looks are
//! compared with it field by field.

use std::borrow::Cow;
use std::ops::Range;

use poimuri_shared::snapshot::tables::{NULL_I32, flag};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Updating;
use super::ask::{bounds, packed};
use super::bearers::Bearers;
use super::births::{Births, birth_key};
use super::candidates::Candidates;
use super::comparing::Comparing;
use super::homes::{Homes, home_key};
use super::in_brief::Everybody;
use super::row::AddressKey;
use super::rows::Rows;
use crate::engine::{EngineError, Tables};

/// Rows that one thread works on at once.
const CHUNK: usize = 4_096;

/// The rows of a part as keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub(crate) rows: Rows,
}

impl Part {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// The packed identity code of each row; 0 for none, or if the permit does not allow it.
    #[must_use]
    pub fn codes(&self, updating: &Updating) -> Cow<'_, [u64]> {
        let codes = if updating.permitted.code { self.rows.codes() } else { &[] };
        if codes.len() == self.len() {
            return Cow::Borrowed(codes);
        }
        let mut all = codes.to_vec();
        all.resize(self.len(), 0);
        Cow::Owned(all)
    }
}

/// Everybody, as far as rows are matched by it.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    /// By surname and day of birth, where rows are matched by that.
    pub births: Option<&'a Births>,
    /// By home, and in brief, where rows are matched by address.
    pub homes: Option<(&'a Homes, &'a Everybody)>,
    /// As bearers of names.
    pub bearers: &'a Bearers,
}

impl People<'_> {
    /// Who stands where some rows look: a row and a position, packed, in the order of the rows; who is found both ways is there
    /// once.
    fn beside(&self, updating: &Updating, part: &Part, rows: Range<usize>) -> Vec<u64> {
        let hashing = updating.register.hashing;
        let (mut births, mut homes) = (Vec::new(), Vec::new());
        for index in rows {
            let (row, index) = (part.rows.row(index), u32::try_from(index).unwrap_or(u32::MAX));
            let (allowed, surname) = (updating.keys_of(&row), row.surname());
            if allowed.birth_date {
                births.push((birth_key(hashing, surname, row.birth), index));
            }
            if let Some(AddressKey { street, .. }) = row.address.filter(|_| allowed.address) {
                let key = |number| (home_key(hashing, surname, *street, number), index);
                homes.extend(row.numbers().map(key));
            }
        }
        let mut pairs = Vec::with_capacity(2 * (births.len() + homes.len()));
        let mut take = |position, row| pairs.push(packed(row, position));
        if let Some(all) = self.births {
            all.with(&births, &mut take);
        }
        if let Some((all, _)) = self.homes {
            all.with(&homes, &mut take);
        }
        // Not unstable: they are nearly in their order.
        pairs.sort();
        pairs.dedup();
        pairs
    }
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
    match_by(CHUNK, updating, part, people, shards)
}

/// The same with so many rows at once.
pub(super) fn match_by(
    chunk: usize,
    updating: &Updating,
    part: &Part,
    people: People<'_>,
    shards: &[Tables<'_>],
) -> Result<Candidates, EngineError> {
    if people.births.is_none() && people.homes.is_none() {
        return Ok(Candidates::default());
    }
    let bounds = &bounds(shards)?;
    let briefs = people.homes.map(|(_, briefs)| briefs);
    let comparing = Comparing { updating, rows: &part.rows, bearers: people.bearers, briefs, shards, bounds };
    let chunks: Vec<usize> = (0..part.len()).step_by(chunk).collect();
    let of_chunk = |first: &usize| {
        let rows = *first..part.len().min(first + chunk);
        comparing.candidates(&people.beside(updating, part, rows)).map(Candidates::of)
    };
    let found: Result<Vec<Candidates>, EngineError> = chunks.par_iter().map(of_chunk).collect();
    Ok(Candidates::joined(&found?))
}

impl Updating {
    /// Whether nothing of a person may be told.
    pub(crate) const fn is_barred(&self, security_until: i32, flags: u16) -> bool {
        let is_protected = security_until != NULL_I32 && security_until >= self.reference_day;
        let forbids = flags & flag::NO_REGISTER_UPDATE != 0;
        is_protected || forbids && !self.is_exempt
    }
}

//! All records in one order: by list, where two are linked, and by the digests of what they are known by.
//!
//! Parts order their own rows ([`Run`]), so that here they are but joined. Keys themselves are looked at only where digests
//! meet or a key is missing.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use poimuri_shared::ids::ListName;
use poimuri_shared::order::deduplication::{Across, List};
use poimuri_shared::partial::packed;
use poimuri_shared::receipt::KnownBy;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::keys::{AllKeys, Keys, digest, id};
use super::records::RecordsError;

/// Lines told of one fault.
const LINES_TOLD: usize = 5;

/// The rows of a part in the order of their identifiers' digests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Ascending, each with its row in the part.
    digests: Vec<(u64, u32)>,
    /// Row by row, the line it was on.
    lines: Vec<u64>,
    /// Whether every row has a key.
    is_keyed: bool,
    /// What the columns of each group weigh.
    weights: Vec<u64>,
}

/// All records, in the order that they are compared in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identified {
    /// The first row of each list.
    pub starts: Vec<u32>,
    /// What the records of each list are known by.
    pub known_by: Vec<KnownBy>,
    /// Rows of the first list, where two are linked; else all.
    pub first_rows: usize,
    /// Rows by list, where two are linked, and then by digest.
    #[serde(with = "packed")]
    pub origin: Vec<u32>,
    /// Groups of columns, the heaviest first.
    #[serde(with = "packed")]
    pub heaviest: Vec<u32>,
}

impl Run {
    /// The run of a part of a list; `weights` are those of its columns, group by group.
    #[must_use]
    pub fn new(list: &ListName, keys: &Keys, lines: Vec<u64>, weights: Vec<u64>) -> Self {
        let mut digests: Vec<(u64, u32)> = keys.iter().map(|key| digest(list, key)).zip(0..).collect();
        digests.sort_unstable();
        Self { digests, lines, is_keyed: keys.iter().all(|key| !key.is_empty()), weights }
    }
}

/// Orders the records of all lists, known by list and key, or by list and row where there is no key that tells rows apart.
/// `runs` are those of the parts, list by list; `keys` gives the keys of a list.
///
/// # Errors
/// The order names a column of keys that does not tell them apart; what `keys` fails with.
pub fn identify<E: From<RecordsError>>(
    lists: &[List],
    across: Across,
    runs: Vec<Vec<Run>>,
    keys: impl Fn(usize) -> Result<AllKeys, E>,
) -> Result<Identified, E> {
    let mut all = Identified { heaviest: heaviest(&runs), ..Identified::default() };
    let mut digests: Vec<(u64, u32)> = Vec::new();
    for (index, (list, runs)) in lists.iter().zip(runs).enumerate() {
        let start = u32::try_from(digests.len()).unwrap_or(u32::MAX);
        let (own, known_by) = of_list(list, runs, start, || keys(index))?;
        all.starts.push(start);
        all.known_by.push(known_by);
        digests.extend(own);
    }
    let is_link = across == Across::Between && lists.len() == 2;
    let first = all.starts.get(1).copied().filter(|_| is_link);
    all.first_rows = first.map_or(digests.len(), |first| first as usize);
    let (first, second) = digests.split_at_mut(all.first_rows);
    let mut known = BTreeMap::new();
    for rows in [first, second] {
        // It finds the runs that are sorted already.
        rows.sort();
        for same in rows.chunk_by_mut(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let mut named = Vec::with_capacity(same.len());
            for row in same.iter() {
                named.push((all.name(lists, row.1, &keys, &mut known)?, *row));
            }
            named.sort();
            same.iter_mut().zip(named).for_each(|(row, (_, named))| *row = named);
        }
    }
    all.origin = digests.into_iter().map(|(_, row)| row).collect();
    Ok(all)
}

impl Identified {
    /// The list of a row, and the row's number in it from 1.
    #[must_use]
    pub fn place(&self, row: u32) -> (usize, u32) {
        let list = self.starts.partition_point(|start| *start <= row).saturating_sub(1);
        (list, row - self.starts.get(list).copied().unwrap_or(0) + 1)
    }

    /// The identifier of a row; keys of lists are kept in `known`.
    fn name<E>(
        &self,
        lists: &[List],
        row: u32,
        keys: impl Fn(usize) -> Result<AllKeys, E>,
        known: &mut BTreeMap<usize, AllKeys>,
    ) -> Result<String, E> {
        let (list, number) = self.place(row);
        if self.known_by[list] == KnownBy::Row {
            return Ok(id(&lists[list].name, &number.to_string()));
        }
        let keys = match known.entry(list) {
            Entry::Occupied(keys) => keys.into_mut(),
            Entry::Vacant(none) => none.insert(keys(list)?),
        };
        Ok(id(&lists[list].name, keys.key(number - 1)))
    }
}

/// The digests of a list's rows, which begin at `start`, and what they are known by.
fn of_list<E: From<RecordsError>>(
    list: &List,
    runs: Vec<Run>,
    start: u32,
    keys: impl FnOnce() -> Result<AllKeys, E>,
) -> Result<(Vec<(u64, u32)>, KnownBy), E> {
    let (mut digests, mut next, mut is_keyed) = (Vec::new(), start, true);
    for run in &runs {
        digests.extend(run.digests.iter().map(|(digest, row)| (*digest, next + row)));
        next += u32::try_from(run.digests.len()).unwrap_or(u32::MAX);
        is_keyed &= run.is_keyed;
    }
    digests.sort();
    if is_keyed && digests.windows(2).all(|pair| pair[0].0 != pair[1].0) {
        return Ok((digests, KnownBy::Key));
    }
    let lines: Vec<u64> = runs.into_iter().flat_map(|run| run.lines).collect();
    match fault(&keys()?, &lines, &list.name) {
        None => Ok((digests, KnownBy::Key)),
        Some(error) if list.columns.key.is_some() => Err(error.into()),
        Some(_) => {
            let by_number = |row: u32| (digest(&list.name, &(row - start + 1).to_string()), row);
            Ok(((start..next).map(by_number).collect(), KnownBy::Row))
        }
    }
}

/// Groups of columns, the heaviest first.
fn heaviest(runs: &[Vec<Run>]) -> Vec<u32> {
    let mut weights: Vec<u64> = Vec::new();
    for run in runs.iter().flatten() {
        weights.resize(run.weights.len(), 0);
        weights.iter_mut().zip(&run.weights).for_each(|(all, weight)| *all += weight);
    }
    let mut weights: Vec<(u64, u32)> = weights.into_iter().zip(0..).collect();
    weights.sort_by_key(|(weight, group)| (Reverse(*weight), *group));
    weights.into_iter().map(|(_, group)| group).collect()
}

/// Why keys do not tell the rows of a list apart; none if they do.
fn fault(keys: &AllKeys, lines: &[u64], list: &ListName) -> Option<RecordsError> {
    let told = |rows: &[u32]| {
        let line = |row: &u32| lines.get(*row as usize).map_or_else(String::new, u64::to_string);
        let lines: Vec<String> = rows.iter().take(LINES_TOLD).map(line).collect();
        let more = if rows.len() > LINES_TOLD { ", …" } else { "" };
        format!("on the lines {}{more}", lines.join(", "))
    };
    let list = list.clone();
    let empty: Vec<u32> = (0..keys.rows()).filter(|row| keys.key(*row).is_empty()).collect();
    if !empty.is_empty() {
        return Some(RecordsError::NoKey { list, count: empty.len(), lines: told(&empty) });
    }
    // Digests are compared first: keys lie all over the memory.
    let mut order: Vec<(u64, u32)> =
        (0..keys.rows()).map(|row| (xxh3_64(keys.key(row).as_bytes()), row)).collect();
    order.sort_unstable_by(|(a, row_a), (b, row_b)| {
        a.cmp(b).then_with(|| keys.key(*row_a).cmp(keys.key(*row_b))).then(row_a.cmp(row_b))
    });
    let same = order.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let again = same.filter(|pair| keys.key(pair[0].1) == keys.key(pair[1].1)).map(|pair| pair[1].1);
    let mut again: Vec<u32> = again.collect();
    again.sort_unstable();
    let count = again.len();
    (count > 0).then(|| RecordsError::KeyAgain { list, count, lines: told(&again) })
}

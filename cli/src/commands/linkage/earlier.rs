//! What a run leaves for the next: identifiers, digests of the values, kept pairs, names of clusters, judgements.
//!
//! It holds no values of records, but whoever can read it can try values against their digests: it lies with the list, and is
//! for its owner alone. The secret in it keeps digests of two results from being compared with each other, or with a table made
//! beforehand. A record whose digest has changed is compared anew; one that is gone is left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;

use poimuri_shared::codec;
use poimuri_shared::receipt::ExtendedRecords;
use poimuri_worker::engine::link::{Digests, Earlier, Ids, Judged, Model, Partners, Table};
use serde::{Deserialize, Serialize};

use super::write::whole;
use crate::failure::{Failure, Outcome};

/// The file in the folder of a result.
const FILE: &str = "state.bin";
/// Before the identifier of a record of the second list, where it names a cluster.
pub(super) const SECOND: &str = "2:";

/// A result as it is stored; identifiers are borrowed while it is written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stored<'t> {
    pub(super) ids: Cow<'t, Ids>,
    /// Records of the first list; all, if there is one only.
    pub(super) first_rows: u64,
    /// What the digests begin with: another one in each result.
    pub(super) secret: String,
    /// Of each record's compared values.
    pub(super) digests: Vec<u64>,
    /// The record that stands for each one's cluster.
    pub(super) clusters: Cow<'t, [u32]>,
    /// Names of clusters by that record, where they are not its own.
    pub(super) names: Cow<'t, BTreeMap<u32, String>>,
    /// Kept pairs and their weights, by the places of their records here.
    pub(super) pairs: Cow<'t, [(u32, u32, f64)]>,
    /// The weight from which on pairs were linked.
    pub(super) threshold: f64,
    /// How many partners a record could have.
    pub(super) partners: Partners,
    /// Pairs that were judged.
    pub(super) same: Cow<'t, [(u32, u32)]>,
    pub(super) different: Cow<'t, [(u32, u32)]>,
}

/// A stored result, fitted to the list as it is now.
#[derive(Debug, Default)]
pub(super) struct Fitted {
    pub(super) earlier: Earlier,
    /// The name that each row's cluster had.
    pub(super) names: Vec<Option<String>>,
    pub(super) judged: Judged,
    pub(super) threshold: f64,
    pub(super) partners: Partners,
    pub(super) account: ExtendedRecords,
}

/// Digests, under a secret, of the values that a model compares, row by row.
pub(super) fn digests(table: &Table, model: &Model, secret: &str) -> Vec<u64> {
    let mut digests = Digests::new(secret.as_bytes(), table.ids.len());
    let columns = model.fields.iter().filter_map(|field| table.columns.iter().find(|c| c.name == field.name));
    columns.for_each(|column| digests.add(column.texts.iter(), &column.codes));
    digests.finish()
}

/// What a cluster is named after a record: its identifier, in the second of two lists marked as such.
pub(super) fn name(id: &str, is_second: bool) -> String {
    format!("{}{id}", if is_second { SECOND } else { "" })
}

impl Stored<'_> {
    /// Reads what an earlier run left in a folder.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(super) fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join(FILE);
        let bytes = fs::read(&path).map_err(|error| {
            Failure::file("read the stored result", &path, &error)
                .hint("--extend names a folder that an earlier run wrote (--out)")
        })?;
        let stored: Self = codec::decode(&bytes)
            .map_err(|error| Failure::refused(format!("{}: {error}", path.display())))?;
        let rows = stored.ids.len();
        let is_row = |row: u32| (row as usize) < rows;
        let pairs = stored.pairs.iter().map(|(a, b, _)| (*a, *b)).chain(stored.same.iter().copied());
        let mut pairs = pairs.chain(stored.different.iter().copied());
        let is_whole =
            stored.digests.len() == rows && stored.clusters.len() == rows && stored.first_rows <= rows as u64;
        if is_whole
            && stored.clusters.iter().all(|row| is_row(*row))
            && pairs.all(|(a, b)| is_row(a) && is_row(b))
        {
            return Ok(stored);
        }
        Err(Failure::refused(format!("{}: its parts do not fit each other", path.display())))
    }

    /// Writes the result into a folder.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, folder: &Path) -> Outcome<()> {
        whole(&folder.join(FILE), |out| codec::encode_into(self, out).map_err(io::Error::other))
    }

    fn is_second(&self, place: u32) -> bool {
        u64::from(place) >= self.first_rows
    }

    /// Finds the stored records in the list, or the two lists, as they are now.
    ///
    /// # Errors
    /// One is of one list and the other of two.
    pub(super) fn fit(&self, table: &Table, model: &Model) -> Outcome<Fitted> {
        let is_link = self.first_rows < self.ids.len() as u64;
        if is_link != table.is_link() {
            let lists = if is_link { "two lists: poimuri link" } else { "one list: poimuri dedup" };
            return Err(Failure::refused(format!(
                "--extend: the stored result is one of {lists} extends it"
            )));
        }
        let is_second = |row: u32| row as usize >= table.first_rows;
        let places: HashMap<(&str, bool), u32> =
            self.ids.iter().zip(0..).map(|(id, place)| ((id, self.is_second(place)), place)).collect();
        let mut rows: Vec<Option<(u32, bool)>> = vec![None; self.ids.len()];
        let mut fitted = Fitted {
            earlier: Earlier { fresh: vec![true; table.ids.len()], pairs: Vec::new() },
            names: vec![None; table.ids.len()],
            threshold: self.threshold,
            partners: self.partners,
            ..Fitted::default()
        };
        for ((row, id), digest) in (0..).zip(table.ids.iter()).zip(digests(table, model, &self.secret)) {
            let known = places.get(&(id, is_second(row)));
            let Some(place) = known.map(|place| *place as usize) else {
                fitted.account.new += 1;
                continue;
            };
            let is_same = self.digests[place] == digest;
            fitted.account.unchanged += u64::from(is_same);
            fitted.account.changed += u64::from(!is_same);
            fitted.earlier.fresh[row as usize] = !is_same;
            let cluster = self.clusters[place];
            let own = || name(&self.ids[cluster as usize], self.is_second(cluster));
            fitted.names[row as usize] = Some(self.names.get(&cluster).cloned().unwrap_or_else(own));
            rows[place] = Some((row, is_same));
        }
        fitted.account.gone = rows.iter().filter(|row| row.is_none()).count() as u64;
        let row = |place: u32| rows[place as usize];
        fitted.earlier.pairs = (self.pairs.iter())
            .filter_map(|(a, b, weight)| match (row(*a)?, row(*b)?) {
                ((a, true), (b, true)) => Some((a, b, *weight)),
                _ => None,
            })
            .collect();
        let judged = |pairs: &[(u32, u32)]| {
            pairs.iter().filter_map(|(a, b)| Some((row(*a)?.0, row(*b)?.0))).collect::<Vec<_>>()
        };
        fitted.judged = Judged { same: judged(&self.same), different: judged(&self.different) };
        Ok(fitted)
    }
}

/// Earlier judgements with later ones, which go before them.
pub(super) fn joined(earlier: Judged, later: Judged) -> Judged {
    let ordered = |(a, b): &(u32, u32)| (*a.min(b), *a.max(b));
    let again: std::collections::BTreeSet<(u32, u32)> =
        later.same.iter().chain(&later.different).map(ordered).collect();
    let kept = |pairs: Vec<(u32, u32)>| pairs.into_iter().filter(|pair| !again.contains(&ordered(pair)));
    Judged {
        same: kept(earlier.same).chain(later.same).collect(),
        different: kept(earlier.different).chain(later.different).collect(),
    }
}

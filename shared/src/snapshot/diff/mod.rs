//! What differs between two snapshots, person by person.
//!
//! People are followed through their earlier identity codes. A difference names the person, the row on either side and
//! what is another there; the values themselves stay in the snapshots. Previous addresses follow the moves and are not
//! compared, nor is what belongs to buildings apart from the address in words.
//!
//! Memory holds 40 bytes for each person that differs; everything else stays in the mapped files.

mod address;
mod compare;
mod kind;
mod pairs;
mod side;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use self::address::Maps;
use self::compare::compare;
pub use self::kind::{Kind, Kinds};
pub use self::pairs::Pairs;
use self::side::{Cursor, Sides};
use super::{Snapshot, SnapshotError};
use crate::register::hetu::Hetu;

/// A person in one of the snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The active code there.
    pub code: Hetu,
    /// Position in the global order.
    pub position: u32,
}

/// A person who differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// In the older snapshot; `None`: not in it.
    pub old: Option<Side>,
    /// In the newer snapshot; `None`: not in it. Of a person merged into another, the other.
    pub new: Option<Side>,
    /// What differs.
    pub kinds: Kinds,
}

impl Difference {
    /// Who it is: the newest code known.
    #[must_use]
    pub fn person(&self) -> Option<Hetu> {
        self.new.or(self.old).map(|side| side.code)
    }

    fn key(&self) -> (u64, u64) {
        let code = |side: Option<Side>| side.map_or(0, |side| side.code.packed());
        (code(self.new.or(self.old)), code(self.old))
    }
}

/// The people who differ, by their newest code, then by their older one.
#[derive(Debug)]
pub struct Differences {
    found: std::vec::IntoIter<Difference>,
    same: u64,
}

impl Differences {
    /// People who are the same in both.
    #[must_use]
    pub const fn same(&self) -> u64 {
        self.same
    }

    /// How many differ in each way, in the order of [`Kind::ALL`]; somebody may differ in several.
    #[must_use]
    pub fn counts(&self) -> Vec<(Kind, u64)> {
        let of = |kind| self.found.as_slice().iter().filter(|found| found.kinds.contains(kind)).count();
        Kind::ALL.map(|kind| (kind, u64::try_from(of(kind)).unwrap_or(u64::MAX))).to_vec()
    }
}

impl Iterator for Differences {
    type Item = Difference;

    fn next(&mut self) -> Option<Difference> {
        self.found.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.found.size_hint()
    }
}

impl ExactSizeIterator for Differences {}

/// Compares an older snapshot with a newer one.
///
/// # Errors
/// [`SnapshotError`] naming the file that is missing, truncated or damaged.
pub fn diff(old: &Snapshot, new: &Snapshot) -> Result<Differences, SnapshotError> {
    let maps = Maps::new(old, new)?;
    let (old, new) = (Sides::new(old)?, Sides::new(new)?);
    let known = (0..old.shard_count()).into_par_iter().map(|shard| followed(&old, &new, shard, &maps));
    let fresh = (0..new.shard_count()).into_par_iter().map(|shard| arrived(&old, &new, shard));
    let mut found = Vec::new();
    for part in known.collect::<Result<Vec<_>, _>>()?.into_iter().chain(fresh.collect::<Result<Vec<_>, _>>()?)
    {
        found.extend(part);
    }
    let gone = found.iter().filter(|difference: &&Difference| difference.old.is_some()).count();
    let same = old.population().saturating_sub(u64::try_from(gone).unwrap_or(0));
    found.par_sort_unstable_by_key(Difference::key);
    Ok(Differences { found: found.into_iter(), same })
}

/// The people of a shard of the older snapshot who differ in the newer one.
fn followed(
    old: &Sides<'_>,
    new: &Sides<'_>,
    shard: u32,
    maps: &Maps,
) -> Result<Vec<Difference>, SnapshotError> {
    let here = old.shard(shard)?;
    let mut there = Cursor::new(new);
    let mut found = Vec::new();
    for (row, position) in new.resolve(&here.persons.id).into_iter().enumerate() {
        let before = here.side(row);
        // A code the other snapshot does not know may be newer than it.
        let by_previous = || here.previous_ids(row).find_map(|code| new.active(code));
        let Some(position) = position.or_else(by_previous) else {
            found.push(Difference { old: before, new: None, kinds: Kinds::of(Kind::Removed) });
            continue;
        };
        let (now, now_row) = there.at(position)?;
        let after = now.side(now_row);
        let mut kinds = Kinds::default();
        if now.persons.id[now_row] != here.persons.id[row] {
            if old.active(now.persons.id[now_row]).is_some() {
                found.push(Difference { old: before, new: after, kinds: Kinds::of(Kind::Merged) });
                continue;
            }
            kinds.add(Kind::IdentityCode);
        }
        compare((&here, row), (now, now_row), maps, &mut kinds);
        if !kinds.is_empty() {
            found.push(Difference { old: before, new: after, kinds });
        }
    }
    Ok(found)
}

/// The people of a shard of the newer snapshot whom the older one does not know.
fn arrived(old: &Sides<'_>, new: &Sides<'_>, shard: u32) -> Result<Vec<Difference>, SnapshotError> {
    let here = new.shard(shard)?;
    let mut found = Vec::new();
    let mut there = Cursor::new(old);
    for (row, position) in old.resolve(&here.persons.id).into_iter().enumerate() {
        let is_known = match position {
            Some(position) => {
                let (them, their_row) = there.at(position)?;
                let code = them.persons.id[their_row];
                // An earlier code there: of the same person, unless that one is here too.
                code == here.persons.id[row] || new.active(code).is_none()
            }
            None => false,
        };
        if !is_known && !here.previous_ids(row).any(|code| old.active(code).is_some()) {
            found.push(Difference { old: None, new: here.side(row), kinds: Kinds::of(Kind::New) });
        }
    }
    Ok(found)
}

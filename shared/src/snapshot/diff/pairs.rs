//! Chosen persons of two snapshots, each compared with itself.

use rayon::prelude::*;

use super::address::Maps;
use super::compare::compare;
use super::kind::{Kind, Kinds};
use super::side::{Cursor, Sides};
use crate::snapshot::{Snapshot, SnapshotError};

/// Pairs that are compared in one go.
const CHUNK: usize = 8_192;

/// Two snapshots, ready to compare persons of one with persons of the other.
pub struct Pairs<'s> {
    maps: Maps,
    old: Sides<'s>,
    new: Sides<'s>,
}

impl std::fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pairs").finish_non_exhaustive()
    }
}

impl<'s> Pairs<'s> {
    /// Opens every shard of both.
    ///
    /// # Errors
    /// [`SnapshotError`] naming the file that is missing, truncated or damaged.
    pub fn new(old: &'s Snapshot, new: &'s Snapshot) -> Result<Self, SnapshotError> {
        Ok(Self { maps: Maps::new(old, new)?, old: Sides::new(old)?, new: Sides::new(new)? })
    }

    /// How the persons at each pair of positions, the older and the newer, differ. Pairs may come in any order; by
    /// position they are compared fastest.
    ///
    /// # Errors
    /// As [`Pairs::new`], or for a position there is not.
    pub fn kinds(&self, pairs: &[(u32, u32)]) -> Result<Vec<Kinds>, SnapshotError> {
        let chunks = pairs.par_chunks(CHUNK).map(|chunk| self.of_chunk(chunk));
        let kinds: Vec<Vec<Kinds>> = chunks.collect::<Result<_, _>>()?;
        Ok(kinds.concat())
    }

    fn of_chunk(&self, pairs: &[(u32, u32)]) -> Result<Vec<Kinds>, SnapshotError> {
        let (mut old, mut new) = (Cursor::new(&self.old), Cursor::new(&self.new));
        let mut all = Vec::with_capacity(pairs.len());
        for (before, after) in pairs {
            let ((was, row), (is, new_row)) = (old.at(*before)?, new.at(*after)?);
            let mut kinds = Kinds::default();
            kinds.add_if(Kind::IdentityCode, was.persons.id[row] != is.persons.id[new_row]);
            compare((&was, row), (is, new_row), &self.maps, &mut kinds);
            all.push(kinds);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::diff;
    use super::*;
    use crate::snapshot::build::tests::small::{Place, Rows};

    #[test]
    fn pairs_differ_as_whole_snapshots_do() {
        let mut rows = Rows::villages(20);
        rows.persons[3]["surname"] = json!("Virtanen");
        rows.persons[7]["death_date"] = json!("2020-01-01");
        rows.addresses[9]["street_fi"] = json!("Uusi tie");
        let places = (Place::new(Rows::villages(20)), Place::new(rows));
        let (old, new) = (places.0.build(3), places.1.build(2));
        let found: Vec<_> = diff(&old, &new).unwrap().collect();
        assert_eq!(found.len(), 3);
        let positions: Vec<(u32, u32)> =
            found.iter().map(|one| (one.old.unwrap().position, one.new.unwrap().position)).collect();
        let kinds = Pairs::new(&old, &new).unwrap().kinds(&positions).unwrap();
        assert_eq!(kinds, found.iter().map(|one| one.kinds).collect::<Vec<_>>());
        let same: Vec<(u32, u32)> = (0..20).map(|position| (position, position)).collect();
        let kinds = Pairs::new(&old, &old).unwrap().kinds(&same).unwrap();
        assert!(kinds.iter().all(|kinds| kinds.is_empty()));
        assert!(Pairs::new(&old, &new).unwrap().kinds(&[(20, 0)]).is_err());
    }
}

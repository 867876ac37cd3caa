//! Members that leave, met key by key: a file of any length is read in bounded memory.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use super::Members;
use crate::registers::{self, RegisterError, StoredRegister};
use crate::store::Objects;
use crate::store::master::MasterKeys;

/// Members of whom some leave.
#[derive(Debug)]
pub struct Leaving {
    members: Members,
    is_leaving: Vec<bool>,
    /// Hashes of keys that no member has: they are counted and no more.
    unknown: BTreeSet<u64>,
}

impl Leaving {
    /// Nobody leaves yet.
    #[must_use]
    pub fn of(members: Members) -> Self {
        let is_leaving = vec![false; members.all().len()];
        Self { members, is_leaving, unknown: BTreeSet::new() }
    }

    /// Meets every key in a column of a register.
    ///
    /// # Errors
    /// When the register cannot be had or read.
    pub fn meet_all(
        &mut self,
        objects: &dyn Objects,
        masters: &MasterKeys,
        (register, column): (&StoredRegister, usize),
    ) -> Result<(), RegisterError> {
        for part in &register.parts {
            let columns = registers::columns(objects, masters, &register.id, part)?;
            columns.rows().for_each(|row| self.meet(&row.cell(column)));
        }
        Ok(())
    }

    /// Whoever has this key leaves.
    fn meet(&mut self, key: &str) {
        // Members lie by their keys.
        let all = self.members.all();
        let first = all.partition_point(|member| member.key.as_str() < key);
        let count = all[first..].iter().take_while(|member| member.key == key).count();
        self.is_leaving[first..first + count].fill(true);
        if count == 0 {
            self.unknown.insert(xxh3_64(key.as_bytes()));
        }
    }

    /// How many leave.
    #[must_use]
    pub fn count(&self) -> usize {
        self.is_leaving.iter().filter(|is_leaving| **is_leaving).count()
    }

    /// How many different keys were nobody's.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.unknown.len()
    }

    /// Those who stay.
    #[must_use]
    pub fn staying(self) -> Members {
        let mut is_leaving = self.is_leaving.into_iter();
        self.members.keeping(|_| !is_leaving.next().unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Member;
    use super::*;

    #[test]
    fn members_leave_by_key_and_unknown_keys_are_counted_once() {
        let member = |key: &str, code| Member { key: key.to_owned(), code, found_by: "M1".to_owned() };
        let members = || Members::of(vec![member("b", 1), member("c", 4), member("a", 2), member("a", 3)]);
        for (keys, count, unknown, staying) in [
            (vec!["a", "b", "x", "a", "x"], 3, 1, vec![member("c", 4)]),
            (vec!["", "d", "aa"], 0, 3, members().all().to_vec()),
            (vec![], 0, 0, members().all().to_vec()),
            (vec!["c"], 1, 0, members().all()[..3].to_vec()),
        ] {
            let mut leaving = Leaving::of(members());
            keys.iter().for_each(|key| leaving.meet(key));
            assert_eq!((leaving.count(), leaving.unknown()), (count, unknown), "{keys:?}");
            assert_eq!(leaving.staying().all(), staying, "{keys:?}");
        }
    }
}

//! Records by what they are known by, and known again in another order.

use std::ops::Range;

use poimuri_shared::ids::ListName;
use poimuri_shared::receipt::KnownBy;
use rayon::prelude::*;

use super::identify::Identified;
use super::keys::{AllKeys, Keys, digest, id};

/// The records of all lists and what they are known by.
#[derive(Debug)]
pub struct Named {
    /// Their order, and what those of each list are known by.
    pub identified: Identified,
    /// The names of the lists.
    pub lists: Vec<ListName>,
    keys: AllKeys,
}

/// What a record is called in a result: its list, and what it is known by there.
fn called(list: &ListName, known_as: &str) -> String {
    format!("{list}:{known_as}")
}

fn narrow(row: usize) -> Option<u32> {
    u32::try_from(row).ok()
}

impl Named {
    /// No key of them is known yet.
    #[must_use]
    pub fn begin(identified: Identified, lists: Vec<ListName>) -> Self {
        Self { identified, lists, keys: AllKeys::default() }
    }

    /// With the keys of all parts, list by list, in their order.
    ///
    /// # Errors
    /// When those of a part cannot be read.
    pub fn read<E>(
        identified: Identified,
        lists: Vec<ListName>,
        mut parts: impl Iterator<Item = Result<Keys, E>>,
    ) -> Result<Self, E> {
        parts.try_fold(Self::begin(identified, lists), |mut named, keys| {
            named.add(&keys?);
            Ok(named)
        })
    }

    /// Takes the keys of the next part; parts come list by list, in their order.
    pub fn add(&mut self, keys: &Keys) {
        self.keys.add(keys);
    }

    /// Rows whose keys are there.
    pub(super) fn rows(&self) -> u32 {
        self.keys.rows()
    }

    /// Rows of a list.
    pub(super) fn rows_of(&self, list: usize) -> Range<usize> {
        let starts = &self.identified.starts;
        let at = |list: usize| starts.get(list).copied().unwrap_or_else(|| self.rows()) as usize;
        at(list)..at(list + 1)
    }

    /// The list of a row and its key, if rows of the list are known by keys.
    fn key(&self, row: u32) -> Option<(&ListName, &str)> {
        let (list, _) = self.identified.place(row);
        let is_keyed = self.identified.known_by[list] == KnownBy::Key;
        is_keyed.then(|| (&self.lists[list], self.keys.key(row)))
    }

    fn named<T>(&self, row: u32, name: impl FnOnce(&ListName, &str) -> T) -> T {
        let (list, number) = self.identified.place(row);
        match self.identified.known_by[list] {
            KnownBy::Key => name(&self.lists[list], self.keys.key(row)),
            KnownBy::Row => name(&self.lists[list], &number.to_string()),
        }
    }

    /// What a row is called in a result.
    #[must_use]
    pub fn called(&self, row: u32) -> String {
        self.named(row, called)
    }

    /// The identifier of a row: the same from run to run.
    #[must_use]
    pub fn id(&self, row: u32) -> String {
        self.named(row, id)
    }

    /// The row of a name: the list, a colon, and what the row is known by there; of a single list the latter alone will do.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u32> {
        let of_list = |(list, known_as): (&str, &str)| {
            let list = self.lists.iter().position(|name| name.as_str() == list)?;
            self.find_in(list, known_as)
        };
        let alone = || (self.lists.len() == 1).then(|| self.find_in(0, name)).flatten();
        name.split_once(':').and_then(of_list).or_else(alone)
    }

    fn find_in(&self, list: usize, known_as: &str) -> Option<u32> {
        let rows = self.rows_of(list);
        let row = match self.identified.known_by[list] {
            KnownBy::Key => {
                rows.into_iter().find(|row| narrow(*row).is_some_and(|row| self.keys.key(row) == known_as))?
            }
            KnownBy::Row => {
                let number: usize = known_as.parse().ok()?;
                let row = rows.start.checked_add(number.checked_sub(1)?)?;
                rows.contains(&row).then_some(row)?
            }
        };
        narrow(row)
    }

    /// For each row the row of an earlier order that has the same list and key. Records of lists without keys are never
    /// known again.
    #[must_use]
    pub fn again(&self, earlier: &Self) -> Vec<Option<u32>> {
        let keyed = (0..earlier.rows()).into_par_iter();
        let keyed = keyed.filter_map(|row| earlier.key(row).map(|(list, key)| (digest(list, key), row)));
        let mut before: Vec<(u64, u32)> = keyed.collect();
        let key = |row: u32| earlier.key(row).map(|(list, key)| (list.as_str(), key));
        // By what they are, too: made-up keys may have one digest.
        let order = |one: &(u64, u32), other: &(u64, u32)| {
            one.0.cmp(&other.0).then_with(|| key(one.1).cmp(&key(other.1)))
        };
        before.par_sort_unstable_by(order);
        let of = |row: u32| {
            let (list, known_as) = self.key(row)?;
            let digest = digest(list, known_as);
            let same = |(other, row): &(u64, u32)| {
                other.cmp(&digest).then_with(|| key(*row).cmp(&Some((list.as_str(), known_as))))
            };
            before.binary_search_by(same).ok().map(|at| before[at].1)
        };
        (0..self.rows()).into_par_iter().map(of).collect()
    }
}

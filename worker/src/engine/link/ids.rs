//! Identifiers of rows, one after another in one piece of memory.

use std::fmt;
use std::ops::Index;

use serde::{Deserialize, Serialize};

use super::numbers::narrow;
use super::texts::Texts;

/// Identifiers, by row.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids(Texts);

impl Ids {
    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.count() - 1
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The identifier of a row, if there is one.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        (row < self.len()).then(|| self.0.text(narrow(row + 1)))
    }

    /// All of them, by row.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1)
    }

    /// Adds that of the next row.
    pub fn push(&mut self, id: &str) {
        self.0.push(id);
    }
}

impl Index<usize> for Ids {
    type Output = str;

    fn index(&self, row: usize) -> &str {
        self.0.text(narrow(row + 1))
    }
}

impl<T: AsRef<str>> FromIterator<T> for Ids {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        let mut all = Self::default();
        ids.into_iter().for_each(|id| all.push(id.as_ref()));
        all
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ids({})", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_by_row() {
        let ids: Ids = ["a", "", "ä1"].into_iter().collect();
        assert_eq!((ids.len(), &ids[0], &ids[1], &ids[2], ids.get(3)), (3, "a", "", "ä1", None));
        assert!(ids.iter().eq(["a", "", "ä1"]));
        assert!(Ids::default().is_empty() && Ids::default().iter().next().is_none());
    }
}

//! Why records of a list are not linked, if the list itself is the reason.

use std::fmt;

use super::bare::has_names_only;
use super::outcome::Account;
use super::prepared::Prepared;

/// Why few records of a list are linked, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// The list holds names alone, which different people have.
    NamesAlone,
    /// The list has one column, of values that different people share.
    OneColumn,
    /// No two records are likelier the same person than not.
    NoneLikely,
}

impl Unlinked {
    /// Why, if there is something to tell.
    pub(crate) fn of(prepared: &Prepared, account: &Account) -> Option<Self> {
        let kinds = prepared.kinds();
        let is_none = account.linked_pairs == 0;
        if prepared.rows < 2 || kinds.is_empty() {
            return None;
        }
        if has_names_only(&kinds) {
            return Some(Self::NamesAlone);
        }
        is_none.then_some(if kinds.len() == 1 { Self::OneColumn } else { Self::NoneLikely })
    }
}

impl fmt::Display for Unlinked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamesAlone => f.write_str(
                "the list holds names alone, and different people have the same name: no more than records with rare names are \
                 linked. Add a column that tells namesakes apart, such as date of birth, e-mail, phone or address",
            ),
            Self::OneColumn => f.write_str(
                "no records are linked: the list has one column to compare, and different people share its values. Add a column, \
                 or say in the settings what it holds",
            ),
            Self::NoneLikely => f.write_str(
                "no records are linked: no two are likelier the same person than not by the columns that are compared",
            ),
        }
    }
}

//! Why records of a list are not linked, if the list itself is the reason.

use std::fmt;

use super::bare::has_names_only;
use super::kind::Kind;
use super::level::EQUAL;
use super::numbers::wide;
use super::observe::level;
use super::outcome::{Account, Pair};
use super::prepared::Prepared;

/// Why few records of a list are linked, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// The list holds names alone; so many pairs with equal names, of those that may be the same person, are not linked.
    NamesAlone(u64),
    /// The list has one column, of values that different people share.
    OneColumn,
    /// No two records are likelier the same person than not.
    NoneLikely,
}

impl Unlinked {
    /// Why, if there is something to tell. `pairs` are rows of the table.
    pub(crate) fn of(prepared: &Prepared, pairs: &[Pair], account: &Account) -> Option<Self> {
        let kinds: Vec<Kind> = prepared.fields.iter().map(|field| field.kind).collect();
        let is_none = account.linked_pairs == 0;
        if prepared.rows < 2 || kinds.is_empty() {
            return None;
        }
        if has_names_only(&kinds) {
            let left = namesakes(prepared, pairs);
            return (is_none || left > 0).then_some(Self::NamesAlone(left));
        }
        is_none.then_some(if kinds.len() == 1 { Self::OneColumn } else { Self::NoneLikely })
    }
}

/// Pairs that are not linked though all names are equal.
fn namesakes(prepared: &Prepared, pairs: &[Pair]) -> u64 {
    let places = prepared.places();
    let is_equal = |pair: &&Pair| {
        let pattern = prepared.pattern(places[wide(pair.a)], places[wide(pair.b)]);
        (0..prepared.fields.len()).all(|field| level(pattern, field) == usize::from(EQUAL))
    };
    pairs.iter().filter(|pair| !pair.linked).filter(is_equal).count() as u64
}

impl fmt::Display for Unlinked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamesAlone(left) => write!(
                f,
                "the list holds names alone, and different people have the same name: no more than records with rare names are linked, \
                 {left} pairs with equal names that may be the same person are not. Add a column that tells namesakes apart, \
                 such as date of birth, e-mail, phone or address"
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
